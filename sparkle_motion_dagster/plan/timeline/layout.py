"""Where lines and cuts fall once the lines have been spoken: the timing rules of the film.

A line that fits its slot starts where the plan says. A longer one first uses the silence after
it, leaving a breath before the next line; then it is spoken faster, up to a limit; what is still
missing lengthens the shot in which it ends by whole frames, and everything after moves. No line
is ever cut, and no two lines ever overlap.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from sparkle_motion_dagster.plan.timeline.lines import InShot, PlannedLine, Slot
from sparkle_motion_dagster.plan.timing import frames_covering, samples_at, samples_at_frame

BREATH_S = Fraction(15, 100)
"""Silence that an overrunning line leaves before the next one, in seconds."""

LEAD_IN_S = Fraction(25, 100)
"""Where a derived timeline starts the first line of a shot, in seconds from the cut."""

PAUSE_S = Fraction(20, 100)
"""What a derived timeline leaves between two lines of a shot, in seconds."""

_TEMPO_STEP = 100
"""Tempos are whole hundredths, so that a line that moves by a hair is not spoken again."""


class Action(StrEnum):
    """The strongest measure that a line needed to fit."""

    AS_PLANNED = "as_planned"
    INTO_SILENCE = "into_silence"
    FASTER = "faster"
    LENGTHENED = "lengthened"


@dataclass(frozen=True)
class TakeLength:
    """A spoken line: its length in samples at ``SAMPLE_RATE``, and its tempo."""

    samples: int
    tempo: float = 1.0


@dataclass(frozen=True)
class LaidShot:
    """A shot's place in the film, in frames; ``planned_*`` is what the plan alone would give."""

    planned_start_frame: int
    planned_frames: int
    start_frame: int
    frames: int


@dataclass(frozen=True)
class LaidLine:
    """A line's place in the film, in samples at ``SAMPLE_RATE``.

    The planned seconds are None where the plan leaves them to the line before.
    """

    line: PlannedLine
    planned_start_s: Fraction | None
    planned_duration_s: Fraction | None
    start_sample: int
    end_sample: int
    tempo: float
    action: Action


@dataclass(frozen=True)
class Layout:
    """Where every shot and every line of a film lies."""

    shots: tuple[LaidShot, ...]
    lines: tuple[LaidLine, ...]


Speak = Callable[[PlannedLine, int], TakeLength]
"""Gives the take of a line, told the samples that it may last without lengthening a shot."""


def choose_tempos(
    boundaries: Sequence[int],
    lines: Sequence[PlannedLine],
    samples: Sequence[int],
    frame_rate: Fraction,
    max_tempo: float,
) -> tuple[float, ...]:
    """Return the tempo that each line should be spoken at, given its length at tempo 1.

    Args:
        boundaries: Planned first frames of the shots, and the film's planned length.
        lines: The planned lines.
        samples: Length of each line at tempo 1, in samples.
        frame_rate: Frames per second.
        max_tempo: The fastest that a line may be spoken.
    """

    def hurry(line: PlannedLine, room: int) -> TakeLength:
        natural = samples[line.index]
        if natural <= room:
            return TakeLength(natural)
        tempo = _tempo_for(natural, room, max_tempo)
        return TakeLength(math.ceil(natural / tempo), tempo)

    layout = lay_out(boundaries, lines, hurry, frame_rate)
    return tuple(line.tempo for line in layout.lines)


def _tempo_for(natural: int, room: int, max_tempo: float) -> float:
    if room <= 0:
        return max_tempo
    # One step more than needed: an engine's rate is not exact to the sample.
    steps = math.ceil(natural * _TEMPO_STEP / room) + 1
    return min(max_tempo, steps / _TEMPO_STEP)


def lay_out(
    boundaries: Sequence[int], lines: Sequence[PlannedLine], speak: Speak, frame_rate: Fraction
) -> Layout:
    """Lay spoken lines on the film, lengthening shots where a line needs it.

    Args:
        boundaries: Planned first frames of the shots, and the film's planned length.
        lines: The planned lines, in order.
        speak: Gives each line's take.
        frame_rate: Frames per second.
    """
    film = _Film(tuple(boundaries), [0] * (len(boundaries) - 1), frame_rate)
    laid: list[LaidLine] = []
    for line in lines:
        following = lines[line.index + 1] if line.index + 1 < len(lines) else None
        start = film.start_of(line, laid[-1] if laid else None)
        room_end = film.room_end_of(line, following)
        take = speak(line, room_end - start)
        laid.append(film.lay(line, start, room_end, take))
    return Layout(film.shots(), tuple(laid))


