"""What an image engine is asked for, and what it answers."""

import operator
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, Examined, MadeFile, Request, SettingsT
from sparkle_motion_dagster.media.frames import luma_of
from sparkle_motion_dagster.media.picture_review import edge
from sparkle_motion_dagster.media.probe import probe, probe_picture
from sparkle_motion_dagster.media.sheets import write_thumbnail
from sparkle_motion_dagster.units import Colour, FrameSize


class OwnPicture(StoredFile):
    """A picture that is there already, and what makes it look as it does in a viewer.

    What there is not to do is left out where it is written: a picture that is opaque sRGB, as most
    are, is its digest and nothing else.
    """

    converted: bool = Field(
        default=False, exclude_if=operator.not_, description="whether its colours become sRGB first"
    )
    background: Colour | None = Field(
        default=None,
        exclude_if=lambda colour: colour is None,
        description="what shows through it; None: nothing does",
    )


class Appearance(Request):
    """A character who is in the picture; ``reference`` shows what they look like."""

    id: str
    description: str | None = None
    reference: OwnPicture | None = Field(default=None, exclude_if=operator.not_)


class Setting(Request):
    """What earlier keyframes say of the place and the time of one, in an engine's own words.

    What its own prompt says is not in it; what there is not to say is left out where it is written.
    """

    seed: int = Field(
        ge=0, lt=2**32, description="decides what nobody says: of the first keyframe of the place"
    )
    places: tuple[str, ...] = Field(
        default=(), exclude_if=operator.not_, description="the place, and what lies around it"
    )
    world: str | None = Field(default=None, exclude_if=operator.not_, description="where that is")
    hour: str | None = Field(default=None, exclude_if=operator.not_)
    weather: str | None = Field(default=None, exclude_if=operator.not_)
    season: str | None = Field(default=None, exclude_if=operator.not_)
    wet: bool = Field(default=False, exclude_if=operator.not_, description="the ground is wet")


class ImageRequest(Request):
    """One keyframe, or a portrait of a character, by which keyframes keep to who that is.

    ``shot`` is the first shot that a keyframe opens, else the first that it closes; a portrait is
    called as its item is. ``place`` is what the plan says of where that shot is, ``style`` how all
    pictures of the film look, ``setting`` what a keyframe takes over from earlier ones, where an
    engine asks for that. ``characters`` stand from left to right.
    """

    shot: str
    prompt: str
    place: str | None = Field(default=None, exclude_if=operator.not_)
    style: str | None = Field(default=None, exclude_if=operator.not_)
    negative_prompt: str | None = None
    setting: Setting | None = Field(default=None, exclude_if=operator.not_)
    characters: tuple[Appearance, ...] = ()
    size: FrameSize
    seed: int = Field(ge=0, lt=2**32)


class ImageEngine(Engine[ImageRequest, SettingsT]):
    """Draws keyframes.

    Each result holds one output ``image``: an RGB PNG (``image/png``, 8 bits a channel, no alpha)
    of exactly the size that was asked for. An engine that knows where the faces in its picture are
    says so in a second output ``scene`` (``application/json``, a ``KeyframeScene`` of
    ``engines/images/storyboard/scene.py``), and that it does in ``knows_faces``. In the pictures of
    others, faces are looked for.
    """

    knows_faces: ClassVar[bool] = False

    @property
    def needs_portraits(self) -> bool:
        """Whether it draws characters alike only if requests hold pictures of them."""
        return False

    def settings_of(
        self,
        prompts: Sequence[str],
        seeds: Sequence[int],
    ) -> Sequence[Setting | None]:
        """Tell what each keyframe of a film takes over from those before it.

        An engine that keeps places answers with what its requests shall hold; others need nothing.

        Args:
            prompts: What the keyframes show, in the film's order, the user's own pictures, too.
            seeds: Their seeds.
        """
        return [None] * len(prompts)

    def not_shown(self, request: ImageRequest) -> tuple[str, ...]:
        """Return which words of a prompt the picture will not show, as far as the engine knows.

        A sentence stands for all of them where that says more.
        """
        return ()

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Measure a keyframe, and write its thumbnail; see ``Engine.examine``."""
        return examine_keyframe(output, folder)


def examine_keyframe(output: MadeFile, folder: Path) -> Examined:
    """Measure a file of a keyframe's, and write previews of a picture.

    They are ``thumbnail`` (``image/jpeg``), and ``edge`` (``image/png``): what the edge of a clip
    has to look like that shows it, see `media.picture_review.edge`.
    """
    from PIL import Image

    if not output.media_type.startswith("image/"):
        return Examined(probe(output.path, output.media_type))
    facts, picture = probe_picture(output.path, output.media_type)
    name = output.path.stem
    thumbnail, small = folder / f"{name}.jpg", folder / f"{name}-edge.png"
    write_thumbnail(picture, thumbnail)
    luma = luma_of(np.asarray(picture.convert("RGB")))
    Image.fromarray(edge(luma)).save(small, format="PNG", compress_level=1)
    return Examined(
        facts,
        {"thumbnail": MadeFile(thumbnail, "image/jpeg"), "edge": MadeFile(small, "image/png")},
    )
