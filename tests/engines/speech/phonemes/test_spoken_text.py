"""What of a line is spoken, and to which word a spoken position belongs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.speech.phonemes.spoken_text import SpokenText
from sparkle_motion_dagster.engines.speech.writing.said_line import said_line

LINES = st.text(
    st.one_of(st.sampled_from(" \t\n-—…'’*<>🙂\u200b\u0301aé"), st.characters()), max_size=60
)

LANGUAGES = st.sampled_from(["en-US", "en_gb", "fr-FR", "tlh"])


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("I—I mean “no”—then", "I — I mean “no” — then"),
        ("Not  tonight.", "Not tonight."),
        ("It’s 5 % & more", "It’s 5 pour cent et more"),
        ("3 + 4 = 7", "3 plus 4 égale 7"),
        ("Где ты?", "Где ты?"),
        ("a\x01b", "a b"),
        ("co\u00adop", "coop"),
        ("1\ufe0f\u20e3", "1"),
        ("<b> c", " c"),
        ("7" * 18, "7 7 7 7, 7 7 7 7, 7 7 7 7, 7 7 7 7, 7 7"),
        ("Ba" * 45, "Ba" * 40 + ", " + "Ba" * 5),
        ("brst" * 3, "brstbrstbr, st"),
        ("é" * 80, "é" * 80),
        ("ъ" * 12, "ъ" * 10 + ", ъъ"),
        ("ba'" * 45, "ba'" * 40 + ", " + "ba'" * 5),
        ("x\u030c" * 12, "x\u030c" * 10 + ", " + "x\u030c" * 2),
    ],
)
def test_spoken_form(line: str, text: str) -> None:
    assert SpokenText.of_line(line, "fr-FR").text == text


@given(LINES, LANGUAGES)
def test_nothing_but_text_is_spoken(line: str, language: str) -> None:
    text = SpokenText.of_line(line, language).text
    text.encode("utf-8")
    kinds = {unicodedata.category(character) for character in text}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert not set(text) & set("<>[]{}*_`\\|#~^")


@given(LINES, LANGUAGES)
def test_words_make_up_the_line(line: str, language: str) -> None:
    spoken = SpokenText.of_line(line, language)
    assert list(spoken.words) == line.split()
    assert len(spoken.starts) == len(spoken.words)


@given(st.lists(st.sampled_from(["one", "two-three", "été", "42"]), min_size=1))
def test_each_character_belongs_to_its_word(words: list[str]) -> None:
    spoken = SpokenText.of_line("  ".join(words), "en-US")
    found = [spoken.word_at(position) for position in range(len(spoken.text))]
    expected = [index for index, word in enumerate(words) for _ in f"{word} "][:-1]
    assert found == expected


def test_a_long_word_stays_one_word() -> None:
    spoken = SpokenText.of_line(f"So {'9' * 100} well", "en-US")
    assert spoken.words == ("So", "9" * 100, "well")
    assert [spoken.text[start] for start in spoken.starts] == ["S", "9", "w"]
    assert {spoken.word_at(position) for position in range(3, spoken.starts[2])} == {1}


def test_a_dash_counts_to_the_word_after_it() -> None:
    spoken = SpokenText.of_line("Well -- no --", "en-US")
    assert spoken.word_at(5) == spoken.word_at(8) == 2
    assert spoken.word_at(11) == 3


@pytest.mark.parametrize(
    ("line", "left_out"),
    [
        ("Dr. Smith — “no”, e.g. 5 %…", []),
        ("Hello 🙂, *really* 👨‍👩‍👧 🙂 <b>", ["🙂", "*", "👨‍👩‍👧"]),
    ],
)
def test_what_is_passed_over_is_known(line: str, left_out: list[str]) -> None:
    assert list(said_line(line, "en-US").passed_over) == left_out
