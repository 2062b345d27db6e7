"""YAML 1.2 plan files: its core schema and nothing else, read event by event.

Only the parser is ruamel's. What a value means is decided here, so that nothing is constructed
that the core schema does not know, and so that depth and alias expansion are bounded while reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import NoneType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from sparkle_motion_dagster.plan.fields import Location, shown
from sparkle_motion_dagster.plan.reading.document import (
    MAX_INTEGER,
    Document,
    Node,
    NodeBuilder,
    Scalar,
    check_depth,
    unreadable,
)

ContentEvent = ScalarEvent | CollectionStartEvent

_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS: dict[str, type] = {
    f"{_CORE}null": NoneType,
    f"{_CORE}bool": bool,
    f"{_CORE}int": int,
    f"{_CORE}float": float,
}
_TEXT_TAGS = frozenset({"!", f"{_CORE}str"})

# YAML 1.2.2, 10.3.2: the core schema's tag resolution.
_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"(true|True|TRUE)|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_BASED_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_INT = 32


@lru_cache(4)
def read_yaml(text: str) -> Document:
    """Read a YAML 1.2 document; a render opens its plan several times, and reads it once.

    Raises:
        PlanError: It is no YAML, or YAML that a plan does not use; without a path.
    """
    reader = _YamlReader(YAML(typ="safe", pure=True).parse(text))
    try:
        return reader.document()
    except ReaderError as error:
        unreadable(
            f"holds the control character U+{error.character:04X}, which YAML forbids",
            text.count("\n", 0, error.position) + 1,
        )
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = ", ".join(filter(None, (error.context, error.problem)))
        unreadable(f"is no YAML: {message}", reader.line if mark is None else mark.line + 1)
    except (ValueError, OverflowError):  # chr(): the one thing that ruamel's scanner leaves open
        unreadable("an escape (\\U...) names no character of Unicode", reader.line)


def resolve(text: str) -> Scalar:
    """Return what a plain (unquoted) scalar means in the core schema of YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if match := _BOOL.fullmatch(text):
        return match[1] is not None
    if _INT.fullmatch(text):
        return int(text)
    if _BASED_INT.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if match := _NOT_FINITE.fullmatch(text):
        return float("nan") if match[1] is None else float(f"{match[1]}inf")
    return text


@dataclass(frozen=True)
class _Anchored:
    """An anchored node, and what every alias of it adds to the document."""

    node: Node
    size: int
    values: int


@dataclass
class _YamlReader:
    """Reads one document. ``anchors`` holds None for a node that is still being read."""

    events: Iterator[Any]
    line: int = 1
    builder: NodeBuilder = field(default_factory=NodeBuilder)
    anchors: dict[str, _Anchored | None] = field(default_factory=dict)

    def document(self) -> Document:
        self._next()
        start = self._next()
        if not isinstance(start, DocumentStartEvent):
            unreadable("is empty", self.line)
        if start.version not in (None, (1, 2)):
            unreadable("a plan is YAML 1.2: leave the %YAML line out", self.line)
        root = self._node(self._next(), (), 1)
        self._next()
        if not isinstance(self._next(), StreamEndEvent):
            unreadable("a second document begins; a plan file holds one film", self.line)
        return Document(root, tuple(self.builder.problems))

    def _next(self) -> Any:
        event = next(self.events)
        self.line = event.start_mark.line + 1
        return event

    def _node(self, event: ContentEvent | AliasEvent, location: Location, depth: int) -> Node:
        check_depth(depth, self.line, location)
        if isinstance(event, AliasEvent):
            return self._aliased(event.anchor, location, depth)
        if event.anchor is None:
            return self._content(event, location, depth)
        self.anchors[event.anchor] = None
        size, values = self.builder.size, self.builder.values
        node = self._content(event, location, depth)
        self.anchors[event.anchor] = _Anchored(
            node, self.builder.size - size, self.builder.values - values
        )
        return node

    def _aliased(self, name: str, location: Location, depth: int) -> Node:
        if name not in self.anchors:
            unreadable(f"nothing before *{name} is anchored as &{name}", self.line, location)
        anchored = self.anchors[name]
        if anchored is None:
            unreadable(f"*{name} stands inside what it stands for", self.line, location)
        check_depth(depth + anchored.node.height - 1, self.line, location)
        self.builder.spend(anchored.size, anchored.values, self.line)
        return replace(anchored.node, line=self.line)

    def _content(self, event: ContentEvent, location: Location, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            return self.builder.scalar(self._scalar(event, location), self.line, location)
        if isinstance(event, SequenceStartEvent):
            self._check_tag(event.tag, f"{_CORE}seq", location)
            return self._sequence(location, depth)
        self._check_tag(event.tag, f"{_CORE}map", location)
        return self._mapping(location, depth)

    def _sequence(self, location: Location, depth: int) -> Node:
        line = self.line
        items: list[Node] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._node(event, (*location, len(items)), depth + 1))
        return self.builder.sequence(items, line)

    def _mapping(self, location: Location, depth: int) -> Node:
        line = self.line
        entries: dict[str, Node] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._node(event, location, depth + 1)
            name = key.value if isinstance(key.value, str) else shown(key.value)
            item = self._node(self._next(), (*location, name), depth + 1)
            if not isinstance(key.value, str):
                message = f"the key {name} is no text: put it in quotes"
                self.builder.complain(message, key.line, location)
            elif name == "<<":
                message = "YAML 1.2 has no merge key (<<): write out what it would bring in"
                self.builder.complain(message, key.line, location)
            else:
                self.builder.enter(entries, name, item, key.line, location)
        return self.builder.mapping(entries, line)

    def _scalar(self, event: ScalarEvent, location: Location) -> Scalar:
        text: str = event.value
        if event.tag is None:
            return self._resolved(text, location) if event.style is None else text
        if event.tag in _TEXT_TAGS:
            return text
        kind = _SCALAR_TAGS.get(event.tag)
        if kind is None:
            self._refuse_tag(event.tag, location)
            return text
        value = self._resolved(text, location)
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            self.builder.complain(f"{shown(text)} is no !!{kind.__name__}", self.line, location)
        return value

    def _resolved(self, text: str, location: Location) -> Scalar:
        if len(text) > _LONGEST_INT and (_INT.fullmatch(text) or _BASED_INT.fullmatch(text)):
            unreadable(f"a whole number is at most {MAX_INTEGER}", self.line, location)
        return resolve(text)

    def _check_tag(self, tag: str | None, expected: str, location: Location) -> None:
        if tag not in (None, "!", expected):
            self._refuse_tag(tag, location)

    def _refuse_tag(self, tag: str | None, location: Location) -> None:
        self.builder.complain(
            f"the tag {shown(tag)} is refused: a plan is plain data, leave the tag out",
            self.line,
            location,
        )
