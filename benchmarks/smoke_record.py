"""What each part of the smoke test said, and the file that keeps it. Needs nothing but Python."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

Outcome = Literal["ok", "fault", "skipped"]
"""All that was looked at holds; something does not, or broke off; the part cannot run here."""

FINDINGS = "findings.jsonl"
"""The file in which a part's process notes what it sees, as it sees it."""

SKIPPED = 3
"""The exit code of a part that cannot run here; its stderr says why."""


@dataclass(frozen=True)
class Finding:
    """Something that a part has seen.

    Attributes:
        what: What it looked at.
        seen: What it saw, with its unit.
        holds: Whether that is as it should be; None: it is only told.
    """

    what: str
    seen: str
    holds: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "yes ", False: "NO  ", None: "    "}[self.holds]
        return f"{verdict}{self.what}: {self.seen}"


@dataclass(frozen=True)
class Place:
    """Where, and with what, a part ran: two places that are equal need no second run.

    Attributes:
        machine: The preset, the GPUs and what drives them, by name.
        code: A digest of the programs.
    """

    machine: Mapping[str, str]
    code: str


@dataclass(frozen=True)
class PartRecord:
    """What a part said.

    Attributes:
        outcome: How it ended.
        reason: Why it was skipped, or what went wrong, with the traceback.
        seconds: Wall time, its process's start included.
        date: When, as YYYY-MM-DD.
        place: Where.
        findings: What it has seen, in order.
    """

    outcome: Outcome
    reason: str
    seconds: float
    date: str
    place: Place
    findings: list[Finding] = field(default_factory=list)

    def ran_at(self, place: Place) -> bool:
        """Tell whether the part has run in a place: what was missing there may be here now."""
        return self.place == place and self.outcome != "skipped"


def read_findings(folder: Path) -> list[Finding]:
    """Return what a part has noted in its folder, up to wherever it came."""
    file = folder / FINDINGS
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    # A disk that is full cuts the last one off.
    return [Finding(**json.loads(line)) for line in lines if line.endswith("\n")]


def read_records(path: Path) -> dict[str, PartRecord]:
    """Return what a file holds, by part; nothing where there is none."""
    if not path.exists():
        return {}
    return {
        name: PartRecord(
            **{
                **record,
                "place": Place(**record["place"]),
                "findings": [Finding(**finding) for finding in record["findings"]],
            }
        )
        for name, record in json.loads(path.read_text(encoding="utf-8")).items()
    }


def write_records(path: Path, records: Mapping[str, PartRecord]) -> None:
    """Write a file that holds what parts said, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    content = {name: asdict(record) for name, record in records.items()}
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
