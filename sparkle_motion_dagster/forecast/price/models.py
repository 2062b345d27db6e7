"""What the next render of a film costs: the records that people and programs read."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.units import Record


class Known(StrEnum):
    """How anybody knows how long something takes."""

    MEASURED = "measured"
    ESTIMATED = "estimated by the engine"
    UNKNOWN = "unknown"


class PricedCall(Record):
    """An item that is made, or may be, and what that takes.

    Attributes:
        stage: In which stage.
        item: Its id there.
        state: Whether it is made for certain.
        engine: Who is asked.
        model: Which model that runs; None: none.
        asked: What of the request tells how much work it is, such as size and frames.
        device: What it runs on: a device preset's name, or the processor.
        seconds: How long it takes; None: nobody knows.
        seconds_from: How anybody knows.
        measured: From how many items like it that is measured.
        gpu_seconds: How much of that a GPU is held.
        usd: What a provider is paid for it, in US dollars.
        disk_bytes: How much it lays down; None: nobody knows.
    """

    stage: str
    item: str
    state: Literal[ItemState.MADE, ItemState.MAYBE]
    engine: str
    model: str | None = None
    asked: dict[str, JsonValue] = Field(default={})
    device: str
    seconds: float | None = Field(default=None, ge=0)
    seconds_from: Known = Known.UNKNOWN
    measured: int = Field(default=0, ge=0)
    gpu_seconds: float = Field(default=0.0, ge=0)
    usd: float = Field(default=0.0, ge=0)
    disk_bytes: int | None = Field(default=None, ge=0)


class Price(Record):
    """What the next render of a film takes, its calls in the order in which they are made.

    The sums are over what is made for certain; those that end in ``_most`` are over what may be
    made, too. ``unknown`` names the engines of whose work nobody knows how long it takes.
    """

    schema_version: Literal["1"] = "1"
    run_id: str
    profile: str
    calls: tuple[PricedCall, ...]
    made: int
    maybe: int
    taken: int
    seconds: float
    seconds_most: float
    gpu_minutes: float
    gpu_minutes_most: float
    usd: float
    usd_most: float
    disk_bytes: int
    disk_bytes_most: int
    unknown: tuple[str, ...] = ()
