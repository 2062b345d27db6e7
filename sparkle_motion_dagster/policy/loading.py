"""The policy's file: the one that ``$SPARKLE_POLICY`` names, else the one that comes with us."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.digests import digest_bytes
from sparkle_motion_dagster.plan.fields import Location
from sparkle_motion_dagster.plan.reading.operator_file import OperatorFile
from sparkle_motion_dagster.policy.blocklist import BlockedTexts, Blocklist
from sparkle_motion_dagster.policy.errors import PolicyFileError
from sparkle_motion_dagster.policy.models import AuditSettings, BlockedRule, Policy


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy, its file, that file's sha256, and its blocked words, ready to be looked for."""

    policy: Policy
    path: Path
    digest: str
    blocklist: Blocklist


def load_policy() -> LoadedPolicy:
    """Return the policy that counts here; a file that has not changed is read once a process.

    Raises:
        PolicyFileError: It cannot be read, or something in it is wrong.
    """
    return _loaded(*_FILE.found())


def _rule(location: Location, content: Any) -> str:
    """Return by its name which rule a place is in."""
    match location:
        case ("blocked", int(number), *_) if isinstance(content["blocked"][number], dict):
            return f"in the rule {content['blocked'][number].get('name')!r}: "
        case _:
            return ""


_FILE = OperatorFile(
    variable="SPARKLE_POLICY",
    shipped="policy.yaml",
    model=Policy,
    parts={"blocked": BlockedRule, "audit": AuditSettings},
    error=PolicyFileError,
    whose=_rule,
)


@functools.lru_cache(maxsize=2)
def _loaded(path: Path, data: bytes) -> LoadedPolicy:
    policy = _FILE.read(path, data)
    try:
        blocklist = Blocklist(
            [BlockedTexts(rule.name, rule.terms, rule.patterns) for rule in policy.blocked]
        )
    except ValueError as error:
        _FILE.refuse(path, f"all that is blocked, taken together, is too much: {error}")
    return LoadedPolicy(policy, path, digest_bytes(data), blocklist)
