"""Folding: a word is found however it is written, and no other word instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.policy.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("BOMB", "bomb"),
        ("ｂｏｍｂ", "bomb"),  # full width
        ("𝐛𝒐𝓂𝔟", "bomb"),  # letters of mathematics
        ("ⓑⓞⓜⓑ", "bomb"),
        ("bo\u200bm\u200db", "bomb"),  # zero-width space and joiner
        ("b\u00ado\u2060m\ufeffb", "bomb"),  # soft hyphen, word joiner, byte order mark
        ("b\u202eomb\u202c", "bomb"),  # overrides of the direction
        ("bömb", "bomb"),
        ("bo\u0308\u0301m\u0336b", "bomb"),  # accents, and one struck through
        ("bo\u3164m\U000e0062b", "bomb"),  # a filler of Hangul, a tag
        ("b\u20ddo\ufe0fmb", "bomb"),  # a circle around it, a variation selector
        ("ﬁre", "fire"),
        ("Straße", "strasse"),
        ("İ", "i"),
        ("ΟΔΟΣ", "οδοσ"),
        ("שָׁלוֹם", "שלום"),
        ("hand\u00a0\n\tgrenade ", "hand grenade"),
    ],
)
def test_what_does_not_count_in_a_word(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "word",
    ["が", "パン", "폭탄", "कुल", "ห้า", "炸弹", "நன்றி"],
    ids=["voiced", "half-voiced", "hangul", "vowel sign", "tone", "han", "virama"],
)
def test_marks_that_words_are_spelled_with_stay(word: str) -> None:
    assert fold(word) == word


@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)
