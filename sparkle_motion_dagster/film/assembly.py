"""The film itself: clips, track, captions and chapters in one file."""

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
from sparkle_motion_dagster.film.casting.performers import DEFAULT_LANGUAGE
from sparkle_motion_dagster.film.dialogue import language_of
from sparkle_motion_dagster.film.hearing.listening import HeardFilm, Listener
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    FILM,
    LIPSYNC_CLIPS,
    TIMELINE,
    TIMELINE_TRACK,
)
from sparkle_motion_dagster.film.titles import shortened
from sparkle_motion_dagster.media.film_check import FilmReport
from sparkle_motion_dagster.plan.captioning import CaptionRoom
from sparkle_motion_dagster.plan.captions import cues
from sparkle_motion_dagster.plan.speaker_names import SpeakerName, told_apart
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of

_CHAPTER_TITLE = 80
"""Characters that players have room for in a list of chapters."""


@dataclass(frozen=True)
class AssembledFilm:
    """The film, what it was assembled from, and what was heard of it; None: nobody listens."""

    result: StageResult
    film: Produced
    request: FilmRequest
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
    engine, request = FilmAssembler(EngineSettings()), _film_request(stage)
    (film,) = stage.produce(engine, [Item(FILM, request)])
    named = artifacts_of(film, stem=stage.run_id)
    if hearing is None:
        return AssembledFilm(StageResult.of(engine.identity(), [film], named), film, request)
    timeline = stage.timeline()
    languages = [language_of(stage, line) for line in timeline.lines]
    heard = Listener(stage, hearing).film(film.files["film"], timeline, languages)
    transcripts = [artifact for one in heard.heard for artifact in artifacts_of(one)]
    result = StageResult.of(engine.identity(), [film, *heard.heard], [*named, *transcripts])
    return AssembledFilm(result, film, request, heard)


def _film_request(stage: Stage) -> FilmRequest:
    timeline = stage.timeline()
    speakers = told_apart(
        {
            character.id: SpeakerName(
                character.name, character.voice_profile.language or DEFAULT_LANGUAGE
            )
            for character in stage.plan.characters
        },
        {line.character_id for line in timeline.lines},
    )
    room = CaptionRoom.of(stage.format.size)
    return FilmRequest(
        title=stage.plan.title,
        clips=tuple(stage.file(LIPSYNC_CLIPS, shot.id, "clip") for shot in timeline.shots),
        track=stage.file(TIMELINE_TRACK, TIMELINE, "audio"),
        frames=timeline.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        caption_room=room,
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
            for cue in cues(timeline, speakers, room)
        ),
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
