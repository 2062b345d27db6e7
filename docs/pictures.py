"""Renders the example films and takes the pictures that README, films.md and faces.md show.

``python docs/pictures.py night_ferry`` does so for some of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image
from ruamel.yaml import YAML

from sparkle_motion_dagster.media.sheets import Labelled, contact_sheet

DOCS = Path(__file__).resolve().parent
PLANS = DOCS.parent / "examples" / "plans"
PICTURES = DOCS / "pictures"

SHEET_FRAMES = 16
STILLS = (Fraction(1, 8), Fraction(1, 2), Fraction(11, 12))
"""Where in the film the three single frames lie."""

STILL_SIZE = (960, 960)

TURNED = ("harbour_light", "silent_garden", "overrun", "twenty_shots")
"""Plans that are rendered upright, too."""

SPEAKING = ("portraits", "painter")
"""The film and the shot of it in which a face is shown before it speaks, and while it does."""

SPOKEN = (10, 20, 54, 86)
"""The frames in which it speaks."""

FACE = (570, 180, 930, 540)
"""Where it is: left, top, right and bottom, in pixels."""

FACE_SIZE = (240, 240)
SPARKLE = Path(sys.executable).with_name("sparkle")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        chosen = sys.argv[1:] or sorted(plan.stem for plan in PLANS.glob("*.yaml"))
        for plan in (PLANS / f"{name}.yaml" for name in chosen):
            print(f"{plan.stem} ...", flush=True)
            film = render(plan, Path(folder))
            save_stills(film, plan.stem)
            save_sheet(film, PICTURES / plan.stem / "contact_sheet.jpg")
            if plan.stem == SPEAKING[0]:
                save_face(film.parent.parent)
            if plan.stem in TURNED:
                turned = render(upright(plan, Path(folder)), Path(folder) / "upright")
                save_sheet(turned, PICTURES / plan.stem / "contact_sheet_upright.jpg")


def upright(plan: Path, folder: Path) -> Path:
    """Write a plan as it is for a telephone, and return its path."""
    yaml = YAML()
    written = yaml.load(plan)
    written["render_profile"]["aspect"] = "9:16"
    written["render_profile"].get("metadata", {}).pop("resolution", None)
    path = folder / plan.name
    yaml.dump(written, path)
    return path


def render(plan: Path, home: Path) -> Path:
    """Render a plan, and return the film's path."""
    environment = os.environ | {"SPARKLE_HOME": str(home)}
    result = subprocess.run(
        [str(SPARKLE), "render", str(plan)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Path(result.stdout.strip().splitlines()[-1])


def save_sheet(film: Path, sheet: Path) -> None:
    """Write a film's contact sheet."""
    count, rate, wide = _shape(film)
    moments = [round((number + 0.5) * count / SHEET_FRAMES) for number in range(SHEET_FRAMES)]
    with tempfile.TemporaryDirectory(prefix="frames-") as scratch:
        frames = save_frames(film, moments, Path(scratch))
        labelled = [Labelled(frames[frame], f"{float(frame / rate):.1f} s") for frame in moments]
        sheet.write_bytes(contact_sheet(labelled, 1200, 4 if wide else 8))


def save_stills(film: Path, name: str) -> None:
    """Write a film's three single frames."""
    folder = PICTURES / name
    folder.mkdir(parents=True, exist_ok=True)
    count, _, _ = _shape(film)
    stills = [round(place * count) for place in STILLS]
    with tempfile.TemporaryDirectory(prefix="frames-") as scratch:
        frames = save_frames(film, stills, Path(scratch))
        for number, frame in enumerate(stills, start=1):
            with Image.open(frames[frame]) as image:
                image.thumbnail(STILL_SIZE)
                image.save(folder / f"frame_{number}.jpg", quality=82, optimize=True)


def save_face(run: Path) -> None:
    """Write a face before it speaks, and while it does, side by side; from a run's folder."""
    with tempfile.TemporaryDirectory(prefix="face-") as scratch:
        clips = [run / stage / f"{SPEAKING[1]}.mp4" for stage in ("shot_clips", "lipsync_clips")]
        before = save_frames(clips[0], SPOKEN[:1], Path(scratch))
        tiles = [Image.open(before[SPOKEN[0]]).crop(FACE).resize(FACE_SIZE)]
        after = save_frames(clips[1], SPOKEN, Path(scratch))
        tiles += [Image.open(after[frame]).crop(FACE).resize(FACE_SIZE) for frame in SPOKEN]
    row = Image.new("RGB", (FACE_SIZE[0] * len(tiles), FACE_SIZE[1]))
    for number, tile in enumerate(tiles):
        row.paste(tile, (FACE_SIZE[0] * number, 0))
    (PICTURES / "faces").mkdir(exist_ok=True)
    row.save(PICTURES / "faces" / "before_and_after.jpg", quality=88, optimize=True)


def _shape(film: Path) -> tuple[int, Fraction, bool]:
    """Return how many frames a film has, how many in a second, and whether it is wide."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        rate = Fraction(stream.average_rate or 24)
        return stream.frames, rate, stream.width > stream.height


def save_frames(film: Path, wanted: Sequence[int], folder: Path) -> dict[int, Path]:
    """Save some frames of a film as PNG, by frame number."""
    saved = {}
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in wanted:
                saved[number] = folder / f"{number}.png"
                Image.fromarray(frame.to_ndarray(format="rgb24")).save(saved[number])
    return saved


if __name__ == "__main__":
    main()
