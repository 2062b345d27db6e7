"""Names of runs: a run's folder, its film and its partition are called by them."""

import re
from pathlib import Path

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


def default_run_id(plan_path: Path, profile: str, default_profile: str = "animatic") -> str:
    """Return the run id of a plan that is rendered without one.

    It is the file's stem in lower case, and ``<stem>.<profile>`` for other profiles than the
    default one.

    Raises:
        InputError: The file's name makes no run id.
    """
    stem = plan_path.stem.lower()
    run_id = stem if profile == default_profile else f"{stem}.{profile}"
    if _RUN_ID.fullmatch(run_id) is None:
        raise InputError(
            f"{plan_path}: its name makes no run id ({shown(run_id)}), because {_RULE}; "
            "give one with --run-id"
        )
    return run_id
