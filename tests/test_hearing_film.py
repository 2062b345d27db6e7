"""A film under a profile that listens: what it hears of itself is recorded, shown and told."""

from __future__ import annotations

import dagster as dg
import pytest

from listening_studio import ListeningStudio
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.film.stages import (
    DIALOGUE_WAVS,
    FILM,
    SOUND,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from studio import Plan, short_film

UNDERSTOOD = "Nobody knows the way through the forest."
MISTAKEN = "Xoanon qwopp, brzt."


def film() -> Plan:
    """Return a film with a line that is understood, one that is not, and one in French.

    Beside them it has all that the web UI shows of some films only.
    """
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
    plan["shots"][0] |= {"transition": "dissolve", "on_screen_text": [{"text": "Neringa, 1961"}]}
    plan["soundtrack"] = {"ambience": [{"mood": "room tone", "until": {"line": 1}}]}
    return plan


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> ListeningStudio:
    return ListeningStudio(tmp_path_factory.mktemp("listening"))


@pytest.fixture(scope="module")
def said(studio: ListeningStudio) -> str:
    """What a render of the film says."""
    path = studio.write(film())
    foreseen = studio.sparkle_here("explain", path, "--profile", "listening").stdout
    assert "film@heard1" in foreseen
    ended = studio.sparkle_here("render", path, "--profile", "listening", "--run-id", "film")
    assert ended.returncode == 0, ended.stderr
    return " ".join(ended.stderr.split())


def test_a_film_hears_itself_and_says_what_it_mistakes(studio: ListeningStudio, said: str) -> None:
    manifests = studio.manifests()
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

    assert "Warning: dialogue_wavs: words_heard" in said
    assert "Warning: video_final: words_heard" in said
    assert "line 2 (" in said
    assert "not_listened_to lines in fr" in said
    found = studio.checks()["words_heard"]
    assert not found.passed
    assert found.metadata["lines"].value == 2
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


@pytest.mark.usefixtures("said")
def test_the_web_ui_shows_what_some_films_have_only(studio: ListeningStudio) -> None:
    with dg.DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        lines, track, finished = (
            _shown(instance, stage) for stage in (DIALOGUE_WAVS, TIMELINE_TRACK, VIDEO_FINAL)
        )
    assert "nobody\N{NO-BREAK SPACE}who\N{NO-BREAK SPACE}knows" in lines["takes"]
    assert "Xoanon" in finished["heard"]
    assert "room" in track["soundtrack"]
    pictures = track["ambience_waveform"], finished["transitions"], finished["finished clips"]
    assert ["data:image/" in one for one in pictures] == [True] * 3


def _shown(instance: dg.DagsterInstance, stage: str) -> dict[str, str]:
    """Return what the web UI shows of a stage that was made, by its names."""
    made = instance.get_latest_materialization_event(dg.AssetKey(stage))
    assert made is not None
    assert made.asset_materialization is not None
    return {name: str(one.value) for name, one in made.asset_materialization.metadata.items()}


def _lines(count: int) -> list[str]:
    return [f"line_{number + 1:04}" for number in range(count)]
