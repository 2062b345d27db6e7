"""takes: items of the film made in further ways, to choose from."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import dagster as dg
from pydantic import Field

from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.stage import (
    facilities_of,
    manifest_output,
    readable_failures,
    run_id_of,
)
from sparkle_motion_dagster.assets.take_sheets import shown_takes
from sparkle_motion_dagster.film.intake import foreseen_plan
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.film.stages import TAKES
from sparkle_motion_dagster.film.takes.keeping import kept_takes, takes_result
from sparkle_motion_dagster.film.takes.making import make_takes, with_further_takes
from sparkle_motion_dagster.film.takes.measuring import measured
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench
from sparkle_motion_dagster.forecast.redoing import takeable
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.production.loop import produce
from sparkle_motion_dagster.production.manifest import StageOf, manifest_of
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


class TakesConfig(dg.Config):
    """Of what further takes are made, and how they differ."""

    item: str = Field(default="", description="a portrait, keyframe, shot or line, by its id")
    seed: int | None = Field(default=None, description="the seed of the first; default: another")
    prompt: str | None = Field(default=None, description="what to show instead; default: as it is")
    settings: dict[str, Any] = Field(default={}, description="settings of its engine, by name")
    takes: int = Field(default=1, ge=1, le=64, description="how many")

    def recipe(self) -> Recipe:
        """Return how they differ from what the plan asks for."""
        return Recipe(seed=self.seed, prompt=self.prompt, settings=self.settings)


@dg.asset(
    name=TAKES,
    partitions_def=film_partitions,
    group_name="takes",
    owners=["team:sparkle-motion"],
    code_version="1",
    description="Items of the film made in further ways, to choose from.",
)
def takes(
    context: dg.AssetExecutionContext, config: TakesConfig, film: FilmResource, gpu: GpuResource
) -> Iterator[dg.Output[StageManifest]]:
    """Make further takes of an item, and show all that there are."""
    with readable_failures(context, film):
        run_id, workbench, control = run_id_of(context), film.workbench(), film.control()
        folder = workbench.run_folder(run_id)
        progress = Progress(folder, TAKES, context.log.info)
        facilities = facilities_of(context, gpu, progress, control, workbench)
        engines: Engines = engines_of(film.profile_of_run(), facilities)
        frozen = foreseen_plan(run_id, None, workbench)
        film.check_limits(frozen.plan)
        dry = DryWorkbench(workbench.home)
        planned = PlannedFilm(
            run_id,
            film.profile_name,
            film.film_settings(),
            frozen,
            engines,
            dry,
            History(dry),
            folder.choices.read(),
        )
        of = takeable(planned, config.item)
        engine, item = of.call.engine, of.call.item
        folder.choices.change(
            lambda choices: with_further_takes(
                choices, of.stage, engine, item, config.recipe(), config.takes
            )
        )
        made_by = partial(produce, workbench=workbench, progress=progress, control=control)
        make_takes(made_by, of.stage, engine, item, folder.choices)
        kept = kept_takes(folder.choices.read(), workbench)
        there = [one.produced for one in kept]
        found = measured(there, made_by, workbench.store, engines.hearing)
        manifest = manifest_of(
            StageOf(TAKES, run_id, film.profile_name, frozen.digest),
            {},
            takes_result(kept, found),
            facilities.device,
        )
        yield manifest_output(manifest, shown_takes(workbench, manifest), workbench.home)
