"""What people type to say what may go: ages and sizes, as the command and the job take them."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.operations.prune.finished_films import FinishedFilms
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy
from sparkle_motion_dagster.operations.sizes import size_of
from sparkle_motion_dagster.plan.fields import shown

_AGE: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_LONGEST = timedelta(days=36_500)
"""A hundred years; dates that much longer ago cannot be calculated with."""


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
        PruneOptionError: One is no age, or finished films may go, but nothing says when.
        SizeError: One is no size.
    """
    policy = PrunePolicy(
        older_than=_age("older-than", options.older_than) if options.older_than else None,
        max_bytes=size_of("max-store", options.max_store) if options.max_store else None,
        free_bytes=size_of("min-free", options.min_free) if options.min_free else None,
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
