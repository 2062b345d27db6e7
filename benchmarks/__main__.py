"""Measures everything, or the parts that are named: ``python -m benchmarks [a|...|k ...]``.

``--before REVISION`` (or a folder that holds a checkout) measures each part there, too, right
before it is measured here, and the table gets a column. ``--workers`` adds part l, ``--hour`` m.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from benchmarks.artifacts import artifact_listing
from benchmarks.checkout import HERE, Checkout, CheckoutError, checked_out
from benchmarks.estimates import second_films
from benchmarks.faces import speaking_faces
from benchmarks.gpu_report import Results, section
from benchmarks.growth import an_hour, growth
from benchmarks.measurements import edits, load_time, one_minute
from benchmarks.peer.comparison import ffmpeg_script
from benchmarks.results import Figure, as_json, as_markdown, beside
from benchmarks.service import many_runs
from benchmarks.similar import near_duplicates
from benchmarks.workers import several_workers

RESULTS = Path(__file__).parent / "results"
REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

What a film costs, measured on the animatic profile by `make bench`, which writes this page and
`benchmarks/results/bench.json`. `python -m benchmarks a c` measures single parts, and writes
nothing. `make bench BENCH="--before REVISION"` (or a folder with a checkout) measures each part
there, too, right before it is measured here: the column **before**. Films are made by each
checkout's own `sparkle`, in homes of their own. The machine should have nothing else to do.

- **a**: a film of a minute, a third of it talking close-ups, against its floor: the same frames,
  encoded from memory by the same encoder with the same settings, in the same run. Start-up (Python,
  imports, the instance) apart. The film is made twice, and the faster one counts; so for the floor
  and for part b.
- **b**: the same film through the production loop alone, without Dagster.
- **c**: rendering again, in a film of 20 shots with music, as a share of its full time. The edits
  follow each other, each on top of those before it.
- **d**: how time and memory grow with the number of shots.
- **e**: loading the code location, over what Python itself takes to start.
- **f**: what 2,000 finished films in the store, on the instance and in the inbox cost those who
  look after them.
- **g**: what a real face that speaks costs, in a picture and in a clip.
- **h**: listing the artifacts of a home with 100,000 of them, and making the index anew.
- **i**: what a second film of a kind is estimated to take, and what it takes (docs/price.md).
- **j**: near-duplicates: what is found again, what is confused, and how long that takes among
  100,000 pictures.
- **k**: a film of a minute against a shell script of ffmpeg (`benchmarks/peer/film.sh`) that makes
  the same film as its users write it: zoompan on the picture enlarged four times, xfade, concat,
  amix, loudnorm. Both get the same pictures and takes, and have the same encoder, preset and
  quality; neither draws or speaks, both mix and master. The script is told where the lines lie,
  moves no mouth, and looks at nothing that it made: what its film lacks is measured here, on its
  file as on ours.
- **l**, with `--workers`: one worker whose encoder has two threads, against two.
- **m**, with `--hour`: a film of an hour, in 200 shots of 18 s: a plan may have no more of either.
  Its pictures are small and few, 4 a second, so that what grows is the number of its parts, and its
  sound.

"""
FILM_PARTS: dict[str, Callable[[Path, Checkout], Iterator[Figure]]] = {
    "a": one_minute,
    "c": edits,
    "d": growth,
    "e": load_time,
    "k": ffmpeg_script,
    "m": an_hour,
}
"""Parts that are measured through the commands of a checkout, this one or another."""

PARTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "f": many_runs,
    "g": speaking_faces,
    "h": artifact_listing,
    "i": second_films,
    "j": near_duplicates,
    "l": several_workers,
}
"""Parts that a checkout measures in its own process; `Checkout.figures` looks here."""

_WORKERS, _HOUR = "l", "m"
_USUAL = sorted({*FILM_PARTS, *PARTS} - {_WORKERS, _HOUR})
"""Parts that are measured if none is named; the others take long, and are asked for."""

_MEASURED_WITH = {"b": "a"}
"""A part that is measured in another's films."""


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and write the report where all parts were measured; return the status."""
    options = _parser().parse_args(arguments)
    wanted = [*(options.parts or _USUAL), *options.further]
    parts = dict.fromkeys(_MEASURED_WITH.get(part, part) for part in wanted)
    try:
        with _checkout(options.before) as before:
            figures = [figure for part in parts for figure in _compared(part, before)]
    except CheckoutError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n" + as_markdown(figures))
    if not options.parts:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "bench.json").write_text(json.dumps(as_json(figures), indent=1) + "\n")
        gpu = section(Results.read(RESULTS / "gpu.json"))
        REPORT.write_text(f"{HEAD}{as_markdown(figures)}\n{gpu}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure films.")
    parser.add_argument(
        "parts", nargs="*", type=_part, metavar="PART", help="a letter, a to m; else a to k"
    )
    parser.add_argument(
        "--before",
        metavar="REVISION",
        help="a revision, or a folder that holds a checkout: measured there, too",
    )
    for flag, part, what in (
        ("--workers", _WORKERS, "several workers"),
        ("--hour", _HOUR, "a film of an hour"),
    ):
        parser.add_argument(
            flag, dest="further", action="append_const", const=part, default=[], help=f"{what}, too"
        )
    return parser


def _part(letter: str) -> str:
    if letter not in {*FILM_PARTS, *PARTS, *_MEASURED_WITH}:
        raise argparse.ArgumentTypeError(f"there is no part {letter!r}: parts are a to m")
    return letter


def _checkout(before: str | None) -> AbstractContextManager[Checkout | None]:
    return nullcontext() if before is None else checked_out(before)


def _compared(part: str, before: Checkout | None) -> list[Figure]:
    """Return a part's figures, with those of an earlier checkout beside them."""
    earlier = [] if before is None else _measured(part, before)
    return beside(earlier, _measured(part, HERE))


def _measured(part: str, checkout: Checkout) -> list[Figure]:
    """Measure a part in a folder that is removed afterwards, and print each figure at once."""
    figures = []
    checkout.warm()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for figure in _figures(part, Path(folder), checkout):
            where = "" if checkout == HERE else "before: "
            print(f"{figure.part}  {where}{figure.what}: {figure.value}", flush=True)
            figures.append(figure)
    print(f"   (measured in {time.perf_counter() - started:.0f} s)", flush=True)
    return figures


def _figures(part: str, folder: Path, checkout: Checkout) -> Iterable[Figure]:
    if part in FILM_PARTS:
        return FILM_PARTS[part](folder, checkout)
    return PARTS[part](folder) if checkout == HERE else checkout.figures(part, folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
