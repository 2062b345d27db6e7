"""The cinematic sound, whole: the real workers, on stand-ins for Chatterbox and Wav2Lip."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from ruamel.yaml import YAML

from chatterboxes import diary, recording, write_weights
from measure import frame_times, loudness, pictures, psnr, sound
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.machinery.environments import Environments
from studio import Plan, Studio, short_film
from wav2lip_checkouts import write_checkout, write_checkpoint
from worker_environments import STAND_INS, furnish, program_of

PROFILE = "sounding"

DOUBTFUL = {"prompt_read"}
"""What may be said of any film of this module: the drawing reads no "engineer"."""

FACE = {"left": 0.3, "top": 0.2, "width": 0.4, "height": 0.6}


class SoundStudio(Studio):
    """A studio whose profile draws like the animatic, and sounds like the cinematic one."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.profiles = root / "profiles"
        self.profiles.mkdir()
        self.environments = Environments(root / "environments")
        for name in ("chatterbox", "wav2lip"):
            furnish(self.environments.of(program_of(name)), [STAND_INS / name])
        self.weights = write_weights(root / "weights" / "chatterbox")
        self.checkout = write_checkout(root / "checkout")
        checkpoint = write_checkpoint(root / "weights" / "wav2lip.pth")
        yaml = YAML(typ="safe", pure=True)
        profile: dict[str, Any] = yaml.load(
            (CONFIGS / "profiles" / "animatic.yaml").read_text(encoding="utf-8")
        )
        resources = profile["resources"]
        resources["film"]["config"]["profile"] = PROFILE
        resources["speech"]["config"] = {
            "engine": "casting",
            "settings": {
                "priority": "quality",
                "providers": {"espeak": {}, "chatterbox": {"weights": str(self.weights)}},
            },
        }
        resources["lipsync"]["config"] = {
            "engine": "wav2lip",
            "settings": {
                "checkout": str(self.checkout),
                "checkpoint": str(checkpoint),
            },
        }
        resources["gpu"] = {"config": {"preset": "cpu"}}
        with (self.profiles / f"{PROFILE}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(profile, file)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the studio's commands."""
        return super().environment | {
            "SPARKLE_PROFILES": str(self.profiles),
            "SPARKLE_ENVIRONMENTS": str(self.environments.root),
        }


def talking_film() -> Plan:
    """Return a short film in which two talk: one is seen, and imitated; one is off screen."""
    plan = short_film()
    del plan["dialogue_timeline"]
    mara = plan["characters"][0]
    mara["voice_profile"] = {"reference_wav": "mara.wav", "exaggeration": 0.7}
    plan["characters"].append(
        {"id": "tomas", "name": "Tomas", "voice_profile": {"voice_id": "james"}}
    )
    talk = plan["shots"][1]
    talk["duration_sec"] = 3.0
    talk["metadata"] = {"faces": {"mara": FACE}}
    talk["dialogue"] = [
        {"character_id": "mara", "text": "Not tonight."},
        {"character_id": "tomas", "text": "Come in then."},
    ]
    return plan


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> SoundStudio:
    studio = SoundStudio(tmp_path_factory.mktemp("sound"))
    recording(studio.plans / "mara.wav")
    rendered = sparkle(studio, "render", studio.write(talking_film()), "--run-id", "film")
    assert rendered.returncode == 0, rendered.stderr
    assert failed_checks(studio) <= DOUBTFUL
    return studio


def failed_checks(studio: Studio) -> set[str]:
    return {name for name, check in studio.checks().items() if not check.passed}


def sparkle(studio: SoundStudio, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return studio.sparkle_here(*arguments, "--profile", PROFILE)


def test_a_film_is_spoken_by_chatterbox_and_says_why(studio: SoundStudio) -> None:
    takes = studio.manifests()["dialogue_wavs"]
    assert takes.engine.name == "chatterbox"
    assert takes.engine.model_id == "ResembleAI/chatterbox"
    spoken = [take for take in takes.artifacts if take.name == "audio"]
    assert [take.id for take in spoken] == ["line_0001", "line_0002"]
    for take in spoken:
        assert take.metadata["provider"] == "chatterbox"
        score: Any = take.metadata["score"]
        assert score["total"] == pytest.approx(0.7 * 0.9 + 0.15 / 5 + 0.15, abs=0.01)
        assert score["quality"] == pytest.approx(0.7 * 0.9, abs=0.01)
        assert take.metadata["reason"]
        assert take.metadata["takes"]
        assert take.metadata["faults"] == []
        assert take.facts.sample_rate == 24000
    assert [take.metadata["voice"] for take in spoken] == ["imitated", "builtin"]
    assert takes.provenance.device == "cpu"
    # The voice that is imitated is the recording's; the other one is Chatterbox's own.
    pitches = [pitch(studio.home.runs / "film" / "dialogue_wavs" / take.file) for take in spoken]
    assert pitches[0] == pytest.approx(220, abs=4)
    assert pitches[1] == pytest.approx(110, abs=4)
    assert len([entry for entry in diary(studio.weights) if "load" in str(entry)]) == 1


def pitch(wav: Path) -> float:
    """Return the frequency that is strongest in a sound, in Hz."""
    samples, rate = soundfile.read(wav)
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


def test_the_film_sounds_as_it_was_mastered_and_lasts_as_long_as_its_frames(
    studio: SoundStudio,
) -> None:
    frames = frame_times(studio.film())
    assert len(frames) == 4 * 12
    heard = sound(studio.film())
    assert abs(loudness(heard) + 16) <= 0.5
    assert len(heard) / 48000 == pytest.approx(4.0, abs=1024 / 48000)


def test_only_the_mouth_that_is_seen_moves_and_only_while_it_speaks(studio: SoundStudio) -> None:
    manifests = studio.manifests()
    clip = manifests["lipsync_clips"].artifact("shot_002", "clip")
    passages: Any = clip.metadata["passages"]
    assert [passage["speaker"] for passage in passages] == ["mara"]
    folder = studio.home.runs / "film"
    every = set(range(36))
    before = pictures(folder / "shot_clips" / "shot_002.mp4", every)
    after = pictures(folder / "lipsync_clips" / clip.file, every)
    moved = [frame for frame in every if psnr(before[frame], after[frame]) < 34]
    timeline = json.loads((folder / "timeline_track" / "timeline.json").read_text())
    line = timeline["lines"][0]
    first, last = (round(line[at] / 48000 * 12) - 12 for at in ("start_sample", "end_sample"))
    assert moved, "no mouth was moved"
    assert first - 2 <= min(moved) <= first + 2
    assert last - 2 <= max(moved) <= last + 2
    assert manifests["lipsync_clips"].artifact("shot_001", "clip").sha256 == (
        manifests["shot_clips"].artifact("shot_001", "clip").sha256
    )


def test_what_is_missing_is_said_before_anything_is_made(studio: SoundStudio) -> None:
    before = studio.actions()
    talking = studio.write(talking_film())
    assert sparkle(studio, "plan", "check", talking).returncode == 0
    record = studio.environments.of(program_of("wav2lip")).folder / "environment.json"
    kept = record.read_bytes()
    record.unlink()
    try:
        refused = sparkle(studio, "render", talking, "--run-id", "other")
        again = sparkle(studio, "render", talking, "--run-id", "film")
    finally:
        record.write_bytes(kept)
    # What is there already needs nothing more.
    assert again.returncode == 0, again.stderr
    assert refused.returncode == 1
    assert "sparkle engines install wav2lip" in refused.stderr
    assert studio.actions() == before


def test_an_edit_makes_again_what_it_touches_and_a_missing_face_is_a_warning(
    studio: SoundStudio,
) -> None:
    """It runs last: it renders the film again, whose plan does not say any more where Mara is."""
    edited = talking_film()
    edited["shots"][1]["dialogue"][1]["text"] = "Come in now."
    edited["shots"][1]["metadata"] = {"faces": {"mara": None}}
    plan = studio.write(edited)
    why = sparkle(studio, "explain", "film", "--plan", plan)
    assert why.returncode == 0, why.stderr
    assert "lipsync_clips" in why.stdout
    assert "faces" in why.stdout
    rendered = sparkle(studio, "render", plan, "--run-id", "film")
    assert rendered.returncode == 0, rendered.stderr
    assert "Warning: lipsync_clips: faces_found" in rendered.stderr
    assert "shot_002 (mara)" in rendered.stderr
    made = studio.rendered().made
    assert made["dialogue_wavs"] == ["line_0002"]
    assert made["lipsync_clips"] == ["shot_002"]
    assert "base_images" not in made
    assert failed_checks(studio) - DOUBTFUL == {"faces_found"}
    assert studio.checks()["faces_found"].metadata["without_face"].value == "shot_002 (mara)"
