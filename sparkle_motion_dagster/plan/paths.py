"""Paths: places in a plan as people name them, and plans in which something else stands there.

``characters.mara.voice_profile.language`` names an element of a list by its id, ``shots[2].seed``
and ``shots.2.seed`` by its index, from 0; ``line_0003.text`` is a spoken line, wherever it stands.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import JsonValue

from sparkle_motion_dagster.errors import InputError, did_you_mean
from sparkle_motion_dagster.plan.fields import Location, shown
from sparkle_motion_dagster.plan.writing.key_order import WHOLE_PLAN, Position

PlanData: TypeAlias = Mapping[str, Any]
"""A plan as its file says it: mappings, lists, texts, numbers."""

_BRACKETS = re.compile(r"""\[(?:(?P<index>[0-9]{1,9})|(?P<key>"(?:[^"\\]|\\.)*"))\]""")
_KEY = re.compile(r"[^.\[]+")
_LINE = re.compile(r"(?:dialogue_timeline\.)?(?P<id>line_(?P<number>[0-9]{4,9}))(?=[.\[]|$)")
_MOST_NAMES = 20


class PathError(InputError):
    """A path leads to no place of a plan."""


def with_value(plan: PlanData, path: str, value: JsonValue) -> dict[str, Any]:
    """Return a plan in which a value stands at a place; mappings on the way there are made.

    A line that is written twice, in its shot and in the timeline, is changed in both.

    Raises:
        PathError: The path leads to no place of a plan; those that there are, are named.
    """
    changed = dict(plan)
    for way in locations(plan, path):
        changed = with_location(changed, way, value)
    return changed


def without_value(plan: PlanData, path: str) -> dict[str, Any]:
    """Return a plan that says nothing at a place: what is so by default holds then.

    Raises:
        PathError: The path leads to no place of a plan, or nothing is said there.
    """
    changed = copy.deepcopy(dict(plan))
    for way in locations(plan, path):
        holder = value_at(changed, way[:-1])
        if holder is None or (isinstance(holder, dict) and way[-1] not in holder):
            raise PathError(f"{path} is not set, so that there is nothing to leave out.")
        del holder[way[-1]]
    return changed


def with_location(plan: PlanData, way: Location, value: JsonValue) -> dict[str, Any]:
    """Return a plan in which a value stands at a location; mappings on the way there are made."""
    changed = copy.deepcopy(dict(plan))
    holder: Any = changed
    for step in way[:-1]:
        if isinstance(holder, dict) and holder.get(step) is None:
            holder[step] = {}
        holder = holder[step]
    holder[way[-1]] = copy.deepcopy(value)
    return changed


def value_at(plan: PlanData, way: Location) -> Any:
    """Return what stands at a location that `locations` gave; None: nothing."""
    value: Any = plan
    for step in way:
        value = value.get(step) if isinstance(value, Mapping) else value and value[step]
    return value


def locations(plan: PlanData, path: str) -> tuple[Location, ...]:
    """Return the locations that a path leads to: one, but for lines that are written twice.

    Raises:
        PathError: It leads to no place of a plan; those that there are, are named.
    """
    if not path.strip():
        raise PathError("A path names a field of the plan, such as title or metadata.seed.")
    found = []
    for place in _starts(plan, path):
        while place.rest:
            place = place.next(path)
        found.append(place.way)
    return tuple(found)


