"""Pictures that somebody brings for a plan's keyframes, and the faces that are found in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter, ValidationError

from sparkle_motion_dagster.faces.finding import faces_in, looks_in
from sparkle_motion_dagster.faces.records import Looks
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.pictures import viewed_picture
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.reading.files import FileReference, find_file
from sparkle_motion_dagster.plan.values import PlanFile
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.shotlist.own_pictures.picture_names import in_order
from sparkle_motion_dagster.units import FrameSize

if TYPE_CHECKING:
    from PIL import Image

MOST_FILES = 1000
"""How many files a folder of stills may hold: more than twice what a film has keyframes."""

_LARGEST = 1280
"""Longer side of a picture, in pixels, in which the faces of a film are looked for."""


@dataclass(frozen=True)
class Still:
    """A picture that somebody brings.

    Attributes:
        file: What a plan calls it: its path from the plan's folder.
        path: Where it is.
    """

    file: str
    path: Path

    @property
    def stem(self) -> str:
        """Its name, without the suffix."""
        return self.path.stem

    def people(self, frame: FrameSize) -> tuple[Looks, ...]:
        """Return what the people look like whose faces a film shows of it, the largest first.

        Args:
            frame: Of which shape the film's frame is, which cuts off what sticks out.

        Raises:
            MediaError: It is no picture that can be read.
        """
        from PIL import ImageOps

        scale = _LARGEST / max(frame.width, frame.height)
        size = (round(frame.width * scale), round(frame.height * scale))
        fitted = ImageOps.fit(viewed_picture(self.path), size)
        return tuple(face.looks for face in faces_in(_pixels(fitted)).faces)

    def looks(self) -> Looks | None:
        """Return what whoever it is of looks like; None: no face is found in it.

        Raises:
            MediaError: It is no picture that can be read.
        """
        picture = viewed_picture(self.path)
        picture.thumbnail((_LARGEST, _LARGEST))
        return looks_in(_pixels(picture))


@dataclass(frozen=True)
class Unused:
    """A file that goes nowhere, and why."""

    file: str
    why: str


def stills_in(folder: Path, plan: Path) -> Iterator[Still | Unused]:
    """Yield the files of a folder in the order of their names; hidden ones are passed over.

    Whether one is a picture shows when it is looked at.

    Args:
        folder: The folder; what lies in folders below it is not looked at.
        plan: The plan's file, in whose folder, or below it, the pictures have to be.

    Raises:
        ScriptError: The folder cannot be read, lies elsewhere, or holds more than `MOST_FILES`.
    """
    home = plan.parent.resolve()
    try:
        names = [one.name for one in islice(folder.resolve(strict=True).iterdir(), MOST_FILES + 1)]
    except (OSError, RuntimeError) as error:
        raise ScriptError(f"The folder of pictures {folder} cannot be read: {error}") from error
    if not folder.resolve().is_relative_to(home):
        raise ScriptError(
            f"The folder of pictures {folder} lies outside of the plan's folder, {home}: move it "
            "there, or name a plan beside it with --to."
        )
    if len(names) > MOST_FILES:
        raise ScriptError(
            f"{folder} holds more than {MOST_FILES} files: put the pictures of the film into a "
            "folder of their own."
        )
    inside = folder.resolve().relative_to(home)
    for name in sorted((one for one in names if not one.startswith(".")), key=in_order):
        yield _still((inside / name).as_posix(), home)


def _still(file: str, home: Path) -> Still | Unused:
    try:
        named = TypeAdapter(PlanFile).validate_python(file)
    except ValidationError as error:
        return Unused(shown(file), error.errors()[0]["msg"].removeprefix("Value error, "))
    if named != file:
        return Unused(shown(file), "its name begins or ends with a space")
    found = find_file(FileReference("pictures", file), home)
    if isinstance(found, PlanProblem):
        return Unused(file, found.message)
    return Still(file, home / file)


def unreadable(still: Still, error: MediaError) -> Unused:
    """Return a picture as one that cannot be used, for what was found wrong with it."""
    return Unused(still.file, str(error).replace(str(still.path), "it"))


def _pixels(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(picture, np.uint8)
