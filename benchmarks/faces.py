"""What real faces cost that speak: ``python -m benchmarks.faces SECONDS`` makes a film of one."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.films import write
from benchmarks.floor import encoding_seconds
from benchmarks.plain import PlainFilm
from benchmarks.results import Figure
from benchmarks.watch import watch
from sparkle_motion_dagster.film.stages import LIPSYNC_CLIPS, VIDEO_FINAL, faces_id, mouths_id
from sparkle_motion_dagster.resources.profiles import load_profile

_PICTURE = Path(__file__).parents[1] / "examples" / "plans" / "portraits" / "iris.jpg"
_SIZE = "1280x720"
_LINE = "I told you never to come back to this old house by the river, and here you are again. "
_LINE_S = 5.0
_LONG_S = 60.0


def speaking_faces(folder: Path) -> Iterator[Figure]:
    """Measure g: milliseconds a frame of a face that speaks, and the memory of a long line."""
    folder = folder / "faces"
    folder.mkdir()
    shutil.copy(_PICTURE, folder)
    still = PlainFilm(folder / "still-home")
    still.make(write(_film(_LINE_S, drawn=True), folder / "still.yaml"))
    spoken = still.stage(VIDEO_FINAL).file(LIPSYNC_CLIPS, "still", "clip").path
    # In a clip in which a mouth moves, each frame has a mesh of its own.
    shutil.copy(spoken, folder / "clip.mp4")
    clip = PlainFilm(folder / "clip-home")
    clip.make(write(_filmed(_LINE_S), folder / "clip.yaml"))
    delivery = load_profile("animatic").film.delivery
    frames = _frames(still, "still")
    floor_ms = 1000 * encoding_seconds([spoken], delivery, folder) / frames
    drawn_ms = _ms(still, "drawn", "drawn")
    yield Figure("g", f"encoding alone, {_SIZE}, a frame", f"{floor_ms:.1f} ms")
    yield Figure("g", "a drawn mouth, its clip decoded and encoded, a frame", f"{drawn_ms:.1f} ms")
    for film, shot in ((still, "still"), (clip, "clip")):
        for what, item in (
            ("its mouth moved, decoded and encoded", shot),
            ("its face followed", faces_id(shot)),
            ("its face read for the checks", mouths_id(shot)),
        ):
            yield Figure("g", f"a real face in a {shot}, {what}", f"{_ms(film, shot, item):.1f} ms")
    peaks = [
        watch([sys.executable, "-m", "benchmarks.faces", str(seconds)], os.environ).peak_mib
        for seconds in (_LINE_S, _LONG_S)
    ]
    yield Figure(
        "g",
        f"peak memory, a line of {_LINE_S:.0f} s and one of {_LONG_S:.0f} s",
        f"{peaks[0]:.0f} and {peaks[1]:.0f} MiB",
        "flat: at most 1.1 x",
        peaks[1] <= 1.1 * peaks[0],
    )


def _ms(film: PlainFilm, shot: str, item: str) -> float:
    """Return how many milliseconds an item of a shot took, a frame."""
    stage = film.stage(VIDEO_FINAL)
    (fingerprint,) = {
        one.fingerprint for one in stage.inputs[LIPSYNC_CLIPS].artifacts if one.id == item
    }
    record = stage.workbench.actions.find(fingerprint)
    if record is None:
        raise RuntimeError(f"nobody knows how {item} was made")
    return 1000 * record.seconds / _frames(film, shot)


def _frames(film: PlainFilm, shot: str) -> int:
    clip = film.stage(VIDEO_FINAL).inputs[LIPSYNC_CLIPS].artifact(shot, "clip")
    return clip.facts.frames or 0


def _film(seconds: float, *, drawn: bool = False) -> dict[str, Any]:
    """Return a plan in which a picture's face speaks, and a drawn one says the same."""
    pictures = {"still": {"prompt": "Iris", "local_path": "iris.jpg"}}
    if drawn:
        pictures["drawn"] = {"prompt": "close-up of Iris's face in her studio"}
    return _plan(
        [{"id": name, "characters": ["iris"], **picture} for name, picture in pictures.items()],
        [{**_shot(name, seconds), "start_base_image_id": name} for name in pictures],
    )


def _filmed(seconds: float) -> dict[str, Any]:
    """Return a plan in which the face in a clip speaks."""
    return _plan([], [{**_shot("clip", seconds), "clip": "clip.mp4"}])


def _shot(name: str, seconds: float) -> dict[str, Any]:
    text = (_LINE * round(seconds / _LINE_S)).strip()
    return {
        "id": name,
        "duration_sec": seconds,
        "transition": "cut",
        "visual_description": "Iris speaks.",
        "is_talking_closeup": True,
        "dialogue": [{"character_id": "iris", "text": text}],
    }


def _plan(images: list[dict[str, Any]], shots: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": "Iris speaks",
        "characters": [{"id": "iris", "name": "Iris", "description": "seventy, white hair"}],
        "base_images": images,
        "shots": shots,
        "render_profile": {
            "video": {"model_id": "wan-2.1", "max_fps": 24},
            "metadata": {"resolution": _SIZE},
        },
        "metadata": {"seed": 7},
    }


def _make(seconds: float) -> None:
    """Make a film in which a picture's face speaks for so long, up to its moved mouth."""
    with tempfile.TemporaryDirectory(prefix="faces-") as name:
        folder = Path(name)
        shutil.copy(_PICTURE, folder)
        film = PlainFilm(folder / "home", "espeak")
        film.make(write(_film(seconds), folder / "film.yaml"), last=LIPSYNC_CLIPS)


if __name__ == "__main__":
    _make(float(sys.argv[1]))
