"""Whether a film is there already, just as its next render would leave it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.film_state import Decision, State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.published import differences
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.checks.verdict import warnings_of
from sparkle_motion_dagster.film.inputs import inputs_agree
from sparkle_motion_dagster.film.intake import FrozenPlan, foreseen_plan, read_from
from sparkle_motion_dagster.film.pipeline import PIPELINE, Engines
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, STAGES
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm, first_dry_run
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench
from sparkle_motion_dagster.operations.reviews import review_of, reviews_asked
from sparkle_motion_dagster.production.versions import versions


@dataclass(frozen=True)
class FinishedFilm:
    """A film that was rendered to its end: by which Dagster run, and what each stage has left."""

    folder: RunFolder
    dagster_run: str | None
    manifests: Mapping[str, StageManifest]

    @property
    def files(self) -> int:
        """How many files its stages show."""
        return sum(len(manifest.artifacts) for manifest in self.manifests.values())

    @property
    def warnings(self) -> tuple[str, ...]:
        """The promises that were broken without stopping the film."""
        return tuple(warnings_of(self.manifests.values()))


def finished_film(run_id: str, profile: str, home: SparkleHome) -> FinishedFilm | None:
    """Return a film that was rendered to its end by this very version; None: it was not.

    That costs a look at a few records: nothing is verified yet.

    Args:
        run_id: The film.
        profile: The name of the profile that it is to be of.
        home: Where it lies.

    Raises:
        StorageError: What is known of it is damaged.
    """
    folder = RunFolder(home, run_id)
    status = folder.state.read().status
    if status is None or status.state is not State.RENDERED or folder.is_held():
        return None
    found = {stage: folder.read(stage) for stage in STAGES}
    manifests = {stage: manifest for stage, manifest in found.items() if manifest is not None}
    if manifests.keys() != found.keys():
        return None
    made_alike = all(
        manifest.profile == profile and manifest.provenance.versions == versions()
        for manifest in manifests.values()
    )
    return FinishedFilm(folder, status.dagster_run, manifests) if made_alike else None


def is_up_to_date(
    film: FinishedFilm, settings: FilmSettings, engines: Engines, plan: Path, home: SparkleHome
) -> bool:
    """Tell whether rendering a film would leave all as it is, every byte of it checked.

    The film is run on stages that look up: what they find must be what its stages have, item by
    item. Whatever is not certain (something is damaged, gone or waits for a person) is no.

    Args:
        film: The film as its last render has left it.
        settings: What the profile says of it.
        engines: Who answers under the profile.
        plan: The plan's file.
        home: Where it lies.

    Raises:
        PlanError: The plan is wrong.
        StorageError: What is stored is so damaged that nothing can be told.
    """
    workbench = DryWorkbench(home)
    frozen = foreseen_plan(film.folder.run_id, plan, workbench)
    return (
        _is_of_plan(film, frozen, plan, workbench)
        and _is_approved(film, frozen, settings)
        and not differences(film.folder, workbench.store)
        and _would_be_the_same(film, settings, engines, frozen, workbench)
    )


def _is_of_plan(
    film: FinishedFilm, frozen: FrozenPlan, plan: Path, workbench: DryWorkbench
) -> bool:
    """Tell whether all stages were made from a plan, which lies where it lay, and each other."""
    manifests = film.manifests
    return (
        frozen.digest == manifests[MOVIE_PLAN].plan_digest
        and read_from(manifests[MOVIE_PLAN], workbench) == plan.resolve()
        and inputs_agree(manifests)
    )


def _is_approved(film: FinishedFilm, frozen: FrozenPlan, settings: FilmSettings) -> bool:
    """Tell whether a person has approved what is to be reviewed."""
    state = film.folder.state.read()
    reviews = (
        review_of(state, film.manifests[stage]) for stage in reviews_asked(frozen.plan, settings)
    )
    return all(found is not None and found.decision is Decision.APPROVED for found in reviews)


def _would_be_the_same(
    film: FinishedFilm,
    settings: FilmSettings,
    engines: Engines,
    frozen: FrozenPlan,
    workbench: DryWorkbench,
) -> bool:
    """Tell whether each stage asks for what it has, all of which is there."""
    planned = PlannedFilm(
        run_id=film.folder.run_id,
        profile=film.manifests[MOVIE_PLAN].profile,
        settings=settings,
        frozen=frozen,
        engines=engines,
        workbench=workbench,
        history=History(workbench),
        choices=film.folder.choices.read(),
    )
    run = first_dry_run(planned)
    misfits = [pin for pins in run.pins.values() for pin in pins if pin.fault]
    if workbench.store.owners or misfits:  # something is to be made, or does not fit
        return False
    return all(_shown(run.manifests[stage]) == _shown(film.manifests[stage]) for stage in PIPELINE)


def _shown(manifest: StageManifest) -> tuple[object, ...]:
    """Return what a manifest says of a stage's results, and not of how they came about."""
    return manifest.engine, manifest.artifacts
