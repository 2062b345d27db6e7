"""What several workers are worth: `python -m benchmarks --workers`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.films import film
from benchmarks.results import Figure, in_seconds
from benchmarks.studio import RUN, Render, Studio
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.production.concurrency import VARIABLE

_PLAN = film(6, 5.0, "1280x720")
_ROUNDS = 2
_NOISE = 1.03
"""Two runs of one command on a quiet machine differ by so much."""


@dataclass(frozen=True)
class _Crew:
    """How many items are made at once, and in how many threads each is encoded."""

    workers: int
    threads: int

    def __str__(self) -> str:
        plural = "" if self.workers == 1 else "s"
        threads = "thread" if self.threads == 1 else "threads"
        return f"{self.workers} worker{plural} with {self.threads} encoder {threads}"

    @property
    def profile(self) -> str:
        return f"threads_{self.threads}"

    def render(self, folder: Path) -> Render:
        """Render a film of half a minute; profiles are in the folder above."""
        return Studio(folder / f"{self.workers}x{self.threads}").render(
            _PLAN,
            "--run-id",
            RUN,
            "--profile",
            self.profile,
            **{VARIABLE: str(self.workers), "SPARKLE_PROFILES": str(folder.parent)},
        )


_ALONE, _ONE_THREAD_EACH, _TWO_THREADS_EACH = _Crew(1, 2), _Crew(2, 1), _Crew(2, 2)


def several_workers(folder: Path) -> Iterator[Figure]:
    """Measure l: one worker with two encoder threads against two workers, by turns."""
    folder = folder / "workers"
    folder.mkdir()
    crews = (_ALONE, _ONE_THREAD_EACH, _TWO_THREADS_EACH)
    for crew in crews[:2]:
        _write_profile(folder / f"{crew.profile}.yaml", crew.threads)
    renders: dict[_Crew, list[Render]] = {crew: [] for crew in crews}
    for number in range(_ROUNDS):
        for crew in crews:
            renders[crew].append(crew.render(folder / f"round-{number}"))
    fastest = {crew: min(of, key=lambda one: one.run_s) for crew, of in renders.items()}
    for crew, render in fastest.items():
        cost = render.cost
        yield Figure(
            "l",
            f"film of 30 s, {crew}",
            f"{in_seconds(render.run_s)}; CPU {cost.own_cpu_s:.1f} s of its own, "
            f"{cost.children_cpu_s:.1f} s of its children; {cost.peak_mib:.0f} MiB",
        )
    ratio = fastest[_ONE_THREAD_EACH].run_s / fastest[_ALONE].run_s
    yield Figure(
        "l",
        f"{_ONE_THREAD_EACH} against {_ALONE}",
        f"{ratio:.2f} x",
        f"not slower: at most {_NOISE} x",
        ratio <= _NOISE,
    )


def _write_profile(path: Path, threads: int) -> None:
    """Write the animatic profile with encoders of so many threads."""
    yaml = YAML()
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    film = profile["resources"]["film"]["config"]
    film["profile"] = path.stem
    for encoding in ("delivery", "intermediate"):
        film["settings"][encoding]["threads"] = threads
    yaml.dump(profile, path)
