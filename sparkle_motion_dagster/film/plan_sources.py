"""What a new plan is derived from: the text of a film's plan, and the files that it names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.film.intake import (
    PlanNotFoundError,
    find_plan,
    foreseen_plan,
    plan_digest,
    plans_folder,
    read_from,
    thaw_plan,
)
from sparkle_motion_dagster.film.stages import MOVIE_PLAN
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.reading.text_files import decoded_text
from sparkle_motion_dagster.plan.writing.formatting import formatted
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class PlanSource:
    """A plan to derive others from.

    Attributes:
        text: What its file says; where it has none any more, what it would.
        data: The same, as plain values.
        plan: The same, as a plan.
        files: The files that it names, by their names.
        folder: Where files lie that it comes to name beside those.
        path: Its file; None: it is taken as it was frozen.
        note: What to know of it; empty: nothing.
    """

    text: str
    data: Mapping[str, Any]
    plan: MoviePlan
    files: Mapping[str, Path]
    folder: Path
    path: Path | None = None
    note: str = ""


def source_in(path: Path, home: SparkleHome) -> PlanSource:
    """Return the plan in a file.

    Raises:
        PlanError: It is no valid plan.
    """
    loaded = load_plan(path, home=home)
    text = decoded_text(path.read_bytes())
    data, plan = plan_in(text)
    real = path.resolve()
    return PlanSource(text, data, plan, loaded.files, real.parent, real)


def source_of(run_id: str, workbench: Workbench) -> PlanSource:
    """Return the plan that a film was made of: its file, where that says the same as then.

    A film that was not rendered yet has its plan in the plans folder.

    Raises:
        PlanNotFoundError: There is none, or it is damaged.
        PlanError: The film was not rendered yet, and its plan is no valid one.
    """
    manifest = workbench.run_folder(run_id).readable(MOVIE_PLAN)
    known = (find_plan(run_id), read_from(manifest, workbench))
    paths = [path for path in known if path is not None and path.is_file()]
    if manifest is None:
        if not paths:
            foreseen_plan(run_id, None, workbench)  # says what there is instead
            raise PlanNotFoundError(f"Run {run_id} has no plan.")
        return source_in(paths[0], workbench.home)
    for path in paths:
        if _says_the_same(path, manifest, workbench.home):
            return source_in(path, workbench.home)
    return _frozen(manifest, paths, workbench)


def _says_the_same(path: Path, manifest: StageManifest, home: SparkleHome) -> bool:
    try:
        return plan_digest(load_plan(path, home=home)) == manifest.plan_digest
    except PlanError:
        return False


def _frozen(manifest: StageManifest, paths: list[Path], workbench: Workbench) -> PlanSource:
    frozen = thaw_plan(manifest, workbench)
    data = json.loads(frozen.plan.model_dump_json(exclude_defaults=True))
    if MoviePlan.model_validate(data) != frozen.plan:
        data = frozen.plan.model_dump(mode="json")
    note = ""
    if paths:
        note = (
            f"{paths[0]} is not as {manifest.run_id} was made of any more, so that the variant is "
            f"of the plan as it was frozen. One of that file: `sparkle vary {paths[0]}`."
        )
    text = formatted(yaml_text(data))
    files = {name: file.path for name, file in frozen.files.items()}
    return PlanSource(text, data, frozen.plan, files, plans_folder(), note=note)
