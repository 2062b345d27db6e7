"""Reuse: keyframes that come out like one that some film had before, which is taken instead.

So that whatever is made from them (clips, moving mouths) is taken from the store, too. A profile's
`dedupe` asks for it. What was decided once is kept in the film's manifest: for a request it stays
as it is, whatever is made later, and falls only where the picture that was taken is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import Field, JsonValue, TypeAdapter

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex, IndexedArtifact
from sparkle_motion_dagster.artifacts.models import ActionRecord, Artifact
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import drawn_id, may_be_portrait, whose
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import Item, Produced, fingerprint, from_store
from sparkle_motion_dagster.production.manifest import artifacts_of
from sparkle_motion_dagster.similar.index import PICTURES, SimilarIndex
from sparkle_motion_dagster.similar.thumbnails import thumbnails_in
from sparkle_motion_dagster.units import Record

REUSED = "reused"
"""Under what an artifact's metadata says that another film's keyframe was taken, and which."""

_IMAGE = "image"


class Reuse(Record):
    """That a keyframe is one that was made before, instead of its own picture.

    Attributes:
        film: The film that had it.
        item: The keyframe's id there.
        distance: In how many of 64 bits the hashes of both differ.
        instead_of: The fingerprint of what was made for this film.
    """

    film: str
    item: str
    distance: int = Field(ge=0)
    instead_of: Sha256

    def __str__(self) -> str:
        bits = "1 bit" if self.distance == 1 else f"{self.distance} bits"
        return f"{self.item} of {self.film}, {bits} apart"


@dataclass(frozen=True)
class DrawnKeyframe:
    """A keyframe that was to be drawn.

    Attributes:
        shown: What the film has.
        own: What was made for it: the same, unless that is another film's; None: it is not there
            any more, and not needed.
        reuse: What the film has instead, if it has.
    """

    shown: Produced
    own: Produced | None
    reuse: Reuse | None = None

    @property
    def happened(self) -> Produced:
        """What was made, or else taken from the store, for the film to have it."""
        return self.own if self.own is not None and self.own.made else self.shown

    @property
    def kept(self) -> tuple[Artifact, ...]:
        """What a manifest lists beside what the film has, so that what was made is not lost."""
        if self.reuse is None or self.own is None:
            return ()
        return artifacts_of(replace(self.own, item_id=drawn_id(self.own.item_id)))


def draw(
    stage: Stage, engine: ImageEngine[Any], items: Sequence[Item[ImageRequest]]
) -> tuple[DrawnKeyframe, ...]:
    """Return the keyframes that are to be drawn; where the profile says so, older ones like them.

    What a person has chosen, pinned or made again, and what a rule chose, is never replaced.

    Args:
        stage: The stage that makes keyframes.
        engine: Who draws.
        items: What is asked for.
    """
    if stage.settings.dedupe == "off":
        return tuple(DrawnKeyframe(one, one) for one in stage.produce(engine, items))
    before = _decided_before(stage)
    there: dict[str, DrawnKeyframe] = {}
    for item in items:
        decided = before.get(item.id)
        if decided and (held := _as_decided(stage, engine, item, decided)) is not None:
            there[item.id] = held
    to_make = [item for item in items if item.id not in there]
    made = {one.item_id: one for one in stage.produce(engine, to_make)}
    undecided = [
        item
        for item in to_make
        if _is_open(stage, made[item.id], before.get(item.id))
        and stage.is_known(made[item.id].record.fingerprint)
    ]
    there |= {item_id: DrawnKeyframe(one, one) for item_id, one in made.items()}
    left_open = {one.item_id: one for one in stage.left_open(engine, undecided)}
    there |= {item_id: DrawnKeyframe(one, None) for item_id, one in left_open.items()}
    to_decide = [item for item in undecided if item.id not in left_open]
    for instead in _duplicates(stage, engine, to_decide, there) if to_decide else ():
        there[instead.shown.item_id] = instead
    return tuple(there[item.id] for item in items)


@dataclass(frozen=True)
class _Decision:
    """What the film has of a keyframe, by its fingerprint, and whether that is another one's."""

    has: Sha256
    reuse: Reuse | None


def _decided_before(stage: Stage) -> Mapping[str, _Decision]:
    manifest = stage.last_manifest()
    decisions = {}
    for artifact in manifest.artifacts if manifest else ():
        if artifact.name == _IMAGE:
            told = artifact.metadata.get(REUSED)
            reuse = None if told is None else Reuse.model_validate(told)
            decisions[artifact.id] = _Decision(artifact.fingerprint, reuse)
    return decisions


def _as_decided(
    stage: Stage, engine: ImageEngine[Any], item: Item[ImageRequest], decided: _Decision
) -> DrawnKeyframe | None:
    """Return what a film has instead of what is asked for, as it was decided; None: it was not."""
    reuse, print_ = decided.reuse, fingerprint(engine, item.request)
    if reuse is None or reuse.instead_of != print_ or not _is_free(stage, item.id):
        return None
    if (record := look_up(decided.has, stage.workbench).record) is None:
        return None
    shown = stage.taken(engine, item, record, f"{item.id}: {reuse}, is taken, as before")
    drawn = look_up(print_, stage.workbench).record
    own = None if drawn is None else from_store(engine, item, drawn, stage.workbench)
    return DrawnKeyframe(replace(shown, told=_told(reuse)), own, reuse)


