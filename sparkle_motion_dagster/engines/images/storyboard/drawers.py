"""Who draws keyframes: this process, one at a time, and beside it others of its own.

What renders a drawing lets nothing else of its process run meanwhile, and Python does not while it
composes one: 13 keyframes of 1280x720 took threads alone 3.1 to 4.3 s on two cores, and a second
process beside this one 3.0 to 3.6 s. What draws is loaded when something is drawn.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sparkle_motion_dagster.engines.base import EngineError

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.images.storyboard.keyframe import KeyframeOrder
    from sparkle_motion_dagster.engines.images.storyboard.program import Answer

_PROGRAM = "sparkle_motion_dagster.engines.images.storyboard.program"
_PACKAGES = Path(__file__).resolve().parents[4]
_LAST_LINES = 12
_AT_ONCE = "SPARKLE_AT_ONCE"
"""How many items are made at the same time; see `production.concurrency`."""
_WORTH_A_PROCESS = 320 * 180
"""Pixels: a keyframe of 160x90 takes 0.05 s, and a process 0.6 s to start."""


class Drawers:
    """Draws keyframes for several threads at the same time.

    A process is started when this one draws already, and all others, too; it is kept for the next
    keyframe until `dismiss`. Small keyframes wait for this one.
    """

    def __init__(self) -> None:
        self._here = Lock()
        self._idle: list[_DrawingProcess] = []
        self._choosing = Lock()

    def draw(self, order: KeyframeOrder) -> tuple[str, ...]:
        """Draw a keyframe, here or elsewhere; see `keyframe.draw`.

        Raises:
            OSError: A file cannot be written.
            EngineError: A process that drew it ended.
        """
        from sparkle_motion_dagster.engines.images.storyboard.keyframe import draw

        size = order.request.size
        small = size.width * size.height < _WORTH_A_PROCESS
        if self._here.acquire(blocking=small):
            try:
                return draw(order)
            finally:
                self._here.release()
        with self._choosing:
            process = self._idle.pop() if self._idle else _DrawingProcess()
        answer = process.answer(order)
        with self._choosing:
            self._idle.append(process)
        if answer.refused is not None:
            refused = answer.refused
            raise OSError(refused.number, refused.words, refused.file)
        return answer.remarks

    def dismiss(self) -> None:
        """End the processes that draw nothing."""
        with self._choosing:
            while self._idle:
                self._idle.pop().end()


def _python_path() -> str:
    """Return where a process finds this package, too, wherever it was imported from.

    That is not this process's `sys.path`: OpenCV puts its own folder there while it is imported,
    whose `typing` another thread would hand on.
    """
    return os.pathsep.join(filter(None, [str(_PACKAGES), os.environ.get("PYTHONPATH")]))


class _DrawingProcess:
    """A process that draws one keyframe after the other.

    It ends with this process, however that ends: its input does. The kernel's watch, as encoders
    have it, would end it with the thread that started it, which others use after that.
    """

    def __init__(self) -> None:
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            env={**os.environ, "PYTHONPATH": _python_path()},
            start_new_session=True,  # Ctrl-C is for this process, which finishes what is in work
        )

    def answer(self, order: KeyframeOrder) -> Answer:
        """Have a keyframe drawn.

        Raises:
            EngineError: The process ended; the message holds its last words.
        """
        from sparkle_motion_dagster.engines.images.storyboard.program import Answer

        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EngineError("A process that draws keyframes was started without its pipes.")
        with contextlib.suppress(BrokenPipeError):  # its last words say why
            stdin.write(order.model_dump_json().encode() + b"\n")
            stdin.flush()
        line = stdout.readline()
        if not line.endswith(b"\n"):
            raise self._ended()
        return Answer.model_validate_json(line)

    def _ended(self) -> EngineError:
        status = self._process.wait()
        self._messages.seek(0)
        words = self._messages.read().decode("utf-8", "replace").strip().splitlines()
        self.end()
        how = f"with status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"
        return EngineError(
            "\n".join(
                [
                    f"A process that draws keyframes ended {how}. What was drawn is kept: render "
                    f"again, with {_AT_ONCE}=1 to do without such processes.",
                    *words[-_LAST_LINES:],
                ]
            )
        )

    def end(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
        self._messages.close()
