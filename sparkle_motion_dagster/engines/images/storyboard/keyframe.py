"""A keyframe's files: its picture, under its caption strip, and what is known of its faces."""

from pathlib import Path

from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.engines.images.storyboard.canvas.caption_strip import (
    strip_rows,
    with_strip,
)
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Frame
from sparkle_motion_dagster.engines.images.storyboard.company import Person
from sparkle_motion_dagster.engines.images.storyboard.illustration import illustrate
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.words.continuity import Established
from sparkle_motion_dagster.media.pictures import write_png
from sparkle_motion_dagster.units import Record


class KeyframeOrder(Record):
    """All that drawing a keyframe needs.

    Attributes:
        request: What it shows.
        caption_strip: Whether a strip says which shot and prompt it is.
        image: Where its picture goes, as PNG.
        scene: Where its `KeyframeScene` goes, as JSON.
    """

    request: ImageRequest
    caption_strip: bool
    image: Path
    scene: Path


def draw(order: KeyframeOrder) -> tuple[str, ...]:
    """Draw a keyframe into its files: the same bytes in every process.

    Returns:
        What the caption strip's font could not write, in words.

    Raises:
        OSError: A file cannot be written.
    """
    request, size = order.request, order.request.size
    rows = strip_rows((size.width, size.height)) if order.caption_strip else 0
    people = [
        Person(character.id, look_of(character.id, character.description))
        for character in request.characters
    ]
    frame = Frame(size.width, size.height, rows)
    there = established(request)
    picture, scene = illustrate(request.prompt, request.seed, people, frame, there)
    remarks: tuple[str, ...] = ()
    if rows:
        picture, remarks = with_strip(picture, rows, request.shot, request.prompt)
    write_png(picture, order.image)
    order.scene.write_text(scene.model_dump_json(), encoding="utf-8")
    return remarks


def established(request: ImageRequest) -> Established | None:
    """Return what earlier keyframes say of a keyframe's place; None: it shows its place first."""
    return Established(**request.setting.model_dump()) if request.setting else None
