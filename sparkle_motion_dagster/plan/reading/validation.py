"""From plain values to a MoviePlan, or to everything that keeps them from being one."""

import copy
import difflib
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.fields import Location, field_path, shown
from sparkle_motion_dagster.plan.models import RULES_ERROR, MoviePlan

ModelT = TypeVar("ModelT", bound=BaseModel)

MAX_EXPLAINED = 1000
"""How many problems are explained one by one."""

_UNKNOWN_KEY = "extra_forbidden"

_WORDING = {
    "string_type": "should be text",
    "float_type": "should be a number",
    "int_type": "should be a whole number",
    "bool_type": "should be true or false",
    "finite_number": "should be a finite number",
    "tuple_type": "should be a list",
    "model_type": "should be a mapping of keys to values",
    "model_attributes_type": "should be a mapping of keys to values",
    "union_tag_invalid": "'type' should be 'dialogue' or 'silence'",
    "union_tag_not_found": "'type' is missing; it is 'dialogue' or 'silence'",
}


def validate(data: Any) -> MoviePlan:
    """Return the plan that plain values (mappings, lists, texts, numbers) spell.

    Rules that tie the plan's parts together are checked once every part is right by itself, but
    unknown keys do not stand in their way.

    Raises:
        PlanError: They spell none; it holds every problem, and neither path nor lines.
    """
    return validate_as(MoviePlan, data)


def validate_as(model: type[ModelT], data: Any) -> ModelT:
    """Return the record that plain values spell: a plan, or what becomes one.

    Raises:
        PlanError: As `validate` says.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    problems = list(_explained(errors, data, model))
    unknown = [detail["loc"] for detail in errors if detail["type"] == _UNKNOWN_KEY]
    if unknown:
        known = _without(data, [_location(loc, data) for loc in unknown])
        try:
            model.model_validate(known)
        except ValidationError as error:
            problems += _explained(error.errors(include_url=False), known, model)
    raise PlanError(None, dict.fromkeys(problems))


def _explained(
    errors: Sequence[ErrorDetails], data: object, model: type[BaseModel]
) -> Iterator[PlanProblem]:
    for error in errors[:MAX_EXPLAINED]:
        if error["type"] == "too_short" and error["input"]:
            continue  # pydantic does not count entries that have an error of their own
        if error["type"] == RULES_ERROR:
            yield from error["ctx"]["problems"]
        else:
            yield PlanProblem(_message(error, model), field_path(_location(error["loc"], data)))
    if len(errors) > MAX_EXPLAINED:
        yield PlanProblem(f"{len(errors) - MAX_EXPLAINED} further problems are not listed")


def _location(loc: Location, data: object) -> Location:
    """Return where in the data an error lies: pydantic's way there, without the union members."""
    steps: list[str | int] = []
    for position, step in enumerate(loc):
        is_last = position == len(loc) - 1
        if isinstance(data, dict) and isinstance(step, str) and (step in data or is_last):
            data = data.get(step)
        elif isinstance(data, (list, tuple)) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            continue
        steps.append(step)
    return tuple(steps)


def _message(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == _UNKNOWN_KEY:
        return _unknown_key(error["loc"], model)
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_too_short":
        return "is blank: write something, or leave the key out where it is optional"
    if kind == "string_too_long":
        return f"has {len(value.strip())} characters, but at most {context['max_length']} may be"
    if kind == "too_long":
        return f"holds {len(value)} entries, but at most {context['max_length']} may be"
    if kind == "too_short":
        return "is empty, but at least 1 must be there"
    wording = _WORDING.get(kind, error["msg"].removeprefix("Input "))
    if kind.startswith("union_tag"):
        return wording
    lacks_quotes = isinstance(value, (int, float)) and (
        kind == "string_type"
        or (kind == "literal_error" and f"'{shown(value)}'" in context["expected"])
    )
    return f"{wording}, not {shown(value)}" + (": put it in quotes" if lacks_quotes else "")


def _unknown_key(loc: Location, model: type[BaseModel]) -> str:
    known = sorted(
        {
            field.alias or name
            for known_model in _models_at(loc[:-1], model)
            for name, field in known_model.model_fields.items()
        }
    )
    near = difflib.get_close_matches(str(loc[-1]), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
    return f"unknown key; {hint}"


def _models_at(loc: Location, model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the models that pydantic tried at a location (its own, with union members)."""
    models = [model]
    for step in loc:
        if isinstance(step, int):
            continue
        if any(step in model.model_fields for model in models):
            models = [
                inner
                for model in models
                if step in model.model_fields
                for inner in _models_in(model.model_fields[step].annotation)
            ]
        else:
            models = [
                model for model in models if step in get_args(model.model_fields["type"].annotation)
            ]
    return models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _without(data: Any, locations: Sequence[Location]) -> Any:
    """Return a copy of the data without the keys at some locations."""
    data = copy.deepcopy(data)
    for *way, key in locations:
        parent = data
        for step in way:
            parent = parent[step]
        parent.pop(key, None)
    return data
