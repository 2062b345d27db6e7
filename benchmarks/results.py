"""Figures, the machine that they were measured on, and the table that people read."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Figure:
    """Something measured.

    Attributes:
        part: Which of the questions a to g it answers.
        what: What was measured.
        value: The figure, with its unit.
        goal: What it should be; empty where the figure only explains another.
        met: Whether it is that; None where there is no goal.
        between: What stands between the figure and its goal.
    """

    part: str
    what: str
    value: str
    goal: str = ""
    met: bool | None = None
    between: str = ""


def machine() -> dict[str, str]:
    """Return what the figures depend on, and nothing that names anybody's machine."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def as_json(figures: Sequence[Figure]) -> dict[str, Any]:
    return {"machine": machine(), "figures": [asdict(figure) for figure in figures]}


def as_markdown(figures: Sequence[Figure]) -> str:
    where = ", ".join(f"{name} {value}" for name, value in machine().items())
    rows = ["| | what | measured | goal | met |", "|---|---|---|---|---|"]
    for one in figures:
        met = "" if one.met is None else "yes" if one.met else "**no**"
        rows.append(f"| {one.part} | {one.what} | {one.value} | {one.goal} | {met} |")
    between = [f"- **{one.part}, {one.what}**: {one.between}" for one in figures if one.between]
    lines = [f"Measured by `make bench`: {where}.", "", *rows]
    if between:
        lines += ["", "What stands between:", "", *between]
    return "\n".join(lines) + "\n"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
