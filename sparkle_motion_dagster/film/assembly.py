"""The film itself: clips, track, captions and chapters in one file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
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
    measured_film,
)
from sparkle_motion_dagster.engines.builtin.sound_master import (
    MasteredLine,
    MasterRequest,
    SoundMaster,
)
from sparkle_motion_dagster.engines.builtin.treatment.effects import ringing_samples
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.film.captioning import cues_of, speakers_of
from sparkle_motion_dagster.film.finishing import finished_clips, steady_frames
from sparkle_motion_dagster.film.hearing.listening import HeardFilm, Listener
from sparkle_motion_dagster.film.short_texts import shortened
from sparkle_motion_dagster.film.sound.dialogue import language_of
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import (
    FILM,
    LIPSYNC_CLIPS,
    MIX,
    SOUND,
    TIMELINE,
    TIMELINE_TRACK,
    finished_id,
    transition_id,
)
from sparkle_motion_dagster.film.transitions import PlacedClip, make_transitions
from sparkle_motion_dagster.media.film.promises import PROMISES
from sparkle_motion_dagster.media.report import Report
from sparkle_motion_dagster.plan.captions.captioning import CaptionRoom
from sparkle_motion_dagster.plan.timeline.clip_places import clip_places
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
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

    @cached_property
    def report(self) -> Report:
        """What was measured on the finished file.

        That was done when it was made; a film that is older than one of the checks is measured now.
        """
        report = Report.model_validate(self.film.record.metadata["report"])
        if {check.name for check in report.checks} == PROMISES.keys():
            return report
        return measured_film(self.film.files["film"].path, self.request)


def assemble(stage: Stage, hearing: HearingEngine[Any] | None = None) -> AssembledFilm:
    """Return the film that a plan and its stages ask for, heard where somebody listens.

    Raises:
        FilmRejectedError: The written film failed a check.
        EngineError: Whoever listens cannot.
    """
    timeline = stage.timeline()
    finished = finished_clips(stage, timeline)
    clips = _clips(stage, timeline, finished)
    transitions = make_transitions(stage, clips)
    sound = _mastered(stage, timeline)
    engine = FilmAssembler(EngineSettings())
    request = _film_request(stage, timeline, clips, transitions, sound)
    (film,) = stage.produce(engine, [Item(FILM, request)])
    parts = [*finished, *transitions, sound]
    made = [*parts, film]
    named = [
        *artifacts_of(film, stem=stage.run_id),
        *(artifact for part in parts for artifact in artifacts_of(part)),
    ]
    if hearing is None:
        result = StageResult.of(engine.identity(), made, named)
        return AssembledFilm(result, film, request, finished)
    languages = [language_of(stage, line) for line in timeline.lines]
    heard = Listener(stage, hearing).film(sound.files["audio"], timeline, languages)
    transcripts = [artifact for one in heard.heard for artifact in artifacts_of(one)]
    result = StageResult.of(engine.identity(), [*made, *heard.heard], [*named, *transcripts])
    return AssembledFilm(result, film, request, finished, heard)


def _clips(
    stage: Stage, timeline: MeasuredTimeline, finished: Sequence[Produced]
) -> list[PlacedClip]:
    """Return the clips of the film, in order, as they were left by whoever encoded them last."""
    last = {clip.item_id: clip.files["clip"] for clip in finished}
    return [
        PlacedClip(
            shot,
            last.get(finished_id(shot.id)) or stage.file(LIPSYNC_CLIPS, shot.id, "clip"),
            place,
        )
        for shot, place in zip(stage.plan.shots, clip_places(stage.plan, timeline), strict=True)
    ]


def _film_request(
    stage: Stage,
    timeline: MeasuredTimeline,
    clips: Sequence[PlacedClip],
    transitions: Sequence[Produced],
    sound: Produced,
) -> FilmRequest:
    planned, speakers = planned_lines(stage.plan), speakers_of(stage, timeline)
    after = {transition.item_id: transition.files["clip"] for transition in transitions}
    return FilmRequest(
        title=stage.plan.title,
        clips=tuple(_film_clip(clip, after, stage.format.frame_rate) for clip in clips),
        sound=sound.files["audio"],
        sound_report=sound.files["report"],
        frames=timeline.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        caption_room=CaptionRoom.of(stage.format.size),
        lines=tuple(
            FilmLine(
                start=line.start_sample,
                end=line.end_sample,
                speaker=speakers[line.character_id].shown,
                text=line.text,
                off_screen=planned[line.index].off_screen,
            )
            for line in timeline.lines
        ),
        captions=tuple(
            FilmCaption(start_s=cue.start_s, end_s=cue.end_s, text=cue.text, italic=cue.italic)
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
        scenes=stage.scenes(stage.plan.shots),
    )


def _film_clip(
    clip: PlacedClip, transitions: Mapping[str, StoredFile], frame_rate: Fraction
) -> FilmClip:
    """Return what the film shows of a clip, and the transition after it, from all of them."""
    shown, steady = clip.place.shown, steady_frames(clip.shot, clip.place, frame_rate)
    return FilmClip(
        sha256=clip.file.sha256,
        path=clip.file.path,
        shown=None if clip.place.handles.are_none else (shown.start, shown.stop),
        steady=None if steady == shown else (steady.start, steady.stop),
        transition=transitions.get(transition_id(clip.shot.id)),
    )


def _mastered(stage: Stage, timeline: MeasuredTimeline) -> Produced:
    """Return the film's sound as it is delivered: the mix, where there is one, or the lines alone.

    Ambience and effects alone keep the level that they would have under speech: a garden at night
    is not as loud as a conversation.
    """
    planned, soundtrack = planned_lines(stage.plan), stage.plan.soundtrack
    sounds = () if soundtrack is None else soundtrack.kinds
    request = MasterRequest(
        track=stage.file(
            TIMELINE_TRACK, TIMELINE if stage.plan.soundtrack is None else MIX, "audio"
        ),
        samples=timeline.samples,
        frame_rate=stage.format.frame_rate,
        lines=tuple(
            MasteredLine(
                start=line.start_sample,
                end=line.end_sample,
                rings=ringing_samples(planned[line.index].effect),
            )
            for line in timeline.lines
        ),
        target=stage.settings.mastering,
        is_mixed=bool(sounds),
        is_levelled=bool(timeline.lines) or "music" in sounds or not sounds,
    )
    (sound,) = stage.produce(SoundMaster(EngineSettings()), [Item(SOUND, request)])
    return sound
