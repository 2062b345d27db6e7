"""The policy's file: the one that ``$SPARKLE_POLICY`` names, else the one that comes with us."""

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sparkle_motion_dagster.artifacts.digests import digest_bytes
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.errors import did_you_mean
from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.fields import field_path
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.policy.blocklist import BlockedTexts, Blocklist
from sparkle_motion_dagster.policy.errors import PolicyFileError
from sparkle_motion_dagster.policy.models import AuditSettings, BlockedRule, Policy

_PARTS: dict[str | int, type[BaseModel]] = {"blocked": BlockedRule, "audit": AuditSettings}


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
        PolicyFileError: It cannot be read, or something in it is wrong. A file that is named and
            is not there never counts as no policy.
    """
    named = os.environ.get("SPARKLE_POLICY")
    path = Path(named).expanduser() if named else CONFIGS / "policy.yaml"
    try:
        data = path.read_bytes()
    except OSError as error:
        whence = " ($SPARKLE_POLICY names it)" if named else ""
        _refuse(path, f"it cannot be read: {error.strerror}{whence}")
    return _loaded(path, data)


@functools.lru_cache(maxsize=2)
def _loaded(path: Path, data: bytes) -> LoadedPolicy:
    try:
        document = read_yaml(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(path, "it is not UTF-8: save it in that encoding", line)
    except PlanError as error:
        raise PolicyFileError(path, error.problems) from None
    content = document.root.data()
    if document.problems:
        raise PolicyFileError(path, document.problems)
    try:
        policy = Policy.model_validate(content)
        blocklist = Blocklist(
            [BlockedTexts(rule.name, rule.terms, rule.patterns) for rule in policy.blocked]
        )
    except ValidationError as error:
        raise PolicyFileError(path, map(document.located, _problems(error, content))) from None
    except ValueError as error:
        _refuse(path, f"all that is blocked, taken together, is too much: {error}")
    return LoadedPolicy(policy, path, digest_bytes(data), blocklist)


def _refuse(path: Path, message: str, line: int | None = None) -> NoReturn:
    raise PolicyFileError(path, [PlanProblem(message, line=line)])


def _problems(error: ValidationError, content: Any) -> Iterator[PlanProblem]:
    """Yield what is wrong in a policy, by field; what is in a rule, by the rule's name, too."""
    for fault in error.errors(include_url=False):
        match fault["loc"]:
            case ("blocked", int(number), *_) if isinstance(content["blocked"][number], dict):
                rule = f"in the rule {content['blocked'][number].get('name')!r}: "
            case _:
                rule = ""
        yield PlanProblem(f"{rule}{_message(fault)}", field_path(fault["loc"]))


def _message(fault: ErrorDetails) -> str:
    if fault["type"] == "extra_forbidden":
        *way, key = fault["loc"]
        known = (_PARTS[way[0]] if way else Policy).model_fields
        return f"there is no such key.{did_you_mean(str(key), known)} Known: {', '.join(known)}"
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    return fault["msg"]
