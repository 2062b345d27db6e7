"""The storyboard engine: drawings that follow the prompt, in the light of its hour.

It needs no model and reads no more than a first glance would: the place, the hour and the weather,
who is in the picture and how near. The rest is chance, whose dice the seed throws, so that the same
request is the same picture in every process. Pictures of one place throw the same dice for it.
"""

from collections.abc import Generator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest, Setting
from sparkle_motion_dagster.engines.images.storyboard.drawers import Drawers
from sparkle_motion_dagster.engines.images.storyboard.words.continuity import established_before


class StoryboardSettings(EngineSettings):
    """How storyboard frames are made."""

    caption_strip: bool = Field(
        default=True, description="a band at the upper edge says which shot and prompt a frame is"
    )


class StoryboardEngine(ImageEngine[StoryboardSettings]):
    """Draws storyboard frames. Deterministic, a few tenths of a second each."""

    name: ClassVar[str] = "storyboard"
    version: ClassVar[int] = 6
    settings_model: ClassVar[type[StoryboardSettings]] = StoryboardSettings
    usual_pace: ClassVar[float] = 0.25
    """13 keyframes of 1280x720 in 3.0 to 3.6 s, on two cores."""
    usual_bytes: ClassVar[float] = 0.9e6
    knows_faces: ClassVar[bool] = True
    at_once = True

    def __init__(self, settings: StoryboardSettings) -> None:
        super().__init__(settings)
        self._drawers = Drawers()
        unused = {"place", "style", "negative_prompt"}
        self.unused_fields = frozenset(unused if settings.caption_strip else {*unused, "shot"})

    def settings_of(self, prompts: Sequence[str], seeds: Sequence[int]) -> Sequence[Setting | None]:
        """Tell what keyframes take over from those before them; see ``ImageEngine``."""
        taken = established_before(prompts, seeds)
        return [Setting(**asdict(there)) if there else None for there in taken]

    def not_shown(self, request: ImageRequest) -> tuple[str, ...]:
        """Return which words of a prompt the drawing does not show; see ``ImageEngine``."""
        from sparkle_motion_dagster.engines.images.storyboard.keyframe import established
        from sparkle_motion_dagster.engines.images.storyboard.unread import not_shown

        characters = {one.id: one.description or "" for one in request.characters}
        return not_shown(request.prompt, request.seed, characters, established(request))

    def make(self, requests: Sequence[ImageRequest], folder: Path) -> Generator[Made, None, None]:
        """Draw one picture a request; see ``Engine.make``.

        The metadata ``not_written`` says what the caption strip's font lacks, ``not_shown`` which
        words of the prompt the drawing does not show.
        """
        from sparkle_motion_dagster.engines.images.storyboard.keyframe import KeyframeOrder

        for index, request in enumerate(requests):
            image, scene = folder / f"image_{index:04d}.png", folder / f"scene_{index:04d}.json"
            remarks = self._drawers.draw(
                KeyframeOrder(
                    request=request,
                    caption_strip=self.settings.caption_strip,
                    image=image,
                    scene=scene,
                )
            )
            yield Made(
                outputs={
                    "image": MadeFile(image, "image/png"),
                    "scene": MadeFile(scene, "application/json"),
                },
                metadata={
                    name: list(words)
                    for name, words in (
                        ("not_written", remarks),
                        ("not_shown", self.not_shown(request)),
                    )
                    if words
                },
            )

    def unload(self) -> None:
        """End the processes that drew; see ``Engine.unload``."""
        self._drawers.dismiss()
