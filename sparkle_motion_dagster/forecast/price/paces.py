"""How long items take, and how much they lay down: foretold from what others like them have taken.

What an engine was asked for at once is one call. A call's pace is the sum of its items' seconds
over the sum of their work, without what its engine did but once (start, import, load): so it holds
for engines, too, that make several items together, of which the first waits for all. The pace that
is foretold is the median of the most recent calls: one during which the machine was busy with
something else does not count.

Where the items of a call are of several lengths, they tell what an item costs however small it is,
too: so much work is added to each (`Pace.each`).
"""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median

from sparkle_motion_dagster.artifacts.measurements import Measurement, model_of, settings_digest
from sparkle_motion_dagster.artifacts.models import EngineIdentity

_MOST_CALLS = 9
"""How many calls count, the most recent ones: machines, drivers and libraries change."""

_FEWEST_ITEMS, _MOST_ITEMS, _FEWEST_PAIRS, _APART = 4, 60, 3, 1.5
"""Of how many items of a call, at least and at most, and how many pairs of them whose work is so
many times apart, it is told what an item costs however small it is."""

_MOST_EACH = 10
"""How many times the largest work that is at most: then the work makes no difference any more."""


@dataclass(frozen=True)
class Pace:
    """How fast an engine works, and what it lays down, as it was measured.

    Attributes:
        seconds: Seconds a unit of work.
        each: Work that is added to that of each item: what it takes however small it is.
        size_bytes: Bytes a unit of work.
        start_s: Seconds that it needs once, before it begins.
        items: Of how many items that was measured.
        alike: Whether those were of the same settings and size.
    """

    seconds: float
    each: float
    size_bytes: float
    start_s: float
    items: int
    alike: bool

    def seconds_of(self, work: float) -> float:
        """Return the seconds of an item, without a start."""
        return self.seconds * (work + self.each)


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
        self._pace = functools.cache(self._found_out)

    def pace(
        self, engine: EngineIdentity, device: str, size: str | None, usual: Usual
    ) -> Pace | None:
        """Return the pace of an engine; None: nothing like it was measured.

        What was made with the same settings and in the same size counts; where there is none of
        that, or nothing but what a start of unknown length is in, whatever the engine made with
        that model on that device. Starts count in whatever size the engine began.
        """
        who = model_of(engine), device
        return self._pace(str(engine), who, (settings_digest(engine), size), usual)

    def _found_out(
        self, engine: str, who: tuple[str | None, str], kind: tuple[str, str | None], usual: Usual
    ) -> Pace | None:
        found = [one for one in self._measured(engine) if (one.model, one.device) == who]
        if not found:
            return None
        alike = [one for one in found if (one.settings, one.size) == kind]
        if all(map(_holds_unknown_start, alike)) and not all(map(_holds_unknown_start, found)):
            alike = []
        pace = pace_of(alike or found, usual, alike=bool(alike))
        return replace(pace, start_s=_start_s(found, usual))


def pace_of(measured: Sequence[Measurement], usual: Usual, *, alike: bool) -> Pace:
    """Return the pace that measurements come to.

    Where all of them hold a start of unknown length, it has the share in their seconds that the
    engine's own estimate gives it.

    Args:
        measured: At least one, the last one last.
        usual: The engine's own estimate.
        alike: Whether they are of the same settings and size.
    """
    calls = _last_calls(measured)
    seconds, each = _rate(calls, usual)
    return Pace(
        seconds=seconds,
        each=each,
        size_bytes=median(_ratio((one.size_bytes, one.work) for one in call) for call in calls),
        start_s=_start_s(measured, usual),
        items=sum(map(len, calls)),
        alike=alike,
    )


def _rate(calls: Sequence[Sequence[Measurement]], usual: Usual) -> tuple[float, float]:
    """Return the seconds a unit of work, and the work that is added to that of each item."""
    steady = _steady(calls)
    found = [each for call in steady if (each := _work_each(call)) is not None]
    each = median(found) if found else 0.0
    return median(_seconds_a_unit(call, usual, each) for call in steady), each


def _last_calls(measured: Sequence[Measurement]) -> list[list[Measurement]]:
    return _calls(measured)[-_MOST_CALLS:]


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


def _seconds_a_unit(call: Sequence[Measurement], usual: Usual, each: float) -> float:
    return _ratio((_working_s(one, usual), one.work + each) for one in call)


def _work_each(call: Sequence[Measurement]) -> float | None:
    """Return the work that each item of a call costs beside its own; None: it does not tell.

    By the median slope between two items (Theil 1950, Sen 1968), within one call: during that a
    machine is mostly as busy all the time. Nothing is added unless that explains at least half of
    what seconds in proportion to the work leave unexplained.
    """
    items = [(one.work, one.seconds) for one in call if one.batch == 1][-_MOST_ITEMS:]
    pairs = [
        (low, high) for low, high in combinations(sorted(items), 2) if high[0] >= _APART * low[0]
    ]
    if len(items) < _FEWEST_ITEMS or len(pairs) < _FEWEST_PAIRS:
        return None
    slope = max(0.0, median((high[1] - low[1]) / (high[0] - low[0]) for low, high in pairs))
    fixed = max(0.0, median(seconds - slope * work for work, seconds in items))
    pace = _ratio((seconds, work) for work, seconds in items)
    left = sum(abs(seconds - fixed - slope * work) for work, seconds in items)
    if left > sum(abs(seconds - pace * work) for work, seconds in items) / 2:
        return 0.0
    most = _MOST_EACH * max(work for work, _ in items)
    return min(most, fixed / slope) if slope else most


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


def _start_s(measured: Sequence[Measurement], usual: Usual) -> float:
    """Return the seconds that starting took, by the pace of what was started already.

    The items that an engine began with are compared with others of their own settings and size;
    where there are none, with all.
    """
    kinds: dict[tuple[str, str | None], list[Measurement]] = defaultdict(list)
    for one in measured:
        kinds[one.settings, one.size].append(one)
    starts: list[float] = []
    for kind in kinds.values():
        known = measured if all(map(_holds_unknown_start, kind)) else kind
        seconds, each = _rate(_last_calls(known), usual)
        starts += [
            max(one.loading_s, 0.0 if one.batch > 1 else one.seconds - seconds * (one.work + each))
            for one in kind
            if one.starts
        ]
    return max(0.0, median(starts)) if starts else 0.0
