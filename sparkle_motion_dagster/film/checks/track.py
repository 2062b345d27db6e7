"""The checks of the track: its sound held against the timeline."""

from collections.abc import Iterator, Sequence
from typing import cast

from pydantic import JsonValue

from sparkle_motion_dagster.film.checks.promises import (
    AS_LONG_AS_PLANNED,
    CUES_HEARD,
    LINES_AUDIBLE,
    SPEECH_OVER_MUSIC,
    STEMS_ADD_UP,
)
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.sound.soundtrack import HeardCue
from sparkle_motion_dagster.film.sound.track import Track
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import line_id
from sparkle_motion_dagster.media.sound.track_check import (
    AUDIBLE_DBFS,
    SILENT_DBFS,
    largest_difference,
    levels_over,
    measure_levels,
)
from sparkle_motion_dagster.plan.timeline.layout import Action
from sparkle_motion_dagster.plan.timeline.measured import (
    MeasuredTimeline,
    TimelineLine,
    TimelineShot,
)

_OVER_MUSIC_DB = 10.0
"""What speech needs over music to be understood without effort."""

_ROUNDING = 2**-15
"""A step of 16-bit samples, as a share of full scale."""

_MOST_NAMED = 8
"""Lines and cues that are named; of more, nobody reads on."""

_MOST_SHOTS = 8
"""Shots that are named as grown; of a hundred, nobody reads more."""

MEASURED_BY = 1
"""The version of what is measured of stems, raised by hand: what is remembered is of the same."""


def verdicts(stage: Stage, track: Track) -> Iterator[Verdict]:
    """Measure how loud each line of a track is, and what is between them."""
    spans = [(line.start_sample, line.end_sample) for line in track.timeline.lines]
    cues = () if track.mix is None else track.mix.cues
    rung = [(end, end + ring) for (_, end), ring in zip(spans, track.rings, strict=True)]
    heard = [*rung, *(cue.span for cue in cues)]
    levels = measure_levels(track.speech.path, spans, track.audio.path, heard)
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
    yield _stems_add_up(stage, track)
    yield _speech_over_music(stage, track, spans)
    yield _cues_heard(cues)
    yield as_long_as_planned(track.timeline)


def _stems_add_up(stage: Stage, track: Track) -> Verdict:
    """Hold the film's sound against the sum of its stems."""
    if track.mix is None:
        return STEMS_ADD_UP.verdict({"stems": 0}, kept=True)
    whole = track.audio
    mixed = [*track.mix.dialogue.values(), *track.mix.stems.values()]
    stems = [stem.files["audio"] for stem in mixed]
    off = cast(
        float,
        stage.memo.measured(
            "stems_add_up",
            [MEASURED_BY, whole.sha256, *(stem.sha256 for stem in stems)],
            lambda: largest_difference(whole.path, [stem.path for stem in stems]),
        ),
    )
    return STEMS_ADD_UP.verdict(
        {"stems": len(stems), "largest_difference": off, "allowed": _ROUNDING},
        kept=off <= _ROUNDING,
    )


def _speech_over_music(stage: Stage, track: Track, lines: Sequence[tuple[int, int]]) -> Verdict:
    mixed = None if track.mix is None else track.mix.stems.get("music")
    if mixed is None:
        return SPEECH_OVER_MUSIC.verdict({"lines_over_music": 0}, kept=True)
    speech, music = track.speech, mixed.files["audio"]
    spans: list[JsonValue] = [[*line] for line in lines]
    measured = cast(
        list[float | None],
        stage.memo.measured(
            "speech_over_music",
            [MEASURED_BY, speech.sha256, music.sha256, *spans],
            lambda: [*levels_over(speech.path, lines, music.path)],
        ),
    )
    over = {
        line_id(line): margin
        for line, margin in zip(track.timeline.lines, measured, strict=True)
        if margin is not None
    }
    masked = [f"{line} ({db:.1f} dB)" for line, db in over.items() if db < _OVER_MUSIC_DB]
    return SPEECH_OVER_MUSIC.verdict(
        {
            "lines_over_music": len(over),
            "smallest_db": min(over.values(), default=None),
            "expected_db": _OVER_MUSIC_DB,
            "masked": _named(masked, "line"),
        },
        kept=not masked,
    )


def _cues_heard(cues: Sequence[HeardCue]) -> Verdict:
    missing = [f"{cue.field} ({cue.source}): {cue.missing}" for cue in cues if cue.missing]
    return CUES_HEARD.verdict(
        {"cues": len(cues), "not_heard": _named(missing, "cue")}, kept=not missing
    )


def _named(names: Sequence[str], what: str) -> str:
    further = len(names) - _MOST_NAMED
    more = [f"{further} more {what}s"] if further > 0 else []
    return "; ".join([*names[:_MOST_NAMED], *more]) or f"no {what}"


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
