"""Listing takes: of each item what was made, what was measured, and which one the film has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field, JsonValue, ValidationError

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.choices import Choices, ItemChoices, Recipe, Take
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import CorruptFileError, UnreadableRecordError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import ActionRecord, Artifact, StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.engines.builtin.take_measurer import TakeMeasures
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    KEPT_TAKE,
    TAKES,
    further_take_id,
    may_be_portrait,
    measures_id,
    whose,
)
from sparkle_motion_dagster.film.takes.choosing import TAKE_WHY
from sparkle_motion_dagster.film.takes.keeping import MEASURED_OF
from sparkle_motion_dagster.film.takes.measuring import measures_in
from sparkle_motion_dagster.film.takes.pins import STALE
from sparkle_motion_dagster.film.takes.wording import differs, measured_words
from sparkle_motion_dagster.media.picture_review import PHASH_ALIKE, bits_apart
from sparkle_motion_dagster.units import Record

SHOWN = ("image", "clip", "footage", "audio")
"""What people look at, or listen to, of a take: the first of them that it has."""


class TakePreview(Record):
    """A small picture of a take."""

    media_type: str
    sha256: Sha256
    address: str = Field(description="where a film server sends it")


class TakeFile(Record):
    """What is seen or heard of a take, and where it lies in the film's folder, if it does."""

    name: str = Field(description="which output of the action it is, such as image")
    media_type: str
    sha256: Sha256
    size_bytes: int
    address: str = Field(description="where a film server sends it")
    path: str | None = Field(description="below the film's folder; null: in the store alone")
    preview: TakePreview | None = Field(description="null: it has none")


class ListedTake(Record):
    """One take of an item."""

    number: int
    recipe: Recipe = Field(description="how it differs from what the plan asks for")
    fingerprint: Sha256 | None = Field(description="null: it has not been made")
    file: TakeFile | None = Field(description="null: it has not been made, or is gone")
    measures: TakeMeasures | None = Field(description="null: nothing was measured of it")
    looks_like: int | None = Field(description="the first take that it looks like")
    differs: str = Field(description="how it differs, in words")
    measured: tuple[str, ...] = Field(
        description="what was measured, in words; seams are PSNR against keyframes"
    )
    in_film: bool = Field(description="whether it is in the film as it was rendered last")
    pinned: bool


class ItemTakes(Record):
    """The takes of an item, and which of them the film has from its next render on.

    ``chosen`` is null where nobody has chosen: take 1, which is as the plan says, or what the
    profile's rule has found the best.
    """

    stage: str
    item: str = Field(description="its id in its stage")
    called: str = Field(description="what people call it: a shot's footage goes by the shot")
    kind: Literal["portrait", "keyframe", "clip", "line"]
    takes: tuple[ListedTake, ...]
    chosen: int | None
    is_pinned: bool
    stale: tuple[str, ...] = Field(
        description="in what it would be made otherwise now, where it is pinned and stale"
    )
    why: str = Field(description="why the film has what it has, where a rule decides; else empty")

    def marks(self, take: ListedTake) -> tuple[str, ...]:
        """Return what distinguishes a take, in words."""
        is_so = {
            "in the film": take.in_film,
            "chosen": take.number == self.chosen,
            "pinned": take.pinned,
        }
        return tuple(mark for mark, holds in is_so.items() if holds)


def item_takes(
    home: SparkleHome, folder: RunFolder, unpublished: Iterable[StageManifest] = ()
) -> tuple[ItemTakes, ...]:
    """Return the items of a film of which there are takes, or which are pinned, with those.

    Args:
        home: Where the film lies.
        folder: The film's.
        unpublished: Manifests that are about to take the place of those in the folder.

    Raises:
        UnreadableChoicesError: What was chosen is damaged.
    """
    about_to_be = {manifest.stage: manifest for manifest in unpublished}
    return _Listing(home, folder.choices.read(), folder.manifests() | about_to_be).items()


