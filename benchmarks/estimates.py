"""How near the estimate of a second film of a kind is, when one was made before."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.films import film, write
from benchmarks.results import Figure
from benchmarks.studio import SPARKLE, Studio
from sparkle_motion_dagster.artifacts.film_price import FilmPrice, total
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder

_SUPPORT = Path(__file__).parents[1] / "tests" / "support"
_NEAR = 0.25
_ANIMATIC = {"short": (6, 1.5), "long": (12, 2.5)}
_CINEMATIC = {"short": (5, 1.0), "long": (8, 1.5)}
"""Shots of a film, and the seconds of each; every other one is twice as long."""

Plan = dict[str, Any]


@dataclass(frozen=True)
class _Kind:
    """Films of one kind, and a home of their own."""

    name: str
    home: SparkleHome
    environment: Mapping[str, str]
    options: Sequence[str]
    folder: Path

    def priced(self, plan: Plan, run_id: str) -> FilmPrice:
        """Render a film in a process of its own; return what it was estimated to take, and took."""
        path = write(plan, self.folder / f"{run_id}.yaml")
        command = [str(SPARKLE), "render", str(path), "--run-id", run_id, *self.options]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)
        price = RunFolder(self.home, run_id).price.read()
        if price is None:
            raise FileNotFoundError(f"{run_id} has no price")
        return price


def second_films(folder: Path) -> Iterator[Figure]:
    """Measure i: a second film, longer or shorter than the first one, against its estimate."""
    for first, second in (("short", "long"), ("long", "short")):
        studio = Studio(folder / f"animatic_{first}")
        kind = _Kind("animatic", studio.home, studio.environment, (), studio.home.root.parent)
        films = {name: _uneven(film(*shape, "640x360")) for name, shape in _ANIMATIC.items()}
        yield _figure(kind, films, first, second)
    for first, second in (("short", "long"), ("long", "short")):
        kind = _cinematic(folder / f"cinematic_{first}")
        films = {name: _cinematic_film(*shape) for name, shape in _CINEMATIC.items()}
        yield _figure(kind, films, first, second)


def _figure(kind: _Kind, films: Mapping[str, Plan], first: str, second: str) -> Figure:
    kind.priced(films[first], first)
    plan = copy.deepcopy(films[second])
    # Nothing of the first film is taken from the store.
    plan["metadata"]["seed"] = 99
    for keyframe in plan["base_images"]:
        keyframe["prompt"] += ", at dawn"
    price = kind.priced(plan, second)
    estimated, was = total(price.estimated.values()).seconds, price.seconds
    off = estimated / was - 1
    return Figure(
        "i",
        f"{kind.name}: a {second} film after a {first} one, estimated and measured",
        f"{estimated:.1f} s and {was:.1f} s, {off:+.0%}",
        "within 25 %",
        abs(off) <= _NEAR,
        ", ".join(
            f"{stage} {figures.seconds:.1f} and {(price.was or {})[stage].seconds:.1f}"
            for stage, figures in price.estimated.items()
            if stage in (price.was or {})
        ),
    )


def _cinematic(folder: Path) -> _Kind:
    """Return cinematic films on tiny models with random weights, which the tests bring."""
    sys.path.insert(0, str(_SUPPORT))
    from cinema import PROFILE, CinematicStudio

    folder.mkdir(parents=True)
    studio = CinematicStudio(folder)
    options = ("--profile", PROFILE)
    environment = studio.environment | {"PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    return _Kind("cinematic, tiny models", studio.home, environment, options, folder)


def _cinematic_film(shots: int, seconds: float) -> Plan:
    plan = film(shots, seconds, "128x72")
    plan["render_profile"]["video"] = {"model_id": "wan-2.1"}
    return _uneven(plan)


def _uneven(plan: Plan) -> Plan:
    """Have every other shot last twice as long, as those of films are not all as long."""
    for shot in plan["shots"][1::2]:
        shot["duration_sec"] *= 2
    return plan
