"""What a dry run finds that stages ask for, and what stays as it is whatever is asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.engines.base import Engine
from sparkle_motion_dagster.production.loop import Item, fingerprint


@dataclass(frozen=True)
class EngineCall:
    """An item that a stage asks for, and the engine that would answer."""

    engine: Engine[Any, Any]
    item: Item[Any]

    @cached_property
    def fingerprint(self) -> str:
        """What the result is known by, if it is."""
        return fingerprint(self.engine, self.item.request)


@dataclass(frozen=True)
class ReplacedCall(EngineCall):
    """An item in whose place is something that was made before, known by ``print_``."""

    print_: Sha256

    @cached_property
    def fingerprint(self) -> str:
        """What the result is known by."""
        return self.print_


@dataclass(frozen=True)
class PinnedItem:
    """An item that stays as it is: what would be asked for, and what it is pinned to.

    ``fault`` says why the film cannot have that; empty: it can.
    """

    call: EngineCall
    fingerprint: Sha256
    fault: str = ""
