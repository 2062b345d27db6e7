"""takes: items of the film made in further ways, to choose from."""

from collections.abc import Iterator
from functools import partial

import dagster as dg

from sparkle_motion_dagster.artifacts.choices import ItemChoices, Recipe
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.assets.config import TakesConfig
from sparkle_motion_dagster.assets.stage import (
    facilities_of,
    manifest_output,
    readable_failures,
    run_id_of,
)
from sparkle_motion_dagster.assets.take_sheets import shown_takes
from sparkle_motion_dagster.film.admission import admit_take
from sparkle_motion_dagster.film.stages import TAKES, whose
from sparkle_motion_dagster.film.takes.keeping import change_choices, kept_takes, takes_result
from sparkle_motion_dagster.film.takes.making import (
    make_takes,
    with_further_takes,
    write_down,
)
from sparkle_motion_dagster.film.takes.measuring import measured
from sparkle_motion_dagster.forecast.calls import EngineCall
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
from sparkle_motion_dagster.forecast.redoing import (
    NoSuchItemError,
    NotYetError,
    film_as_frozen,
    takeable,
)
from sparkle_motion_dagster.operations.takes import film_has
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.loop import produce
from sparkle_motion_dagster.production.manifest import StageOf, manifest_of
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


def takes(
    context: dg.AssetExecutionContext, config: TakesConfig, film: FilmResource, gpu: GpuResource
) -> Iterator[dg.Output[StageManifest]]:
    """Make further takes of an item, and show all that there are.

    Executed once more, it makes those that it was asked for and that are not there yet.
    """
    with readable_failures(context, film):
        run_id, workbench, control = run_id_of(context), film.workbench(), film.control()
        folder = workbench.run_folder(run_id)
        progress = Progress(folder, TAKES, context.log.info, write_down(folder, workbench))
        facilities = facilities_of(context, gpu, progress, control, workbench)
        planned = film_as_frozen(
            run_id,
            film.profile_name,
            film.film_settings(),
            engines_of(film.profile_of_run(), facilities),
            workbench.home,
        )
        film.check_limits(planned.frozen.plan)
        if config.item:
            asked_by = context.run.root_run_id or context.run.run_id
            wanted = [_asked(config, asked_by, planned, folder, workbench)]
        else:
            wanted = _missing(context, planned, folder)
        made_by = partial(produce, workbench=workbench, progress=progress, control=control)
        made = [
            take
            for call, known in wanted
            for take in make_takes(made_by, call.engine, call.item, known)
        ]
        there = [one.produced for one in kept_takes(folder.choices.read(), workbench)]
        found = measured(there, made_by, workbench.store, planned.engines.hearing)
        # Read once more: somebody may have chosen, or pinned, while the takes were measured.
        kept = kept_takes(folder.choices.read(), workbench, made)
        manifest = manifest_of(
            StageOf(TAKES, run_id, film.profile_name, planned.frozen.digest),
            {},
            takes_result(kept, found),
            facilities.device,
        )
        yield manifest_output(manifest, shown_takes(workbench, manifest), workbench.home)


def _asked(
    config: TakesConfig,
    asked_by: str,
    planned: PlannedFilm,
    folder: RunFolder,
    workbench: Workbench,
) -> tuple[EngineCall, ItemChoices]:
    """Ask for the takes that a run's config says; return what makes the item, and its takes.

    Raises:
        NoSuchItemError, NotYetError, RecipeError, EngineInputError: There can be no such takes.
        PromptRefusedError, PolicyFileError: The policy does not allow what they are to show.
    """
    recipe = Recipe(seed=config.seed, prompt=config.prompt, settings=config.settings)
    if config.prompt is not None:
        log = AuditLog(workbench.home, "redo", folder.run_id)
        admit_take(config.prompt, planned.engines, log)
    of = takeable(planned, config.item)
    engine, item, own = of.call.engine, of.call.item, film_has(folder, of.stage, of.item)
    after = change_choices(
        folder,
        workbench,
        lambda choices: with_further_takes(
            choices,
            of.stage,
            engine,
            item,
            recipe,
            config.takes,
            own=own,
            asked_by=asked_by,
        ),
    )
    return of.call, after.known(of.stage, of.item)


def _missing(
    context: dg.AssetExecutionContext, planned: PlannedFilm, folder: RunFolder
) -> list[tuple[EngineCall, ItemChoices]]:
    """Return the items of which takes were asked for that are not there yet, as far as can be."""
    found = []
    for known in folder.choices.read().items:
        if known.missing:
            try:
                of = takeable(planned, f"{known.stage}/{known.item}")
            except (NoSuchItemError, NotYetError) as error:
                context.log.warning("Takes of %s cannot be made: %s", whose(known.item), error)
            else:
                found.append((of.call, known))
    return found
