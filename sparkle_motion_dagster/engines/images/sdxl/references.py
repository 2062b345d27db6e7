"""What the IP-Adapter sees of a reference: the head of whom it shows, where it shows a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.faces.finding import meshes_in
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.pictures import WHITE, viewed_picture

if TYPE_CHECKING:
    from PIL.Image import Image

_HEAD = 2.0
"""How large the square around a head is, in heights of its face, from the forehead to the chin."""

_GLANCE = (1280, 1280)
"""In no larger a picture faces are looked for, in pixels: one is looked through in 0.6 s, one of 28
megapixels in 20 (measured on one core), while the device waits. Whoever is seen from head to foot
still has a face of some 100 pixels.
"""


def seen_of(reference: OwnPicture) -> Image:
    """Return what the adapter is shown of a reference: a square.

    The adapter for faces takes pictures that are cut to the face, as its authors say (the README of
    h94/IP-Adapter). A reference in which there is none, of an animal or a robot, is shown whole.
    It is squeezed into a square, as the authors advise (the README of tencent-ailab/IP-Adapter, on
    pictures that are none): CLIP's image processor cuts off the ends of all others, such as the
    head of whoever stands upright.

    Raises:
        EngineInputError: The reference is no picture.
    """
    try:
        picture = viewed_picture(reference.path, reference.background or WHITE)
    except MediaError as error:
        raise EngineInputError(f"The reference picture cannot be used: {error}") from error
    return head_in(picture)


def head_in(picture: Image) -> Image:
    """Return a square around the head of the largest face in a picture; without one, all of it.

    All of a picture is squeezed into a square as wide as its shorter side.
    """
    from PIL.Image import Resampling

    glance = picture.copy()
    glance.thumbnail(_GLANCE)
    found = meshes_in(np.asarray(glance))
    if not found:
        side = min(picture.size)
        return picture.resize((side, side), Resampling.LANCZOS)
    left, top, right, bottom = np.array(found[0].box) * (picture.width / glance.width)
    side = min(round(_HEAD * (bottom - top)), *picture.size)
    x, y = (
        min(max(round(middle - side / 2), 0), length - side)
        for middle, length in zip(
            ((left + right) / 2, (top + bottom) / 2), picture.size, strict=True
        )
    )
    return picture.crop((x, y, x + side, y + side))
