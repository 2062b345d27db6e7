"""Speaks lines as a film's dialogue stage does: ``python -m benchmarks.speaking ENGINE SECONDS``.

It prints, as JSON, what that took: a program of its own, so that its memory can be watched.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.films import write
from benchmarks.heard import plan_of
from benchmarks.plain import PlainFilm
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.sound.dialogue import kept_take
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, TIMELINE_TRACK, line_id
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.units import SAMPLE_RATE

LANGUAGE = "en-US"
TYPICAL_LINE = "I told you never to come back to this old house by the river"
"""A line of 60 characters."""

_SECONDS_A_LETTER = 0.06
"""What a letter of a line takes to say, roughly."""


@dataclass(frozen=True)
class Speaking:
    """What speaking lines took: seconds of work, and the seconds of sound that came of it."""

    work_s: float
    sound_s: float


def speaking(engine: str, seconds: float) -> Speaking:
    """Speak lines that sound for about so many seconds, each with one of an engine's voices.

    Of 0 seconds, a line of 60 characters is spoken after another one, and measured alone.
    """
    known = (Path(__file__).parent / "lines" / f"{LANGUAGE}.txt").read_text("utf-8").splitlines()
    lines = [known[0], TYPICAL_LINE]
    while sum(map(len, lines)) * _SECONDS_A_LETTER < seconds:
        line, next_line = (known[number % len(known)] for number in (len(lines), 7 * len(lines)))
        lines.append(f"{line} {next_line}")
    with tempfile.TemporaryDirectory(prefix="speaking-") as folder:
        film = PlainFilm(Path(folder, "home"), engine)
        path = write(plan_of(lines, LANGUAGE), Path(folder, "film.yaml"))
        started = time.perf_counter()
        film.make(path, last=DIALOGUE_WAVS)
        work_s = time.perf_counter() - started
        stage = film.stage(TIMELINE_TRACK)
        spoken = planned_lines(stage.plan)
        if not seconds:
            return Speaking(_work_s(stage, spoken[1]), _sound_s(stage, spoken[1]))
        return Speaking(work_s, sum(_sound_s(stage, line) for line in spoken))


def _work_s(stage: MakingStage, line: PlannedLine) -> float:
    take = stage.inputs[DIALOGUE_WAVS].artifact(line_id(line), "audio")
    record = stage.workbench.actions.find(take.fingerprint)
    if record is None:
        raise RuntimeError(f"nobody knows how {take.id} was made")
    return record.seconds


def _sound_s(stage: MakingStage, line: PlannedLine) -> float:
    return stage.take_samples(kept_take(stage, line)["audio"]) / SAMPLE_RATE


if __name__ == "__main__":
    found = speaking(sys.argv[1], float(sys.argv[2]))
    print(TypeAdapter(Speaking).dump_json(found).decode())
