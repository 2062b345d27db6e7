"""What a render is estimated to take when it begins, and what it took when it is done."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sparkle_motion_dagster.artifacts.actions import files_of
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_price import Figures, FilmPrice, total
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import item_of_take
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm, likely_run
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.history import UncheckedHistory
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench
from sparkle_motion_dagster.forecast.price.models import PricedCall, PricedStart
from sparkle_motion_dagster.forecast.price.pricing import Pricer
from sparkle_motion_dagster.production.workbench import Workbench

_COST = "cost_usd"
"""Under what the metadata of a line says what its provider is paid."""


def begun(
    run: str,
    run_id: str,
    profile: str,
    settings: FilmSettings,
    frozen: FrozenPlan,
    engines: Engines,
    stages: Collection[str],
    run_bench: Workbench,
) -> str | None:
    """Write down what a run that begins most likely takes, if it makes anything.

    What was made before is not checked for it: the run does that, and what it has to make again
    because it is damaged was not foretold. Where nobody can tell (an engine lacks its weights, a
    record is damaged), nothing is written down: the stage that meets it says so, and a run is not
    stopped by its estimate.

    Args:
        run: The Dagster run.
        run_id: The film.
        profile: The profile's name.
        settings: What the profile says of the film.
        frozen: The film's plan.
        engines: Who answers under the profile.
        stages: The stages that the run makes.
        run_bench: The run's workbench.

    Returns:
        Why nobody can tell; None: it is written down, or nothing is made.
    """
    workbench = DryWorkbench(run_bench.home, beside=run_bench.store)
    history = UncheckedHistory(workbench)
    folder = workbench.run_folder(run_id)
    choices = folder.choices.read()
    film = PlannedFilm(run_id, profile, settings, frozen, engines, workbench, history, choices)
    try:
        estimated = estimate_of(film, stages)
    except SparkleError as error:
        return f"Nobody can tell what this run takes: {error}"
    if total(estimated.values()).items:
        folder.price.write(FilmPrice(run=run, estimated=estimated))
    return None


def estimate_of(film: PlannedFilm, stages: Collection[str]) -> Mapping[str, Figures]:
    """Return what stages of a render most likely take, found out from one dry run."""
    likely, asked = likely_run(film), set[str]()
    pricer = Pricer(film)
    figures: dict[str, Figures] = defaultdict(Figures)
    for stage in (stage for stage in likely.calls if stage in stages):
        for call in likely.calls[stage]:
            if call.fingerprint in asked or film.history.known(call.fingerprint).record:
                continue
            asked.add(call.fingerprint)
            figures[stage] += _priced(pricer.priced(stage, ItemState.MADE, call, likely=True))
    for start in pricer.starts:
        figures[start.stage] += _started(start)
    return dict(figures)


def ended(run_id: str, run: str, workbench: Workbench) -> FilmPrice | None:
    """Write down what a run took that has made its film; return it with what was estimated.

    None: it made nothing, or nobody has estimated it.
    """
    folder = workbench.run_folder(run_id)
    price = folder.price.read()
    if price is None or price.run != run:
        return None
    price = price.model_copy(update={"was": dict(_taken(run_id, workbench))})
    folder.price.write(price)
    return price


def _taken(run_id: str, workbench: Workbench) -> Mapping[str, Figures]:
    """Return what the items took, by stage, that the run at work has made."""
    folder = workbench.run_folder(run_id)
    figures: dict[str, Figures] = defaultdict(Figures)
    for item in folder.finished.all():
        if item.made and (record := _record(item.fingerprint, workbench)) is not None:
            figures[item.stage] += _took(record)
    for stage, usd in _paid(run_id, workbench):
        figures[stage] += Figures(usd=usd)
    return figures


def _record(fingerprint: str, workbench: Workbench) -> ActionRecord | None:
    try:
        return workbench.actions.find(fingerprint)
    except UnreadableRecordError:
        return None


def _took(record: ActionRecord) -> Figures:
    return Figures(
        items=1,
        seconds=record.seconds,
        gpu_seconds=record.making.held_s if record.making else 0.0,
        disk_bytes=sum(file.size_bytes for file in files_of(record)),
    )


def _paid(run_id: str, workbench: Workbench) -> Iterator[tuple[str, float]]:
    """Yield what providers are paid for the items that the film's last render has made.

    Of takes that the film does not show, each costs what the line's take costs that it shows.
    """
    for stage, manifest in workbench.run_folder(run_id).manifests().items():
        costs = {
            artifact.id: float(cost)
            for artifact in manifest.artifacts
            if isinstance(cost := artifact.metadata.get(_COST), int | float)
        }
        for item in manifest.provenance.made:
            if (of := item if item in costs else item_of_take(item)) in costs:
                yield stage, costs[of]


def _priced(call: PricedCall) -> Figures:
    return Figures(
        items=1,
        seconds=call.seconds or 0.0,
        gpu_seconds=call.gpu_seconds,
        usd=call.usd,
        disk_bytes=call.disk_bytes or 0,
        unknown=int(call.seconds is None),
    )


def _started(start: PricedStart) -> Figures:
    return Figures(seconds=start.seconds, gpu_seconds=start.gpu_seconds)
