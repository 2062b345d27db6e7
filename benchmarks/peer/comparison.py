"""A film of ours against a shell script of ffmpeg that makes the same one: part k."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.checkout import Checkout
from benchmarks.films import MUSIC, film, with_music, write, write_music
from benchmarks.peer.findings import Findings, findings
from benchmarks.peer.script import FILM, Materials, make_film
from benchmarks.results import Figure, in_seconds
from benchmarks.studio import RUN, Render, Studio
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    TIMELINE,
    TIMELINE_TRACK,
)
from sparkle_motion_dagster.plan.film_format import film_format
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.resources.profiles import load_profile

Plan = dict[str, Any]

_MINUTE: Plan = film(12, 5.0, "1280x720")
_DISSOLVE_EVERY = 4
_LONGER_S = 0.5
_TALKING, _PICTURES = "talking", "pictures"


def ffmpeg_script(folder: Path, checkout: Checkout, written: Plan = _MINUTE) -> Iterator[Figure]:
    """Measure k: a film from given pictures and takes, and the script's."""
    plan = with_music(cut(written), 0.0)
    prepared = prepare(plan, folder / "prepared", checkout)
    pictures, talks = (prepared.copy(folder / name) for name in (_PICTURES, _TALKING))
    silent = _from_pictures(plan, pictures)
    ours, talking = pictures.render(silent), talks.render(plan)
    materials = _materials(silent, pictures)
    script = make_film(materials, folder / "script")
    what = f"film of {_seconds(plan):.0f} s from given pictures and takes"
    ratio = ours.cost.seconds / script.seconds
    yield Figure("k", f"{what}, by a script of ffmpeg", in_seconds(script.seconds))
    yield Figure("k", f"{what}, by ours", in_seconds(ours.cost.seconds))
    yield Figure(
        "k", "ours against the script", f"{ratio:.2f} x", "at most 1 x", ratio <= 1, _between(ours)
    )
    yield Figure(
        "k",
        f"{what}, by ours, with mouths that talk in a third of it",
        in_seconds(talking.cost.seconds),
    )
    for whose, found in (
        ("the script", findings(folder / "script" / FILM, materials)),
        ("ours", findings(pictures.film, materials)),
    ):
        yield from _found(whose, found, materials)
    yield Figure("k", "lip sync: the script", "none")


def prepare(plan: Plan, folder: Path, checkout: Checkout) -> Studio:
    """Return a studio in which a plan's lines are spoken and its pictures drawn, and no more.

    Neither is what is compared. Laying the lines and mixing the sound is: that is done for a film
    whose first shot is longer, so that nothing of it is what the plan's film needs.
    """
    studio = Studio(folder, checkout)
    write_music(studio.folder)
    longer = copy.deepcopy(plan)
    longer["shots"][0]["duration_sec"] += _LONGER_S
    path = write(longer, studio.folder / f"{RUN}.yaml")
    for job in ("sound_only", "stills_only"):
        studio.sparkle("render", str(path), "--job", job)
    return studio


def cut(plan: Plan) -> Plan:
    """Return a plan whose shots are cut, or dissolve: a script turns no picture into another."""
    plan = copy.deepcopy(plan)
    plan["base_images"].pop()
    for number, shot in enumerate(plan["shots"]):
        del shot["end_base_image_id"]
        last = number == len(plan["shots"]) - 1
        dissolves = number % _DISSOLVE_EVERY == _DISSOLVE_EVERY - 1 and not last
        shot["transition"] = "dissolve" if dissolves else "cut"
    return plan


def _seconds(plan: Plan) -> float:
    return sum(float(shot["duration_sec"]) for shot in plan["shots"])


def _from_pictures(plan: Plan, studio: Studio) -> Plan:
    """Return the plan with the pictures that were drawn for it as its own, and no mouth to move."""
    plan = copy.deepcopy(plan)
    drawn = studio.home.runs / RUN / BASE_IMAGES
    for image in plan["base_images"]:
        shutil.copy(drawn / f"{image['id']}.png", studio.folder)
        image["local_path"] = f"{image['id']}.png"
    for shot in plan["shots"]:
        shot.pop("is_talking_closeup", None)
    return plan


def _materials(plan: Plan, studio: Studio) -> Materials:
    run = RunFolder(studio.home, RUN)
    written = MoviePlan.model_validate(plan)
    settings = load_profile("animatic").film
    spoken = run.path / DIALOGUE_WAVS
    timeline = (run.path / TIMELINE_TRACK / f"{TIMELINE}.json").read_bytes()
    return Materials(
        plan=written,
        timeline=MeasuredTimeline.model_validate_json(timeline),
        form=film_format(written, settings.frame_rate, settings.size),
        pictures=[studio.folder / f"{shot.start_base_image_id}.png" for shot in written.shots],
        takes=sorted(spoken.glob("*.wav")),
        music=studio.folder / MUSIC,
    )


def _between(render: Render) -> str:
    stages = ", ".join(f"{stage} {s:.1f}" for stage, s in render.stage_seconds().items())
    return (
        f"Start-up takes {in_seconds(render.start_up_s)} of ours. Seconds of work by stage: "
        f"{stages}. The script looks at nothing that it made."
    )


def _found(whose: str, found: Findings, materials: Materials) -> Iterator[Figure]:
    yield Figure("k", f"jitter of a slow push in: {whose}", f"{found.jitter_px:.3f} pixels")
    yield Figure(
        "k",
        f"off the loudness asked for, and true peak: {whose}",
        f"{found.loudness_error_lu:+.2f} LU, {found.true_peak_dbtp:.1f} dBTP",
    )
    yield Figure("k", f"farthest line from its place: {whose}", f"{found.sync_ms:+.1f} ms")
    yield Figure(
        "k",
        f"frames, of {materials.timeline.frames} planned: {whose}",
        str(found.frames),
    )
