"""What is said of a written line, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.speech.base import NothingToSayError
from sparkle_motion_dagster.engines.speech.writing.said_line import SaidWord, said_line

PIECES = [
    "5",
    "10",
    "000",
    "1999",
    "3,5",
    "3.5",
    "€5",
    "5€",
    "5,50",
    "$",
    "€",
    "km",
    "°C",
    "%",
    "z.B.",
    "z.",
    "B.",
    "usw.",
    "Dr.",
    "M.",
    "XIV",
    "II",
    "3.",
    "Mai",
    "10:30",
    "10h30",
    "h",
    "Uhr",
    "24/7",
    "1/2",
    "5-6",
    "−5",
    "3+4=7",
    "a@b.de",
    "www.x.de/a-b",
    "#",
    "÷",
    "∞",
    "™",
    "🙂",
    "*seufzt*",
    "(leise)",
    "[x]",
    "<i>",
    "<",
    "Psst!",
    "Brrr",
    "Neeein",
    "T-Tom",
    "NEIN",
    "ICH",
    "1999",
    "г.",
    "в",
    "году",
    "книги",
    "№",
    "1er",
    "2e",
    "3.º",
    "5-й",
    "—",
    "…",
    "...",
    "«Qué?",
    "'",
    "\u200b",
    "שלום",
    "汉字",
    "9999999",
    "1234567890123456789012345678901234567890",
    "٣",
    "²",
    "①",
    "$5.50",
    "million",
    "Ms",
    ".5",
    "é",
]

LINES = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=10).map(" ".join)

LANGUAGES = st.sampled_from(
    [
        "de-DE",
        "fr-FR",
        "es-ES",
        "it-IT",
        "pt_BR",
        "pl",
        "nl-NL",
        "ru-RU",
        "uk-UA",
        "el-GR",
        "en-GB",
        "hi",
        "ja",
        "zh",
        "tlh",
    ]
)


def test_each_word_has_what_is_said_for_it() -> None:
    line = said_line("Prof. *Smith*  paid $5.50 🙂", "en-US")
    assert line.words == (
        SaidWord("Prof.", "Professor"),
        SaidWord("*Smith*", "Smith"),
        SaidWord("paid", "paid"),
        SaidWord("$5.50", "5 dollars 50"),
        SaidWord("🙂", ""),
    )
    assert line.text == "Professor Smith paid 5 dollars 50"
    assert line.passed_over == ("*", "🙂")


def test_words_that_are_said_together_stay_apart() -> None:
    line = said_line("Um 10 000 km, z. B. 5 🙂 km", "de-DE")
    assert [(word.written, word.said) for word in line.words] == [
        ("Um", "Um"), ("10", "10000"), ("000", ""), ("km,", "Kilometer,"),
        ("z.", "zum"), ("B.", "Beispiel"), ("5", "5"), ("🙂", ""), ("km", "Kilometer"),
    ]  # fmt: skip


@given(LINES, LANGUAGES)
def test_whatever_is_written_the_words_are_the_lines(line: str, language: str) -> None:
    said = said_line(line, language)
    assert [word.written for word in said.words] == line.split()
    said.text.encode("utf-8")


@pytest.mark.parametrize("line", ["", "  \n ", "\u200b", "*** <>", "🙂", "…", "ˈ"])
def test_nothing_may_be_said(line: str) -> None:
    with pytest.raises(NothingToSayError, match="nothing that can be pronounced"):
        said_line(line, "en-US").require_words()


@pytest.mark.parametrize(
    ("line", "language", "text", "passed_over"),
    [
        ("50 % ☂", "tlh", "50 %", ["☂", "%"]),
        ("a → b • c", "de-DE", "a b c", ["→", "•"]),
        ("I <3 you", "en-US", "I 3 you", ["<"]),
    ],
)
def test_signs_without_words_are_named(
    line: str, language: str, text: str, passed_over: list[str]
) -> None:
    said = said_line(line, language)
    assert said.text == text
    assert list(said.passed_over) == passed_over


@pytest.mark.parametrize("language", ["de", "ru", "pl", "el", "en"])
def test_numbers_of_any_length_are_read(language: str) -> None:
    long = "9" * 5000
    line = f"{long} km, {long},5 км, {long} г. {long}-й €{long} {long}th {long}:10 {long}-{long}"
    assert said_line(line, language).text.count("9") == 45_000


def test_a_line_of_two_thousand_characters_is_read_whole() -> None:
    said = said_line("Um 10:30 Uhr, z. B. 5 km. " * 77, "de-DE")
    assert said.text.count("10 Uhr 30") == said.text.count("Kilometer") == 77
