"""The measured timeline: ``timeline.json``, what the film's picture and sound are laid out by."""

from collections.abc import Sequence
from fractions import Fraction

from pydantic import Field

from sparkle_motion_dagster.plan.timeline.layout import (
    Action,
    LaidLine,
    LaidShot,
    Layout,
    samples_of,
)
from sparkle_motion_dagster.plan.timeline.speech_timings import (
    SpeechTimings,
    SpokenPhoneme,
    SpokenWord,
)
from sparkle_motion_dagster.plan.timing import samples_at_frame
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameRate, Record


class TimelineShot(Record):
    """A shot: planned and real place, in frames."""

    id: str
    planned_start_frame: int
    planned_frames: int
    start_frame: int
    frames: int


class TimelineLine(Record):
    """A spoken line: planned place in seconds, real place in samples, and what was done.

    ``wav_digest`` names the take that is in the film (spoken again where ``tempo`` is not 1), as it
    was spoken: through whatever it is heard, words sound when they do, and mouths move to it;
    times of words and phonemes are seconds from ``start_sample``.
    """

    index: int
    character_id: str
    text: str
    wav_digest: str
    timings_digest: str | None
    tempo: float
    start_sample: int
    end_sample: int
    words: tuple[SpokenWord, ...]
    phonemes: tuple[SpokenPhoneme, ...]
    planned_start_s: float | None = Field(description="None: it follows the line before")
    planned_duration_s: float | None = Field(description="None: the plan derives its lines")
    action: Action


class MeasuredTimeline(Record):
    """Where every shot and every line of the film lies, from what was really spoken."""

    fps: FrameRate
    sample_rate: int
    frames: int
    samples: int
    shots: tuple[TimelineShot, ...]
    lines: tuple[TimelineLine, ...]

    def shot_samples(self, shot: TimelineShot) -> tuple[int, int]:
        """Return the first sample of a shot, and the first one after it."""
        return (
            samples_at_frame(shot.start_frame, self.fps),
            samples_at_frame(shot.start_frame + shot.frames, self.fps),
        )

    def lines_during(self, shot: TimelineShot) -> tuple[TimelineLine, ...]:
        """Return the lines that are heard during a shot, for more than half a frame.

        Cuts are rounded to frames, and lines are not: one that begins with the next shot may begin
        up to half a frame before the cut.
        """
        start, end = self.shot_samples(shot)
        half = round(self.sample_rate / self.fps / 2)
        return tuple(
            line
            for line in self.lines
            if line.start_sample < end - half and line.end_sample > start + half
        )


class SpokenTake(Record):
    """The take of a line that is heard, by digest, with its timings where they are known."""

    wav_digest: str
    timings_digest: str | None = None
    timings: SpeechTimings = SpeechTimings()


def measured_timeline(
    shot_ids: Sequence[str], takes: Sequence[SpokenTake], layout: Layout, frame_rate: Fraction
) -> MeasuredTimeline:
    """Return the timeline of a film that has been laid out.

    Args:
        shot_ids: Ids of the shots, in order.
        takes: The take that is heard of each line, in order.
        layout: Where shots and lines lie.
        frame_rate: Frames per second.
    """
    last = layout.shots[-1]
    return MeasuredTimeline(
        fps=frame_rate,
        sample_rate=SAMPLE_RATE,
        frames=last.start_frame + last.frames,
        samples=samples_of(layout, frame_rate),
        shots=tuple(map(_shot, shot_ids, layout.shots)),
        lines=tuple(map(_line, takes, layout.lines)),
    )


def _shot(shot_id: str, laid: LaidShot) -> TimelineShot:
    return TimelineShot(
        id=shot_id,
        planned_start_frame=laid.planned_start_frame,
        planned_frames=laid.planned_frames,
        start_frame=laid.start_frame,
        frames=laid.frames,
    )


def _line(take: SpokenTake, laid: LaidLine) -> TimelineLine:
    return TimelineLine(
        index=laid.line.index,
        character_id=laid.line.character_id,
        text=laid.line.text,
        wav_digest=take.wav_digest,
        timings_digest=take.timings_digest,
        tempo=laid.tempo,
        start_sample=laid.start_sample,
        end_sample=laid.end_sample,
        words=take.timings.words,
        phonemes=take.timings.phonemes,
        planned_start_s=_seconds(laid.planned_start_s),
        planned_duration_s=_seconds(laid.planned_duration_s),
        action=laid.action,
    )


def _seconds(moment: Fraction | None) -> float | None:
    return None if moment is None else float(moment)
