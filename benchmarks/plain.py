"""The same film through the production loop alone: the stages one after the other, no Dagster."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.films import write
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import EngineIdentity, StageManifest
from sparkle_motion_dagster.assets.base_images import drawn_items
from sparkle_motion_dagster.assets.lipsync_clips import in_film_order, lipsync_items
from sparkle_motion_dagster.assets.shooting import shoot
from sparkle_motion_dagster.assets.shot_clips import clip_items
from sparkle_motion_dagster.assets.speaking import (
    cast_of,
    spoken_by,
    spoken_lines,
    spoken_result,
)
from sparkle_motion_dagster.assets.stage import TIMELINE, Stage
from sparkle_motion_dagster.assets.timeline_track import laid_lines
from sparkle_motion_dagster.assets.video_final import FILM, film_request
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.film_assembler import FilmAssembler
from sparkle_motion_dagster.engines.builtin.track_mixer import TrackMixer
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film.intake import freeze_plan, thaw_plan
from sparkle_motion_dagster.production.control import RunControl
from sparkle_motion_dagster.production.loop import Item
from sparkle_motion_dagster.production.manifest import (
    StageOf,
    StageResult,
    artifacts_of,
    manifest_of,
)
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import (
    ImagesResource,
    LipsyncResource,
    SpeechResource,
    VideoResource,
)
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.profiles import load_profile

_RUN = "film"
_PROFILE = "animatic"


def render_without_dagster(plan: dict[str, Any], folder: Path) -> float:
    """Render a plan into a fresh home, and return how many seconds that took."""
    folder.mkdir(parents=True)
    film = _PlainFilm(write(plan, folder / f"{_RUN}.yaml"), SparkleHome(folder / "home"))
    started = time.perf_counter()
    film.render()
    return time.perf_counter() - started


class _PlainFilm:
    """A film on its way through the stages, each published as the assets publish it."""

    def __init__(self, plan: Path, home: SparkleHome) -> None:
        self._path = plan
        self._profile = load_profile(_PROFILE)
        self._settings = self._profile.film
        self._bench = Workbench(home)
        self._manifests: dict[str, StageManifest] = {}
        gpu = GpuResource(**self._profile.gpu)
        self._facilities = Facilities(gpu.for_stage(_RUN, "benchmark"))

    def render(self) -> None:
        facilities = self._facilities
        images = ImagesResource(**self._profile.engine("images").model_dump()).answering(facilities)
        video = VideoResource(**self._profile.engine("video").model_dump()).answering(facilities)
        lipsync = LipsyncResource(**self._profile.engine("lipsync").model_dump()).answering(
            facilities
        )
        speech = SpeechResource(**self._profile.engine("speech").model_dump())
        self._show(freeze_plan(_RUN, _PROFILE, self._settings, self._path, self._bench))

        stage = self._stage("dialogue_wavs")
        cast = cast_of(stage.plan, stage.frozen.files, speech.answering(facilities))
        takes = spoken_lines(stage, cast)
        spoken = spoken_result(stage.plan, cast, takes)
        self._publish("dialogue_wavs", spoken_by(cast, takes), spoken)

        stage, mixer = self._stage("timeline_track"), TrackMixer(EngineSettings())
        laid = laid_lines(stage, cast, self._manifests["dialogue_wavs"])
        track = stage.produce(mixer, [Item(TIMELINE, laid.track)])
        self._publish("timeline_track", mixer.identity(), StageResult.of([*laid.hurried, *track]))
        timeline = stage.timeline(self._manifests["timeline_track"])

        stage = self._stage("base_images")
        keyframes = stage.produce(images, drawn_items(stage))
        self._publish("base_images", images.identity(), StageResult.of(keyframes))

        stage = self._stage("shot_clips")
        clips = shoot(stage, video, clip_items(stage, self._manifests["base_images"], timeline))
        self._publish("shot_clips", video.identity(), StageResult.of(clips))

        stage, silent = self._stage("lipsync_clips"), self._manifests["shot_clips"]
        moved = stage.produce(lipsync, lipsync_items(stage, lipsync, silent, timeline))
        all_clips = StageResult.of(moved, in_film_order(silent, moved))
        self._publish("lipsync_clips", lipsync.identity(), all_clips)

        stage, assembler = self._stage("video_final"), FilmAssembler(EngineSettings())
        request = film_request(
            stage, self._manifests["lipsync_clips"], timeline, self._manifests["timeline_track"]
        )
        films = stage.produce(assembler, [Item(FILM, request)])
        whole = StageResult.of(films, artifacts_of(films[0], _RUN))
        self._publish("video_final", assembler.identity(), whole)

    def _stage(self, name: str) -> Stage:
        return Stage(
            name=name,
            run_id=_RUN,
            profile=_PROFILE,
            settings=self._settings,
            frozen=thaw_plan(self._manifests["movie_plan"], self._bench),
            workbench=self._bench,
            progress=Progress(self._bench.run_folder(_RUN), name),
            control=RunControl(self._bench.run_folder(_RUN)),
            facilities=self._facilities,
        )

    def _publish(self, stage: str, engine: EngineIdentity, result: StageResult) -> None:
        about = StageOf(stage, _RUN, _PROFILE, self._manifests["movie_plan"].plan_digest)
        self._show(manifest_of(about, engine, self._manifests, result))

    def _show(self, manifest: StageManifest) -> None:
        self._manifests[manifest.stage] = manifest
        self._bench.run_folder(_RUN).publish(manifest, self._bench.store)
