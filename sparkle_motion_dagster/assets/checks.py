"""The checks of stages as Dagster has them: declared beside their asset, and shown of each film."""

import warnings
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import dagster as dg
from pydantic import JsonValue

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.partitions import film_partitions

# Checks with a result a partition are young in Dagster, and each would say so in every run's log.
warnings.filterwarnings("ignore", category=dg.PreviewWarning, module=__name__)


class StageRejectedError(SparkleError):
    """What a stage made does not keep its promises, and is not published."""

    retryable = False


def check_spec(check: Check, asset: str) -> dg.AssetCheckSpec:
    """Return a check of an asset as Dagster declares it, one result a film.

    To Dagster, none is blocking: it does not hold back what is downstream, because the stage itself
    fails where the film must not go on, see `reported`.
    """
    fails = " Where it does not hold, the stage fails and publishes nothing."
    description = check.description + (fails if check.blocking else " Else it is a warning.")
    return dg.AssetCheckSpec(
        check.name, asset=asset, description=description, partitions_def=film_partitions
    )


def check_result(asset: str, verdict: Verdict) -> dg.AssetCheckResult:
    """Return what a check of an asset found as Dagster shows it.

    Where a result names both, Dagster does not look up once more whose it is.
    """
    check = verdict.check
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=check.name,
        passed=verdict.kept,
        severity=dg.AssetCheckSeverity.ERROR if check.blocking else dg.AssetCheckSeverity.WARN,
        description=check.description,
        metadata={name: _value(value) for name, value in verdict.measured.items()},
    )


def shown(asset: str, verdicts: Iterable[Verdict]) -> Iterator[dg.AssetCheckResult]:
    """Show what checks of an asset found, whatever it is."""
    for verdict in verdicts:
        yield check_result(asset, verdict)


def reported(
    asset: str, verdicts: Iterable[Verdict]
) -> Generator[dg.AssetCheckResult, None, tuple[str, ...]]:
    """Show what a stage's checks found, and end the stage if one of them stops the film.

    Returns:
        What its manifest warns of: the promises that were broken, and do not stop the film.

    Raises:
        StageRejectedError: A promise was broken; what was measured is in the message.
    """
    broken: list[str] = []
    warnings: list[str] = []
    for verdict in verdicts:
        yield check_result(asset, verdict)
        if not verdict.kept:
            (broken if verdict.check.blocking else warnings).append(str(verdict))
    if broken:
        raise StageRejectedError(
            f"{asset} failed its own checks and is not published: {'; '.join(broken)}. Rendering "
            "again takes the same files from the store: change what the plan or the profile says "
            "of it. If neither explains it, please report it with this message."
        )
    return tuple(warnings)


def _value(value: JsonValue) -> dg.MetadataValue[Any]:
    """Return a measured value as the web UI shows it best."""
    match value:
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
