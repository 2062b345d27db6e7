"""What doctor's answers are: what was found out about one thing, and how it is to be taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.base import EngineSettings
    from sparkle_motion_dagster.engines.declaration import EngineDeclaration
    from sparkle_motion_dagster.engines.machinery.weights import WeightsNeed

GIB = 2**30


class Outcome(Enum):
    """How an answer is to be taken."""

    FINE = "ok  "
    NOTE = "note"
    FAILS = "FAIL"


@dataclass(frozen=True)
class Answer:
    """What was found out about one thing."""

    outcome: Outcome
    what: str


@dataclass(frozen=True)
class Subject:
    """An engine that a profile may work with, and the weights that its settings need."""

    engine: EngineDeclaration
    settings: EngineSettings
    needs: tuple[WeightsNeed, ...]


def checked(check: Callable[[], str]) -> Iterator[Answer]:
    """Yield what a check says; what it raises is what stands in the way."""
    try:
        yield Answer(Outcome.FINE, check())
    except (SparkleError, OSError) as error:
        yield Answer(Outcome.FAILS, str(error))
