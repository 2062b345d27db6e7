"""A shot that its author filmed: the clip, and which part of it is shown."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from sparkle_motion_dagster.plan.objects import PlanObject
from sparkle_motion_dagster.plan.values import Number, PlanFile


class OwnClip(PlanObject):
    """A clip of the author's own, in the plan's folder."""

    model_config = ConfigDict(serialize_by_alias=True)

    file: PlanFile = Field(description="the clip, in the plan's folder; its sound is left out")
    in_sec: Annotated[Number, Field(ge=0)] = Field(
        default=0.0, alias="in", description="where in it the shot begins, in seconds"
    )
    out_sec: Annotated[Number, Field(gt=0)] | None = Field(
        default=None,
        alias="out",
        exclude_if=lambda seconds: seconds is None,
        description="where in it the shot ends at the latest, in seconds; else it may go on to "
        "the end of the clip",
    )


class _ShortForm:
    """Lets JSON Schema know that a clip may be written as its path alone."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [handler(schema), {"type": "string", "pattern": r"\S"}]}


def _spelled_out(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


OwnClipOrPath = Annotated[OwnClip, BeforeValidator(_spelled_out), _ShortForm()]
"""A clip, or its path alone: then the shot begins where the clip does."""
