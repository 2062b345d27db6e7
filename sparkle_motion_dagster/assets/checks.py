"""Asset checks: what a person would look at before trusting a stage, measured and shown."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
from pydantic import JsonValue

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.partitions import film_partitions

# Checks with a result a partition are young in Dagster, and each would say so in every run's log.
warnings.filterwarnings("ignore", category=dg.PreviewWarning, module=__name__)


class StageRejectedError(SparkleError):
    """What a stage made does not keep its promises, and is not published."""

    retryable = False


@dataclass(frozen=True)
class Promise:
    """A check, and how much hangs on it: an error stops the film, a warning only shows."""

    name: str
    description: str
    severity: dg.AssetCheckSeverity

    def spec(self, asset: str) -> dg.AssetCheckSpec:
        """Return the check as Dagster declares it, one result a film."""
        return dg.AssetCheckSpec(
            self.name,
            asset=asset,
            description=self.description,
            blocking=self.severity is dg.AssetCheckSeverity.ERROR,
            partitions_def=film_partitions,
        )

    def result(self, measured: Mapping[str, Any], *, kept: bool) -> dg.AssetCheckResult:
        """Return whether the promise was kept, and what was measured."""
        return dg.AssetCheckResult(
            check_name=self.name,
            passed=kept,
            severity=self.severity,
            description=self.description,
            metadata={name: shown(value) for name, value in measured.items()},
        )


def error(name: str, description: str) -> Promise:
    """Return a promise whose breach stops the film."""
    return Promise(name, description, dg.AssetCheckSeverity.ERROR)


def warning(name: str, description: str) -> Promise:
    """Return a promise whose breach a person should know of."""
    return Promise(name, description, dg.AssetCheckSeverity.WARN)


def reported(
    asset: str, results: Iterable[dg.AssetCheckResult]
) -> Iterator[dg.AssetCheckResult | dg.Output[Any]]:
    """Show the results of a stage's checks, and end the stage if one of them stops the film.

    Raises:
        StageRejectedError: A promise was broken; what was measured is in the message.
    """
    broken = []
    for result in results:
        yield result
        if not result.passed and result.severity is dg.AssetCheckSeverity.ERROR:
            figures = ", ".join(f"{name} {value.value}" for name, value in result.metadata.items())
            broken.append(f"{result.check_name} (should be: {result.description} {figures})")
    if broken:
        raise StageRejectedError(
            f"{asset} failed its own checks and is not published: {'; '.join(broken)}. Rendering "
            "again takes the same files from the store: please report it with this message."
        )


def shown(value: JsonValue | dg.MetadataValue[Any]) -> dg.MetadataValue[Any]:
    """Return a measured value as the web UI shows it best."""
    match value:
        case dg.MetadataValue():
            return value
        case bool():
            return dg.MetadataValue.bool(value)
        case int():
            return dg.MetadataValue.int(value)
        case float():
            return dg.MetadataValue.float(value)
        case list() | dict():
            return dg.MetadataValue.json(value)
        case _:
            return dg.MetadataValue.text(str(value))
