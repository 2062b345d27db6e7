"""What a film may cost at most, before somebody is asked: said by a plan, a profile, a person."""

from typing import Annotated

from pydantic import Field

from sparkle_motion_dagster.plan.objects import PlanObject
from sparkle_motion_dagster.plan.values import Number

_Most = Annotated[Number, Field(ge=0)]


class Limits(PlanObject):
    """What one render may take at most; None: that is not limited."""

    gpu_minutes: _Most | None = Field(
        default=None, title="GPU minutes", description="minutes that a GPU is held"
    )
    usd: _Most | None = Field(
        default=None, title="US$", description="what providers are paid, in US$"
    )
    disk_gb: _Most | None = Field(
        default=None,
        title="Disk space",
        description="what is laid down, in gigabytes of 10**9 bytes",
    )

    def __bool__(self) -> bool:
        """Tell whether they limit anything."""
        return any(most is not None for _, most in self)

    def or_lower(self, other: "Limits") -> "Limits":
        """Return whichever is lower of these and other ones, each on its own."""
        both = ((name, most, getattr(other, name)) for name, most in self)
        return Limits(
            **{
                name: min((one for one in mosts if one is not None), default=None)
                for name, *mosts in both
            }
        )

    def replaced_by(self, other: "Limits") -> "Limits":
        """Return them with what other ones say in place of what these do."""
        return self.model_copy(update=other.model_dump(exclude_none=True))
