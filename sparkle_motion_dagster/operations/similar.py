"""Near-duplicates: which pictures and clips of a home show the same as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex, IndexedArtifact
from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.errors import NotFoundError, did_you_mean
from sparkle_motion_dagster.film.stages import BASE_IMAGES, LIPSYNC_CLIPS, SHOT_CLIPS, TAKES
from sparkle_motion_dagster.similar.index import CLIPS, PICTURES, Match, SimilarIndex
from sparkle_motion_dagster.similar.thumbnails import Thumbnail, thumbnails_in
from sparkle_motion_dagster.units import Record

_SEEN_STAGES = (BASE_IMAGES, SHOT_CLIPS, TAKES, LIPSYNC_CLIPS)
"""The stages that make what is seen; where a name is in more than one, the first counts."""


class SimilarItem(Record):
    """A picture or a clip that shows the same.

    ``distance`` is in how many of 64 bits its hash differs, ``difference`` by how many levels of
    255 it differs where it differs most, both measured on what both show. ``frame`` is the frame of
    a clip that is meant.
    """

    distance: int
    difference: float
    run_id: str
    stage: str
    item: str
    frame: int | None = Field(default=None, exclude_if=lambda frame: frame is None)
    width: int | None
    height: int | None
    file: str
    sha256: Sha256
    made_at: AwareDatetime


class SimilarItems(Record):
    """What shows the same as a picture, the nearest first, and of what is as near, the newest.

    ``hashed`` counts what was new to the index of hashes; ``unreadable`` are stored files that
    could not be read.
    """

    schema_version: str = "1"
    threshold: int
    hashed: int
    unreadable: tuple[Sha256, ...]
    items: tuple[SimilarItem, ...]


@dataclass(frozen=True)
class SeenItem:
    """A picture or a clip of a film, and in which stage people find it."""

    stage: str
    artifact: Artifact


def similar_to(
    home: SparkleHome,
    thumbnails: Sequence[Thumbnail],
    threshold: int,
    tell: Callable[[int, int], None] = lambda done, of: None,
    index: SimilarIndex | None = None,
) -> SimilarItems:
    """Return what shows the same as a picture, or as frames of a clip, in all films of a home.

    Args:
        home: The home.
        thumbnails: The picture's, or the frames'.
        threshold: In how many bits hashes may differ.
        tell: Is told how many new files have been looked at, and how many there are.
        index: The index, where somebody keeps what it has read.

    Raises:
        IndexBusyError, StorageError: The index is busy, or cannot be used.
    """
    index = index or SimilarIndex(home)
    followed = index.follow((*PICTURES, *CLIPS), tell)
    matches = {match.sha256: match for match in index.alike(thumbnails, threshold)}
    named = ArtifactIndex(home).all_naming(tuple(matches)) if matches else ()
    items = [
        _item(home, one, matches[one.sha256])
        for one in named
        if one.address.name in (*PICTURES, *CLIPS)
    ]
    items.sort(key=lambda one: (one.distance, one.difference, -one.made_at.timestamp()))
    return SimilarItems(
        threshold=threshold,
        hashed=followed.hashed,
        unreadable=followed.unreadable,
        items=tuple(items),
    )


def seen_item(folder: RunFolder, name: str) -> SeenItem:
    """Return the picture or clip that somebody means.

    Args:
        folder: The film's.
        name: Its id, or STAGE/ID; of a take, ID@takeK.

    Raises:
        NotFoundError: The film has none of that name.
    """
    stage, _, wanted = name.rpartition("/")
    known: dict[str, None] = {}
    for one in _seen_items(folder):
        called = one.artifact.id
        if one.stage == TAKES:
            called = called.partition(".")[2]
        if wanted in (called, one.artifact.id) and stage in ("", one.stage):
            return one
        known[called] = None
    raise NotFoundError(
        f"{folder.run_id} has no picture or clip {name!r}.{did_you_mean(wanted, known)} It has "
        f"{', '.join(known) or 'made none yet'}."
    )


def thumbnails_of(home: SparkleHome, digest: str, media_type: str) -> tuple[Thumbnail, ...]:
    """Return the thumbnails of a stored picture or clip.

    Raises:
        CorruptFileError: It is missing from the store, or damaged there.
    """
    path = Store(home.store).file(digest).path
    return tuple(thumbnail for _, thumbnail in thumbnails_in(path, media_type))


def _seen_items(folder: RunFolder) -> Iterator[SeenItem]:
    for stage in _SEEN_STAGES:
        manifest = folder.readable(stage)
        for artifact in manifest.artifacts if manifest else ():
            if artifact.name in (*PICTURES, *CLIPS):
                yield SeenItem(stage, artifact)


def _item(home: SparkleHome, one: IndexedArtifact, match: Match) -> SimilarItem:
    folder = Path(home.runs, one.address.run_id, one.address.stage)
    return SimilarItem(
        distance=match.likeness.distance,
        difference=round(match.likeness.difference, 1),
        run_id=one.address.run_id,
        stage=one.address.stage,
        item=one.address.item,
        frame=match.frame if one.address.name in CLIPS else None,
        width=one.facts.width,
        height=one.facts.height,
        file=str(folder / one.file),
        sha256=one.sha256,
        made_at=one.made_at,
    )
