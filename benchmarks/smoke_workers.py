"""Chatterbox on this device, where its environment and weights are here: they need a network."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import JsonValue
from ruamel.yaml import YAML

from benchmarks.films import film, write
from benchmarks.smoke_record import Finding
from benchmarks.smoke_scale import Smoke
from benchmarks.studio import SPARKLE
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.speech.chatterbox.engine import ChatterboxEngine
from sparkle_motion_dagster.engines.speech.chatterbox.settings import ChatterboxSettings
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS
from sparkle_motion_dagster.gpu.device import Gpu

_NAME = "smoke"


def chatterbox(smoke: Smoke) -> Iterator[Finding]:
    """Render an animatic of three shots in which Chatterbox speaks a line.

    Raises:
        NotReadyError: Its environment or its weights are not here.
    """
    ChatterboxEngine(ChatterboxSettings(), Facilities(Gpu(smoke.preset))).check_ready()
    manifest = spoken(smoke, {"chatterbox": {}})
    for take in manifest.artifacts:
        if take.name == "audio":
            provider = take.metadata["provider"]
            yield Finding("spoken by", str(provider), provider == "chatterbox")
            for fact in ("watermark", "real_time_factor", "faults"):
                yield Finding(fact, str(take.metadata.get(fact)))


def spoken(smoke: Smoke, providers: Mapping[str, JsonValue]) -> StageManifest:
    """Render a film whose line some providers speak; return what the stage that speaks says.

    Raises:
        CalledProcessError: It was not rendered; what it printed says why.
    """
    folder = smoke.folder / "spoken"
    home = SparkleHome(folder / "home")
    profiles = folder / "profiles"
    profiles.mkdir(parents=True)
    _write_profile(profiles / f"{_NAME}.yaml", smoke.preset.name, providers)
    environment = os.environ | {
        "SPARKLE_HOME": str(home.root),
        "SPARKLE_PROFILES": str(profiles),
        "SPARKLE_ENVIRONMENTS": str(Environments.from_environment().root),
    }
    plan = write(film(3, 4.0, "320x180"), folder / f"{_NAME}-film.yaml")
    command = [str(SPARKLE), "render", str(plan), "--profile", _NAME, "--run-id", _NAME]
    subprocess.run(command, env=environment, check=True)
    manifest = RunFolder(home, _NAME).read(DIALOGUE_WAVS)
    if manifest is None:
        raise FileNotFoundError(f"{home.root} holds no takes of the film that was rendered.")
    return manifest


def _write_profile(path: Path, preset: str, providers: Mapping[str, JsonValue]) -> None:
    """Write the animatic's profile, with other voices and a device."""
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load((CONFIGS / "profiles" / "animatic.yaml").read_text(encoding="utf-8"))
    resources = profile["resources"]
    resources["film"]["config"]["profile"] = _NAME
    resources["speech"]["config"]["settings"]["providers"] = dict(providers)
    resources["gpu"] = {"config": {"preset": preset}}
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(profile, file)
