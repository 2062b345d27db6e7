"""What the policy refuses, and what can be wrong with its file."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem


class PolicyFileError(InputError):
    """The policy cannot be read, or something in it is wrong: nothing is taken in without it."""

    def __init__(self, path: Path, problems: Iterable[PlanProblem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(path, self.problems)

    def __str__(self) -> str:
        return (
            f"The policy {self.path} cannot be used, and without it no plan or prompt is taken. "
            + ("Correct this: " + "; ".join(map(str, self.problems)) + ".")
        )


class PlanRefusedError(PlanError):
    """A plan is valid, and the policy refuses it."""

    verdict: ClassVar[str] = "is refused by the policy"


class PromptRefusedError(InputError):
    """The policy refuses a prompt; lines are those of its text."""

    def __init__(self, problems: Iterable[PlanProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return f"The prompt: {'; '.join(map(str, self.problems))}."