@dataclass(frozen=True)
class _Place:
    """A place on the way of a path: what stands there, what may, and what is left of the path."""

    value: Any
    position: Position
    way: Location
    rest: str

    def next(self, path: str) -> "_Place":
        """Return the place that the first name of the rest leads to.

        Raises:
            PathError: There is none.
        """
        rest = self.rest.removeprefix(".") if self.way else self.rest
        step, length = self._step(rest, path)
        if isinstance(step, int):
            inner = (self.value[step], self.position.item())
        else:
            inner = ((self.value or {}).get(step), self.position.at(step))
        return _Place(*inner, (*self.way, step), rest[length:])

    def _step(self, rest: str, path: str) -> tuple[str | int, int]:
        """Return the key or the index that a rest begins with, and how long its name is."""
        names = self._names()
        found = _BRACKETS.match(rest)
        if found is not None and found["index"]:
            name = found["index"]
            if isinstance(self.value, list) and int(name) < len(self.value):
                return int(name), found.end()
        elif found is not None:
            name = json.loads(found["key"])
            if name in names or self._takes_any_key:
                return names.get(name, name), found.end()
        else:
            if begun := [name for name in names if _begins_with(rest, name)]:
                name = max(begun, key=len)
                return names[name], len(name)
            found = _KEY.match(rest)
            name = rest if found is None else found[0]
            if found is not None and self._takes_any_key:
                return name, found.end()
        raise self._error(path, name, list(names))

    def _names(self) -> Mapping[str, str | int]:
        """Return what stands here, or may: by its key, by its index, and by its id."""
        if isinstance(self.value, list):
            by_id = {
                str(one["id"]): index
                for index, one in enumerate(self.value)
                if isinstance(one, Mapping) and "id" in one
            }
            return {str(index): index for index in range(len(self.value))} | by_id
        if self.value is None or isinstance(self.value, Mapping):
            return {key: key for key in (*self.position.keys(), *map(str, self.value or ()))}
        return {}

    @property
    def _takes_any_key(self) -> bool:
        is_mapping = self.value is None or isinstance(self.value, Mapping)
        return is_mapping and self.position.takes_any_key

    def _error(self, path: str, name: str, names: list[str]) -> PathError:
        here = path[: len(path) - len(self.rest)] or "a plan"
        if isinstance(self.value, (str, int, float)):
            why = f"{here} is {shown(self.value)}, and nothing is in that"
        else:
            ids = [one for one in names if not one.isdecimal()] or names
            more = f" and {len(ids) - _MOST_NAMES} more" if len(ids) > _MOST_NAMES else ""
            listed = ", ".join(ids[:_MOST_NAMES]) or "nothing"
            why = f"{here} has no {name!r}.{did_you_mean(name, ids)} It has {listed}{more}"
        return PathError(f"{path} leads nowhere: {why}.")


def _begins_with(rest: str, name: str) -> bool:
    """Tell whether a rest of a path begins with a name: ids may have dots in them."""
    return rest == name or (rest.startswith(name) and rest[len(name)] in ".[")


def _starts(plan: PlanData, path: str) -> Iterator[_Place]:
    """Yield where a path begins: at the line that it names, else at the whole plan."""
    line = _LINE.match(path)
    if line is None:
        yield _Place(plan, WHOLE_PLAN, (), path)
        return
    index = int(line["number"]) - 1
    written = [lines for lines in (list(_timed_lines(plan)), list(_shot_lines(plan))) if lines]
    if not all(0 <= index < len(lines) for lines in written) or not written:
        count = max(map(len, written), default=0)
        there = f"line_0001 to line_{count:04d}" if count else "none"
        raise PathError(f"{path} leads nowhere: there is no {line['id']}. Lines are {there}.")
    for lines in written:
        way, position = lines[index], WHOLE_PLAN
        for step in way:
            position = position.item() if isinstance(step, int) else position.at(step)
        yield _Place(value_at(plan, way), position, way, path[line.end() :])


def _timed_lines(plan: PlanData) -> Iterator[Location]:
    for index, entry in enumerate(plan.get("dialogue_timeline") or ()):
        if entry.get("type") == "dialogue":
            yield ("dialogue_timeline", index)


def _shot_lines(plan: PlanData) -> Iterator[Location]:
    for number, shot in enumerate(plan["shots"]):
        for index in range(len(shot.get("dialogue") or ())):
            yield ("shots", number, "dialogue", index)
