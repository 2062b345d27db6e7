"""What the next render of a film will make, and why, item by item."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.choices import NOTHING_CHOSEN
from sparkle_motion_dagster.artifacts.errors import CorruptFileError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.published import differences, sound_copies
from sparkle_motion_dagster.film.admission import check_allowed
from sparkle_motion_dagster.film.feasibility import check_feasible
from sparkle_motion_dagster.film.intake import (
    FrozenPlan,
    RunTakenError,
    check_free,
    foreseen_plan,
    is_taken,
)
from sparkle_motion_dagster.film.pipeline import PIPELINE, Engines
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, PLAN
from sparkle_motion_dagster.forecast.comparing import Names, compare, readable
from sparkle_motion_dagster.forecast.dry_run import DryRun, PlannedFilm, dry_runs
from sparkle_motion_dagster.forecast.explanation import Change, Explanation, totals
from sparkle_motion_dagster.forecast.history import History, LastRender
from sparkle_motion_dagster.forecast.judging import Judge
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench, Owner
from sparkle_motion_dagster.production.known import made_again
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class Foresight:
    """All that is known of a film's next render: what may be asked for, and what comes of it.

    ``runs`` are the dry runs, ``explanation`` is what they come to, item by item.
    """

    film: PlannedFilm
    runs: Sequence[DryRun]
    explanation: Explanation


def forecast(
    run_id: str,
    profile: str,
    settings: FilmSettings,
    engines: Engines,
    plan_path: Path | None,
    home: SparkleHome,
) -> Explanation:
    """Return what rendering a film now would make, and why; see `foresee`."""
    return foresee(run_id, profile, settings, engines, plan_path, home).explanation


def foresee(
    run_id: str,
    profile: str,
    settings: FilmSettings,
    engines: Engines,
    plan: Path | FrozenPlan | None,
    home: SparkleHome,
) -> Foresight:
    """Return all that is known of what rendering a film now would make; nothing is made or written.

    Args:
        run_id: The film.
        profile: The profile's name.
        settings: What the profile says of the film.
        engines: Who answers under the profile.
        plan: The plan's file, or the plan itself; None: the plan as it was frozen.
        home: Where everything lies.

    Raises:
        PlanNotFoundError: There is no plan.
        PlanError: It is wrong, asks for what the engines cannot make, or the policy refuses it.
        StorageError: What is stored is so damaged that nothing can be told.
    """
    workbench = DryWorkbench(home)
    differing = differences(workbench.run_folder(run_id), workbench.store)
    workbench.store.lent = sound_copies(differing)
    frozen, plan_path = _opened(run_id, plan, workbench)
    check_feasible(frozen, settings, engines)
    check_allowed(frozen, engines)
    history, last = History(workbench), LastRender.of(run_id, workbench)
    choices = workbench.run_folder(run_id).choices.read()
    if is_taken(run_id, profile, plan_path, workbench):
        choices = NOTHING_CHOSEN  # which are those of the film that would be replaced
    film = PlannedFilm(run_id, profile, settings, frozen, engines, workbench, history, choices)
    runs = dry_runs(film)
    unheard = tuple(take.awaited for take in film.unheard_takes())
    unsearched = tuple(search.awaited for search in film.unsearched())
    judge = Judge(history, last, _names(last, film, runs), unheard, unsearched, choices)
    stages = tuple(judge.stage(stage, runs) for stage in PIPELINE)
    explanation = Explanation(
        run_id=run_id,
        profile=profile,
        plan=None if plan_path is None else str(plan_path),
        plan_changes=_plan_changes(last, frozen, workbench),
        notes=tuple(_notes(film, plan_path)),
        mends=(*map(str, differing), *_made_again(runs[0], history)),
        stages=stages,
        **totals(stages),
    )
    return Foresight(film, runs, explanation)


def _opened(
    run_id: str, plan: Path | FrozenPlan | None, workbench: Workbench
) -> tuple[FrozenPlan, Path | None]:
    """Return the plan that is rendered, and its file; None: it is the one that was frozen."""
    if isinstance(plan, FrozenPlan):
        return plan, None if plan.source is None else plan.source.path
    return foreseen_plan(run_id, plan, workbench), plan


def _names(last: LastRender, film: PlannedFilm, runs: Sequence[DryRun]) -> Names:
    before = _owners(last.manifests.values())
    after = _owners(manifest for run in runs for manifest in run.manifests.values())
    for name, file in film.frozen.files.items():
        after[file.sha256].add(str(Owner(MOVIE_PLAN, name)))
    owners = film.workbench.store.owners
    return Names(before, after, {digest: owner.awaited for digest, owner in owners.items()})


def _owners(manifests: Iterable[StageManifest]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = defaultdict(set)
    for manifest in manifests:
        for artifact in manifest.artifacts:
            owners[artifact.sha256].add(str(Owner(manifest.stage, artifact.id)))
    return owners


def _plan_changes(last: LastRender, frozen: FrozenPlan, workbench: Workbench) -> tuple[Change, ...]:
    manifest = last.manifests.get(MOVIE_PLAN)
    if manifest is None:
        return ()
    try:
        file = workbench.store.file(manifest.artifact(PLAN, "plan").sha256)
    except CorruptFileError:
        # There is nothing to compare with; the next render freezes the plan anew in any case.
        return ()
    names = Names({}, {}, {})
    will_be = readable(frozen.plan.model_dump(mode="json"))
    return compare(readable(json.loads(file.path.read_bytes())), [will_be], names).changes


def _notes(film: PlannedFilm, plan_path: Path | None) -> Iterator[str]:
    try:
        check_free(film.run_id, film.profile, plan_path, film.workbench)
    except RunTakenError as taken:
        yield str(taken)


def _made_again(run: DryRun, history: History) -> Iterator[str]:
    """Yield what is asked for that was known, and is damaged."""
    for stage, calls in run.calls.items():
        for call in calls:
            if (fault := history.known(call.fingerprint).fault) is not None:
                yield made_again(stage, call.item.id, fault)
