"""What Dagster keeps of an error, back in our words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from dagster_shared.error import SerializableErrorInfo

INTERRUPTED = (
    "Interrupted. Everything finished is kept: the same command goes on where this one stopped."
)


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
    return 1, f"{chain[-1].message.strip()} With `sparkle --debug ...` you see where."


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
