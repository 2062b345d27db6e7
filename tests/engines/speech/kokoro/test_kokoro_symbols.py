"""What Kokoro reads of a line: every symbol is one it knows, nothing is lost, passages fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.speech.kokoro.model import MOST_TOKENS
from sparkle_motion_dagster.engines.speech.kokoro.script import Script, Symbol, script_of
from sparkle_motion_dagster.engines.speech.kokoro.symbols import TOKENS, symbols_of, written_in
from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import SpokenPart, WordSounds

WORDS = st.lists(
    st.builds(
        WordSounds,
        st.just("word"),
        st.lists(
            st.builds(
                SpokenPart,
                st.sampled_from(["one", "(two)", "three,", "four.", "—", "“five”", "six…"]),
                st.lists(st.sampled_from(["ˈoʊ", "ɹ", "ɚ", "n", "tʃ", "əl"]), max_size=9).map(
                    tuple
                ),
            ),
            max_size=3,
        ).map(tuple),
    ),
    max_size=120,
)


def text_of(script: Script) -> str:
    return "".join(symbol.text for symbol in script.symbols)


@given(WORDS)
def test_passages_are_the_whole_line_and_fit_the_model(words: list[WordSounds]) -> None:
    script = script_of(words, "en-US")
    passages = [*script.passages()]
    assert tuple(symbol for passage in passages for symbol in passage) == script.symbols
    assert all(0 < len(passage) <= MOST_TOKENS for passage in passages) or not script.symbols
    assert all(symbol.text in TOKENS for symbol in script.symbols)
    assert len(script.phonemes) == sum(len(word.phonemes) for word in words)


def test_a_passage_ends_where_a_sentence_does() -> None:
    symbols = [Symbol("a", 0, 0)] * 300 + [Symbol(".", 0)] + [Symbol("b", 1, 1)] * 300
    first, second = Script(tuple(symbols), ("a", "b"), ("a.", "b")).passages()
    assert (len(first), len(second)) == (301, 300)


@pytest.mark.parametrize(
    ("phoneme", "language", "symbols"),
    [
        ("ˈoʊ", "en-US", "ˈO"),
        ("ˈəʊ", "en-GB", "ˈQ"),
        ("tʃ", "en-US", "ʧ"),
        ("ˈɜː", "en-US", "ˈɜɹ"),
        ("ˈɜː", "en-GB", "ˈɜː"),
        ("uː", "en-US", "u"),
        ("uː", "en-GB", "uː"),
        ("ˈɑːɹ", "en-US", "ˈɑɹ"),
        ("n\u0329", "en-US", "ᵊn"),
        ("əl", "en-US", "ᵊl"),
        ("ɾ", "en-US", "T"),
        ("ˌeə", "en-GB", "ˌɛː"),
        ("e-", "fr", "e"),
        ("ˈɑ\u0303", "fr", "ˈɑ\u0303"),
        ("ss", "it", "S"),
        ("ts", "it", "ʦ"),
        ("ɾ", "es", "ɾ"),
    ],
)
def test_phonemes_are_written_as_the_model_learnt_them(
    phoneme: str, language: str, symbols: str
) -> None:
    assert symbols_of(phoneme, language) == symbols


@pytest.mark.parametrize(
    ("tag", "spelling"),
    [
        ("en-US", "en-US"),
        ("en-GB", "en-GB"),
        ("en_GB", "en-GB"),
        ("en-AU", "en-GB"),
        ("en", "en-US"),
        ("pt-BR", "pt"),
        ("es-MX", "es"),
        ("de-DE", None),
    ],
)
def test_a_language_has_a_spelling_or_none(tag: str, spelling: str | None) -> None:
    assert written_in(tag) == spelling


def test_marks_stay_with_their_words() -> None:
    words = [
        WordSounds("“Not", (SpokenPart("“Not", ("n", "ˌɑː", "t")),)),
        WordSounds("now…”", (SpokenPart("now…”", ("n", "ˈaʊ")),)),
    ]
    assert text_of(script_of(words, "en-US")) == "“nˌɑt nˈW…”"


def test_an_i_is_stressed_enough_to_be_heard() -> None:
    words = [
        WordSounds("I", (SpokenPart("I", ("aɪ",)),)),
        WordSounds("see.", (SpokenPart("see.", ("s", "ˈiː")),)),
    ]
    assert text_of(script_of(words, "en-US")) == "ˌI sˈi."
