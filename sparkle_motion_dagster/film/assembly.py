"""The film itself: clips, track, captions and chapters in one file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.film_assembler import (
    FilmAssembler,
    FilmCaption,
    FilmChapter,
    FilmClip,
    FilmLine,
    FilmRequest,
)
from sparkle_motion_dagster.engines.builtin.treatment.effects import ringing_samples
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.film.casting.performers import DEFAULT_LANGUAGE
from sparkle_motion_dagster.film.dialogue import language_of
from sparkle_motion_dagster.film.hearing.listening import HeardFilm, Listener
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import (
    FILM,
    LIPSYNC_CLIPS,
    MIX,
    TIMELINE,
    TIMELINE_TRACK,
    transition_id,
)
from sparkle_motion_dagster.film.titles import shortened
from sparkle_motion_dagster.film.transitions import PlacedClip, make_transitions
from sparkle_motion_dagster.media.film_check import FilmReport
from sparkle_motion_dagster.plan.captions import cues
from sparkle_motion_dagster.plan.clip_places import clip_places
from sparkle_motion_dagster.plan.lines import planned_lines
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
    engine, clips = FilmAssembler(EngineSettings()), _clips(stage)
    transitions = make_transitions(stage, clips)
    request = _film_request(stage, clips, transitions)
    (film,) = stage.produce(engine, [Item(FILM, request)])
    produced = [*transitions, film]
    artifacts = [
        *artifacts_of(film, stem=stage.run_id),
        *(artifact for transition in transitions for artifact in artifacts_of(transition)),
    ]
    if hearing is None:
        result = StageResult.of(engine.identity(), produced, artifacts)
        return AssembledFilm(result, film, request)
    timeline = stage.timeline()
    languages = [language_of(stage, line) for line in timeline.lines]
    heard = Listener(stage, hearing).film(film.files["film"], timeline, languages)
    transcripts = [artifact for one in heard.heard for artifact in artifacts_of(one)]
    result = StageResult.of(
        engine.identity(), [*produced, *heard.heard], [*artifacts, *transcripts]
    )
    return AssembledFilm(result, film, request, heard)


def _clips(stage: Stage) -> list[PlacedClip]:
    """Return the clips of the film, in order."""
    return [
        PlacedClip(shot, stage.file(LIPSYNC_CLIPS, shot.id, "clip"), place)
        for shot, place in zip(
            stage.plan.shots, clip_places(stage.plan, stage.timeline()), strict=True
        )
    ]


def _film_request(
    stage: Stage, clips: Sequence[PlacedClip], transitions: Sequence[Produced]
) -> FilmRequest:
    timeline, planned = stage.timeline(), planned_lines(stage.plan)
    off_screen = {line.index for line in planned if line.off_screen}
    after = {transition.item_id: transition.files["clip"] for transition in transitions}
    speakers = told_apart(
        {
            character.id: SpeakerName(
                character.name, character.voice_profile.language or DEFAULT_LANGUAGE
            )
            for character in stage.plan.characters
        },
        {line.character_id for line in timeline.lines},
    )
    return FilmRequest(
        title=stage.plan.title,
        clips=tuple(_film_clip(clip, after) for clip in clips),
        track=_sound(stage),
        sounds=() if stage.plan.soundtrack is None else stage.plan.soundtrack.kinds,
        frames=timeline.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        lines=tuple(
            FilmLine(
                start=line.start_sample,
                end=line.end_sample,
                speaker=speakers[line.character_id].shown,
                text=line.text,
                off_screen=line.index in off_screen,
                rings=ringing_samples(planned[line.index].effect),
            )
            for line in timeline.lines
        ),
        captions=tuple(
            FilmCaption(start_s=cue.start_s, end_s=cue.end_s, text=cue.text, italic=cue.italic)
            for cue in cues(timeline, speakers, off_screen)
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
        scenes=stage.scenes(stage.plan.shots),
    )


def _film_clip(clip: PlacedClip, transitions: Mapping[str, StoredFile]) -> FilmClip:
    """Return what the film shows of a clip, and the transition after it, from all of them."""
    shown = clip.place.shown
    return FilmClip(
        sha256=clip.file.sha256,
        path=clip.file.path,
        shown=None if clip.place.handles.are_none else (shown.start, shown.stop),
        transition=transitions.get(transition_id(clip.shot.id)),
    )


def _sound(stage: Stage) -> StoredFile:
    """Return the film's sound: the mix, where there is one, else the track of the lines."""
    item = TIMELINE if stage.plan.soundtrack is None else MIX
    return stage.file(TIMELINE_TRACK, item, "audio")
