"""Editing the text of a plan: it says something else, and is as it was wherever it says the same.

A YAML file is taken apart into what it says of each key, and of each character, keyframe and shot;
comments go with what they stand above. Parts that say what they said stay byte for byte; others are
edited one by one, and keep their own comments.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.json_document import read_json
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.plan.writing.formatting import without_aliases
from sparkle_motion_dagster.plan.yaml_text import round_trip, yaml_text

_WIDTH = 100
_INDENT = 2


def plan_in(text: str) -> tuple[dict[str, Any], MoviePlan]:
    """Return what the text of a plan file says: as it is written, and as a plan.

    Raises:
        PlanError: It is no valid plan; without a path.
    """
    data = (read_json if _is_json(text) else read_yaml)(text).root.data()
    return data, validate(data)


def edited(text: str, plan: Mapping[str, Any]) -> str:
    """Return the text of a plan file that says what a plan does, and else is as it was.

    What anchors and aliases tie together cannot be edited: then they are written out, and the file
    has the form that `plan.writing` gives it, with its comments.

    Args:
        text: The plan file, YAML or JSON.
        plan: What it is to say.

    Raises:
        PlanError: The text is no plan.
    """
    old, _ = plan_in(text)
    if old == plan:
        return text
    if _is_json(text):
        return f"{json.dumps(plan, indent=2, ensure_ascii=False)}\n"
    if (new := _edited_yaml(text, old, plan)) is not None:
        return new
    return _edited_yaml(without_aliases(text), old, plan) or yaml_text(plan)


def _edited_yaml(text: str, old: Mapping[str, Any], plan: Mapping[str, Any]) -> str | None:
    """Return a YAML text that says what a plan does; None: it comes to say something else."""
    new = "".join(_Editing(text, old).parts(plan))
    try:
        return new if read_yaml(new).root.data() == plan else None
    except PlanError:
        return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class _Part:
    """Some lines of a file: the comments above, and what they say."""

    above: str
    text: str

    def __str__(self) -> str:
        return self.above + self.text


class _Editing:
    """The text of a plan, and what it says, while it is edited."""

    def __init__(self, text: str, old: Mapping[str, Any]) -> None:
        self._old = old
        self._lines = text.splitlines(keepends=True)
        if not self._lines[-1].endswith("\n"):
            self._lines[-1] += "\n"
        root = YAML(pure=True).compose(text)
        nodes = {key.value: (key, value) for key, value in _block(root, MappingNode)}
        starts = [key.start_mark.line for key, _ in nodes.values()]
        self._nodes = {key: value for key, (_, value) in nodes.items()}
        self._spans = dict(zip(nodes, self._spans_of(starts, 0, 0, len(self._lines)), strict=True))

    def parts(self, plan: Mapping[str, Any]) -> Iterator[str]:
        """Yield the text of a plan, part by part."""
        for key, value in plan.items():
            if key not in self._spans:
                yield _dumped({key: value}, _INDENT)
                continue
            part = self._part(*self._spans[key])
            elements = self._elements(key)
            if self._old[key] == value:
                yield str(part)
            elif not elements or not value:
                yield part.above + _edited(part.text, {key: value}, _INDENT)
            else:
                yield from self._list(key, value, elements)

    def _list(
        self, key: str, value: Sequence[Any], elements: Mapping[str, tuple[int, int, int]]
    ) -> Iterator[str]:
        """Yield the text of a list whose elements have ids."""
        column = self._nodes[key].start_mark.column
        old = {one["id"]: one for one in self._old[key]}
        first = next(iter(elements.values()))
        yield "".join(self._lines[self._spans[key][0] : first[0]])
        for one in value:
            if one["id"] not in elements:
                yield _dumped([one], column)
                continue
            part = self._part(*elements[one["id"]])
            same = old[one["id"]] == one
            yield part.above + (part.text if same else _edited(part.text, [one], column))

    def _elements(self, key: str) -> Mapping[str, tuple[int, int, int]]:
        """Return where the elements of a list stand, by their ids; nothing where they have none.

        Each is given as the line at which the comments above it begin, the one at which it does,
        and the one behind it.
        """
        node, begin, end = self._nodes[key], self._spans[key][0], self._spans[key][2]
        items = _block(node, SequenceNode)
        if not items or not all(isinstance(one, Mapping) and "id" in one for one in self._old[key]):
            return {}
        ids = [one["id"] for one in self._old[key]]
        column = node.start_mark.column
        starts = [self._dash(item.start_mark.line, column) for item in items]
        if starts != sorted({*starts}) or not begin <= starts[0] <= starts[-1] < end:
            return {}  # an alias stands elsewhere than what it names
        return dict(zip(ids, self._spans_of(starts, column, starts[0], end), strict=True))

    def _dash(self, line: int, column: int) -> int:
        """Return the line, at one or above it, on which the dash of an element is."""
        while line and self._lines[line][: column + 1].strip() != "-":
            line -= 1
        return line

    def _spans_of(
        self, starts: Sequence[int], column: int, begin: int, end: int
    ) -> Iterator[tuple[int, int, int]]:
        """Yield the lines of parts that begin on some lines, from a first one to one behind all."""
        above = [begin, *(self._above(start, column, floor) for floor, start in pairwise(starts))]
        yield from zip(above, starts, [*above[1:], end], strict=False)

    def _above(self, start: int, column: int, floor: int) -> int:
        """Return the line at which the comments and blank lines above another one begin."""
        while start - 1 > floor:
            line = self._lines[start - 1]
            indent = len(line) - len(line.lstrip(" "))
            if line.strip() and not (line.lstrip(" ").startswith("#") and indent <= column):
                break
            start -= 1
        return start

    def _part(self, above: int, start: int, end: int) -> _Part:
        return _Part("".join(self._lines[above:start]), "".join(self._lines[start:end]))


def _block(node: Node | None, kind: type[CollectionNode]) -> list[Any]:
    """Return what a node of a kind holds that is written line by line; else nothing."""
    return [] if not isinstance(node, kind) or node.flow_style else list(node.value)


def _edited(text: str, new: Any, column: int) -> str:
    """Return a part of a file that says something else."""
    yaml = _yaml(column, max(_WIDTH, *map(len, text.splitlines())))
    try:
        there = yaml.load(text)
    except YAMLError:  # it names what is anchored elsewhere
        return _dumped(new, column)
    return _text(yaml, _told(there, new))


def _told(there: Any, new: Any) -> Any:
    """Return what a file says, with its comments, where it is to say something else."""
    if there == new:
        return there
    if isinstance(there, CommentedMap) and isinstance(new, Mapping):
        for key in [key for key in there if key not in new]:
            del there[key]
        for place, (key, value) in enumerate(new.items()):
            if key in there:
                there[key] = _told(there[key], value)
            else:
                there.insert(place, key, value)
        return there
    if isinstance(there, CommentedSeq) and isinstance(new, Sequence):
        return _told_in_order(there, new)
    return new  # in the quotes that it had: ruamel sees to that


def _told_in_order(there: CommentedSeq, new: Sequence[Any]) -> CommentedSeq:
    was, now = ([json.dumps(one, sort_keys=True) for one in each] for each in (there, new))
    steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    for _, begin, end, first, last in reversed(steps):
        both = min(end - begin, last - first)
        for index in range(both):
            there[begin + index] = _told(there[begin + index], new[first + index])
        for index in reversed(range(begin + both, end)):
            del there[index]
        for index in range(first + both, last):
            there.insert(begin + index - first, new[index])
    return there


def _dumped(data: Any, column: int) -> str:
    return _text(_yaml(column, _WIDTH), data)


def _text(yaml: YAML, data: Any) -> str:
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()


def _yaml(column: int, width: int) -> YAML:
    """Return how parts are read and written in which lists stand at a column."""
    yaml = round_trip()
    yaml.preserve_quotes = True
    yaml.width = width
    yaml.indent(mapping=_INDENT, sequence=column + _INDENT, offset=column)
    return yaml
