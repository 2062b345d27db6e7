"""The whole graph on real code: SDXL and Wan tiny, the real Chatterbox on random weights."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from dagster import AssetCheckSeverity
from ruamel.yaml import YAML

from cinema import PROFILE, CinematicStudio, cinematic_film
from measure import frame_times, loudness, sound
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.speech.chatterbox import PROGRAM
from worker_environments import installed

pytestmark = pytest.mark.engines

REAL = Path(__file__).parent / "support" / "real_chatterbox.py"


class SpokenStudio(CinematicStudio):
    """A cinematic studio in which the real Chatterbox speaks, on weights that learned nothing."""

    def __init__(self, root: Path, environments: Environments) -> None:
        super().__init__(root)
        self.environments = environments
        weights = root / "weights" / "chatterbox"
        python = environments.of(PROGRAM).python
        subprocess.run([python, "-s", "-P", REAL, "english", weights], check=True)
        yaml = YAML(typ="safe", pure=True)
        path = self.profiles / f"{PROFILE}.yaml"
        profile: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"))
        profile["resources"]["speech"]["config"] = {
            "engine": "casting",
            "settings": {"providers": {"chatterbox": {"weights": str(weights)}}},
        }
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(profile, file)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the studio's commands."""
        return super().environment | {"SPARKLE_ENVIRONMENTS": str(self.environments.root)}


def test_a_film_of_real_models_passes_all_checks(tmp_path: Path) -> None:
    environments = installed("chatterbox", tmp_path / "environments")
    studio = SpokenStudio(tmp_path / "studio", environments)
    path = studio.write(cinematic_film())
    rendered = studio.sparkle("render", path, "--profile", PROFILE, "--run-id", "film")
    assert rendered.returncode == 0, rendered.stderr
    checks = studio.checks()
    broken = {name for name, check in checks.items() if not check.passed}
    assert not {name for name in broken if checks[name].severity is AssetCheckSeverity.ERROR}
    # Models that have learned nothing babble until they are stopped, draw no face, and meet no
    # keyframe: what a person is warned of is true.
    assert broken <= {"takes_good", "portraits_show_faces", "on_keyframes", "seams"}
    manifests = studio.manifests()
    engines = {stage: manifest.engine.name for stage, manifest in manifests.items()}
    assert engines["base_images"] == "sdxl"
    assert engines["shot_clips"] == "wan"
    assert engines["dialogue_wavs"] == "chatterbox"
    assert engines["lipsync_clips"] == "viseme"
    take = manifests["dialogue_wavs"].artifact("line_0001", "audio")
    assert take.facts.sample_rate == 24000
    assert take.metadata["provider"] == "chatterbox"
    moved = manifests["lipsync_clips"].artifact("shot_002", "clip")
    assert moved.metadata["driven_by"] == "loudness"
    frames = frame_times(studio.film())
    assert frames == [Fraction(frame, 16) for frame in range(len(frames))]
    heard = sound(studio.film())
    assert abs(loudness(heard) + 16) <= 0.5
    assert len(heard) / 48000 == pytest.approx(len(frames) / 16, abs=1024 / 48000)
    again = studio.sparkle("render", path, "--profile", PROFILE, "--run-id", "film")
    assert again.returncode == 0, again.stderr
    assert "up to date: nothing was made" in again.stderr
