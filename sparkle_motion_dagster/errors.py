"""The errors that people read, and the exit code each family ends a command with.

Every error says what is wrong, where, and what to do, in one paragraph. Each package derives its
own errors from these by meaning; whoever wants to react to "the input is wrong" or "busy, try
again" catches the family.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pydantic import ValidationError


class SparkleError(Exception):
    """Something failed for a reason that a person can act on."""

    exit_code: int = 1
    retryable: ClassVar[bool] = True
    """Whether trying the same again may help."""


class InputError(SparkleError):
    """What the user handed in (a plan, a setting, an id) is wrong; trying again will not help."""

    exit_code: int = 2
    retryable: ClassVar[bool] = False


class NotFoundError(InputError):
    """What was asked for by its name is not there."""


class ConflictError(InputError):
    """What was asked for is well said, and does not go with how things stand now."""


class BusyError(SparkleError):
    """Somebody else holds what this needs; trying again later will help."""

    exit_code: int = 75


def reasons(error: ValidationError, whole: str = "settings") -> str:
    """Return what pydantic finds wrong, in one line: each field and why.

    Args:
        error: What it raised.
        whole: What to call all of it, where no single field is wrong.
    """
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or whole}: {fault['msg']}"
        for fault in error.errors(include_url=False)
    )


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """Return the question whether one of the known names was meant, if there is one like it."""
    alike = difflib.get_close_matches(wanted.casefold(), list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, alike))}?" if alike else ""
