"""How long items take, and how much they lay down: foretold from what others like them have taken.

What an engine was asked for at once is one call. A call's pace is the sum of its items' seconds
over the sum of their work, without what its engine did but once (start, import, load): so it holds
for engines, too, that make several items together, of which the first waits for all. The pace that
is foretold is the median of the most recent calls: one during which the machine was busy with
something else does not count.
"""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from sparkle_motion_dagster.artifacts.measurements import Measurement, model_of, settings_digest
from sparkle_motion_dagster.artifacts.models import EngineIdentity

_MOST_CALLS = 9
"""How many calls count, the most recent ones: machines, drivers and libraries change."""


@dataclass(frozen=True)
class Pace:
    """How fast an engine works, and what it lays down, as it was measured.

    Attributes:
        seconds: Seconds a unit of work.
        size_bytes: Bytes a unit of work.
        start_s: Seconds that it needs once, before it begins.
        items: Of how many items that was measured.
        alike: Whether those were of the same settings and size.
    """

    seconds: float
    size_bytes: float
    start_s: float
    items: int
    alike: bool


@dataclass(frozen=True)
class Usual:
    """What an engine says of itself before anything is measured.

    Attributes:
        seconds: Seconds a unit of work; None: it does not know.
        start_s: Seconds that it needs once.
    """

    seconds: float | None = None
    start_s: float = 0.0


class Paces:
    """What is known of engines' paces.

    Args:
        measured: Returns what was measured of an engine, by name and version, the last one last.
    """

    def __init__(self, measured: Callable[[str], Sequence[Measurement]]) -> None:
        self._measured = functools.cache(measured)

    def pace(
        self, engine: EngineIdentity, device: str, size: str | None, usual: Usual
    ) -> Pace | None:
        """Return the pace of an engine; None: nothing like it was measured.

        What was made with the same settings and in the same size counts; where there is none of
        that, whatever the engine made with that model on that device.
        """
        who = model_of(engine), device
        found = [one for one in self._measured(str(engine)) if (one.model, one.device) == who]
        settings = settings_digest(engine)
        alike = [one for one in found if (one.settings, one.size) == (settings, size)]
        return pace_of(alike or found, usual, alike=bool(alike)) if found else None


def pace_of(measured: Sequence[Measurement], usual: Usual, *, alike: bool) -> Pace:
    """Return the pace that measurements come to.

    Where all of them hold a start of unknown length, it has the share in their seconds that the
    engine's own estimate gives it.

    Args:
        measured: At least one, the last one last.
        usual: The engine's own estimate.
        alike: Whether they are of the same settings and size.
    """
    calls = _calls(measured)[-_MOST_CALLS:]
    seconds = median(_seconds_a_unit(call, usual) for call in _steady(calls))
    items = [one for call in calls for one in call]
    return Pace(
        seconds=seconds,
        size_bytes=median(_ratio((one.size_bytes, one.work) for one in call) for call in calls),
        start_s=_start_s(items, seconds),
        items=len(items),
        alike=alike,
    )


def _calls(measured: Sequence[Measurement]) -> list[list[Measurement]]:
    calls: dict[str, list[Measurement]] = defaultdict(list)
    for one in measured:
        calls[one.called_at].append(one)
    return list(calls.values())


def _steady(calls: Sequence[Sequence[Measurement]]) -> list[Sequence[Measurement]]:
    """Return the calls without the items that hold an unknown start; with them, if all do."""
    steady = [[one for one in call if not _holds_unknown_start(one)] for call in calls]
    return [call for call in steady if call] or list(calls)


def _holds_unknown_start(one: Measurement) -> bool:
    """Tell whether an item's seconds hold more of a start than is known of it.

    Whatever was loaded, a model is slower the first time. Who waited for a batch cannot be left
    out: what the others took is in its seconds.
    """
    return one.starts and (one.batch == 1 or not one.loading_s)


def _seconds_a_unit(call: Sequence[Measurement], usual: Usual) -> float:
    return _ratio((_working_s(one, usual), one.work) for one in call)


def _working_s(one: Measurement, usual: Usual) -> float:
    """Return the seconds of an item without its start, as far as that is known."""
    if not _holds_unknown_start(one) or one.loading_s:
        return max(0.0, one.seconds - one.loading_s)
    if usual.seconds is None or not usual.start_s:
        return one.seconds
    working = usual.seconds * one.work
    return one.seconds * working / (working + usual.start_s)


def _ratio(pairs: Iterable[tuple[float, float]]) -> float:
    amounts, works = zip(*pairs, strict=True)
    return float(sum(amounts) / sum(works))


def _start_s(items: Sequence[Measurement], seconds: float) -> float:
    """Return the seconds that starting took, by the pace of what was started already."""
    starts = [
        max(one.loading_s, 0.0 if one.batch > 1 else one.seconds - seconds * one.work)
        for one in items
        if one.starts
    ]
    return max(0.0, median(starts)) if starts else 0.0
