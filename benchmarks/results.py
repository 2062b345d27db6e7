"""Figures, the machine that they were measured on, and the table that people read."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Figure:
    """Something measured.

    Attributes:
        part: Which of the questions it answers, by its letter.
        what: What was measured.
        value: The figure, with its unit.
        goal: What it should be; empty where the figure only explains another.
        met: Whether it is that; None where there is no goal.
        between: What stands between the figure and its goal.
        before: What the same measured on another checkout; empty where none was measured.
    """

    part: str
    what: str
    value: str
    goal: str = ""
    met: bool | None = None
    between: str = ""
    before: str = ""


def beside(before: Sequence[Figure], now: Sequence[Figure]) -> list[Figure]:
    """Return figures with those of another checkout beside them, by what they measure."""
    values = {(one.part, one.what): one.value for one in before}
    return [replace(one, before=values.get((one.part, one.what), "")) for one in now]


def in_seconds(seconds: float) -> str:
    """Return a time as the table shows it."""
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s"


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
    """Return the machine, the table, and what stands between figures and their goals."""
    where = ", ".join(f"{name} {value}" for name, value in machine().items())
    compared = any(one.before for one in figures)
    columns = ["", "what", *(["before"] if compared else []), "measured", "goal", "met"]
    rows = [_row(columns), "|" + "---|" * len(columns)]
    for one in figures:
        met = "" if one.met is None else "yes" if one.met else "**no**"
        before = [one.before] if compared else []
        rows.append(_row([one.part, one.what, *before, one.value, one.goal, met]))
    between = [f"- **{one.part}, {one.what}**: {one.between}" for one in figures if one.between]
    lines = [f"Measured by `make bench`: {where}.", "", *rows]
    if between:
        lines += ["", "What stands between:", "", *between]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
