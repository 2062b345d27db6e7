"""Where cues lie in the film, once its lines have been spoken and its shots have their lengths."""

from fractions import Fraction

from sparkle_motion_dagster.plan.soundtrack import Cue, Edge, Place
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.plan.timing import exact_seconds, samples_at


def cue_span(cue: Cue, timeline: MeasuredTimeline) -> tuple[int, int]:
    """Return the samples of the film between which a cue may sound.

    A cue that lies by a line may begin before the film, and then has begun when it starts; where it
    ends before it begins, nothing of it is heard.

    Returns:
        Its first sample, and the one behind its last; at the latest the film's end.
    """
    start = 0 if cue.at is None else _sample(cue.at, "start", timeline)
    end = timeline.samples if cue.until is None else _sample(cue.until, "end", timeline)
    return start, min(end, timeline.samples)


def _sample(place: Place, edge: Edge, timeline: MeasuredTimeline) -> int:
    return _moment(place, place.edge or edge, timeline) + samples_at(
        exact_seconds(place.offset_sec)
    )


def _moment(place: Place, edge: Edge, timeline: MeasuredTimeline) -> int:
    if place.sec is not None:
        return _moved(exact_seconds(place.sec), timeline)
    if place.line is not None:
        line = timeline.lines[place.line - 1]
        return line.start_sample if edge == "start" else line.end_sample
    shot = next(shot for shot in timeline.shots if shot.id == place.shot)
    return timeline.shot_samples(shot)[0 if edge == "start" else 1]


def _moved(planned_s: Fraction, timeline: MeasuredTimeline) -> int:
    """Return where a second of the plan lies in the film: it moves with the shot that it is in.

    Cuts are rounded to frames: up to half a frame before one, it moves with the cut.
    """
    reached = planned_s + 1 / timeline.fps / 2
    shot = next(
        (shot for shot in reversed(timeline.shots) if _planned_start(shot, timeline) <= reached),
        timeline.shots[0],
    )
    start_s = _planned_start(shot, timeline)
    end_s = start_s + shot.planned_frames / timeline.fps
    if reached >= end_s:  # only at the film's end, or behind it
        return timeline.samples - samples_at(max(end_s - planned_s, Fraction(0)))
    return timeline.shot_samples(shot)[0] + samples_at(planned_s - start_s)


def _planned_start(shot: TimelineShot, timeline: MeasuredTimeline) -> Fraction:
    return shot.planned_start_frame / timeline.fps
