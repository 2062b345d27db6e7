"""Names of runs: a run's folder, its film and its partition are called by them."""

import re

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.fields import shown

_RUN_ID = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9._-]{0,63}")
_RULE = (
    "a run id is 1 to 64 lower-case letters (a-z), digits, '.', '_' and '-', begins with a letter "
    "or a digit, and has no '..' in it"
)


def check_run_id(text: str) -> str:
    """Return a run id that keeps the pattern.

    Raises:
        InputError: It does not.
    """
    if _RUN_ID.fullmatch(text) is None:
        raise InputError(f"{shown(text)} is no run id: {_RULE}")
    return text
