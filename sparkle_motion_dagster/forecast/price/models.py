"""What the next render of a film costs: the records that people and programs read."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.units import Record


class Known(StrEnum):
    """How anybody knows how long something takes.

    What is measured was so of items of the same engine, model, settings, device and size; what is
    measured of others, of items of other settings or of another size, in proportion to the work.
    """

    MEASURED = "measured"
    SCALED = "measured of others"
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
        disk_bytes: How much it lays down in the store; None: nobody knows.
        likely: Whether it is made for certain, or most likely.
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
    likely: bool = True


class PricedStart(Record):
    """What an engine does but once before it makes its first item: it starts, or loads its model.

    It is in that item's seconds when that is made, and is not priced with it.

    Attributes:
        stage, item: Before which item; whether that is `likely` to be made, and for certain.
        seconds: How long it takes.
        gpu_seconds: How much of that a GPU is held.
    """

    stage: str
    item: str
    state: Literal[ItemState.MADE, ItemState.MAYBE]
    engine: str
    model: str | None = None
    device: str
    seconds: float = Field(ge=0)
    seconds_from: Known
    gpu_seconds: float = Field(default=0.0, ge=0)
    likely: bool = True


class Price(Record):
    """What the next render of a film takes, its calls in the order in which they are made.

    The sums are over what is made for certain; those that end in ``_most`` are over what may be
    made, too, those that end in ``_likely`` over what most likely is: if lines take as long as
    they usually do, and are understood. ``unknown`` names the engines of whose work nobody knows
    how long it takes.
    """

    schema_version: Literal["1"] = "1"
    run_id: str
    profile: str
    calls: tuple[PricedCall, ...]
    starts: tuple[PricedStart, ...] = ()
    made: int
    maybe: int
    taken: int
    seconds: float
    seconds_most: float
    seconds_likely: float = 0.0
    gpu_minutes: float
    gpu_minutes_most: float
    gpu_minutes_likely: float = 0.0
    usd: float
    usd_most: float
    usd_likely: float = 0.0
    disk_bytes: int
    disk_bytes_most: int
    disk_bytes_likely: int = 0
    unknown: tuple[str, ...] = ()
