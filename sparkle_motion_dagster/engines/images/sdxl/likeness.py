"""Whom the people in a picture look like: what the IP-Adapter sees of each, and where it counts.

Several people at once would each become a mixture of all their references. So each has a band of
the picture, from left to right as the request names them, outside of which its reference counts for
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkle_motion_dagster.engines.images.base import ImageRequest, OwnPicture
from sparkle_motion_dagster.engines.images.sdxl.canvas import GRAIN, Canvas
from sparkle_motion_dagster.engines.images.sdxl.pipeline import Pipelines
from sparkle_motion_dagster.engines.images.sdxl.references import seen_of

if TYPE_CHECKING:
    from torch import Tensor

CROSSING = 0.25
"""How wide two bands cross-fade, in widths of a band.

Everywhere the bands add up to 1: no part of a picture follows references more, or less, than a
picture of one person does. A hard edge would be seen in what crosses it, such as an arm around
somebody. Across the fade both references count, where there is hardly a face: at least the middle
three quarters of a band are one person's alone.
"""


@dataclass(frozen=True)
class Likeness:
    """A person in a picture, and whom they look like.

    Attributes:
        character: The character's id.
        picture: The reference.
        place: Where they stand among all the people in the picture: from left to right, from 0.
        people: How many these are, those without a reference among them.
    """

    character: str
    picture: OwnPicture
    place: int
    people: int

    @property
    def band(self) -> tuple[float, float]:
        """The part of the picture that is theirs, in widths of it from its left edge."""
        return self.place / self.people, (self.place + 1) / self.people


def likenesses(request: ImageRequest) -> tuple[Likeness, ...]:
    """Return the people in a picture of whom there is a reference, from left to right."""
    people = request.characters
    return tuple(
        Likeness(person.id, person.reference, place, len(people))
        for place, person in enumerate(people)
        if person.reference is not None
    )


def adapter_arguments(
    pipelines: Pipelines,
    people: Sequence[Likeness],
    canvas: Canvas,
    *,
    strength: float,
    guided: bool,
) -> dict[str, Any]:
    """Return people as the base pipeline takes them; without any, an adapter is there but silent.

    Args:
        pipelines: SDXL on a device.
        people: Who is in the picture.
        canvas: The size at which it is drawn.
        strength: How much references weigh, from 0 to 1.
        guided: Whether prompts are weighed against negative ones.

    Raises:
        EngineInputError: A reference is no picture.
    """
    if not pipelines.adapted:
        return {}
    base = pipelines.base
    if not people:
        base.set_ip_adapter_scale(0.0)
        return {"ip_adapter_image_embeds": [_nothing(base, guided=guided)]}
    base.set_ip_adapter_scale(strength)
    seen: dict[str, Any] = {"ip_adapter_image": [[seen_of(each.picture) for each in people]]}
    if people[0].people == 1:
        return seen
    # Every attention makes its own mask of these, where they are, in every step.
    masks = bands(people, canvas, levels_of(base.unet)).to(base._execution_device)  # noqa: SLF001
    return seen | {"cross_attention_kwargs": {"ip_adapter_masks": [masks]}}


def levels_of(unet: Any) -> list[int]:
    """Return how often a UNet has halved a picture, latent values, where it looks at references."""
    kinds = unet.config.down_block_types
    return [halvings for halvings, kind in enumerate(kinds) if kind.startswith("CrossAttn")]


def bands(people: Sequence[Likeness], canvas: Canvas, levels: Sequence[int]) -> Tensor:
    """Return what counts of each person's reference where: 1 x people x height x width, 0 to 1.

    diffusers makes each attention's mask of it (``IPAdapterMaskProcessor.downsample``), and has to
    guess rows and columns from their product and the proportions of the mask. It rounds the number
    of rows down, and is right at every level if the mask is a trace narrower than the narrowest:
    the bands are upright, so that nothing else depends on its proportions. Of pictures more than
    three times as high as wide no mask is right at every level.

    Args:
        people: Who is in the picture.
        canvas: The size at which it is drawn.
        levels: What `levels_of` says of the UNet.
    """
    import torch

    sides = [
        (_halved(canvas.width // GRAIN, level), _halved(canvas.height // GRAIN, level))
        for level in levels
    ]
    rows = canvas.height
    columns = math.ceil(min(width / height for width, height in sides) * rows) - 1
    across = (torch.arange(columns) + 0.5) / columns
    crossing = CROSSING / people[0].people
    weights = [
        _beyond(across, left, crossing) - _beyond(across, right, crossing)
        for left, right in (person.band for person in people)
    ]
    return torch.stack(weights)[None, :, None, :].repeat(1, 1, rows, 1)


def _beyond(across: Tensor, edge: float, crossing: float) -> Tensor:
    """Return how far places lie beyond the edge of a band, from 0 to 1; the picture's have none."""
    if edge in (0.0, 1.0):
        return (across > edge).to(across.dtype)
    return ((across - edge) / crossing + 0.5).clamp(0, 1)


def _halved(side: int, times: int) -> int:
    """Return a side in latent values as a UNet's convolutions of stride 2 leave it: rounded up."""
    return -(-side // (1 << times))


def _nothing(base: Any, *, guided: bool) -> Tensor:
    """Return what stands for a reference where there is none: zeros, as an encoder's output."""
    import torch

    sides = 2 if guided else 1
    width = base.image_encoder.config.hidden_size
    nothing = torch.zeros(sides, 1, 1, width, dtype=base.unet.dtype)
    return nothing.to(base._execution_device)  # noqa: SLF001
