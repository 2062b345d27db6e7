"""In which size Wan makes pictures: one near those that a model was trained on shows most."""

import math

from sparkle_motion_dagster.engines.video.fitting import MULTIPLE
from sparkle_motion_dagster.engines.video.wan.frames import padded_size
from sparkle_motion_dagster.engines.video.wan.models import WanModel
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.units import FrameSize

_NEAR = 0.1
"""By which share the area of a picture may differ from that of a size that a model was trained on.
`trained_size` rounds both sides down, which takes up to a twentieth off the area."""


def generated_size(film: FrameSize, settings: WanSettings) -> FrameSize:
    """Return the size that footage for a film of a size is generated in."""
    return settings.size or padded_size(film)


def trained_size(size: FrameSize, model: WanModel) -> FrameSize:
    """Return the size of a picture's shape that is nearest to what a model was trained on.

    It has the area of a size that the model's authors name, and sides that are multiples of 16,
    rounded down, as Wan's own scripts reckon it (first_last_frame2video.py of its repository).
    """
    area = min(map(_area, model.trained), key=lambda area: abs(math.log(_area(size) / area)))
    width, height = (
        math.isqrt(area * side // other) // MULTIPLE * MULTIPLE
        for side, other in ((size.width, size.height), (size.height, size.width))
    )
    return FrameSize(width=width, height=height)


def size_remark(film: FrameSize, model: WanModel, settings: WanSettings) -> str | None:
    """Return what to know of the size that is generated; None: the model was trained on it.

    Args:
        film: The film's size.
        model: What generates.
        settings: The engine's.
    """
    size = generated_size(film, settings)
    if any(abs(_area(size) / _area(trained) - 1) <= _NEAR for trained in model.trained):
        return None
    known = " and ".join(map(str, model.trained))
    return (
        f"{model.name} was trained on pictures as large as {known}, and would make them {size}; "
        f"the setting size of the video engine wan has it make them {trained_size(film, model)}, "
        "which are scaled to the film's size"
    )


def _area(size: FrameSize) -> int:
    return size.width * size.height
