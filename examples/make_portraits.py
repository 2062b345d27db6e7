"""Makes the pictures of the example Portraits, drawn by the storyboard and handed in as pictures.

They lie in ``plans/portraits``. Run it by hand, in the environment of the project:
``.venv/bin/python examples/make_portraits.py``. It makes the same files again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.engines.images.storyboard.engine import (
    StoryboardEngine,
    StoryboardSettings,
)
from sparkle_motion_dagster.units import FrameSize

MEDIA = Path(__file__).resolve().parent / "plans" / "portraits"
SIZE = FrameSize(width=1280, height=720)

IRIS = Appearance(id="iris", description="a painter, a woman of seventy, white hair, blue smock")
NOAH = Appearance(id="noah", description="a man of thirty, dark skin, short black hair, red jumper")

PICTURES = {
    "iris": ("close-up of Iris in a studio by the window, calm, morning", (IRIS,)),
    "noah": ("close-up of Noah in a studio by the window, calm, morning", (NOAH,)),
    "both": ("two-shot of Noah and Iris in a studio by the window, calm, morning", (NOAH, IRIS)),
}


def main() -> None:
    MEDIA.mkdir(parents=True, exist_ok=True)
    engine = StoryboardEngine(StoryboardSettings(caption_strip=False))
    requests = [
        ImageRequest(shot="portraits", prompt=prompt, characters=characters, size=SIZE, seed=7)
        for prompt, characters in PICTURES.values()
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, made in zip(PICTURES, engine.make(requests, Path(folder)), strict=True):
            path = MEDIA / f"{name}.jpg"
            with Image.open(made.outputs["image"].path) as drawn:
                drawn.save(path, quality=90, optimize=True)
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
