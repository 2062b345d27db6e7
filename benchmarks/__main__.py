"""Measures everything, or the parts that are named: ``python -m benchmarks [a|...|j ...]``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.artifacts import artifact_listing
from benchmarks.estimates import second_films
from benchmarks.faces import speaking_faces
from benchmarks.gpu_report import Results, section
from benchmarks.measurements import edits, growth, load_time, one_minute
from benchmarks.results import Figure, as_json, as_markdown
from benchmarks.service import many_runs
from benchmarks.similar import near_duplicates

RESULTS = Path(__file__).parent / "results"
REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

What a film costs, measured on the animatic profile by `make bench`, which writes this page and
`benchmarks/results/bench.json`. `python -m benchmarks a c` measures single parts.

- **a**: a film of a minute against its floor: the same frames, encoded from memory by the same
  encoder with the same settings, in the same run. Start-up (Python, imports, the instance) apart.
- **b**: the same film through the production loop alone, without Dagster.
- **c**: rendering again, in a film of 20 shots, as a share of its full time.
- **d**: how time and memory grow with the number of shots.
- **e**: loading the code location, over what Python itself takes to start.
- **f**: what 2,000 finished films in the store, on the instance and in the inbox cost those who
  look after them.
- **g**: what a real face that speaks costs, in a picture and in a clip.
- **h**: listing the artifacts of a home with 100,000 of them, and making the index anew.
- **i**: what a second film of a kind is estimated to take, and what it takes (docs/price.md).
- **j**: near-duplicates: what is found again, what is confused, and how long that takes among
  100,000 pictures.

"""
PARTS = {
    "a": one_minute,
    "b": one_minute,
    "c": edits,
    "d": growth,
    "e": load_time,
    "f": many_runs,
    "g": speaking_faces,
    "h": artifact_listing,
    "i": second_films,
    "j": near_duplicates,
}


def main(parts: list[str]) -> None:
    wanted = dict.fromkeys(PARTS[part] for part in parts or PARTS)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for measure in wanted:
            for figure in measure(Path(folder)):
                print(f"{figure.part}  {figure.what}: {figure.value}", flush=True)
                figures.append(figure)
    print("\n" + as_markdown(figures))
    if not parts:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "bench.json").write_text(json.dumps(as_json(figures), indent=1) + "\n")
        gpu = section(Results.read(RESULTS / "gpu.json"))
        REPORT.write_text(f"{HEAD}{as_markdown(figures)}\n{gpu}")


if __name__ == "__main__":
    main(sys.argv[1:])
