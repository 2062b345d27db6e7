"""What the next render of a film will make, and why, item by item."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.artifacts.errors import CorruptFileError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import ActionRecord, StageManifest
from sparkle_motion_dagster.assets.foresight import UNFORESEEABLE, Engines, Film, Order, Walk, walks
from sparkle_motion_dagster.assets.shooting import planned_shots
from sparkle_motion_dagster.assets.talking import talking_shots
from sparkle_motion_dagster.film.intake import STAGE as PLAN_STAGE
from sparkle_motion_dagster.film.intake import FrozenPlan, find_plan, foreseen_plan
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.forecast.comparing import (
    Change,
    Explanation,
    ItemForecast,
    Names,
    StageForecast,
    State,
    compare,
    engine_changes,
    readable,
)
from sparkle_motion_dagster.forecast.known import Memory, Owner, PromisingStore
from sparkle_motion_dagster.plan.film_format import film_format
from sparkle_motion_dagster.production.workbench import Workbench

_STAGES = (
    "dialogue_wavs",
    "timeline_track",
    "base_images",
    "shot_clips",
    "lipsync_clips",
    "video_final",
)

_REPAIR = (
    "Something stored is missing or damaged, and the next render would stop there. Run `sparkle "
    "verify {run_id} --repair` first; what is made then, is what is said here."
)
_REPLACE = (
    "{run_id} belongs to the profile {before}. To render it under {profile}, say `--replace`; or "
    "give the new one an id of its own: `--run-id {run_id}.{profile}`."
)


def forecast(
    run_id: str,
    profile: str,
    settings: FilmSettings,
    engines: Engines,
    plan_path: Path | None,
    home: SparkleHome,
) -> Explanation:
    """Return what rendering a film now would make, and why; nothing is made, nor written.

    Args:
        run_id: The film.
        profile: The profile's name.
        settings: What the profile says of the film.
        engines: Who answers under the profile.
        plan_path: The plan's file; None for the one that a run would find.
        home: Where everything lies.

    Raises:
        PlanNotFoundError, PlanError: There is no plan, or it is wrong.
        EngineInputError: It asks for shots that the video engine cannot make, or for mouths that
            the lip-sync engine cannot move.
        CastingError: A character cannot have the voice that it asks for.
        StorageError: What is stored is so damaged that nothing can be told.
    """
    workbench = Workbench(home)
    workbench.store = store = PromisingStore(home.store)
    frozen = foreseen_plan(run_id, settings, plan_path, workbench)
    memory = Memory(workbench)
    model_id = frozen.plan.render_profile.video.model_id
    engines = replace(engines, video=engines.video.rendering_with(model_id))
    film_is = film_format(frozen.plan, settings.frame_rate, settings.size)
    engines.video.check_shots(planned_shots(frozen.plan, film_is))
    engines.lipsync.check_talking(talking_shots(frozen.plan, film_is))
    film = Film(run_id, profile, settings, frozen, engines, workbench, store, memory)
    past = _Past.of(run_id, workbench)
    future = walks(film)
    judge = _Judge(film, past, _names(past, frozen, future, store))
    stages = tuple(judge.stage(stage, future) for stage in _STAGES)
    path = plan_path or find_plan(run_id)
    return Explanation(
        run_id=run_id,
        profile=profile,
        plan=None if path is None else str(path),
        plan_changes=_plan_changes(past, frozen, workbench),
        notes=tuple(_notes(film, past)),
        stages=stages,
        made=sum(stage.count(State.MADE) for stage in stages),
        maybe=sum(stage.count(State.MAYBE) for stage in stages),
        taken=sum(stage.count(State.CURRENT, State.TAKEN) for stage in stages),
        seconds_made=_seconds(stages, State.MADE),
        seconds_maybe=_seconds(stages, State.MAYBE),
    )


@dataclass(frozen=True)
class _Past:
    """What the run has now: the manifests of its stages."""

    manifests: Mapping[str, StageManifest]

    @classmethod
    def of(cls, run_id: str, workbench: Workbench) -> _Past:
        folder = workbench.run_folder(run_id)
        found = {stage: folder.read(stage) for stage in (PLAN_STAGE, *_STAGES)}
        return cls({stage: manifest for stage, manifest in found.items() if manifest is not None})

    def fingerprints(self, stage: str) -> dict[str, str]:
        """Return the items of a stage, but for what only passed through it."""
        manifest = self.manifests.get(stage)
        if manifest is None:
            return {}
        items = {*manifest.provenance.made, *manifest.provenance.taken}
        return {
            artifact.id: artifact.fingerprint
            for artifact in manifest.artifacts
            if artifact.id in items
        }


@dataclass(frozen=True)
class _Wanted:
    """An item that the next render asks for, in every way in which it may ask.

    ``always`` tells whether it asks for it in any case, ``passed_over`` names the fields that are
    not compared: those that its engine does not use, and those that cannot be foreseen.
    """

    order: Order
    futures: Sequence[dict[str, JsonValue]]
    always: bool
    passed_over: frozenset[str]

    @property
    def key(self) -> str:
        """What is the same for items that will come out the same."""
        identity = self.order.engine.identity().model_dump(mode="json")
        return digest_json([identity, *self.futures])


class _Judge:
    """Says what becomes of each item."""

    def __init__(self, film: Film, past: _Past, names: Names) -> None:
        self._memory = film.memory
        self._past = past
        self._names = names
        self._unheard = tuple(take.awaited for take in film.unheard_takes())

    def stage(self, stage: str, future: Sequence[Walk]) -> StageForecast:
        """Return what becomes of the items of a stage."""
        wanted = _wanted(stage, future)
        before = self._past.fingerprints(stage)
        records = {item: self._memory.record(print_) for item, print_ in before.items()}
        usual = [record.seconds for record in records.values() if record is not None]
        ordered: dict[str, str] = {}
        items = []
        for item, want in wanted.items():
            judged = self._judged(item, want, before.get(item), records.get(item))
            if judged.state is State.MADE and (first := ordered.setdefault(want.key, item)) != item:
                judged = ItemForecast(id=item, state=State.TAKEN, reason=f"the same as {first}")
            items.append(_timed(judged, records.get(item), usual))
        gone = [ItemForecast(id=item, state=State.GONE) for item in before if item not in wanted]
        return StageForecast(stage=stage, items=(*items, *gone))

    def _judged(
        self, item: str, wanted: _Wanted, before: str | None, record: ActionRecord | None
    ) -> ItemForecast:
        was = wanted.futures[0] if record is None else readable(record.request, wanted.passed_over)
        compared = compare(was, wanted.futures, self._names)
        identity = wanted.order.engine.identity()
        changes = compared.changes
        if record is not None:
            changes = (*engine_changes(record.engine, identity), *changes)
        if not wanted.always:
            # What it would be asked for, if at all, nobody can tell yet.
            return self._open(item, wanted, before, (), ())
        if compared.open:
            return self._open(item, wanted, before, changes, compared.waits_for)
        return self._certain(item, wanted.order.fingerprint, before, record, changes)

    def _certain(
        self,
        item: str,
        print_: str,
        before: str | None,
        record: ActionRecord | None,
        changes: tuple[Change, ...],
    ) -> ItemForecast:
        known = self._memory.recall(print_)
        if known.record is not None:
            if before == print_:
                return ItemForecast(id=item, state=State.CURRENT)
            return ItemForecast(id=item, state=State.TAKEN, reason="made before", changes=changes)
        reason = ""
        if known.fault:
            reason = known.fault
        elif before is None:
            reason = "new"
        elif record is None:
            reason = "its action record is missing or damaged"
        elif not changes:
            reason = "its request is spelt in another way"
        return ItemForecast(id=item, state=State.MADE, reason=reason, changes=changes)

    def _open(
        self,
        item: str,
        wanted: _Wanted,
        before: str | None,
        changes: tuple[Change, ...],
        waits_for: tuple[str, ...],
    ) -> ItemForecast:
        certain = wanted.always and (before is None or bool(changes))
        identity, names = wanted.order.engine.identity(), self._names
        passed_over = wanted.passed_over
        if certain and not self._memory.may_know(identity, wanted.futures, passed_over, names):
            state, waits_for = State.MADE, ()
        else:
            state, waits_for = State.MAYBE, waits_for or self._unheard
        return ItemForecast(
            id=item,
            state=state,
            reason="new" if before is None else "",
            changes=changes,
            waits_for=waits_for,
        )


def _wanted(stage: str, future: Sequence[Walk]) -> dict[str, _Wanted]:
    """Return the items of a stage, from all ways in which it may turn out."""
    unforeseeable = UNFORESEEABLE.get(stage, frozenset()) if len(future) > 1 else frozenset()
    orders: dict[str, list[Order]] = defaultdict(list)
    # The last way is the one in which most is asked for.
    for walk in reversed(future):
        for order in walk.orders[stage]:
            orders[order.item.id].append(order)
    wanted = {}
    for item, found in orders.items():
        passed_over = found[0].engine.unused_fields | unforeseeable
        wanted[item] = _Wanted(
            order=found[0],
            futures=_distinct(
                readable(order.item.request.model_dump(mode="json"), passed_over) for order in found
            ),
            always=len(found) == len(future),
            passed_over=passed_over,
        )
    return wanted


def _distinct(requests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    distinct: list[dict[str, Any]] = []
    for request in requests:
        if request not in distinct:
            distinct.append(request)
    return distinct


def _timed(item: ItemForecast, record: ActionRecord | None, usual: Sequence[float]) -> ItemForecast:
    """Add how long making it took the last time; for a new one, how long the others took."""
    if item.state not in (State.MADE, State.MAYBE):
        return item
    seconds = record.seconds if record else fmean(usual) if usual else None
    return item.model_copy(update={"seconds": seconds})


def _names(past: _Past, frozen: FrozenPlan, future: Sequence[Walk], store: PromisingStore) -> Names:
    before = _owners(past.manifests.values())
    after = _owners(manifest for walk in future for manifest in walk.manifests.values())
    for name, file in frozen.files.items():
        after[file.sha256].add(str(Owner(PLAN_STAGE, name)))
    promised = {digest: owner.awaited for digest, owner in store.promises.items()}
    return Names(before, after, promised)


def _owners(manifests: Iterable[StageManifest]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = defaultdict(set)
    for manifest in manifests:
        for artifact in manifest.artifacts:
            owners[artifact.sha256].add(str(Owner(manifest.stage, artifact.id)))
    return owners


def _plan_changes(past: _Past, frozen: FrozenPlan, workbench: Workbench) -> tuple[Change, ...]:
    manifest = past.manifests.get(PLAN_STAGE)
    if manifest is None:
        return ()
    try:
        file = workbench.store.file(manifest.artifact("movie_plan", "plan").sha256)
    except CorruptFileError:
        # There is nothing to compare with; the next render freezes the plan anew in any case.
        return ()
    names = Names({}, {}, {})
    will_be = readable(frozen.plan.model_dump(mode="json"))
    return compare(readable(json.loads(file.path.read_bytes())), [will_be], names).changes


def _notes(film: Film, past: _Past) -> Iterator[str]:
    plan = past.manifests.get(PLAN_STAGE)
    if plan is not None and plan.profile != film.profile:
        names = {"run_id": film.run_id, "before": plan.profile, "profile": film.profile}
        yield _REPLACE.format(**names)
    if film.memory.faults():
        yield _REPAIR.format(run_id=film.run_id)


def _seconds(stages: Sequence[StageForecast], state: State) -> float:
    items = [item for stage in stages for item in stage.items if item.state is state]
    return sum(item.seconds or 0.0 for item in items)
