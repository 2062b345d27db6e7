"""The film itself: clips, track, captions and chapters in one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.film_assembler import (
    FilmAssembler,
    FilmCaption,
    FilmChapter,
    FilmLine,
    FilmRequest,
)
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.film.captioning import cues_of, speakers_of
from sparkle_motion_dagster.film.dialogue import language_of
from sparkle_motion_dagster.film.finishing import finished_clips
from sparkle_motion_dagster.film.hearing.listening import HeardFilm, Listener
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    FILM,
    LIPSYNC_CLIPS,
    TIMELINE,
    TIMELINE_TRACK,
    finished_id,
)
from sparkle_motion_dagster.film.titles import shortened
from sparkle_motion_dagster.media.film_check import FilmReport
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of

_CHAPTER_TITLE = 80
"""Characters that players have room for in a list of chapters."""


@dataclass(frozen=True)
class AssembledFilm:
    """The film, what it was assembled from, and what was heard of it; None: nobody listens.

    ``finished`` are the clips that were graded, or written over, for it.
    """

    result: StageResult
    film: Produced
    request: FilmRequest
    finished: tuple[Produced, ...]
    heard: HeardFilm | None = None

    @property
    def report(self) -> FilmReport:
        """What was measured on the finished file."""
        return FilmReport.model_validate(self.film.record.metadata["report"])


def assemble(stage: Stage, hearing: HearingEngine[Any] | None = None) -> AssembledFilm:
    """Return the film that a plan and its stages ask for, heard where somebody listens.

    Raises:
        FilmRejectedError: The written film failed a check.
        EngineError: Whoever listens cannot.
    """
    timeline = stage.timeline()
    finished = finished_clips(stage, timeline)
    engine, request = FilmAssembler(EngineSettings()), _film_request(stage, timeline, finished)
    (film,) = stage.produce(engine, [Item(FILM, request)])
    named = [artifact for clip in finished for artifact in artifacts_of(clip)]
    named += artifacts_of(film, stem=stage.run_id)
    if hearing is None:
        result = StageResult.of(engine.identity(), [*finished, film], named)
        return AssembledFilm(result, film, request, finished)
    languages = [language_of(stage, line) for line in timeline.lines]
    heard = Listener(stage, hearing).film(film.files["film"], timeline, languages)
    transcripts = [artifact for one in heard.heard for artifact in artifacts_of(one)]
    made = [*finished, film, *heard.heard]
    result = StageResult.of(engine.identity(), made, [*named, *transcripts])
    return AssembledFilm(result, film, request, finished, heard)


def _film_request(
    stage: Stage, timeline: MeasuredTimeline, finished: Sequence[Produced]
) -> FilmRequest:
    speakers = speakers_of(stage, timeline)
    last = {clip.item_id: clip.files["clip"] for clip in finished}
    return FilmRequest(
        title=stage.plan.title,
        clips=tuple(
            last.get(finished_id(shot.id)) or stage.file(LIPSYNC_CLIPS, shot.id, "clip")
            for shot in timeline.shots
        ),
        track=stage.file(TIMELINE_TRACK, TIMELINE, "audio"),
        frames=timeline.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        lines=tuple(
            FilmLine(
                start=line.start_sample,
                end=line.end_sample,
                speaker=speakers[line.character_id].shown,
                text=line.text,
            )
            for line in timeline.lines
        ),
        captions=tuple(
            FilmCaption(start_s=cue.start_s, end_s=cue.end_s, text=cue.text)
            for cue in cues_of(stage, timeline)
        ),
        burned_captions=stage.settings.captions_of(stage.plan) != "off",
        chapters=tuple(
            FilmChapter(
                title=shortened(shot.visual_description, _CHAPTER_TITLE),
                start_frame=place.start_frame,
                end_frame=place.start_frame + place.frames,
            )
            for shot, place in zip(stage.plan.shots, timeline.shots, strict=True)
        ),
        target=stage.settings.mastering,
        scenes=_scenes(stage),
    )


def _scenes(stage: Stage) -> tuple[StoredFile, ...]:
    """Return the scenes of the keyframes that are shown, where their engine knows them."""
    shown = dict.fromkeys(keyframe for shot in stage.plan.shots for keyframe in shot.keyframes)
    scenes = (stage.optional_file(BASE_IMAGES, keyframe, "scene") for keyframe in shown)
    return tuple(scene for scene in scenes if scene is not None)
