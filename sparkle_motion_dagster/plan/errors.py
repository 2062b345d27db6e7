"""What is wrong with a plan, said so that its author finds the place and knows what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sparkle_motion_dagster.errors import InputError

SHOWN_PROBLEMS = 20
"""How many problems an error's text lists; ``PlanError.problems`` holds all of them."""


@dataclass(frozen=True)
class PlanProblem:
    """One thing that is wrong.

    ``field`` is the path of the field, such as ``shots[2].end_base_image_id``, and empty where the
    whole plan is meant. ``line`` counts from 1, and is None where no line is known.
    """

    message: str
    field: str = ""
    line: int | None = None

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line is not None else ""
        return ": ".join(filter(None, (", ".join(filter(None, (line, self.field))), self.message)))


class PlanError(InputError):
    """A plan is wrong. ``path`` is None where the plan did not come from a file."""

    verdict: ClassVar[str] = "is no valid plan"
    """What is said of the plan's file before its problems are listed."""

    def __init__(self, path: Path | None, problems: Iterable[PlanProblem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(path, self.problems)

    def __str__(self) -> str:
        name = "the plan" if self.path is None else str(self.path)
        if len(self.problems) == 1:
            return f"{name}: {self.problems[0]}"
        lines = [f"{name} has {len(self.problems)} problems; mend them and try again:"]
        lines += [f"  {problem}" for problem in self.problems[:SHOWN_PROBLEMS]]
        if len(self.problems) > SHOWN_PROBLEMS:
            lines.append(f"  and {len(self.problems) - SHOWN_PROBLEMS} more")
        return "\n".join(lines)


class UnreadablePlanError(PlanError):
    """A file is so far from a plan that nothing in it can be checked."""
