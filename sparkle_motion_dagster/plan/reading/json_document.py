"""JSON plan files, read with positions; texts, numbers and literals are the standard library's."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from sparkle_motion_dagster.plan.fields import Location
from sparkle_motion_dagster.plan.reading.document import (
    MAX_INTEGER,
    Document,
    Node,
    NodeBuilder,
    check_depth,
    unreadable,
)

_SPACE = re.compile(r"[ \t\n\r]*")
_LONGEST_INT = 32


def read_json(text: str) -> Document:
    """Read a JSON document.

    Raises:
        PlanError: It is no JSON, or holds more than a plan may; without a path.
    """
    return _JsonReader(text).document()


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INT:
        raise OverflowError
    return int(digits)


@dataclass
class _JsonReader:
    """Reads one document; ``at`` is the index of the next character."""

    text: str
    at: int = 0
    builder: NodeBuilder = field(default_factory=NodeBuilder)

    def __post_init__(self) -> None:
        self._line_ends = [match.start() for match in re.finditer("\n", self.text)]
        self._decoder = json.JSONDecoder(parse_int=_integer)

    def document(self) -> Document:
        root = self._node((), 1)
        if self._peek():
            self._fail("goes on after its end")
        return Document(root, tuple(self.builder.problems))

    @property
    def _line(self) -> int:
        return bisect_right(self._line_ends, self.at - 1) + 1

    def _fail(self, message: str) -> None:
        unreadable(f"is no JSON: {message}", self._line)

    def _peek(self) -> str:
        """Go to the next character that is no space, and return it; at the end, nothing."""
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr] # matches always
        return self.text[self.at : self.at + 1]

    def _node(self, location: Location, depth: int) -> Node:
        start = self._peek()
        line = self._line
        check_depth(depth, line, location)
        if start == "[":
            return self._sequence(line, location, depth)
        if start == "{":
            return self._mapping(line, location, depth)
        return self.builder.scalar(self._scalar(location), line, location)

    def _scalar(self, location: Location) -> Any:
        try:
            value, self.at = self._decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            self.at = error.pos
            self._fail(error.msg[:1].lower() + error.msg[1:].removesuffix(" at"))
        except OverflowError:
            unreadable(f"a whole number is at most {MAX_INTEGER}", self._line, location)
        return value

    def _sequence(self, line: int, location: Location, depth: int) -> Node:
        items: list[Node] = []
        self.at += 1
        while self._peek() != "]":
            items.append(self._node((*location, len(items)), depth + 1))
            self._separator("]")
        self.at += 1
        return self.builder.sequence(items, line)

    def _mapping(self, line: int, location: Location, depth: int) -> Node:
        entries: dict[str, Node] = {}
        self.at += 1
        while (start := self._peek()) != "}":
            if start != '"':
                self._fail('expecting a key in double quotes, or "}"')
            key_line = self._line
            key = self._node(location, depth + 1)
            if self._peek() != ":":
                self._fail('expecting ":" after the key')
            self.at += 1
            item = self._node((*location, str(key.value)), depth + 1)
            self.builder.enter(entries, str(key.value), item, key_line, location)
            self._separator("}")
        self.at += 1
        return self.builder.mapping(entries, line)

    def _separator(self, end: str) -> None:
        """Step over the comma between two entries; the last one has none."""
        found = self._peek()
        if found == ",":
            self.at += 1
            if self._peek() == end:
                self._fail(f'a comma before the closing "{end}"')
        elif found != end:
            self._fail(f'expecting "," or "{end}"')
