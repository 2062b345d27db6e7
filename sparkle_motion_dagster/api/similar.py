"""Near-duplicates of a picture, or of an item of a film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import InputError, NotFoundError
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.operations.similar import (
    SimilarItems,
    seen_item,
    similar_to,
    thumbnails_of,
)
from sparkle_motion_dagster.similar.index import CLIPS, PICTURES, SimilarIndex
from sparkle_motion_dagster.similar.thumbnails import brought_thumbnail


def _untold(done: int, of: int) -> None:
    """Tell nobody how far it is."""


class NoPictureError(InputError):
    """What is to be looked for is no picture that can be read."""


def similar_to_picture(
    home: SparkleHome, picture: Path, threshold: int, tell: Callable[[int, int], None]
) -> SimilarItems:
    """Return what shows the same as a picture from outside; see `similar_to`.

    Raises:
        NoPictureError: There is no such file, or it is no picture, damaged, or too large.
        IndexBusyError, StorageError: The index is busy, or cannot be used.
    """
    if not picture.is_file():
        raise NoPictureError(f"There is no file {picture}. Name a picture, or a film and its item.")
    try:
        thumbnail = brought_thumbnail(picture)
    except MediaError as error:
        raise NoPictureError(str(error)) from error
    return similar_to(home, [thumbnail], threshold, tell)


def similar_to_item(
    home: SparkleHome,
    run_id: str,
    item: str,
    threshold: int,
    tell: Callable[[int, int], None] = _untold,
    index: SimilarIndex | None = None,
) -> SimilarItems:
    """Return what shows the same as an item of a film, but for that item itself; see `similar_to`.

    Raises:
        NotFoundError: There is no such film, or it has no such picture or clip.
        CorruptFileError: The item is missing from the store, or damaged there.
        IndexBusyError, StorageError: The index is busy, or cannot be used.
    """
    seen = seen_item(RunFolder(home, home.existing_run(run_id)), item)
    thumbnails = thumbnails_of(home, seen.artifact.sha256, seen.artifact.media_type)
    found = similar_to(home, thumbnails, threshold, tell, index)
    itself = (run_id, seen.stage, seen.artifact.id, seen.artifact.sha256)
    others = [one for one in found.items if (one.run_id, one.stage, one.item, one.sha256) != itself]
    return found.model_copy(update={"items": tuple(others)})


def similar_to_digest(
    home: SparkleHome, digest: str, threshold: int, index: SimilarIndex
) -> SimilarItems:
    """Return what shows the same as a picture or clip of any film, all that have it included.

    Raises:
        NotFoundError: No film has a picture or clip of that digest.
        CorruptFileError: It is missing from the store, or damaged there.
        IndexBusyError, StorageError: The index is busy, or cannot be used.
    """
    named = ArtifactIndex(home).all_naming((digest,))
    seen = next((one for one in named if one.address.name in (*PICTURES, *CLIPS)), None)
    if seen is None:
        raise NotFoundError(f"No film has a picture or clip {digest}.")
    thumbnails = thumbnails_of(home, seen.sha256, seen.media_type)
    return similar_to(home, thumbnails, threshold, index=index)
