"""Films made by the production loop alone: what a render makes, without Dagster's record of it.

Most of what a render of a film of three seconds takes is Dagster's: some two hundred events, each
written to disk. Tests of what is made, and of what an edit makes again, need none of them. Each
stage is held to its checks as its asset holds it: what an asset would not publish fails here, too.
`tests/test_bare_films.py` holds that what is made is the same, byte by byte, and so is what is
warned of.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from dagster import AssetCheckResult

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film import stages
from sparkle_motion_dagster.film.assembly import assemble
from sparkle_motion_dagster.film.checks import (
    assembly,
    dialogue,
    hearing,
    intake,
    keyframes,
    mouths,
    screen_texts,
    shots,
    track,
)
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.feasibility import check_feasible
from sparkle_motion_dagster.film.intake import check_free, freeze_plan, thaw_plan
from sparkle_motion_dagster.film.keyframes import make_keyframes
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.mouths import move_mouths
from sparkle_motion_dagster.film.pipeline import PIPELINE, Engines
from sparkle_motion_dagster.film.shots import make_shots
from sparkle_motion_dagster.film.sound.dialogue import speak_lines
from sparkle_motion_dagster.film.sound.track import make_track
from sparkle_motion_dagster.film.stages import INPUTS
from sparkle_motion_dagster.film.takes.pins import stale_pins
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.manifest import StageResult
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.profiles import load_profile

_Looked: TypeAlias = tuple[StageResult, Iterable[Verdict]]
"""What a stage has made, and what its checks find."""


def _dialogue(stage: MakingStage, engines: Engines) -> _Looked:
    spoken = speak_lines(stage, engines.speech, engines.hearing)
    return spoken.result, dialogue.verdicts(stage, spoken)


def _track(stage: MakingStage, engines: Engines) -> _Looked:
    laid = make_track(stage, engines.speech, engines.ambience, engines.hearing)
    return laid.result, track.verdicts(stage, laid)


def _keyframes(stage: MakingStage, engines: Engines) -> _Looked:
    drawn = make_keyframes(stage, engines.images)
    return drawn.result, keyframes.verdicts(stage, drawn)


def _shots(stage: MakingStage, engines: Engines) -> _Looked:
    filmed = make_shots(stage, engines.video, engines.lipsync)
    return filmed.result, shots.verdicts(stage, filmed)


def _mouths(stage: MakingStage, engines: Engines) -> _Looked:
    moved = move_mouths(stage, engines.lipsync, engines.video)
    return moved.result, mouths.verdicts(stage, moved)


def _film(stage: MakingStage, engines: Engines) -> _Looked:
    film = assemble(stage, engines.hearing)
    heard = None if film.heard is None else film.heard.lines()
    written = screen_texts.text_is_safe(film.finished, stage.format.size)
    return film.result, [*assembly.verdicts(film.report), hearing.words_heard(heard), written]


_MAKING: Mapping[str, Callable[[MakingStage, Engines], _Looked]] = {
    stages.DIALOGUE_WAVS: _dialogue,
    stages.TIMELINE_TRACK: _track,
    stages.BASE_IMAGES: _keyframes,
    stages.SHOT_CLIPS: _shots,
    stages.LIPSYNC_CLIPS: _mouths,
    stages.VIDEO_FINAL: _film,
}
assert [*_MAKING] == [*PIPELINE]


def make_film(
    home: SparkleHome, path: Path, run_id: str, profile: str = "animatic"
) -> list[AssetCheckResult]:
    """Take the film of a plan file through all its stages, each published as the assets do.

    Returns:
        What the checks of all stages found, in their order, as the assets report it.

    Raises:
        SparkleError: The plan is wrong, its run is another film's, or a stage fails, or does not
            keep its promises.
    """
    shape = load_profile(profile)
    bench = Workbench(home)
    folder = bench.run_folder(run_id)
    gpu = GpuResource(**shape.gpu.model_dump())
    facilities = Facilities(gpu.for_stage(run_id, "film"))
    engines = engines_of(shape, facilities)
    made: dict[str, StageManifest] = {}
    found: list[AssetCheckResult] = []

    with folder.held():
        check_free(run_id, profile, path, bench)
        plan = freeze_plan(run_id, profile, path, bench)
        frozen = thaw_plan(plan, bench)
        check_feasible(frozen, shape.film, engines)
        size = shape.film.format_of(frozen.plan).size
        plan = _warning(plan, intake.verdicts(frozen.plan, size, engines.video), found)
        folder.publish(plan, bench.store)
        made[plan.stage] = plan

        def begin(name: str) -> MakingStage:
            return MakingStage(
                name=name,
                run_id=run_id,
                profile=profile,
                settings=shape.film,
                frozen=frozen,
                workbench=bench,
                inputs={needed: made[needed] for needed in INPUTS[name]},
                progress=Progress(folder, name),
                control=RunControl(folder),
                facilities=facilities,
                choices=folder.choices.read(),
            )

        for name, looked in _MAKING.items():
            stage = begin(name)
            result, verdicts = looked(stage, engines)
            manifest = _warning(stage.manifest(result), verdicts, found)
            folder.publish(manifest, bench.store)
            made[name] = manifest
    return found


def _warning(
    manifest: StageManifest, verdicts: Iterable[Verdict], found: list[AssetCheckResult]
) -> StageManifest:
    """Return a manifest with what it warns of, and add what its checks found to the others'.

    Raises:
        StageRejectedError: A promise was broken that stops the film.
    """
    warnings = _returned(reported(manifest.stage, verdicts), found)
    stale = stale_pins(manifest.run_id, manifest.artifacts)
    return manifest.model_copy(update={"warnings": (*warnings, *stale)})


def _returned(
    shown: Generator[AssetCheckResult, None, tuple[str, ...]], found: list[AssetCheckResult]
) -> tuple[str, ...]:
    """Return what checks warn of when all of them have been shown, and add them to others."""
    while True:
        try:
            found.append(next(shown))
        except StopIteration as ended:
            warnings: tuple[str, ...] = ended.value
            return warnings
