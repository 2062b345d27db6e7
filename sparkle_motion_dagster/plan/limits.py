"""What a film may cost at most, before somebody is asked: said by a plan, a profile, a person."""

from pydantic import Field

from sparkle_motion_dagster.units import Record


class Limits(Record):
    """What one render may take at most; None: that is not limited."""

    gpu_minutes: float | None = Field(default=None, ge=0, description="minutes that a GPU is held")
    usd: float | None = Field(default=None, ge=0, description="what providers are paid, in US$")
    disk_gb: float | None = Field(
        default=None, ge=0, description="what is laid down, in gigabytes of 10**9 bytes"
    )
