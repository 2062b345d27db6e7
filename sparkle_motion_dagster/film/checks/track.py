"""The check of the track: its sound held against the timeline."""

from collections.abc import Iterator

from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.film.track import Track
from sparkle_motion_dagster.media.track_check import AUDIBLE_DBFS, SILENT_DBFS, measure_levels

LINES_AUDIBLE = Check(
    "lines_audible",
    "Every line can be heard where the timeline puts it, and nothing elsewhere.",
    blocking=True,
)
CHECKS = (LINES_AUDIBLE,)


def verdicts(track: Track) -> Iterator[Verdict]:
    """Measure how loud each line is, and what is between them."""
    spans = [(line.start_sample, line.end_sample) for line in track.timeline.lines]
    levels = measure_levels(track.audio.path, spans)
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