def _is_free(stage: Stage, item_id: str) -> bool:
    """Tell whether nobody has made an item again, and no rule chooses among takes of it."""
    return stage.choices.of(stage.name, item_id) is None and stage.settings.takes is None


def _is_open(stage: Stage, made: Produced, decided: _Decision | None) -> bool:
    """Tell whether nothing was decided yet for what is asked for now."""
    is_decided = decided is not None and decided.has == made.record.fingerprint
    return _is_free(stage, made.item_id) and not made.told and not is_decided


@dataclass(frozen=True)
class _Source:
    """A keyframe that some film had before, and since when."""

    film: str
    item: str
    since: datetime
    record: ActionRecord
    distance: int

    @property
    def age(self) -> tuple[datetime, datetime, str, str]:
        """What the oldest comes first by: what was made first, in the film that had it first."""
        return self.record.made_at, self.since, self.film, self.item


def _duplicates(
    stage: Stage,
    engine: ImageEngine[Any],
    items: Sequence[Item[ImageRequest]],
    there: Mapping[str, DrawnKeyframe],
) -> Iterator[DrawnKeyframe]:
    """Yield the keyframes of which some film had one like it before, with that one."""
    index = SimilarIndex(stage.workbench.home)
    index.follow(PICTURES)
    shown = {item_id: one.shown.files[_IMAGE].sha256 for item_id, one in there.items()}
    for item in items:
        own = there[item.id].shown
        beside = {shown[name] for name in _beside(stage, item.id) if name in shown}
        sources = [
            source
            for source in _sources(stage, index, own)
            if source.record.outputs[_IMAGE].sha256 not in beside
        ]
        if not sources:
            continue
        oldest = min(sources, key=lambda one: one.age)
        reuse = Reuse(
            film=oldest.film,
            item=oldest.item,
            distance=oldest.distance,
            instead_of=own.record.fingerprint,
        )
        shown[item.id] = oldest.record.outputs[_IMAGE].sha256
        why = f"{item.id}: {reuse}, is taken instead"
        instead = stage.replaced(engine, item, oldest.record, why)
        yield DrawnKeyframe(replace(instead, told=_told(reuse)), own, reuse)


def _beside(stage: Stage, keyframe: str) -> set[str]:
    """Return the keyframes to which a shot goes from one, or from which it comes."""
    shots = (shot.keyframes for shot in stage.plan.shots if keyframe in shot.keyframes)
    return {name for names in shots for name in names} - {keyframe}


def _sources(stage: Stage, index: SimilarIndex, own: Produced) -> Iterator[_Source]:
    image = own.record.outputs[_IMAGE]
    ((_, thumbnail),) = thumbnails_in(own.files[_IMAGE].path, image.media_type)
    matches = {
        match.sha256: match.likeness.distance
        for match in index.whole(thumbnail, stage.settings.dedupe_threshold)
    }
    named = ArtifactIndex(stage.workbench.home).all_naming(tuple(matches)) if matches else ()
    for one in filter(lambda one: _is_keyframe(stage, one), named):
        record = _record_of(stage, one)
        if record is not None and _may_be(own.record, record):
            yield _Source(
                one.address.run_id, one.address.item, one.made_at, record, matches[one.sha256]
            )


def _is_keyframe(stage: Stage, one: IndexedArtifact) -> bool:
    item = one.address.item
    is_of_stage = (one.address.stage, one.address.name) == (stage.name, _IMAGE)
    return is_of_stage and not may_be_portrait(item) and item == whose(item)


def _record_of(stage: Stage, one: IndexedArtifact) -> ActionRecord | None:
    """Return how a film's keyframe was made, if that is known and its files are sound."""
    manifest = stage.workbench.run_folder(one.address.run_id).readable(stage.name)
    artifact = None if manifest is None else manifest.find(one.address.item, _IMAGE)
    if artifact is None:
        return None
    return look_up(artifact.fingerprint, stage.workbench).record


def _may_be(own: ActionRecord, other: ActionRecord) -> bool:
    """Tell whether a film may have another keyframe instead of its own.

    It was made before by the same engine, has the same size and shows the same characters: mouths
    are moved on faces that are known by their names.
    """
    return (
        other.fingerprint != own.fingerprint
        and other.made_at < own.made_at
        and other.engine.name == own.engine.name
        and other.outputs.keys() == own.outputs.keys()
        and _size(other) == _size(own)
        and _characters(other) == _characters(own)
    )


def _size(record: ActionRecord) -> tuple[int | None, int | None]:
    facts = record.outputs[_IMAGE].facts
    return facts.width, facts.height


_Characters = TypeAdapter(list[dict[str, JsonValue]])


def _characters(record: ActionRecord) -> list[JsonValue]:
    said = _Characters.validate_python(record.request.get("characters", []))
    return [one.get("id") for one in said]


def _told(reuse: Reuse) -> Mapping[str, JsonValue]:
    return {REUSED: reuse.model_dump(mode="json")}
