"""How espeak really says what other languages write short: its phonemes, without stress marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from speech_takes import Take, speech_engine, spoken

SIGNS = "€ £ ¥ ₹ ÷ × ≤ ≥ ∞ √ ∑ ° ₽ ₿ ₴ ‰ © ® % & @ # + ="


def says(text: str, language: str, folder: Path) -> Take:
    voice = Voice(provider_voice=language, language=language)
    request = SpeechRequest(text=text, voice=voice, seed=1)
    return spoken(speech_engine("espeak", {}), [request], folder)[0]


def sounds(take: Take) -> str:
    return re.sub("[ˈˌ ]", "", take.phonemes)


@pytest.mark.parametrize(
    ("language", "written", "in_full"),
    [
        ("de", "Dr. Weiß zahlt 5,50 € um 10:30 Uhr", "Doktor Weiß zahlt 5 Euro 50 um 10 Uhr 30"),
        ("fr", "M. Dupont paie 5,50 € à 10 h 30", "Monsieur Dupont paie 5 euros 50 à 10 heures 30"),
        ("pl", "np. 2 zł o 10:30", "na przykład dwa złote o dziesiątej 30"),
        ("ru", "Г-н Иванов, ул. Ленина, 5 ₽", "Господин Иванов, улица Ленина, 5 рублей"),
    ],
)
def test_it_sounds_as_if_it_were_written_in_full_there(
    language: str, written: str, in_full: str, tmp_path: Path
) -> None:
    take = says(written, language, tmp_path)
    assert sounds(take) == sounds(says(in_full, language, tmp_path))
    assert " ".join(take.words) == written


@pytest.mark.parametrize("language", ["de", "fr", "ru", "el"])
def test_every_sign_sounds(language: str, tmp_path: Path) -> None:
    # A word that does not sound is counted to the one before it.
    assert says(SIGNS, language, tmp_path).words == SIGNS.split()


def test_what_is_left_out_of_a_line_is_told(tmp_path: Path) -> None:
    voice = Voice(provider_voice="de", language="de-DE")
    request = SpeechRequest(text="Ja (flüstert) komm 🙂.", voice=voice, seed=1)
    [made] = speech_engine("espeak", {}).make([request], tmp_path)
    assert made.metadata["directions"] == ["(flüstert)"]
    assert made.metadata["unspoken"] == ["🙂"]
