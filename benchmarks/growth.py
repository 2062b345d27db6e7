"""How time and memory grow with a film: parts d and m."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checkout import Checkout
from benchmarks.films import film
from benchmarks.results import Figure, in_seconds
from benchmarks.studio import Render, Studio

_MOST_OF_TIME, _MOST_OF_MEMORY = 1.1, 1.25
"""How far the growth may be above that of the shots, and above none."""


@dataclass(frozen=True)
class _Length:
    """Films of shots that all last as long."""

    part: str
    seconds_a_shot: float
    resolution: str
    frame_rate: int

    def of(self, shots: int, folder: Path, checkout: Checkout) -> Render:
        """Render one of so many shots."""
        plan = film(shots, self.seconds_a_shot, self.resolution, self.frame_rate)
        return Studio(folder / f"{self.part}-{shots}", checkout).render(plan)

    def figure(self, shots: int, render: Render) -> Figure:
        """Return what one of so many shots took."""
        return Figure(
            self.part,
            f"{shots} shots of {self.seconds_a_shot:g} s, {self.resolution}, {self.frame_rate} fps",
            f"{in_seconds(render.run_s)}, {1000 * render.run_s / shots:.0f} ms a shot, "
            f"{render.cost.peak_mib:.0f} MiB",
        )


_BRIEF = _Length("d", 1.0, "320x180", 24)
_BRIEF_SHOTS = (20, 50, 100, 200)
_HOUR = _Length("m", 18.0, "160x90", 4)
_HOUR_SHOTS = (20, 200)
"""A film has 200 shots at most, and lasts an hour at most."""


def growth(folder: Path, checkout: Checkout) -> Iterator[Figure]:
    """Measure d: time and memory from 20 to 200 shots."""
    yield from _grown(_BRIEF, _BRIEF_SHOTS, "ten times the shots", folder, checkout)


def an_hour(folder: Path, checkout: Checkout) -> Iterator[Figure]:
    """Measure m: time and memory of a film of an hour, and of one of six minutes."""
    yield from _grown(_HOUR, _HOUR_SHOTS, "an hour against six minutes", folder, checkout)


def _grown(
    length: _Length, counts: tuple[int, ...], what: str, folder: Path, checkout: Checkout
) -> Iterator[Figure]:
    renders = []
    for shots in counts:
        renders.append(length.of(shots, folder, checkout))
        yield length.figure(shots, renders[-1])
    factor = counts[-1] / counts[0]
    time = renders[-1].run_s / renders[0].run_s
    memory = renders[-1].cost.peak_mib / renders[0].cost.peak_mib
    yield Figure(
        length.part,
        f"time, {what}",
        f"{time:.1f} x",
        f"linear: at most {_MOST_OF_TIME * factor:.0f} x",
        time <= _MOST_OF_TIME * factor,
    )
    yield Figure(
        length.part,
        f"memory, {what}",
        f"{memory:.2f} x",
        f"flat: at most {_MOST_OF_MEMORY} x",
        memory <= _MOST_OF_MEMORY,
    )
