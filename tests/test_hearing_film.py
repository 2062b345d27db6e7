"""A film under a profile that listens: what it hears of itself is recorded, shown and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from listening_studio import ListeningStudio
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, FILM, SOUND, VIDEO_FINAL
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from studio import Plan, short_film

UNDERSTOOD = "Nobody knows the way through the forest."
MISTAKEN = "Xoanon qwopp, brzt."


def film() -> Plan:
    """Return a film with a line that is understood, one that is not, and one in French."""
    plan = short_film()
    plan["dialogue_timeline"] = None
    plan["characters"] += [
        {"id": "luc", "name": "Luc", "voice_profile": {"language": "fr"}},
    ]
    plan["shots"][0]["dialogue"] = [{"character_id": "mara", "text": UNDERSTOOD}]
    plan["shots"][1]["dialogue"] = [
        {"character_id": "mara", "text": MISTAKEN},
        {"character_id": "luc", "text": "Pas ce soir."},
    ]
    return plan


@pytest.fixture
def studio(tmp_path: Path) -> ListeningStudio:
    return ListeningStudio(tmp_path)


def test_a_film_hears_itself_and_says_what_it_mistakes(
    studio: ListeningStudio,
) -> None:
    path = studio.write(film())
    foreseen = studio.sparkle_here("explain", path, "--profile", "listening").stdout
    assert "film@heard1" in foreseen
    first = studio.make_file(path, "film", "listening")
    manifests = first.manifests
    heard = [one.id for one in manifests[DIALOGUE_WAVS].artifacts if one.name == "heard"]
    assert heard == ["line_0001@heard", "line_0002@heard"]
    (film_heard,) = [one for one in manifests[VIDEO_FINAL].artifacts if one.name == "heard"]
    made = ActionLog(studio.home.actions).find(film_heard.fingerprint)
    finished = manifests[VIDEO_FINAL].artifact(FILM, "film")
    assert finished.file == "film.mp4"
    assert made is not None
    delivered = manifests[VIDEO_FINAL].artifact(SOUND, "audio")
    assert delivered.file == "sound.m4a"
    assert made.request["audio"] == {"sha256": delivered.sha256}
    told = [manifests[DIALOGUE_WAVS].artifact(line, "audio").metadata for line in _lines(3)]
    assert float(str(told[0]["word_error_rate"])) < 0.3 < float(str(told[1]["word_error_rate"]))
    assert "word_error_rate" not in told[2]

    said = " ".join(studio.sparkle_here("status", "film").stdout.split())
    assert "Warning: dialogue_wavs: words_heard" in said
    assert "Warning: video_final: words_heard" in said
    assert "line 2 (" in said
    assert "not_listened_to lines in fr" in said
    found = first.checks["words_heard"]
    assert not found.passed
    assert found.metadata["lines"].value == 2
    assert found.asset_key is not None
    assert found.asset_key.to_user_string() == DIALOGUE_WAVS

    again = studio.sparkle_here("explain", "film")
    assert "nothing" in again.stdout.casefold(), again.stdout
    # Whoever has heard the sound need not hear it again in another picture.
    retitled = studio.write(film() | {"title": "Another Name"})
    edited = studio.sparkle_here("explain", retitled, "--profile", "listening", "--json").stdout
    to_make = [
        item.id
        for stage in Explanation.model_validate_json(edited).stages
        for item in stage.items
        if item.state in (ItemState.MADE, ItemState.MAYBE)
    ]
    assert to_make == [FILM]


def _lines(count: int) -> list[str]:
    return [f"line_{number + 1:04}" for number in range(count)]
