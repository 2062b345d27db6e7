"""What a film is: the MoviePlan, whose parts keep the rules."""

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.rules.all_rules import broken_rules

RULES_ERROR = "plan_rules"
"""Type of the pydantic error that carries the rules a plan breaks, in ``ctx["problems"]``."""


class MoviePlan(UncheckedPlan):
    """A film: its keyframes, its shots, and what is said in them.

    A plan that validates keeps every rule of `rules`; the files that it refers to are not looked
    at here, but where a plan is loaded.
    """

    @model_validator(mode="after")
    def _keep_the_rules(self) -> "MoviePlan":
        problems = broken_rules(self)
        if problems:
            text = "; ".join(map(str, problems))
            raise PydanticCustomError(RULES_ERROR, "{text}", {"text": text, "problems": problems})
        return self
