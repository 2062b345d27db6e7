"""Asking a provider of speech no more often than it may be asked."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.engines.base import Examined, Made, MadeFile
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest

_MINUTE_S = 60.0


class RateLimit:
    """Lets something begin so often a minute, evenly.

    Args:
        name: What people call it.
        per_minute: How often.
        now: Tells the time in seconds.
        wait: Waits for some seconds; it is told why, and what comes next.
    """

    def __init__(
        self,
        name: str,
        per_minute: float,
        now: Callable[[], float],
        wait: Callable[[float, str, str], None],
    ) -> None:
        self._name = name
        self._every_s = _MINUTE_S / per_minute
        self._now, self._wait = now, wait
        self._next = now()

    def keep(self) -> None:
        """Wait until the next one may begin."""
        early = self._next - self._now()
        if early > 0:
            why = f"{self._name} may be asked once in {self._every_s:.1f} s"
            self._wait(early, why, f"{self._name} was asked")
        self._next = self._now() + self._every_s


class RateLimitedEngine(SpeechEngine[Any]):
    """Speaks as another engine does, within a rate limit; all else is that engine's."""

    def __init__(self, engine: SpeechEngine[Any], limit: RateLimit) -> None:
        super().__init__(engine.settings)
        self.unused_fields = engine.unused_fields
        self._engine = engine
        self._limit = limit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def identity(self) -> EngineIdentity:
        """Return the engine's identity: a rate limit changes no take."""
        return self._engine.identity()

    def check(self, request: SpeechRequest) -> None:
        """Make sure that the engine can speak a line."""
        self._engine.check(request)

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        """Have the engine make one result after the other, each when it is time."""
        with closing(self._engine.make(requests, folder)) as results:
            for _ in requests:
                self._limit.keep()
                if (made := next(results, None)) is None:
                    return
                yield made

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Measure a file as the engine does."""
        return self._engine.examine(output, folder)
