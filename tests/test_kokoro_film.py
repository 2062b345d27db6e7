"""A film as the animatic profile has it: Kokoro speaks its languages, espeak the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from studio import Plan, Studio, short_film


class SpokenStudio(Studio):
    """A studio whose films are spoken as users hear them."""

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a user, who says nothing of voices."""
        environment = super().environment
        del environment["SPARKLE_VOICES"]
        return environment | {"SPARKLE_PROFILES": str(self.root)}


def three_who_speak() -> Plan:
    """Return a short film in which a woman, a robot and a German speak."""
    plan = short_film()
    plan["characters"] += [
        {"id": "unit", "name": "Unit 7", "description": "a small robot"},
        {"id": "otto", "name": "Otto", "voice_profile": {"language": "de-DE"}},
    ]
    plan["shots"][1] |= {"is_talking_closeup": False, "dialogue": []}
    lines = (("mara", "Not tonight."), ("unit", "Why?"), ("otto", "Ja."))
    plan["dialogue_timeline"] = [
        {
            "type": "dialogue",
            "character_id": speaker,
            "text": text,
            "start_time_sec": float(second),
            "duration_sec": 1.0,
        }
        for second, (speaker, text) in enumerate(lines)
    ]
    return plan


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> SpokenStudio:
    """The studio in which that film was rendered."""
    studio = SpokenStudio(tmp_path_factory.mktemp("spoken"))
    studio.make(three_who_speak())
    return studio


def test_kokoro_speaks_its_languages_and_espeak_the_others(spoken: SpokenStudio) -> None:
    takes = [
        artifact
        for artifact in spoken.manifests()["dialogue_wavs"].artifacts
        if artifact.name == "audio"
    ]
    assert [take.metadata["provider"] for take in takes] == ["kokoro", "kokoro", "espeak"]
    why = str(takes[2].metadata["reason"])
    assert why.startswith("weighted, without kokoro: The character 'otto' speaks de-DE, which")
    robot = ActionLog(spoken.home.actions).find(takes[1].fingerprint)
    assert robot is not None
    assert "'effect': 'robot'" in str(robot.request["voice"])


def test_captions_have_the_models_own_times(spoken: SpokenStudio) -> None:
    folder = spoken.home.runs / "film" / "dialogue_wavs"
    manifest = spoken.manifests()["dialogue_wavs"]
    first = next(one for one in manifest.artifacts if one.name == "timings")
    timings = SpeechTimings.model_validate_json((folder / first.file).read_text(encoding="utf-8"))
    assert [word.text for word in timings.words] == ["Not", "tonight."]


@pytest.mark.service
def test_rendered_again_nothing_is_spoken(spoken: SpokenStudio) -> None:
    assert spoken.make(three_who_speak()).made == {}


def test_without_kokoros_weights_nobody_steps_in(spoken: SpokenStudio) -> None:
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    profile["resources"]["film"]["config"]["profile"] = "bare"
    providers = profile["resources"]["speech"]["config"]["settings"]["providers"]
    providers["kokoro"] = {"weights": str(spoken.root / "nowhere")}
    yaml.dump(profile, Path(spoken.root / "bare.yaml"))
    plan = spoken.write(three_who_speak(), "other")
    refused = spoken.sparkle("render", plan, "--profile", "bare")
    assert refused.returncode == 1
    assert "kokoro is to take its weights from" in " ".join(refused.stderr.split())
    assert spoken.manifests("other.bare") == {}  # no picture is drawn for a film that nobody speaks
