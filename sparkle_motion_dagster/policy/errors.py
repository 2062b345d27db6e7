"""What the policy refuses, and what can be wrong with its file."""

from collections.abc import Iterable
from typing import ClassVar

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.reading.operator_file import OperatorFileError


class PolicyFileError(OperatorFileError):
    """The policy cannot be read, or something in it is wrong: nothing is taken in without it."""

    unusable = "The policy {path} cannot be used, and without it no plan or prompt is taken."


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
