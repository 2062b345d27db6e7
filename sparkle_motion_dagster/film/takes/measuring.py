"""Measuring takes: what each is held against follows from how it was made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord, StoredFile
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.engines.base import Engine, EngineSettings
from sparkle_motion_dagster.engines.builtin.take_measurer import (
    MeasureRequest,
    TakeMeasurer,
    TakeMeasures,
)
from sparkle_motion_dagster.engines.hearing.base import (
    HearingEngine,
    HearingRequest,
    language_code,
)
from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.film.stages import heard_id, measures_id
from sparkle_motion_dagster.production.loop import Item, Produced

Produce: TypeAlias = Callable[[Engine[Any, Any], Sequence[Item[Any]]], tuple[Produced, ...]]
"""Returns items that an engine answers for: of a stage, or ``loop.produce``."""

_NOBODY_LISTENS = "nobody listens: the profile has no hearing engine"


@dataclass(frozen=True)
class Measured:
    """What was measured of a take, and what was heard of it for that, if anything was."""

    measures: Produced
    heard: Produced | None

    @property
    def as_known(self) -> "Measured":
        """The same, as something that was measured before."""
        heard = None if self.heard is None else replace(self.heard, made=False)
        return Measured(replace(self.measures, made=False), heard)

    @property
    def items(self) -> tuple[Produced, ...]:
        """All of it."""
        return (self.measures,) if self.heard is None else (self.heard, self.measures)

    @property
    def found(self) -> TakeMeasures:
        """The measures."""
        return measures_in(self.measures.files["measures"])


def measured(
    takes: Sequence[Produced], produce: Produce, store: Store, hearing: HearingEngine[Any] | None
) -> Mapping[Sha256, Measured]:
    """Return the measures of takes, by the takes' fingerprints.

    What was measured before comes from the store, like everything that is made.

    Args:
        takes: They, with what tells one from another as their ids.
        produce: Who makes what is not known.
        store: Where files lie that they were made of.
        hearing: Who listens to spoken ones; None: nobody.
    """
    heard = _heard(takes, produce, hearing)
    items = [
        Item(
            measures_id(take.item_id),
            _of_sound(take, heard.get(take.item_id), hearing)
            if "audio" in take.files
            else _of_picture(take, store)
            if "image" in take.files
            else _of_clip(take, store),
        )
        for take in takes
    ]
    made = produce(TakeMeasurer(EngineSettings()), items)
    return {
        take.record.fingerprint: Measured(measures, heard.get(take.item_id))
        for take, measures in zip(takes, made, strict=True)
    }


def measures_in(file: StoredFile) -> TakeMeasures:
    """Return the measures that a file holds."""
    return TakeMeasures.model_validate_json(file.path.read_bytes())


def _of_sound(
    take: Produced, heard: Produced | None, hearing: HearingEngine[Any] | None
) -> MeasureRequest:
    audio, asked = take.files["audio"], take.record.request
    language = _language(take.record)
    if language is None or heard is None:
        why = f"nobody who knows {language} listens" if hearing else _NOBODY_LISTENS
        if language is None:
            why = "it is a recording"
        return MeasureRequest(take=audio, kind="sound", missing={"words_wrong": why})
    return MeasureRequest(
        take=audio,
        kind="sound",
        heard=heard.files["heard"],
        text=str(asked["text"]),
        language=language,
    )


def _of_picture(take: Produced, store: Store) -> MeasureRequest:
    is_drawn = "scene" in take.files
    people = () if is_drawn else tuple(_people(take.record.request, store))
    why = "its faces are drawn" if is_drawn else "there is no portrait of who is in it"
    return MeasureRequest(
        take=take.files["image"],
        kind="picture",
        people=people,
        missing={} if people else {"face_difference": why},
    )


def _of_clip(take: Produced, store: Store) -> MeasureRequest:
    """Return what is to be measured of a clip, or of footage, whose last frame is the end's."""
    asked: dict[str, Any] = take.record.request
    is_footage = "footage" in take.files
    name = "footage" if is_footage else "clip"
    start, end = _named(asked.get("start"), store), _named(asked.get("end"), store)
    shows_end = is_footage or bool(asked.get("ends_on_keyframe"))
    missing = {}
    if end is None:
        missing["seam_end_db"] = "it has no end keyframe"
    elif not shows_end:
        missing["seam_end_db"] = "the next shot shows its end keyframe"
    # Only what a model generates can show somebody else than its keyframe.
    people = () if start is None or not is_footage else (_as_own(start),)
    if not people:
        missing["face_difference"] = "its faces are those of its keyframe"
    return MeasureRequest(
        take=take.files[name],
        kind="clip",
        frames=int(asked.get("frames") or take.record.outputs[name].facts.frames or 0),
        first=start,
        last=end if shows_end else None,
        people=people,
        missing=missing,
    )


def _people(asked: Mapping[str, Any], store: Store) -> Iterator[OwnPicture]:
    """Yield the pictures by which whoever is in a picture was drawn."""
    for character in asked.get("characters", ()):
        if (reference := character.get("reference")) is not None:
            yield OwnPicture(**reference, path=store.path_of(reference["sha256"]))


def _as_own(file: StoredFile) -> OwnPicture:
    return OwnPicture(sha256=file.sha256, path=file.path)


def _named(file: Mapping[str, Any] | None, store: Store) -> StoredFile | None:
    return None if file is None else store.file(file["sha256"])


def _heard(
    takes: Sequence[Produced], produce: Produce, hearing: HearingEngine[Any] | None
) -> Mapping[str, Produced]:
    """Return what is heard of spoken takes, by their ids; of those that nobody understands, none.

    It is asked for as the film's own lines are, so that what was heard of them is known.
    """
    if hearing is None:
        return {}
    items = []
    for take in takes:
        language = _language(take.record)
        if language is not None and hearing.knows(code := language_code(language)):
            asked = HearingRequest(audio=take.files["audio"], language=code)
            items.append(Item(heard_id(take.item_id), asked))
    found = produce(hearing, items)
    return {item.id.removesuffix(heard_id("")): one for item, one in zip(items, found, strict=True)}


def _language(record: ActionRecord) -> str | None:
    """Return the language tag in which a take was spoken; None: nobody was asked to speak it."""
    voice: Any = record.request.get("voice")
    return None if voice is None else str(voice["language"])
