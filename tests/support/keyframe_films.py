"""Films as far as their keyframes, drawn and published by the real stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from devices import on_cpu
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.film.intake import freeze_plan, thaw_plan
from sparkle_motion_dagster.film.keyframes import Keyframes, make_keyframes
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import BASE_IMAGES, MOVIE_PLAN
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import Plan, write_plan

SETTINGS = load_profile("animatic").film
REUSING = SETTINGS.model_copy(update={"dedupe": "reuse"})


def pictures_plan(
    prompts: Mapping[str, str], *, shots: str = "s", size: str = "320x180", own: Iterable[str] = ()
) -> Plan:
    """Return a film of pictures, one a shot.

    Args:
        prompts: What each shows, by its id; for those in `own`, the file that holds it.
        shots: How the shots' ids begin, which the strips of their pictures show.
        size: The film's.
        own: Which of them the plan brings.
    """
    kinds = {name: "local_path" if name in own else "prompt" for name in prompts}
    return {
        "title": "Pictures",
        "base_images": [
            {"id": name, "prompt": name, kinds[name]: said} for name, said in prompts.items()
        ],
        "shots": [
            {
                "id": f"{shots}_{name}",
                "duration_sec": 1,
                "visual_description": "something",
                "start_base_image_id": name,
                "transition": "cut",
            }
            for name in prompts
        ],
        "metadata": {"seed": 3},
        "render_profile": {"video": {"model_id": "camera"}, "metadata": {"resolution": size}},
    }


def publish_keyframes(
    home: SparkleHome,
    film: str,
    plan: Plan,
    settings: FilmSettings = SETTINGS,
    say: Callable[[str], None] = lambda line: None,
) -> Keyframes:
    """Make a film's keyframes, and publish them; `say` hears what the stage's log says."""
    folder = home.root.parent / "plans"
    folder.mkdir(exist_ok=True)
    bench, profile = Workbench(home), load_profile("animatic")
    path = write_plan(plan, folder / f"{film}.yaml")
    frozen = freeze_plan(film, "animatic", path, bench)
    run = bench.run_folder(film)
    run.publish(frozen, bench.store)
    stage = MakingStage(
        name=BASE_IMAGES,
        run_id=film,
        profile="animatic",
        settings=settings,
        frozen=thaw_plan(frozen, bench),
        workbench=bench,
        inputs={MOVIE_PLAN: frozen},
        progress=Progress(run, BASE_IMAGES, say),
        control=RunControl(run),
        facilities=on_cpu(),
        choices=run.choices.read(),
    )
    made = make_keyframes(stage, engines_of(profile, stage.facilities).images)
    run.publish(stage.manifest(made.result), bench.store)
    return made


def picture_file(home: SparkleHome, film: str, item: str) -> Path:
    """Return where a keyframe of a film lies."""
    return home.runs / film / BASE_IMAGES / f"{item}.png"
