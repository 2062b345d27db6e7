"""Why a run failed: what Dagster keeps of an error, back in our words and with an exit code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparkle_motion_dagster.errors import BusyError, InputError, SparkleError

if TYPE_CHECKING:
    from dagster import DagsterEvent, Failure
    from dagster_shared.error import SerializableErrorInfo


INTERRUPTED = (
    "Interrupted. Everything finished is kept: the same command goes on where this one stopped."
)


NO_PARTITION = (
    "{0} is no film that Dagster knows: its partition was removed, perhaps while this run waited, "
    "or was never added. Add it with `sparkle add PLAN --run-id {0}` (films on disk: `sparkle add "
    "--all`), then start the run again."
)

_DAGSTERS_OWN = {
    r"Partition range (\S+) to \S+ is\s+not a valid range": NO_PARTITION,
    r"Could not find a partition with key `?'?([^`'\s]+)": NO_PARTITION,
}
"""What Dagster says itself, as regular expressions, and what it means in our words."""


_WORST_FIRST = (SparkleError.exit_code, InputError.exit_code, BusyError.exit_code, 0)
"""All exit codes. "Busy, try again" is said only where trying again is all that it needs."""


def worst_of(exit_codes: Iterable[int]) -> int:
    """Return the exit code of several things together; 0 where there are none.

    1 where anything failed or was stopped; else 2 where any input was wrong; else 75 where trying
    again helps; else 0.
    """
    return min(exit_codes, key=_WORST_FIRST.index, default=0)


@dataclass(frozen=True)
class RunFailure:
    """One reason why a run failed, the exit code that it means, and its traceback if known."""

    exit_code: int
    reason: str
    traceback: str


class RunFailedError(SparkleError):
    """A run failed; ``failures`` says why, and its exit code is that of the worst of them."""

    def __init__(self, failures: Sequence[RunFailure]) -> None:
        super().__init__("\n".join(failure.reason for failure in failures))
        self.failures = failures
        self.exit_code = worst_of(failure.exit_code for failure in failures)


def failure_of(error: SparkleError) -> Failure:
    """Return an error as Dagster shows it: its own text first, and with its exit code."""
    from dagster import Failure

    return Failure(
        description=str(error),
        metadata={"exit_code": error.exit_code, "error": type(error).__name__},
        allow_retries=error.retryable,
    )


def failures_of(events: Sequence[DagsterEvent]) -> list[RunFailure]:
    """Return the reasons why a run failed in which this happened; there is at least one."""
    steps = [failure for event in events for failure in _step_failures(event)]
    # The whole run repeats what its steps said; alone it says why no step began.
    whole = [failure for event in events for failure in _run_failures(event)]
    return steps or whole or [RunFailure(1, INTERRUPTED, "")]


def in_words(error: SerializableErrorInfo) -> tuple[int, str]:
    """Return the exit code and text of the first of our errors in a chain, else of its origin."""
    ours = {kind.__name__: kind.exit_code for kind in _subclasses(SparkleError)}
    chain = list(_chain(error))
    for link in chain:
        if link.cls_name in ours:
            # Dagster has put the class's name before the text.
            return ours[link.cls_name], link.message.partition(": ")[2].strip()
    if any(link.cls_name == "DagsterExecutionInterruptedError" for link in chain):
        return 1, INTERRUPTED
    for link in chain:
        for told, sentence in _DAGSTERS_OWN.items():
            if (found := re.search(told, link.message)) is not None:
                return InputError.exit_code, sentence.format(*found.groups())
    return 1, f"{chain[-1].message.strip()} With `sparkle --debug ...` you see where."


def _step_failures(event: DagsterEvent) -> Iterator[RunFailure]:
    if event.is_step_failure:
        data = event.step_failure_data
        traceback = data.error.to_string() if data.error else ""
        if data.user_failure_data is not None:
            told = data.user_failure_data.metadata.get("exit_code")
            reason = f"{event.step_key}: {data.user_failure_data.description}"
            yield RunFailure(int(str(told.value)) if told else 1, reason, traceback)
        elif data.error is not None:
            code, reason = in_words(data.error)
            yield RunFailure(code, f"{event.step_key}: {reason}", traceback)


def _run_failures(event: DagsterEvent) -> Iterator[RunFailure]:
    if event.is_job_failure and event.job_failure_data.error is not None:
        error = event.job_failure_data.error
        yield RunFailure(*in_words(error), error.to_string())


def _chain(error: SerializableErrorInfo) -> Iterator[SerializableErrorInfo]:
    """Yield an error, what it was raised from, and so on to its origin."""
    link: SerializableErrorInfo | None = error
    while link is not None:
        yield link
        link = link.cause


def _subclasses(kind: type[SparkleError]) -> Iterator[type[SparkleError]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _subclasses(subclass)
