"""Why a run on the Dagster instance failed, in words and with an exit code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.errors import StorageError, StorageFullError
from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from dagster import DagsterEvent, JobExecutionResult
    from dagster_shared.error import SerializableErrorInfo

_INTERRUPTED = (
    "Interrupted. Everything finished is kept: the same command goes on where this one stopped."
)


@dataclass(frozen=True)
class RunFailure:
    """One reason why a run failed, the exit code that it means, and its traceback if known."""

    exit_code: int
    reason: str
    traceback: str


def failures_of(result: JobExecutionResult) -> list[RunFailure]:
    """Return the reasons why a run failed; there is at least one."""
    steps = [failure for event in result.all_events for failure in _step_failures(event)]
    # The whole run repeats what its steps said; alone it says why no step began.
    whole = [failure for event in result.all_events for failure in _run_failures(event)]
    return steps or whole or [RunFailure(1, _INTERRUPTED, "")]


def _step_failures(event: DagsterEvent) -> Iterator[RunFailure]:
    if event.is_step_failure:
        data = event.step_failure_data
        traceback = data.error.to_string() if data.error else ""
        if data.user_failure_data is not None:
            told = data.user_failure_data.metadata.get("exit_code")
            reason = f"{event.step_key}: {data.user_failure_data.description}"
            yield RunFailure(int(str(told.value)) if told else 1, reason, traceback)
        elif data.error is not None:
            code, reason = _in_words(data.error)
            yield RunFailure(code, f"{event.step_key}: {reason}", traceback)


def _run_failures(event: DagsterEvent) -> Iterator[RunFailure]:
    if event.is_job_failure and event.job_failure_data.error is not None:
        error = event.job_failure_data.error
        yield RunFailure(*_in_words(error), error.to_string())


def _in_words(error: SerializableErrorInfo) -> tuple[int, str]:
    """Return the exit code and text of the first of our errors in a chain, else of its origin."""
    ours = {kind.__name__: kind.exit_code for kind in _subclasses(SparkleError)}
    link: SerializableErrorInfo | None = error
    while link is not None:
        if link.cls_name in ours:
            # Dagster has put the class's name before the text.
            return ours[link.cls_name], link.message.partition(": ")[2].strip()
        if link.cls_name == "DagsterExecutionInterruptedError":
            return 1, _INTERRUPTED
        error, link = link, link.cause
    return 1, f"{error.message.strip()} With `sparkle --debug ...` you see where."


def _subclasses(kind: type[SparkleError]) -> Iterator[type[SparkleError]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _subclasses(subclass)


@contextlib.contextmanager
def explained_database(folder: Path) -> Iterator[None]:
    """Turn what goes wrong with Dagster's database into errors that say what to do.

    Raises:
        StorageFullError: The disk that holds it is full.
        StorageError: It cannot be used.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        if "disk is full" in str(error) or "disk I/O error" in str(error):
            raise StorageFullError(
                f"The disk that holds {folder} is full: Dagster's database cannot grow. Everything "
                "finished so far is kept: free some space and run the same command again."
            ) from error
        raise StorageError(
            f"Dagster's database below {folder} cannot be used: {error}. If it is damaged, move "
            f"that folder away: films and their manifests do not lie in it."
        ) from error
