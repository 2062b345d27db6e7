"""The order in which a plan's keys are written: as the models have them, inherited ones later.

Notes come last.
"""

from collections.abc import Callable, Iterator
from inspect import get_annotations
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from sparkle_motion_dagster.plan.models import MoviePlan

_NOTES = "metadata"


class Position:
    """A place in a plan, by what the models say may stand there."""

    def __init__(self, *annotations: Any) -> None:
        self._kinds = tuple(kind for each in annotations for kind in _kinds_of(each))

    def rank(self) -> Callable[[str], int]:
        """Return what sorts keys that stand here; those that no model knows come last."""
        names = sorted(dict.fromkeys(self._names()), key=lambda name: name == _NOTES)
        ranks = {name: rank for rank, name in enumerate(names)}
        return lambda key: ranks.get(key, len(ranks))

    def keys(self) -> tuple[str, ...]:
        """Return the keys that may stand here, as the models know them, sorted."""
        return tuple(sorted({*self._names()}))

    @property
    def takes_any_key(self) -> bool:
        """Whether keys may stand here that no model knows: in notes, and in mappings of ids."""
        of_notes = any(model.model_config.get("extra") == "allow" for model in self._models())
        of_mappings = any(kind is Any or get_origin(kind) is dict for kind in self._kinds)
        return of_notes or of_mappings or not self._kinds

    def at(self, key: str) -> "Position":
        """Return the place of the value under a key."""
        return Position(*self._values(key))

    def item(self) -> "Position":
        """Return the place of each item of a list that stands here."""
        return Position(*(get_args(kind)[0] for kind in self._kinds if get_origin(kind) is tuple))

    def _names(self) -> Iterator[str]:
        for model in self._models():
            for owner in model.__mro__:
                own = get_annotations(owner)
                yield from (_key(model, name) for name in own if name in model.model_fields)

    def _values(self, key: str) -> Iterator[Any]:
        for model in self._models():
            for name, field in model.model_fields.items():
                if key == _key(model, name):
                    yield field.annotation
        for kind in self._kinds:
            if get_origin(kind) is dict:
                yield get_args(kind)[1]

    def _models(self) -> Iterator[type[BaseModel]]:
        for kind in self._kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield kind


def _key(model: type[BaseModel], name: str) -> str:
    """Return how plans spell a field."""
    return model.model_fields[name].alias or name


def _kinds_of(annotation: Any) -> Iterator[Any]:
    """Yield the types that an annotation admits."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _kinds_of(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for each in get_args(annotation):
            yield from _kinds_of(each)
    else:
        yield annotation


WHOLE_PLAN = Position(MoviePlan)
"""Where a plan itself stands."""
