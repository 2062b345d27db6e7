"""What a film costs, what Dagster adds, what edits and starting cost: parts a, b, c, e."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.checkout import Checkout
from benchmarks.films import film, with_music, write_music
from benchmarks.floor import encoding_seconds
from benchmarks.results import Figure, in_seconds
from benchmarks.studio import RUN, Render, Studio
from sparkle_motion_dagster.film.stages import FILM, LIPSYNC_CLIPS, VIDEO_FINAL
from sparkle_motion_dagster.resources.profiles import load_profile

_HD = "1280x720"
_MINUTE = film(12, 5.0, _HD)
_ROUNDS = 2
"""How often a film of a minute is made: what disturbs a machine for a moment disturbs one film."""

_LOADS = 5
_MOST_OF_FLOOR = 1.5
_MOST_OF_DAGSTER, _MOST_OF_DAGSTER_S = 0.05, 3.0
_MOST_OF_A_MOTION = 0.1
_LONGEST_RERUN_S = 3.0
_LONGEST_LOAD_S = 1.2

_WITHOUT_DAGSTER = """
import json, sys
from pathlib import Path
from benchmarks.plain import render_without_dagster
print(render_without_dagster(json.loads(sys.argv[1]), Path(sys.argv[2])))
"""


def one_minute(folder: Path, checkout: Checkout) -> Iterator[Figure]:
    """Measure a: a film of a minute against the floor; b: against the loop without Dagster."""
    renders: list[Render] = []
    floors, plains = [], []
    delivery = load_profile("animatic").film.delivery
    for number in range(_ROUNDS):
        studio = Studio(folder / f"minute-{number}", checkout)
        renders.append(studio.render(_MINUTE))
        clips = sorted((studio.home.runs / RUN / LIPSYNC_CLIPS).glob("*.mp4"))
        floors.append(encoding_seconds(clips, delivery, folder))
        plains.append(_seconds_without_dagster(folder / f"plain-{number}", checkout))
    render = min(renders, key=lambda one: one.run_s)
    floor_s, plain_s = min(floors), min(plains)
    ratio = render.run_s / floor_s
    frames = render.manifests[VIDEO_FINAL].artifact(FILM, "film").facts.frames or 0
    yield Figure(
        "a", "film of 60 s, 12 shots, 1280x720, 24 fps: wall time", in_seconds(render.run_s)
    )
    yield Figure("a", "floor: the same frames encoded from memory", in_seconds(floor_s))
    yield Figure(
        "a",
        "film against the floor",
        f"{ratio:.2f} x",
        f"{_MOST_OF_FLOOR} x",
        ratio <= _MOST_OF_FLOOR,
        _above_the_floor(render, floor_s, frames),
    )
    yield Figure("a", "CPU time of the command, and how busy the cores were", _cpu(render))
    yield Figure("a", "start-up, apart", in_seconds(render.start_up_s))
    yield Figure("a", "peak memory, all processes", f"{render.cost.peak_mib:.0f} MiB")
    added_s = render.run_s - plain_s
    yield Figure("b", "the production loop without Dagster", in_seconds(plain_s))
    yield Figure(
        "b",
        "what Dagster adds to it",
        f"{in_seconds(added_s)}, {added_s / plain_s:.1%}",
        f"{_MOST_OF_DAGSTER:.0%} and {_MOST_OF_DAGSTER_S:.0f} s",
        added_s <= min(_MOST_OF_DAGSTER_S, _MOST_OF_DAGSTER * plain_s),
        "It holds the assets' checks and pictures for the web UI, too, and the run's own imports.",
    )


def edits(folder: Path, checkout: Checkout) -> Iterator[Figure]:
    """Measure c: what rendering again costs, with and without an edit, in a film of 20 shots."""
    studio = Studio(folder / "twenty", checkout)
    write_music(studio.folder)
    plan = with_music(film(20, 5.0, _HD), 0.0)
    full = studio.render(plan)
    yield Figure("c", "film of 20 shots, 100 s, with music", in_seconds(full.cost.seconds))
    again = studio.render(plan)
    yield Figure("c", "identical rerun: engine calls", str(again.made), "0", again.made == 0)
    yield Figure(
        "c",
        "identical rerun",
        _of_the_whole(again, full),
        f"at most {_LONGEST_RERUN_S:.0f} s",
        again.cost.seconds <= _LONGEST_RERUN_S,
    )
    plan["shots"][4]["motion_prompt"] = "fast pan left"
    moved = studio.render(plan)
    share = moved.cost.seconds / full.cost.seconds
    yield Figure(
        "c",
        "one shot's motion edited",
        _edited(moved, full),
        f"at most {_MOST_OF_A_MOTION:.0%}",
        share <= _MOST_OF_A_MOTION,
        f"Start-up takes {in_seconds(moved.start_up_s)} of it; the stages' work "
        f"{in_seconds(sum(moved.stage_seconds().values()))} ({_stages(moved)}).",
    )
    plan["shots"][8]["dialogue"][0]["text"] = "Then tell me again, and leave nobody out this time."
    yield Figure("c", "one line's text edited", _edited(studio.render(plan), full))
    plan["title"] = "Another title"
    yield Figure("c", "the title edited", _edited(studio.render(plan), full))
    plan = with_music(plan, -3.0)
    yield Figure("c", "the music's gain edited", _edited(studio.render(plan), full))


def load_time(_: Path, checkout: Checkout) -> Iterator[Figure]:
    """Measure e: how long the code location takes to load."""
    code = "import sparkle_motion_dagster.definitions as d; d.defs.get_repository_def()"
    loads = [_python_s(checkout, code) - _python_s(checkout, "pass") for _ in range(_LOADS)]
    median = statistics.median(loads)
    yield Figure(
        "e",
        f"code location, median of {_LOADS}",
        in_seconds(median),
        f"under {_LONGEST_LOAD_S} s",
        median < _LONGEST_LOAD_S,
    )


def _seconds_without_dagster(folder: Path, checkout: Checkout) -> float:
    return float(checkout.python(_WITHOUT_DAGSTER, json.dumps(_MINUTE), str(folder)))


def _python_s(checkout: Checkout, code: str) -> float:
    started = time.perf_counter()
    checkout.python(code)
    return time.perf_counter() - started


def _above_the_floor(render: Render, floor_s: float, frames: int) -> str:
    above = 1000 * (render.run_s - floor_s) / max(1, frames)
    return (
        f"{above:.1f} ms a frame over the floor's {1000 * floor_s / max(1, frames):.1f}. Seconds "
        f"of work by stage: {_stages(render)}. The floor leaves out speaking, drawing and moving "
        "the pictures and mouths, and looking at what was made."
    )


def _stages(render: Render) -> str:
    return ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in render.stage_seconds().items())


def _cpu(render: Render) -> str:
    cost = render.cost
    return (
        f"{cost.own_cpu_s:.1f} s of its own, {cost.children_cpu_s:.1f} s of its children; "
        f"{cost.busy:.0%} busy"
    )


def _edited(edited: Render, full: Render) -> str:
    return f"{_of_the_whole(edited, full)}; items made: {edited.made}"


def _of_the_whole(one: Render, full: Render) -> str:
    return f"{in_seconds(one.cost.seconds)}, {one.cost.seconds / full.cost.seconds:.1%}"
