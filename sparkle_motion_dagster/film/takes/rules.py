"""The rule of a profile: what is made in several takes, and which of them a film has."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from sparkle_motion_dagster.units import Record

TakenKind: TypeAlias = Literal["keyframes", "portraits", "clips", "lines"]
"""What there can be takes of."""

Choosing: TypeAlias = Literal["first", "sharpest", "best_seam", "most_words_heard", "most_alike"]
"""By what the best take is told."""

_TOLD_APART: Mapping[Choosing, tuple[TakenKind, ...]] = {
    "first": ("keyframes", "portraits", "clips", "lines"),
    "sharpest": ("keyframes", "portraits", "clips"),
    "best_seam": ("clips",),
    "most_words_heard": ("lines",),
    "most_alike": ("keyframes", "clips"),
}
"""Which takes are told apart by what."""

_USUAL: tuple[TakenKind, ...] = ("keyframes", "clips")


class TakesRule(Record):
    """How many takes of each item are made, and which of them a film has.

    Where a person has chosen or pinned, the rule neither decides nor has further takes made.
    """

    count: int = Field(ge=2, le=16, description="how many takes of each item are made")
    choose: Choosing = Field(
        description="the first, the sharpest, the one with the best seam at its keyframes, the one "
        "of which most words are heard, or the one most alike its portrait"
    )
    of: tuple[TakenKind, ...] | None = Field(
        default=None,
        description="keyframes, portraits, clips or lines; default: keyframes and clips, as far as "
        "they can be told apart so, or else lines",
    )

    @property
    def kinds(self) -> tuple[TakenKind, ...]:
        """Of what takes are made."""
        apart = _TOLD_APART[self.choose]
        return self.of or tuple(kind for kind in _USUAL if kind in apart) or apart

    @model_validator(mode="after")
    def _tells_apart(self) -> "TakesRule":
        apart = _TOLD_APART[self.choose]
        wrong = [kind for kind in self.of or () if kind not in apart]
        if wrong:
            raise ValueError(
                f"{' and '.join(wrong)} cannot be told apart by {self.choose}, but "
                f"{' and '.join(apart)} can"
            )
        return self
