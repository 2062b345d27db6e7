"""A cinematic studio for tests: the cinematic profile on tiny models with random weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from sparkle_motion_dagster.config_files import CONFIGS
from studio import Plan, Studio, plan_format_example
from tiny_sdxl import save_adapter, save_base
from tiny_wan import write_flf2v

PROFILE = "tiny"


class CinematicStudio(Studio):
    """A studio with a profile of its own, whose models fit a test.

    ``write_video_weights`` writes those of the model that the plans name; ``like`` is the profile
    that the studio's own is made of.
    """

    def __init__(
        self,
        root: Path,
        write_video_weights: Callable[[Path], Path] = write_flf2v,
        like: str = "cinematic",
    ) -> None:
        super().__init__(root)
        self.profiles = root / "profiles"
        self.profiles.mkdir()
        weights = root / "weights"
        images, video = save_base(weights / "sdxl"), write_video_weights(weights / "wan")
        adapter = save_adapter(weights / "adapter", images)
        write_profile(self.profiles / f"{PROFILE}.yaml", images, adapter, video, like)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the studio's commands."""
        return super().environment | {
            "SPARKLE_PROFILES": str(self.profiles),
        }

    def slow_profile(self) -> str:
        """Write a profile whose clips take so many steps that nobody waits for their end."""
        yaml = YAML(typ="safe", pure=True)
        profile = yaml.load((self.profiles / f"{PROFILE}.yaml").read_text(encoding="utf-8"))
        profile["resources"]["film"]["config"]["profile"] = "slow"
        profile["resources"]["video"]["config"]["settings"]["steps"] = 100_000
        with (self.profiles / "slow.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(profile, file)
        return "slow"


def write_profile(path: Path, images: Path, adapter: Path, video: Path, like: str) -> None:
    """Write a cinematic profile with tiny weights and the animatic's sound, on the processor.

    Nobody listens: what is said is not what is tested.
    """
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load((CONFIGS / "profiles" / f"{like}.yaml").read_text(encoding="utf-8"))
    resources = profile["resources"]
    resources["film"]["config"]["profile"] = path.stem
    resources["images"]["config"]["settings"] = {
        "weights": str(images),
        "adapter_weights": str(adapter),
        "steps": 2,
        "native_area": 0,
    }
    video_settings = resources["video"]["config"].setdefault("settings", {})
    video_settings |= {"weights": str(video), "steps": 2}
    resources["speech"]["config"] = {"engine": "espeak"}
    resources["lipsync"]["config"] = {"engine": "viseme"}
    del resources["hearing"]
    resources["gpu"] = {"config": {"preset": "cpu"}}
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(profile, file)


def cinematic_film() -> Plan:
    """Return a film of two short shots, small enough for tiny models."""
    plan = plan_format_example()
    for shot, seconds in zip(plan["shots"], (0.9375, 1.5), strict=True):
        shot["duration_sec"] = seconds
    del plan["dialogue_timeline"]
    plan["base_images"][2]["characters"] = ["mara"]
    plan["render_profile"] = {
        "video": {"model_id": "wan-2.1"},
        "metadata": {"resolution": "128x72"},
    }
    return plan
