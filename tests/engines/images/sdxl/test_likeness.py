"""The bands in which the people of a picture look like themselves."""

from __future__ import annotations

import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

import tiny_sdxl
from painted_face import PaintedFace, paint
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest, OwnPicture
from sparkle_motion_dagster.engines.images.sdxl.canvas import Canvas, generation_size
from sparkle_motion_dagster.engines.images.sdxl.likeness import (
    Likeness,
    adapter_arguments,
    bands,
    likenesses,
)
from sparkle_motion_dagster.engines.images.sdxl.pipeline import Recipe, load
from sparkle_motion_dagster.engines.images.sdxl.references import head_in
from sparkle_motion_dagster.engines.images.sdxl.settings import TRAINED_AREA
from sparkle_motion_dagster.gpu.presets import EnginePreset
from sparkle_motion_dagster.units import FrameSize

REFERENCE = OwnPicture(sha256="a" * 64, path=Path("mara.png"))
LEVELS = (1, 2)
"""Of SDXL's UNet."""


def standing(count: int) -> list[Likeness]:
    return [Likeness(f"who-{place}", REFERENCE, place, count) for place in range(count)]


def seen_by_attention(
    people: list[Likeness], canvas: Canvas, level: int
) -> list[NDArray[np.float64]]:
    """Return each person's mask as an attention applies it: rows x columns."""
    from diffusers.image_processor import IPAdapterMaskProcessor

    columns, rows = (-(-(side // 8) // 2**level) for side in (canvas.width, canvas.height))
    masks = bands(people, canvas, LEVELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        flat = [
            IPAdapterMaskProcessor.downsample(masks[:, person], 1, rows * columns, 1)
            for person in range(masks.shape[1])
        ]
    return [mask.numpy().astype(float).reshape(rows, columns) for mask in flat]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_bands_add_up_and_each_has_a_middle_of_its_own(count: int) -> None:
    masks = seen_by_attention(standing(count), Canvas(1280, 720), 1)
    assert np.allclose(sum(masks), 1, atol=1e-5)
    for place, mask in enumerate(masks):
        assert np.allclose(mask, mask[0], atol=1e-6)  # upright
        middle = round((place + 0.5) / count * mask.shape[1])
        assert mask[0, middle] == pytest.approx(1, abs=1e-5)
        assert (mask[0] > 0.999).mean() > 0.65 / count
    for left, right in pairwise(masks):
        # Where one fades, the other one comes, and nobody else is there.
        assert ((left + right)[(left > 0.01) & (right > 0.01)] > 0.999).all()


def test_bands_are_on_the_device_where_the_model_draws(tmp_path: Path) -> None:
    """On two cores, eight pictures of 1280x720 would take half a minute a step and person.

    That is reckoned from one mask of each size, which took 0.8 and 0.3 s, and 10 and 60 attentions.
    """
    Image.new("RGB", (64, 64), "red").save(tmp_path / "mara.png")
    picture = OwnPicture(sha256="a" * 64, path=tmp_path / "mara.png")
    base = tiny_sdxl.save_base(tmp_path / "base")
    adapter = tiny_sdxl.save_adapter(tmp_path / "adapter", base)
    recipe = Recipe(base, EnginePreset(precision="float32"), adapter=adapter)
    # A device that every machine has, and is not the processor: it keeps shapes only.
    told = adapter_arguments(
        load(recipe, "meta"),
        [Likeness(f"who-{place}", picture, place, 2) for place in range(2)],
        Canvas(64, 64),
        strength=0.6,
        guided=True,
    )
    (masks,) = told["cross_attention_kwargs"]["ip_adapter_masks"]
    assert (masks.device.type, masks.shape[1]) == ("meta", 2)


sides = st.integers(32, 2048).map(lambda half: 2 * half)


@given(
    st.builds(FrameSize, width=sides, height=sides).filter(
        lambda size: size.height <= 3 * size.width
    ),
    st.sampled_from(LEVELS),
)
@example(FrameSize(width=1408, height=720), 2)  # a mask of its proportions: 46x22, not 44x23
def test_attention_guesses_rows_and_columns_of_every_picture_right(
    size: FrameSize, level: int
) -> None:
    """Wrong ones would make slanted stripes of the bands."""
    left, right = seen_by_attention(standing(2), generation_size(size, TRAINED_AREA), level)
    assert np.allclose(left, left[0], atol=1e-6)
    assert np.allclose(left + right, 1, atol=1e-5)
    assert left[0, 0] > 0.99 > 0.01 > left[0, -1]


@pytest.mark.parametrize("x", [260, 590])
def test_of_a_reference_its_head_is_seen(x: int) -> None:
    picture = Image.fromarray(paint(640, 360, [PaintedFace(x=x, y=190, height=140)]))
    head = np.asarray(head_in(picture))
    assert head.shape[0] == head.shape[1] < 360
    whole = np.asarray(picture)
    (left,) = (
        left
        for left in range(640 - head.shape[1] + 1)
        for top in range(360 - head.shape[0] + 1)
        if np.array_equal(whole[top : top + head.shape[0], left : left + head.shape[1]], head)
    )
    assert left <= x - 70
    assert x + 50 <= left + head.shape[1]


def test_of_a_photograph_the_same_head_is_seen_in_all_its_pixels() -> None:
    picture = Image.fromarray(paint(1280, 720, [PaintedFace(x=520, y=380, height=280)]))
    photograph = picture.resize((2560, 1440), Image.Resampling.BICUBIC)
    small, large = head_in(picture), head_in(photograph)
    assert large.width == pytest.approx(2 * small.width, abs=8)
    apart = np.asarray(small, float) - np.asarray(large.resize(small.size), float)
    assert np.abs(apart).mean() < 4


@pytest.mark.parametrize("turn", [False, True])
def test_a_reference_without_a_face_is_seen_from_end_to_end(*, turn: bool) -> None:
    from transformers import CLIPImageProcessor

    lying = Image.new("RGB", (900, 300), "grey")
    lying.paste("red", (0, 0, 100, 300))
    lying.paste("blue", (800, 0, 900, 300))
    picture = lying.transpose(Image.Transpose.TRANSPOSE) if turn else lying
    encoder = CLIPImageProcessor(image_mean=[0, 0, 0], image_std=[1, 1, 1])
    seen = encoder(head_in(picture), return_tensors="np").pixel_values[0]
    lying_seen = seen.transpose(0, 2, 1) if turn else seen
    red, _, blue = lying_seen.mean(axis=1)
    assert (red[:20] > 0.9).all()
    assert (blue[-20:] > 0.9).all()


def test_who_has_no_reference_keeps_their_place_and_follows_nobody() -> None:
    guard = Appearance(id="guard")
    mara, tom = (Appearance(id=name, reference=REFERENCE) for name in ("mara", "tom"))
    asked = ImageRequest(
        shot="s",
        prompt="p",
        characters=(mara, guard, tom),
        size=FrameSize(width=64, height=64),
        seed=1,
    )
    assert {one.character: one.band for one in likenesses(asked)} == {
        "mara": (0, 1 / 3),
        "tom": (2 / 3, 1),
    }
    first, last = seen_by_attention(list(likenesses(asked)), Canvas(1280, 720), 2)
    assert (first + last)[:, 15:25].max() < 0.01
