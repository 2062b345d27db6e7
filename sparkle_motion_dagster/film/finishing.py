"""Finishing: the grade of shots, and what is written over them, the last that happens to clips."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.clip_finisher import (
    ClipFinisher,
    FinishRequest,
    LitWord,
    ShownCaption,
    ShownText,
)
from sparkle_motion_dagster.film.captioning import cues_of
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import LIPSYNC_CLIPS, finished_id
from sparkle_motion_dagster.plan.captions.captioning import with_markup, without_direction
from sparkle_motion_dagster.plan.captions.cues import Cue
from sparkle_motion_dagster.plan.cards import card_of
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace, clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.production.loop import Item, Produced

_FADE_S = Fraction(1, 4)
"""How long a text over a shot takes to come, and to go, in seconds; a third of it at most."""


@dataclass(frozen=True)
class Finish:
    """What happens to a shot's clip at last, at its place in the film."""

    place: ClipPlace
    grade: StoredFile | None
    texts: tuple[ShownText, ...]
    captions: tuple[ShownCaption, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing happens to it."""
        return self.grade is None and not self.texts and not self.captions


def finishes(stage: Stage, timeline: MeasuredTimeline) -> Mapping[str, Finish]:
    """Return what happens to clips at last, by their shots' ids: only of those that it does.

    Whoever makes such a clip encodes it with the profile's ``intermediate``: the finisher encodes
    it for the film. Cards are never among them: what they show is made with them, and a caption
    that lingers would lie on their text.
    """
    burned = stage.settings.captions_of(stage.plan)
    cues = () if burned == "off" else cues_of(stage, timeline)
    found = (
        Finish(
            place,
            _grade(stage, shot),
            tuple(shown_texts(shot, place, timeline.fps)),
            tuple(shown_captions(cues, place, timeline.fps, lit=burned == "words")),
        )
        for shot, place in zip(stage.plan.shots, clip_places(stage.plan, timeline), strict=True)
        if card_of(stage.plan, shot.id) is None
    )
    return {finish.place.shot.id: finish for finish in found if not finish.is_none}


def finished_clips(stage: Stage, timeline: MeasuredTimeline) -> tuple[Produced, ...]:
    """Return the clips of the shots to which something happens at last, in the film's order."""
    return stage.produce(
        ClipFinisher(EngineSettings()),
        [
            Item(finished_id(shot_id), _request(stage, shot_id, finish))
            for shot_id, finish in finishes(stage, timeline).items()
        ],
    )


def _request(stage: Stage, shot_id: str, finish: Finish) -> FinishRequest:
    return FinishRequest(
        clip=stage.file(LIPSYNC_CLIPS, shot_id, "clip"),
        grade=finish.grade,
        texts=finish.texts,
        captions=finish.captions,
        frames=finish.place.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        splices=finish.place.splices,
        encoding=stage.settings.delivery,
    )


def _grade(stage: Stage, shot: ShotSpec) -> StoredFile | None:
    """Return the look of a shot: its own, else the film's."""
    name = shot.grade or stage.plan.grade
    return None if name is None else stage.frozen.files[name]


def shown_texts(shot: ShotSpec, place: ClipPlace, frame_rate: Fraction) -> Iterator[ShownText]:
    """Yield the texts of a shot in frames of its clip: they keep to the shot, without its handles.

    Args:
        shot: The shot.
        place: Where its clip lies.
        frame_rate: Frames per second.
    """
    head, frames = place.handles.head, place.shot.frames
    for text in shot.on_screen_text:
        start = min(round(exact_seconds(text.start) * frame_rate), frames - 1)
        end = frames if text.end is None else round(exact_seconds(text.end) * frame_rate)
        end = min(max(end, start + 1), frames)
        yield ShownText(
            text=text.text,
            place=text.place,
            start=head + start,
            end=head + end,
            fade=min(round(_FADE_S * frame_rate), (end - start) // 3),
        )


def steady_frames(shot: ShotSpec, place: ClipPlace, frame_rate: Fraction) -> range:
    """Return the frames of a clip that show its shot alone, without texts that come or go with it.

    Where a shot is too short for that, they are all that show it alone.

    Args:
        shot: The shot.
        place: Where its clip lies.
        frame_rate: Frames per second.
    """
    shown, texts = place.shown, list(shown_texts(shot, place, frame_rate))
    come = [text.start + text.fade for text in texts if text.start <= shown.start]
    going = [text.end - text.fade for text in texts if text.end >= shown.stop]
    return range(max([shown.start, *come]), min([shown.stop, *going])) or shown


def shown_captions(
    cues: Sequence[Cue], place: ClipPlace, frame_rate: Fraction, *, lit: bool
) -> Iterator[ShownCaption]:
    """Yield the captions that are seen in a clip, in its frames.

    A line that crosses a cut is seen on both sides of it, and in a transition in both clips.

    Args:
        cues: The film's captions.
        place: Where the clip lies.
        frame_rate: Frames per second.
        lit: Whether words are lit while they are spoken.
    """

    def frame(seconds: float) -> int:
        in_clip = round(exact_seconds(seconds) * frame_rate) - place.start_frame
        return min(max(in_clip, 0), place.frames)

    for cue in cues:
        start, end = frame(cue.start_s), frame(cue.end_s)
        if start < end:
            words = [
                LitWord(row=word.row, first=word.first, end=word.end, start=frame(word.start_s))
                for word in (cue.words if lit else ())
            ]
            yield ShownCaption(
                rows=tuple(with_markup(without_direction(cue.text)).splitlines()),
                start=start,
                end=end,
                words=tuple(words),
                italic=cue.italic,
            )
