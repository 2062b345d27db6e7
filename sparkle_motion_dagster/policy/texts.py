"""The texts that somebody chose: those of a plan's fields, not the plan's own vocabulary."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from sparkle_motion_dagster.plan.fields import Location


def texts_in(value: Any, location: Location) -> Iterator[tuple[Location, str]]:
    """Yield every text in a model or in plain values, with where it is.

    Keys, and one of several fixed words, are nobody's choice of words.
    """
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, BaseModel):
        for name, key in _free_fields(type(value)):
            yield from texts_in(getattr(value, name), (*location, key))
        yield from texts_in(value.model_extra, location)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in(item, (*location, key))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from texts_in(item, (*location, number))


@cache
def _free_fields(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Return the fields of a model that may hold free text, and what plans call them."""
    return tuple(
        (name, field.alias or name)
        for name, field in model.model_fields.items()
        if _may_hold_text(field.annotation)
    )


def _may_hold_text(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return False
    if inner := get_args(annotation):
        return any(map(_may_hold_text, inner))
    return annotation is str or (isinstance(annotation, type) and issubclass(annotation, BaseModel))