@dataclass
class _Film:
    """The film while it is laid out: the planned cuts, and the frames that shots have gained."""

    boundaries: tuple[int, ...]
    gained: list[int]
    frame_rate: Fraction

    def cut(self, shot: int) -> int:
        """Return the frame on which a shot begins now; one past the last is the film's end."""
        return self.boundaries[shot] + sum(self.gained[:shot])

    def now(self, planned_s: Fraction) -> Fraction:
        """Return where a moment that lies after every line laid so far has moved to, seconds."""
        return planned_s + sum(self.gained) / self.frame_rate

    def start_of(self, line: PlannedLine, before: LaidLine | None) -> int:
        if isinstance(line.place, Slot):
            return samples_at(self.now(line.place.start_s))
        if line.place.first or before is None:
            return samples_at(self.cut(line.place.shot) / self.frame_rate + LEAD_IN_S)
        return before.end_sample + samples_at(PAUSE_S)

    def room_end_of(self, line: PlannedLine, following: PlannedLine | None) -> int:
        """Return the last sample + 1 that the line may use before a shot must be lengthened."""
        if isinstance(line.place, InShot):
            return samples_at_frame(self.cut(line.place.shot + 1), self.frame_rate)
        film_end = samples_at_frame(self.cut(len(self.gained)), self.frame_rate)
        slot_end = samples_at(self.now(line.place.start_s + line.place.duration_s))
        if following is None or not isinstance(following.place, Slot):
            return film_end
        breath = samples_at(self.now(following.place.start_s - BREATH_S))
        # A plan's entries may overlap by a millisecond; its lines never do.
        next_start = samples_at(self.now(following.place.start_s))
        return min(max(slot_end, breath), next_start, film_end)

    def lay(self, line: PlannedLine, start: int, room_end: int, take: TakeLength) -> LaidLine:
        planned_start, planned_duration = self._planned(line)
        end = start + take.samples
        action = self._action(line, end, room_end, take)
        if action is Action.LENGTHENED:
            self._lengthen(room_end, end - room_end)
        return LaidLine(line, planned_start, planned_duration, start, end, take.tempo, action)

    def _planned(self, line: PlannedLine) -> tuple[Fraction | None, Fraction | None]:
        if isinstance(line.place, Slot):
            return line.place.start_s, line.place.duration_s
        if line.place.first:
            return self.boundaries[line.place.shot] / self.frame_rate + LEAD_IN_S, None
        return None, None

    def _action(self, line: PlannedLine, end: int, room_end: int, take: TakeLength) -> Action:
        if end > room_end:
            return Action.LENGTHENED
        if take.tempo > 1:
            return Action.FASTER
        if isinstance(line.place, Slot):
            slot_end = samples_at(self.now(line.place.start_s + line.place.duration_s))
            if end > slot_end:
                return Action.INTO_SILENCE
        return Action.AS_PLANNED

    def _lengthen(self, room_end: int, missing: int) -> None:
        shot = self._shot_ending_at_or_after(room_end)
        self.gained[shot] += frames_covering(missing, self.frame_rate)

    def _shot_ending_at_or_after(self, sample: int) -> int:
        for shot in range(len(self.gained)):
            if samples_at_frame(self.cut(shot + 1), self.frame_rate) >= sample:
                return shot
        return len(self.gained) - 1

    def shots(self) -> tuple[LaidShot, ...]:
        return tuple(
            LaidShot(
                planned_start_frame=start,
                planned_frames=end - start,
                start_frame=self.cut(shot),
                frames=end - start + self.gained[shot],
            )
            for shot, (start, end) in enumerate(
                zip(self.boundaries[:-1], self.boundaries[1:], strict=True)
            )
        )


def samples_of(layout: Layout, frame_rate: Fraction) -> int:
    """Return the film's length in samples at ``SAMPLE_RATE``."""
    last = layout.shots[-1]
    return samples_at_frame(last.start_frame + last.frames, frame_rate)
