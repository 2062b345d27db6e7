"""What every part of a plan is built on: frozen models that know their keys."""

from pydantic import BaseModel, ConfigDict, JsonValue


class PlanObject(BaseModel):
    """Base of all that a plan holds: frozen, finite, and unknown keys are an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,  # until one is made
        field_title_generator=lambda name, _: name.replace("_", " ").capitalize(),
    )


class Notes(PlanObject):
    """Notes of the author's own: any keys, kept and never used, but for those listed here."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, JsonValue]
