"""A gate before the encoder: renders wait at it, on any machine, until a test lets them go on."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

from studio import Studio


class GatedStudio(Studio):
    """A studio in which no clip is encoded while a test keeps the gate closed."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._gate = root / "gate"
        self._gate.touch()
        self._encoder = root / "ffmpeg"
        self._encoder.write_text(
            "#!/bin/sh\n"
            'case "$*" in\n'
            f'*libx264*) exec flock --shared --no-fork "{self._gate}" "{get_ffmpeg_exe()}" "$@";;\n'
            f'*) exec "{get_ffmpeg_exe()}" "$@";;\n'
            "esac\n"
        )
        self._encoder.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the studio's commands."""
        return super().environment | {"IMAGEIO_FFMPEG_EXE": str(self._encoder)}

    @contextlib.contextmanager
    def gate_closed(self) -> Iterator[None]:
        """Keep the gate closed until the block ends; renders come as far as their first clip."""
        with self._gate.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
