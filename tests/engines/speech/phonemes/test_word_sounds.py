"""How the words of a line sound: in the language of its tag, however that is written."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import word_sounds


@pytest.mark.parametrize(
    ("tag", "word", "sound"),
    [
        ("en-US", "bath", "bˈæθ"),
        ("en", "bath", "bˈæθ"),
        ("en-GB", "bath", "bˈɑːθ"),
        ("en_gb", "bath", "bˈɑːθ"),
        ("en-AU", "bath", "bˈɑːθ"),  # no voice of its own: British is nearer than American
        ("es-ES", "cinco", "θˈinko"),
        ("es-MX", "cinco", "sˈinko"),
        ("pt_BR", "cidade", "sˌidˈadʒy"),
        ("pt-PT", "cidade", "sˌidˈadɨ"),
    ],
)
def test_a_word_sounds_as_in_the_region_of_the_tag(tag: str, word: str, sound: str) -> None:
    [sounds] = word_sounds(word, tag)
    assert "".join(sounds.phonemes) == sound
