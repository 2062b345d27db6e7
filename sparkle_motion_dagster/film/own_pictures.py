"""The pictures that a plan brings: as engines get them, and which show what nobody expects."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.engines.lipsync.owned_faces import looks_by
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.media.picture_review import is_black
from sparkle_motion_dagster.media.pictures import WHITE, viewed_picture, viewing_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import BaseImageSpec
from sparkle_motion_dagster.plan.timeline.lines import seen_speaking

_GLANCE = (96, 96)
"""In pixels: as large as a picture has to be to see whether it shows anything."""

_MEANT = re.compile(
    r"black|dark|blank|empty|fade|title|card|credit|night|the end"
    r"|schwarz|dunkel|abspann|titel|nacht|noir|sombre|titre|fondu|nuit|negr[oa]|oscur|título|noche"
    r"|ner[oa]\b|buio|scur|titol|notte|pret[oa]|escur|noite|zwart|donker|nacht|czarn|ciemn|noc\b"
    r"|ч[её]рн|т[её]мн|титр|ночь|чорн|黒|黑|夜",
    re.IGNORECASE,
)
"""Words by which a prompt says that a picture is black: it is a card of a title, it is night."""


def remarks(
    plan: MoviePlan, files: Mapping[str, Path], background: str = WHITE
) -> Iterator[tuple[str, str]]:
    """Yield what people should know of a plan's own pictures before it is rendered.

    Args:
        plan: The plan.
        files: The files that it refers to, by their reference.
        background: What shows where a picture is transparent.

    Yields:
        The field of the plan, such as ``base_images[0]``, and a sentence.

    Raises:
        MediaError: One of them is no picture.
    """
    for number, image in enumerate(plan.base_images):
        if image.picture is None:
            continue
        path = files[image.picture]
        if (frames := viewing_of(path).frames) > 1:
            yield f"base_images[{number}]", first_of(image, frames)
        if not is_meant_to_be_black(image) and _looks_black(path, background):
            yield (
                f"base_images[{number}]",
                f"{image.picture} is black all over, and its prompt does not say so",
            )
    speaking = seen_speaking(plan)
    for number, character in enumerate(plan.characters):
        picture = character.reference_image
        if picture is None or character.id not in speaking:
            continue
        if looks_by(files[picture], background) is None:
            yield (
                f"characters[{number}]",
                f"{picture} shows no face by which {character.id} could be known among others "
                "(the metadata faces of a shot say whose face is where)",
            )


def own_picture(frozen: FrozenPlan, settings: FilmSettings, reference: str) -> OwnPicture:
    """Return a picture that a plan brings as an engine is given it.

    Args:
        frozen: The plan, its files imported.
        settings: What the profile says of the film.
        reference: How the plan refers to the picture.
    """
    file = frozen.files[reference]
    viewing = viewing_of(file.path)
    return OwnPicture(
        sha256=file.sha256,
        path=file.path,
        converted=viewing.converts,
        background=settings.background if viewing.sees_through else None,
    )


def first_of(image: BaseImageSpec, frames: int) -> str:
    """Say which picture of a file that holds several is shown."""
    return f"{image.picture} holds {frames} pictures: the first one is shown"


def is_meant_to_be_black(image: BaseImageSpec) -> bool:
    """Tell whether a plan explains that a picture is black."""
    return _MEANT.search(image.prompt) is not None


def _looks_black(path: Path, background: str) -> bool:
    picture = viewed_picture(path, background)
    picture.thumbnail(_GLANCE)
    return is_black(np.asarray(picture.convert("L")))
