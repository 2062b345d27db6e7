"""`sparkle voices`: what there is, and a voice tried; no home is needed for either."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner, Result

from sparkle_motion_dagster.cli.main import main


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder without anything, and with the voices that users have."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SPARKLE_VOICES")


def voices(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["voices", *arguments])
    assert not Path("home").exists()
    return result


def listed(*arguments: str) -> set[str]:
    """Return the ids of the voices that are listed."""
    return {line.partition(" ")[0] for line in voices(*arguments).output.splitlines()}


def test_all_voices_are_listed_with_who_speaks_and_how_good_that_is() -> None:
    rows = [line.split() for line in voices().output.splitlines()]
    found = {row[0]: " ".join(row[1:]) for row in rows}
    assert found["emma"] == "en-US woman, warm and lively kokoro af_heart (A)"
    assert found["anna"].startswith("de-DE woman, warm espeak de+f3")


def test_voices_of_a_language_or_of_a_region_are_listed() -> None:
    english, british, french = (listed(tag) for tag in ("en", "en_gb", "fr-FR"))
    assert {"emma", "charlotte"} <= english
    assert "emma" in english - british
    assert "charlotte" in british
    assert "camille" in french - english


def test_who_speaks_is_as_the_profile_has_it() -> None:
    assert "chatterbox" in voices("en-GB", "--profile", "cinematic").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("e",), "No voice speaks 'e'. Languages: en-US, en-GB"),
        (("try", "ema", "Hello."), "There is no voice 'ema'. Did you mean 'emma'"),
        (("try", "anna", "Hallo.", "--provider", "kokoro"), "which kokoro does not have"),
        (("try", "emma", "Hello.", "--provider", "kokro"), "Did you mean 'kokoro'?"),
        (("try", "emma", "Bonjour.", "--language", "fr"), "speaks fr, but the voice 'emma'"),
        (("try", "anna", "..."), "holds nothing that can be pronounced"),
    ],
)
def test_what_there_is_not_is_wrong_input(arguments: tuple[str, ...], said: str) -> None:
    refused = voices(*arguments)
    assert refused.exit_code == 2
    assert said in refused.output
    assert not list(Path().glob("*.wav"))


def test_a_voice_is_tried(tmp_path: Path) -> None:
    tried = voices("try", "emma", "Not tonight.", "--out", "more/try.wav")
    assert tried.exit_code == 0, tried.output
    seconds = soundfile.info(tmp_path / "more" / "try.wav").duration
    assert tried.output == f"more/try.wav: {seconds:.1f} s, spoken by kokoro: af_heart (A)\n"


def test_a_voice_is_tried_with_a_provider_of_ones_choice(tmp_path: Path) -> None:
    tried = voices("try", "emma", "Not tonight.", "--provider", "espeak")
    assert "spoken by espeak: en-us+f3" in tried.output
    assert soundfile.info(tmp_path / "emma.wav").samplerate == 22_050
