"""A studio whose films hear themselves."""

from __future__ import annotations

from pathlib import Path

from sparkle_motion_dagster.config_files import CONFIGS
from studio import Studio


class ListeningStudio(Studio):
    """A studio with the animatic profile, under which Whisper listens."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.profiles = root / "profiles"
        self.profiles.mkdir()
        animatic = (CONFIGS / "profiles" / "animatic.yaml").read_text(encoding="utf-8")
        (self.profiles / "listening.yaml").write_text(
            animatic.replace("profile: animatic", "profile: listening")
            + "  hearing:\n    config: {engine: whisper}\n",
            encoding="utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the studio's commands."""
        return super().environment | {"SPARKLE_PROFILES": str(self.profiles)}
