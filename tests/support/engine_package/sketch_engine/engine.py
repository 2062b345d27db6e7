"""The sketch engine."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw
from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest


class SketchSettings(EngineSettings):
    line_width: int = Field(default=2, ge=1, le=20, description="how broad lines are, in pixels")


class SketchEngine(ImageEngine[SketchSettings]):
    name = "sketch"
    version = 1  # raised whenever the bytes change
    settings_model = SketchSettings
    # Editing these makes nothing again.
    unused_fields = frozenset({"seed", "shot", "place", "style", "negative_prompt"})

    def make(self, requests: Sequence[ImageRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            path = folder / f"{number}.png"
            self._drawn(request).save(path)
            yield Made({"image": MadeFile(path, "image/png")})

    def _drawn(self, request: ImageRequest) -> Image.Image:
        size = (request.size.width, request.size.height)
        # The longer the prompt, the darker the paper: another prompt is another picture.
        image = Image.new("RGB", size, (255 - len(request.prompt) % 128,) * 3)
        pen = ImageDraw.Draw(image)
        for index, _ in enumerate(request.characters, start=1):
            x = size[0] * index // (len(request.characters) + 1)
            pen.line(((x, size[1] // 3), (x, size[1])), "black", self.settings.line_width)
        return image
