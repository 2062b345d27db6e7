"""The audit log, ``$SPARKLE_HOME/audit.jsonl``: a line of JSON for each application of the policy.

It is only ever appended to, and holds neither what was blocked nor, unless the policy says so, what
a prompt says.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sparkle_motion_dagster.artifacts.atomic import fsync_folder
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import (
    StorageError,
    StoreBusyError,
    full_disk,
    is_full_disk,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.artifacts.parts import check_parts
from sparkle_motion_dagster.units import Record

Via = Literal["add", "render", "inbox", "run", "write", "redo", "vary"]
"""How a plan or a prompt comes in: a command, the inbox, a run that freezes a plan, has one made,
or makes further takes.
"""

_LOCK_TIMEOUT_S = 60.0
_LOCK_POLL_S = 0.002
"""Whoever appends is done in a few milliseconds."""


class AuditLine(Record):
    """One application of the policy.

    ``digest`` is the plan's or that of the prompt's UTF-8 text, ``policy`` that of the policy's
    file; ``rules`` are the names of those that were broken.
    """

    time: datetime
    via: Via
    run_id: str | None
    kind: Literal["plan", "prompt"]
    digest: Sha256
    verdict: Literal["allowed", "refused"]
    rules: tuple[str, ...]
    policy: Sha256
    prompt: str | None = None


@dataclass(frozen=True)
class AuditLog:
    """The log of a home, as whoever takes something in writes to it; None: no film is known yet."""

    home: SparkleHome
    via: Via
    run_id: str | None = None

    def note(
        self,
        kind: Literal["plan", "prompt"],
        digest: str,
        policy: str,
        rules: tuple[str, ...],
        prompt: str | None = None,
    ) -> None:
        """Append the line of one application. It is on the disk when this returns.

        Args:
            kind: What was held against the policy.
            digest: Its sha256.
            policy: The sha256 of the policy's file.
            rules: The names of the rules that it breaks; none: it is allowed.
            prompt: What a prompt says, where the policy wants it kept.

        Raises:
            UnusableHomeError: A folder of the home will not do, see `check_parts`.
            StorageError: It cannot be written: what was to be taken in is not.
            StoreBusyError: Another process has been writing to it for a minute.
        """
        line = AuditLine(
            time=datetime.now(UTC),
            via=self.via,
            run_id=self.run_id,
            kind=kind,
            digest=digest,
            verdict="refused" if rules else "allowed",
            rules=rules,
            policy=policy,
            prompt=prompt,
        )
        path = self.home.audit
        try:
            self.home.root.mkdir(parents=True, exist_ok=True)
            with locked(self.home.auditing, _LOCK_TIMEOUT_S, self._busy, _LOCK_POLL_S):
                _append(path, line.model_dump_json(exclude_none=True).encode())
        except OSError as error:
            if is_full_disk(error):
                raise full_disk(path.parent) from error
            check_parts(self.home)  # whose home will not do at all is told that
            raise StorageError(
                f"The audit log {path} cannot be written ({error.strerror}), and without it no "
                "plan or prompt is taken. Let this user write there, then try again."
            ) from error

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(
            f"Another process has been writing to {self.home.audit} for {_LOCK_TIMEOUT_S:.0f} s. "
            "Wait for it to end, then try again."
        )


def _append(path: Path, line: bytes) -> None:
    """Append a line by a single write; what a writer that died left of one is ended before."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        data = (b"\n" if is_torn else b"") + line + b"\n"
        if os.write(descriptor, data) < len(data):
            raise full_disk(path.parent)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if size == 0:
        fsync_folder(path.parent)
