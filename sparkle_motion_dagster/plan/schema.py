"""The JSON Schema of plan files, for editors and for whoever writes plans by program."""

from typing import Any

from sparkle_motion_dagster.plan.models import MoviePlan


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan file.

    It says all that can be said of single fields. What ties fields together (rules 1, 4, 5 and 7,
    that ids are unique, the film's length, and the files of rule 8) only loading a plan can tell.
    """
    schema = MoviePlan.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