class _Listing:
    """What a film's folder, the store and the action log say of its takes."""

    def __init__(
        self, home: SparkleHome, choices: Choices, manifests: Mapping[str, StageManifest]
    ) -> None:
        self._choices, self._manifests = choices, manifests
        self._store, self._actions = Store(home.store), ActionLog(home.actions)
        self._places = dict(_places(self._manifests))

    def items(self) -> tuple[ItemTakes, ...]:
        return tuple(self._item(item) for item in self._choices.items)

    def _item(self, item: ItemChoices) -> ItemTakes:
        there = self._in_film(item)
        told = {} if there is None else there.metadata
        return ItemTakes(
            stage=item.stage,
            item=item.item,
            called=whose(item.item),
            kind=_kind(item),
            takes=tuple(self._takes(item, there)),
            chosen=item.chosen,
            is_pinned=item.pinned is not None,
            stale=_texts(told.get(STALE)),
            why=str(told.get(TAKE_WHY, "")),
        )

    def _takes(self, item: ItemChoices, there: Artifact | None) -> Iterator[ListedTake]:
        seen: dict[int, str] = {}
        for take in item.takes:
            print_, measures = take.fingerprint, self._measures(item, take)
            phash = None if measures is None else measures.phash
            like = None if phash is None else _first_alike(phash, seen)
            if phash is not None:
                seen[take.number] = phash
            yield ListedTake(
                number=take.number,
                recipe=take.recipe,
                fingerprint=print_,
                file=None if print_ is None else self._file(print_),
                measures=measures,
                looks_like=like,
                differs=differs(take.recipe),
                measured=measured_words(measures, like) if print_ else ("not made",),
                in_film=there is not None and there.fingerprint == print_,
                pinned=print_ is not None and item.pinned == print_,
            )

    def _in_film(self, item: ItemChoices) -> Artifact | None:
        """Return what the film has of an item, of a line the take that was kept."""
        manifest = self._manifests.get(item.stage)
        by_id = {} if manifest is None else {one.id: one for one in reversed(manifest.artifacts)}
        first = by_id.get(item.item)
        return None if first is None else by_id.get(str(first.metadata.get(KEPT_TAKE, first.id)))

    def _file(self, fingerprint: Sha256) -> TakeFile | None:
        record = self._record(fingerprint)
        outputs = {} if record is None else record.outputs
        name = next((one for one in SHOWN if one in outputs), None)
        if record is None or name is None:
            return None
        return TakeFile(
            name=name,
            media_type=outputs[name].media_type,
            sha256=outputs[name].sha256,
            size_bytes=outputs[name].size_bytes,
            address=_address(fingerprint, name),
            path=self._places.get((fingerprint, name)),
            preview=_preview(record),
        )

    def _record(self, fingerprint: Sha256) -> ActionRecord | None:
        try:
            return self._actions.find(fingerprint)
        except UnreadableRecordError:
            return None  # `sparkle verify` says so

    def _measures(self, item: ItemChoices, take: Take) -> TakeMeasures | None:
        """Return what was measured of a take as it is now; None: nothing."""
        manifest = self._manifests.get(TAKES)
        id_ = measures_id(further_take_id(item.stage, item.item, take.number))
        found = None if manifest is None else manifest.find(id_, "measures")
        if found is None or found.metadata.get(MEASURED_OF) != take.fingerprint:
            return None
        try:
            return measures_in(self._store.file(found.sha256))
        except (CorruptFileError, ValidationError):
            return None  # `sparkle verify` says so


def _preview(record: ActionRecord) -> TakePreview | None:
    name = next((one for one in ("thumbnail", "strip") if one in record.previews), None)
    if name is None:
        return None
    found = record.previews[name]
    return TakePreview(
        media_type=found.media_type,
        sha256=found.sha256,
        address=_address(record.fingerprint, name),
    )


def _address(fingerprint: Sha256, name: str) -> str:
    return f"/actions/{fingerprint}/{name}"


def _places(manifests: Mapping[str, StageManifest]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield where outputs of actions lie in a film's folder, the film's own places last."""
    ordered = sorted(manifests.values(), key=lambda one: one.stage != TAKES)
    for manifest in ordered:
        for artifact in manifest.artifacts:
            place = f"{manifest.stage}/{artifact.file}"
            yield (artifact.fingerprint, artifact.name), place


def _first_alike(phash: str, seen: Mapping[int, str]) -> int | None:
    alike = (number for number, other in seen.items() if bits_apart(phash, other) <= PHASH_ALIKE)
    return next(alike, None)


def _texts(found: JsonValue) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _kind(item: ItemChoices) -> Literal["portrait", "keyframe", "clip", "line"]:
    if item.stage == DIALOGUE_WAVS:
        return "line"
    if item.stage == BASE_IMAGES:
        return "portrait" if may_be_portrait(item.item) else "keyframe"
    return "clip"
