"""What the next render will make, and why: the records that people and programs read."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from sparkle_motion_dagster.units import Record


class ItemState(StrEnum):
    """What the next render does with an item."""

    CURRENT = "current"
    TAKEN = "from the store"
    MADE = "will be made"
    MAYBE = "may be made"
    PINNED = "pinned"
    UNDECIDED = "one of its takes"
    GONE = "gone"


class Change(Record):
    """A field that is not what it was when the item was made.

    Files are shown as ``{"file": whose it is, "sha256": its digest}``; the digest of one that is
    still to be made is None.
    """

    field: str
    kind: Literal["changed", "added", "removed"] = "changed"
    before: JsonValue
    after: JsonValue


class ItemForecast(Record):
    """An item, and what the next render does with it.

    ``seconds`` is how long making it took the last time; None where nobody knows. ``take`` is the
    number of the take that was chosen; None where nobody has chosen. ``changes`` of an item that is
    pinned are those in which it would be made otherwise.
    """

    id: str
    state: ItemState
    reason: str = ""
    changes: tuple[Change, ...] = ()
    waits_for: tuple[str, ...] = ()
    seconds: float | None = None
    take: int | None = Field(default=None, exclude_if=lambda take: take is None)


class StageForecast(Record):
    """The items of a stage, those that are gone last."""

    stage: str
    items: tuple[ItemForecast, ...]

    def count(self, *states: ItemState) -> int:
        """Return how many items are in one of some states."""
        return sum(item.state in states for item in self.items)

    def seconds(self, state: ItemState) -> float:
        """Return how long making the items in a state took the last time, as far as known."""
        return sum(item.seconds or 0.0 for item in self.items if item.state is state)


class Explanation(Record):
    """What the next render of a film makes, takes from the store, and drops.

    ``plan`` is the plan's file, or None where the one is taken that was frozen before. ``made`` is
    how many items are made for certain, ``maybe`` how many more there may be; ``pinned`` ones stay
    as they are, whatever was edited. The seconds are how long making took the last time.
    """

    schema_version: Literal["1"] = "1"
    run_id: str
    profile: str
    plan: str | None
    plan_changes: tuple[Change, ...]
    notes: tuple[str, ...] = Field(description="what to know, or to do, before the next render")
    mends: tuple[str, ...] = Field(
        default=(), description="what is not as it was published, and how the next render mends it"
    )
    stages: tuple[StageForecast, ...]
    made: int
    maybe: int
    taken: int
    pinned: int = 0
    seconds_made: float
    seconds_maybe: float

    def of_stages(self, names: Collection[str]) -> "Explanation":
        """Return what a render makes that makes some stages alone."""
        some = tuple(stage for stage in self.stages if stage.stage in names)
        return self.model_copy(update={"stages": some, **totals(some)})


def totals(stages: Collection[StageForecast]) -> Mapping[str, float]:
    """Return what an explanation counts of stages, by the names of its fields."""
    return {
        "made": sum(stage.count(ItemState.MADE) for stage in stages),
        "maybe": sum(stage.count(ItemState.MAYBE) for stage in stages),
        "pinned": sum(stage.count(ItemState.PINNED) for stage in stages),
        "taken": sum(stage.count(ItemState.CURRENT, ItemState.TAKEN) for stage in stages),
        "seconds_made": sum(stage.seconds(ItemState.MADE) for stage in stages),
        "seconds_maybe": sum(stage.seconds(ItemState.MAYBE) for stage in stages),
    }
