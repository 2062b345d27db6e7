"""What people type to say what may go: ages and sizes, as the command and the job take them."""

import re
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ByteSize, TypeAdapter, ValidationError

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.operations.prune.retention import FinishedFilms, PrunePolicy
from sparkle_motion_dagster.plan.fields import shown

_AGE: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_LONGEST = timedelta(days=36_500)
"""A hundred years; dates that much longer ago cannot be calculated with."""

_SIZE: TypeAdapter[ByteSize] = TypeAdapter(ByteSize)
_SIZE_TEXT = re.compile(r"[0-9]+(\.[0-9]+)?\s*[kMGTP]i?B", re.IGNORECASE)
"""All of the text: pydantic itself reads 1,5TB as one byte, and 50 as fifty."""

_SMALLEST = 10**6
"""Bytes; whoever asks for less means something else, and would lose every run."""


class PruneOptionError(InputError):
    """An option of pruning is wrong."""


@dataclass(frozen=True)
class PruneOptions:
    """The options as they were typed; None and an empty text: not given."""

    older_than: str | None = None
    max_store: str | None = None
    min_free: str | None = None
    films: FinishedFilms = FinishedFilms.STAY
    records_older_than: str = "7d"


def policy_of(options: PruneOptions) -> PrunePolicy:
    """Return the policy that options ask for.

    Raises:
        PruneOptionError: One is no age or no size, or finished films may go, but nothing says when.
    """
    policy = PrunePolicy(
        older_than=_age("older-than", options.older_than) if options.older_than else None,
        max_bytes=_size("max-store", options.max_store) if options.max_store else None,
        free_bytes=_size("min-free", options.min_free) if options.min_free else None,
        films=options.films,
        record_age=_age("records-older-than", options.records_older_than),
    )
    goals = (policy.older_than, policy.max_bytes, policy.free_bytes)
    if options.films is FinishedFilms.MAY_GO and goals == (None, None, None):
        raise PruneOptionError(
            "Finished films may go, but nothing says which: give older-than, max-store or min-free."
        )
    return policy


def _age(option: str, text: str) -> timedelta:
    try:
        age = _AGE.validate_python(text)
    except (ValidationError, OverflowError):
        age = timedelta(-1)
    if not timedelta(0) <= age <= _LONGEST:
        raise PruneOptionError(
            f"{option}: {shown(text)} is no age of up to a hundred years. Write days, like 30d, or "
            "hours, like PT12H."
        )
    return age


def _size(option: str, text: str) -> int:
    try:
        size = _SIZE.validate_python(text) if _SIZE_TEXT.fullmatch(text) else 0
    except (ValidationError, OverflowError):
        size = 0
    if size < _SMALLEST:
        raise PruneOptionError(
            f"{option}: {shown(text)} is no size of 1MB or more. Write it with its unit, like "
            "500MB, 50GB or 1.5TiB."
        )
    return size
