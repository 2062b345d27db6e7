"""Which texts a voice can read."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.speech.scripts import UnreadableTextError, check_readable


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Not tonight, 42 % — “no” & @home 3² ½ 🙂", "en-US"),
        ("the α-rays of 5 μm, 5 µm and π", "en-US"),
        ("Où êtes-vous, œuvre ﬁne, 1ª, e\u0301", "fr-FR"),
        ("Привет, Harry! ё №5", "ru_RU"),
        ("Їжак і мʼята", "uk"),
        ("Γειά σου, Harry ἀ", "el-GR"),
        ("नमस्ते", "hi-IN"),
    ],
)
def test_what_can_be_read(text: str, language: str) -> None:
    check_readable(text, language)


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [
        ("Привет", "en-US", "Cyrillic"),
        ("Mоscow with one foreign letter", "en-US", "Cyrillic"),
        ("Привет", "el-GR", "Cyrillic"),
        ("Γεια σου", "de-DE", "Greek"),
        ("Γεια σου", "ru-RU", "Greek"),
        ("你好", "ru-RU", "Cjk"),
        ("שלום", "en-GB", "Hebrew"),
        ("アリ", "en-GB", "Katakana"),
        ("\U0001d407ello", "en-US", "Mathematical"),
        ("Ｈｅｌｌｏ", "en-US", "Fullwidth"),
        ("ⓐ", "en-US", "Circled"),
        ("①", "en-US", "Circled"),
        ("Ⅳ", "en-US", "Roman"),
        ("٣", "en-US", "Arabic"),
        ("ʜᴇʟʟᴏ", "en-US", "Latin"),
    ],
)
def test_what_cannot_be_read(text: str, language: str, script: str) -> None:
    with pytest.raises(UnreadableTextError, match=f"written in {script} characters") as error:
        check_readable(f"Well, {text}!", language)
    assert isinstance(error.value, EngineInputError)
    assert f"a voice of {language} cannot read" in str(error.value)


def test_the_language_to_set_is_named() -> None:
    with pytest.raises(UnreadableTextError, match=r"voice_profile\.language to ru-RU or uk-UA"):
        check_readable("Привет", "en-US")
