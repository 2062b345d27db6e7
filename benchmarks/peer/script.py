"""What the script of ffmpeg is told: a list of shots, and a list of lines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from benchmarks.watch import Cost, watch
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.clip_places import clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.units import SAMPLE_RATE

SCRIPT = Path(__file__).with_name("film.sh")
FILM = "film.mp4"
_MUSIC = "music.wav"

_Row: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class _Move:
    """A move as zoompan is told it: {done} stands for the share of the shot that is over."""

    zoom: str
    x: str = "iw/2-iw/zoom/2"
    y: str = "ih/2-ih/zoom/2"

    def row(self, frames: int) -> tuple[str, str, str]:
        """Return the three expressions for a shot of so many frames."""
        done = f"on/{max(frames - 1, 1)}"
        zoom, x, y = (each.format(done=done) for each in (self.zoom, self.x, self.y))
        return zoom, x, y


_MOVES: Mapping[str, _Move] = {
    "slow push in": _Move("1+0.18*{done}"),
    "gentle pull back": _Move("1.18-0.18*{done}"),
    "pan left": _Move("1.14", x="(iw-iw/zoom)*(1-{done})"),
    "pan right": _Move("1.14", x="(iw-iw/zoom)*{done}"),
    "slow crane up": _Move("1.14", y="(ih-ih/zoom)*(1-{done})"),
    "tilt down": _Move("1.14", y="(ih-ih/zoom)*{done}"),
}
"""About as far as our camera goes in five seconds of such moves."""


@dataclass(frozen=True)
class Materials:
    """What both films are made from.

    Attributes:
        plan: The film.
        timeline: Where its shots and lines lie.
        form: Its size and rate.
        pictures: The picture of each shot, in order.
        takes: The sound of each line, in order.
        music: What plays under all of it.
    """

    plan: MoviePlan
    timeline: MeasuredTimeline
    form: FilmFormat
    pictures: Sequence[Path]
    takes: Sequence[Path]
    music: Path


def make_film(materials: Materials, folder: Path) -> Cost:
    """Run the script in a folder, in which `FILM` is then; return what that cost.

    Raises:
        RuntimeError: The script failed.
    """
    folder.mkdir()
    shutil.copy(materials.music, folder / _MUSIC)
    _write(folder / "shots.tsv", _shots(materials))
    _write(folder / "lines.tsv", _lines(materials))
    size = materials.form.size
    variables = {
        "FFMPEG": str(ffmpeg_path()),
        "WIDTH": str(size.width),
        "HEIGHT": str(size.height),
        "FPS": str(materials.form.frame_rate),
    }
    return watch(["bash", str(SCRIPT), str(folder)], os.environ | variables)


def _shots(materials: Materials) -> Iterable[_Row]:
    places = clip_places(materials.plan, materials.timeline)
    overlaps = [one.handles.tail + other.handles.head for one, other in pairwise(places)]
    for shot, place, picture, overlap in zip(
        materials.plan.shots, places, materials.pictures, [*overlaps, 0], strict=True
    ):
        move = _MOVES[shot.motion_prompt or ""].row(place.frames)
        yield str(picture), place.frames, overlap, *move


def _lines(materials: Materials) -> Iterable[_Row]:
    for line, take in zip(materials.timeline.lines, materials.takes, strict=True):
        yield str(take), round(1000 * line.start_sample / SAMPLE_RATE)


def _write(path: Path, rows: Iterable[_Row]) -> None:
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
