"""The checks of the track: its sound held against the timeline."""

from collections.abc import Iterator, Sequence

from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.film.stages import line_id
from sparkle_motion_dagster.film.track import Track
from sparkle_motion_dagster.media.track_check import AUDIBLE_DBFS, SILENT_DBFS, measure_levels
from sparkle_motion_dagster.plan.layout import Action
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline, TimelineLine, TimelineShot

LINES_AUDIBLE = Check(
    "lines_audible",
    "Every line can be heard where the timeline puts it, and nothing elsewhere.",
    blocking=True,
)
AS_LONG_AS_PLANNED = Check(
    "as_long_as_planned",
    "The film is as long as planned: no shot had to wait for its lines. Give one that had more "
    "seconds, or its lines fewer words.",
)
CHECKS = (LINES_AUDIBLE, AS_LONG_AS_PLANNED)

_MOST_SHOTS = 8
"""Shots that are named as grown; of a hundred, nobody reads more."""


def verdicts(track: Track) -> Iterator[Verdict]:
    """Measure how loud each line of a track is, and what is between them."""
    spans = [(line.start_sample, line.end_sample) for line in track.timeline.lines]
    levels = measure_levels(track.audio.path, spans, track.rings)
    quietest = min(levels.lines, default=None)
    yield LINES_AUDIBLE.verdict(
        {
            "lines": len(levels.lines),
            "quietest_line": None if quietest is None else 1 + levels.lines.index(quietest),
            "quietest_line_dbfs": quietest,
            "audible_from_dbfs": AUDIBLE_DBFS,
            "loudest_silence_dbfs": max(levels.silences, default=None),
            "silent_up_to_dbfs": SILENT_DBFS,
        },
        kept=levels.as_promised,
    )
    yield as_long_as_planned(track.timeline)


def as_long_as_planned(timeline: MeasuredTimeline) -> Verdict:
    """Compare the film's length with the plan's, and name the lines that made it longer."""
    planned = sum(shot.planned_frames for shot in timeline.shots)
    grown = [shot for shot in timeline.shots if shot.frames > shot.planned_frames]
    further = len(grown) - _MOST_SHOTS
    told = [_growth(shot, timeline) for shot in grown[:_MOST_SHOTS]]
    return AS_LONG_AS_PLANNED.verdict(
        {
            "planned_s": _seconds(planned, timeline),
            "film_s": _seconds(timeline.frames, timeline),
            "grown": "; ".join([*told, *([f"{further} more shots"] if further > 0 else [])])
            or "no shot",
        },
        kept=not grown,
    )


def _growth(shot: TimelineShot, timeline: MeasuredTimeline) -> str:
    """Return how much longer a shot is, and which lines end in it that did not fit."""
    planned, real = (_seconds(n, timeline) for n in (shot.planned_frames, shot.frames))
    lines = ", ".join(_too_long(line, timeline) for line in _lengthening(shot, timeline))
    return f"{shot.id} {planned} s planned, {real} s long ({lines})"


def _lengthening(shot: TimelineShot, timeline: MeasuredTimeline) -> Sequence[TimelineLine]:
    start, end = timeline.shot_samples(shot)
    return [
        line
        for line in timeline.lines
        if line.action is Action.LENGTHENED and start < line.end_sample <= end
    ]


def _too_long(line: TimelineLine, timeline: MeasuredTimeline) -> str:
    spoken = round((line.end_sample - line.start_sample) / timeline.sample_rate, 2)
    slot = line.planned_duration_s
    planned = "" if slot is None else f"{round(slot, 2)} s planned, "
    return f"{line_id(line)}: {planned}{spoken} s spoken"


def _seconds(frames: int, timeline: MeasuredTimeline) -> float:
    return round(float(frames / timeline.fps), 2)
