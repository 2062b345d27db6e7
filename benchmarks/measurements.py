"""The five questions: what a film costs, what Dagster adds, what an edit costs, growth, start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.films import film
from benchmarks.floor import encoding_seconds
from benchmarks.plain import render_without_dagster
from benchmarks.results import Figure
from benchmarks.studio import Render, Studio
from sparkle_motion_dagster.film.stages import FILM, LIPSYNC_CLIPS, VIDEO_FINAL
from sparkle_motion_dagster.resources.profiles import load_profile

_HD = "1280x720"

_LOADS = 5
_GROWTH = (20, 50, 100, 200)


def one_minute(folder: Path) -> Iterator[Figure]:
    """Measure a: a film of a minute against the floor; b: against the loop without Dagster."""
    plan = film(12, 5.0, _HD)
    studio = Studio(folder / "minute")
    render = studio.render(plan)
    clips = sorted((studio.home.runs / "film" / LIPSYNC_CLIPS).glob("*.mp4"))
    delivery = load_profile("animatic").film.delivery
    floor_s = encoding_seconds(clips, delivery, folder)
    ratio = render.run_s / floor_s
    frames = render.manifests[VIDEO_FINAL].artifact(FILM, "film").facts.frames or 0
    yield Figure("a", "film of 60 s, 12 shots, 1280x720, 24 fps: wall time", _s(render.run_s))
    yield Figure("a", "floor: the same frames encoded from memory", _s(floor_s))
    yield Figure(
        "a",
        "film against the floor",
        f"{ratio:.2f} x",
        "1.5 x",
        ratio <= 1.5,
        _above_the_floor(render, floor_s, frames),
    )
    yield Figure("a", "start-up, apart", _s(render.start_up_s))
    yield Figure("a", "peak memory, all processes", f"{render.cost.peak_mib:.0f} MiB")
    plain_s = render_without_dagster(plan, folder / "plain")
    added_s = render.run_s - plain_s
    yield Figure("b", "the production loop without Dagster", _s(plain_s))
    yield Figure(
        "b",
        "what Dagster adds to it",
        f"{_s(added_s)}, {added_s / plain_s:.1%}",
        "5 % and 5 s",
        added_s <= 5 and added_s <= 0.05 * plain_s,
        "It holds the assets' checks and pictures for the web UI, too, and the run's own imports.",
    )


def edits(folder: Path) -> Iterator[Figure]:
    """Measure c: what rendering again costs, with and without an edit, in a film of 20 shots."""
    plan = film(20, 5.0, _HD)
    studio = Studio(folder / "twenty")
    full = studio.render(plan)
    again = studio.render(plan)
    plan["shots"][4]["motion_prompt"] = "fast pan left"
    edited = studio.render(plan)
    yield Figure("c", "film of 20 shots, 100 s", _s(full.cost.seconds))
    yield Figure("c", "identical rerun: engine calls", str(again.made), "0", again.made == 0)
    yield Figure("c", "identical rerun", f"{_s(again.cost.seconds)}, {_share(again, full):.1%}")
    share = _share(edited, full)
    yield Figure(
        "c",
        f"one shot's motion edited ({edited.made} items made)",
        f"{_s(edited.cost.seconds)}, {share:.1%}",
        "10 %",
        share <= 0.10,
        f"Start-up takes {_s(edited.start_up_s)} of it; the stages' work "
        f"{_s(sum(edited.stage_seconds().values()))} ({_stages(edited)}): the film is joined, "
        "mastered, written and checked as a whole after every edit.",
    )


def growth(folder: Path) -> Iterator[Figure]:
    """Measure d: time and memory from 20 to 200 shots."""
    renders = {
        shots: Studio(folder / f"growth-{shots}").render(film(shots, 1.0, "320x180"))
        for shots in _GROWTH
    }
    for shots, render in renders.items():
        yield Figure(
            "d",
            f"{shots} shots of 1 s, 320x180",
            f"{_s(render.run_s)}, {1000 * render.run_s / shots:.0f} ms a shot, "
            f"{render.cost.peak_mib:.0f} MiB",
        )
    first, last = renders[_GROWTH[0]], renders[_GROWTH[-1]]
    factor = _GROWTH[-1] / _GROWTH[0]
    growth_of_time = last.run_s / first.run_s
    growth_of_memory = last.cost.peak_mib / first.cost.peak_mib
    yield Figure(
        "d",
        "time, ten times the shots",
        f"{growth_of_time:.1f} x",
        "linear: at most 11 x",
        growth_of_time <= 1.1 * factor,
    )
    yield Figure(
        "d",
        "memory, ten times the shots",
        f"{growth_of_memory:.2f} x",
        "flat: at most 1.25 x",
        growth_of_memory <= 1.25,
    )


def load_time(_: Path) -> Iterator[Figure]:
    """Measure e: how long the code location takes to load."""
    command = "import sparkle_motion_dagster.definitions as d; d.defs.get_repository_def()"
    loads = [_python_s(command) - _python_s("pass") for _ in range(_LOADS)]
    median = statistics.median(loads)
    yield Figure("e", f"code location, median of {_LOADS}", _s(median), "under 3 s", median < 3)


def _python_s(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
    return time.perf_counter() - started


def _above_the_floor(render: Render, floor_s: float, frames: int) -> str:
    above = 1000 * (render.run_s - floor_s) / max(1, frames)
    return (
        f"{above:.1f} ms a frame over the floor's {1000 * floor_s / max(1, frames):.1f}. Seconds "
        f"by stage: {_stages(render)}. What the floor "
        "leaves out is warping the pictures, decoding every clip and then the film to measure "
        "them, and, for a talking close-up (every third shot here), encoding and decoding it twice."
    )


def _stages(render: Render) -> str:
    return ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in render.stage_seconds().items())


def _share(one: Render, whole: Render) -> float:
    return one.cost.seconds / whole.cost.seconds


def _s(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s"
