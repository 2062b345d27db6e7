"""What becomes of each item of a stage: current, taken from the store, or made, and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.choices import NOTHING_CHOSEN, Choices
from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.film.takes.recipes import has_takes
from sparkle_motion_dagster.forecast.calls import EngineCall, PinnedItem
from sparkle_motion_dagster.forecast.comparing import Names, compare, engine_changes, readable
from sparkle_motion_dagster.forecast.dry_run import UNFORESEEABLE, DryRun
from sparkle_motion_dagster.forecast.explanation import (
    Change,
    ItemForecast,
    ItemState,
    StageForecast,
)
from sparkle_motion_dagster.forecast.history import History, LastRender


@dataclass(frozen=True)
class WantedItem:
    """An item that the next render asks for, in every way in which it may ask.

    ``always`` tells whether it asks for it in any case, ``ignored`` names the fields that are
    not compared: those that its engine does not use, and those that cannot be foreseen.
    """

    call: EngineCall
    futures: Sequence[dict[str, JsonValue]]
    always: bool
    ignored: frozenset[str]

    @property
    def key(self) -> str:
        """What is the same for items that will come out the same."""
        identity = self.call.engine.identity().model_dump(mode="json")
        return digest_json([identity, *self.futures])


class Judge:
    """Says what becomes of each item.

    Args:
        history: What has been made before, by whomever.
        last: What the film's last render has left.
        names: Whose the files in requests are.
        unheard: The takes that nobody has heard yet, as people call them.
        unsearched: The pictures and clips in which nobody has looked for faces yet, likewise.
        choices: What a person has chosen of the film's takes.
    """

    def __init__(
        self,
        history: History,
        last: LastRender,
        names: Names,
        unheard: tuple[str, ...],
        unsearched: tuple[str, ...],
        choices: Choices = NOTHING_CHOSEN,
    ) -> None:
        self._history = history
        self._last = last
        self._names = names
        self._unheard = unheard
        self._unsearched = unsearched
        self._choices = choices

    def stage(self, stage: str, runs: Sequence[DryRun]) -> StageForecast:
        """Return what becomes of the items of a stage."""
        unforeseeable = UNFORESEEABLE.get(stage, frozenset()) if self._unheard else frozenset()
        wanted = _wanted(stage, runs, unforeseeable)
        shown = self._last.fingerprints(stage)
        before = {**self._last.takes(stage), **shown}
        records = {item: self._history.record(print_) for item, print_ in before.items()}
        usual = [record.seconds for record in records.values() if record is not None]
        first_like: dict[str, str] = {}
        items = []
        for item, want in wanted.items():
            judged = self._judged(item, want, before.get(item), records.get(item))
            if (
                judged.state is ItemState.MADE
                and (first := first_like.setdefault(want.key, item)) != item
            ):
                judged = ItemForecast(id=item, state=ItemState.TAKEN, reason=f"the same as {first}")
            items.append(self._chosen(stage, want, _timed(judged, records.get(item), usual)))
        pins = _pins(stage, runs)
        items += [self._pinned(found, unforeseeable) for found in pins.values()]
        undecided = dict.fromkeys(item for run in runs for item in run.undecided[stage])
        items += [_undecided(item) for item in undecided if item not in wanted]
        there = wanted.keys() | pins.keys() | undecided.keys()
        gone = [ItemForecast(id=item, state=ItemState.GONE) for item in shown if item not in there]
        return StageForecast(stage=stage, items=(*items, *gone))

    def _chosen(self, stage: str, wanted: WantedItem, judged: ItemForecast) -> ItemForecast:
        """Say which take of an item it is, if somebody has chosen it."""
        known = self._choices.of(stage, judged.id)
        if known is None or not has_takes(wanted.call.item.request):
            return judged
        return judged.model_copy(update={"take": known.chosen})

    def _pinned(self, found: Sequence[PinnedItem], unforeseeable: frozenset[str]) -> ItemForecast:
        """Say whether an item that is pinned fits the film, and how it would be made otherwise."""
        first = found[0]
        item, engine = first.call.item.id, first.call.engine
        forecast = ItemForecast(id=item, state=ItemState.PINNED)
        faults = [pin.fault for pin in found if pin.fault]
        if len(faults) == len(found):
            return forecast.model_copy(update={"reason": f"it does not fit: {faults[0]}"})
        record = self._history.record(first.fingerprint)
        if record is None or all(pin.call.fingerprint == pin.fingerprint for pin in found):
            return forecast
        ignored = engine.unused_fields | unforeseeable
        futures = _distinct(
            readable(pin.call.item.request.model_dump(mode="json"), ignored) for pin in found
        )
        compared = compare(readable(record.request, ignored), futures, self._names)
        changes = (*engine_changes(record.engine, engine.identity()), *compared.changes)
        if not changes and compared.open:
            reason = "it may be stale by then"
        else:
            reason = "stale: it would be made otherwise now"
        if faults:
            reason = f"{reason}; it may not fit: {faults[0]}"
        told = {"reason": reason, "changes": changes, "waits_for": compared.waits_for}
        return forecast.model_copy(update=told)

    def _judged(
        self, item: str, wanted: WantedItem, before: str | None, record: ActionRecord | None
    ) -> ItemForecast:
        was = wanted.futures[0] if record is None else readable(record.request, wanted.ignored)
        compared = compare(was, wanted.futures, self._names)
        identity = wanted.call.engine.identity()
        changes = compared.changes
        if record is not None:
            changes = (*engine_changes(record.engine, identity), *changes)
        if not wanted.always:
            # What it would be asked for, if at all, nobody can tell yet.
            return self._open(item, wanted, before, (), ())
        if compared.open:
            return self._open(item, wanted, before, changes, compared.waits_for)
        return self._certain(item, wanted.call.fingerprint, before, record, changes)

    def _certain(
        self,
        item: str,
        print_: str,
        before: str | None,
        record: ActionRecord | None,
        changes: tuple[Change, ...],
    ) -> ItemForecast:
        known = self._history.known(print_)
        if known.record is not None:
            if before == print_:
                return ItemForecast(id=item, state=ItemState.CURRENT)
            return ItemForecast(
                id=item, state=ItemState.TAKEN, reason="made before", changes=changes
            )
        reason = ""
        if known.fault:
            reason = known.fault
        elif before is None:
            reason = "new"
        elif record is None:
            reason = "its action record is missing or damaged"
        elif not changes:
            reason = "its request is spelt in another way"
        return ItemForecast(id=item, state=ItemState.MADE, reason=reason, changes=changes)

    def _open(
        self,
        item: str,
        wanted: WantedItem,
        before: str | None,
        changes: tuple[Change, ...],
        waits_for: tuple[str, ...],
    ) -> ItemForecast:
        certain = wanted.always and (before is None or bool(changes))
        identity, names = wanted.call.engine.identity(), self._names
        ignored = wanted.ignored
        if certain and not self._history.may_know(identity, wanted.futures, ignored, names):
            state, waits_for = ItemState.MADE, ()
        else:
            state, waits_for = ItemState.MAYBE, waits_for or (*self._unheard, *self._unsearched)
        return ItemForecast(
            id=item,
            state=state,
            reason="new" if before is None else "",
            changes=changes,
            waits_for=waits_for,
        )


def _wanted(
    stage: str, runs: Sequence[DryRun], unforeseeable: frozenset[str]
) -> dict[str, WantedItem]:
    """Return the items of a stage, from all ways in which it may turn out."""
    calls: dict[str, list[EngineCall]] = defaultdict(list)
    # The last run is the one in which most is asked for.
    for run in reversed(runs):
        for call in run.calls[stage]:
            calls[call.item.id].append(call)
    wanted = {}
    for item, found in calls.items():
        ignored = found[0].engine.unused_fields | unforeseeable
        wanted[item] = WantedItem(
            call=found[0],
            futures=_distinct(
                readable(call.item.request.model_dump(mode="json"), ignored) for call in found
            ),
            always=len(found) == len(runs),
            ignored=ignored,
        )
    return wanted


def _pins(stage: str, runs: Sequence[DryRun]) -> dict[str, list[PinnedItem]]:
    """Return the items of a stage that stay as they are, as each way to turn out has them."""
    pins: dict[str, list[PinnedItem]] = defaultdict(list)
    for run in runs:
        for pin in run.pins[stage]:
            pins[pin.call.item.id].append(pin)
    return pins


def _undecided(item: str) -> ItemForecast:
    """Return what becomes of an item whose takes are to be made or measured: no more than those."""
    return ItemForecast(id=item, state=ItemState.UNDECIDED, reason="which, a rule decides then")


def _distinct(requests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    distinct: list[dict[str, Any]] = []
    for request in requests:
        if request not in distinct:
            distinct.append(request)
    return distinct


def _timed(item: ItemForecast, record: ActionRecord | None, usual: Sequence[float]) -> ItemForecast:
    """Add how long making it took the last time; for a new one, how long the others took."""
    if item.state not in (ItemState.MADE, ItemState.MAYBE):
        return item
    seconds = record.seconds if record else fmean(usual) if usual else None
    return item.model_copy(update={"seconds": seconds})
