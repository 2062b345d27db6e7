"""Reading YAML so that it can be written again: what a comment belongs to is told by where it is.

A comment at the end of a line belongs to what the line says. One on a line of its own belongs to
what follows; where that lies further out than the comment, to the end of what it is level with.
"""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from sparkle_motion_dagster.plan.writing.yaml_nodes import (
    Alias,
    Collection,
    Entry,
    Node,
    Scalar,
    Source,
)

_COMMENT = re.compile(r"#[^\n\x85\u2028\u2029]*")
_NOTHING_YET = re.compile(r"[ \t]*(?:[-?:][ \t]+)*")
_BLOCK_HEADER = re.compile(r"(?:[&!]\S*\s+)*[|>][-+0-9]*[ \t]+(#[^\n]*)")


@dataclass(frozen=True)
class _Comment:
    """A comment, where it begins, and how far its line is indented; ``alone``: on its line."""

    text: str
    start: int
    line: int
    indent: int
    alone: bool


def read_source(text: str) -> Source:
    """Read YAML that `read_yaml` takes for a mapping, without complaints."""
    return _SourceReader(text).source()


def _comments(text: str) -> Iterator[_Comment]:
    """Yield the comments: they stand between the tokens, or after the header of a block of text."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    for token, following in pairwise(YAML(typ="safe", pure=True).scan(text)):
        for found in _COMMENT.finditer(text, token.end_mark.index, following.start_mark.index):
            line = bisect_right(starts, found.start()) - 1
            before = text[starts[line] : found.start()]
            indent = len(before) - len(before.lstrip())
            alone = _NOTHING_YET.fullmatch(before) is not None
            yield _Comment(found[0].rstrip(), found.start(), line, indent, alone)


@dataclass
class _SourceReader:
    """Reads one document, event by event.

    ``pending`` are comments that belong to what comes, ``last`` is what a line just spoke of.
    """

    text: str
    pending: list[_Comment] = field(default_factory=list)
    last: Entry | None = None
    named: dict[str, Scalar | Collection] = field(default_factory=dict)
    asked: int = -1

    def __post_init__(self) -> None:
        self._events = YAML(typ="safe", pure=True).parse(self.text)
        self._comments = deque(_comments(self.text))
        self._lines = self.text.split("\n")
        self._names: dict[str, int] = {}

    def source(self) -> Source:
        """Return what the file says."""
        self._next()
        self._next()
        root = self._collection(self._next(), None, -1)
        while not isinstance(self._next(), StreamEndEvent):
            pass
        head: list[str] = []
        if root.entries:
            first = root.entries[0]
            head, first.leading = _split(first.leading)
        return Source(root, tuple(head), tuple(self._told(self.pending)))

    def _next(self) -> Any:
        event = next(self._events)
        end = len(self.text) if isinstance(event, StreamEndEvent) else event.start_mark.index
        while self._comments and self._comments[0].start < end:
            comment = self._comments.popleft()
            if comment.alone or self.last is None:
                self.pending.append(comment)
            else:
                self.last.comment(comment.text)
        return event

    def _node(self, event: Any, holder: Entry | None, column: int) -> Node:
        """Return the node that begins with an event, in a collection at some column."""
        if isinstance(event, AliasEvent):
            self._claim(holder)
            return Alias(self.named[event.anchor])
        if isinstance(event, ScalarEvent):
            self._claim(holder)
            # An escaped pair of surrogates is one character.
            value = event.value.encode("utf-16", "surrogatepass").decode("utf-16")
            scalar = Scalar(value, event.style, event.tag, self._unique(event.anchor))
            self._name(event.anchor, scalar)
            source = self.text[event.start_mark.index : event.end_mark.index]
            if scalar.style in ("|", ">") and holder and (found := _BLOCK_HEADER.match(source)):
                holder.comment(found[1].rstrip())
            return scalar
        return self._collection(event, holder, column)

    def _collection(self, event: Any, holder: Entry | None, column: int) -> Collection:
        node = Collection(isinstance(event, MappingStartEvent), event.flow_style)
        node.anchor = self._unique(event.anchor)
        self._name(event.anchor, node)
        if node.is_flow:
            self._claim(holder)
        # A list may be no further in than the key whose value it is.
        level = max(event.end_mark.column, column + 1)
        while not isinstance(following := self._next(), CollectionEndEvent):
            node.entries.append(self._entry(following, node, level))
        if node.is_flow:
            if node.entries:
                node.tail = self._told(self.pending)
                self.pending = []
            self._claim(holder)
            self.last = holder
        else:
            own = list(takewhile(lambda comment: comment.indent >= level, self.pending))
            node.tail = self._told(own)
            self.pending = self.pending[len(own) :]
        return node

    def _entry(self, event: Any, node: Collection, column: int) -> Entry:
        told = self._told(self.pending)
        self.pending = []
        if self._is_after_blank(event.start_mark.line):
            told.append("")
        entry = Entry(None, told)
        if node.is_mapping:
            entry.key = self._node(event, None, column)
            self.last = entry
            event = self._next()
        else:
            self.last = entry
        entry.value = self._node(event, entry, column)
        return entry

    def _claim(self, holder: Entry | None) -> None:
        """Give the comments between a key and its value to both."""
        if holder is not None:
            holder.leading += self._told(self.pending)
            self.pending = []

    def _told(self, comments: list[_Comment]) -> list[str]:
        told = []
        for comment in comments:
            if self._is_after_blank(comment.line):
                told.append("")
            told.append(comment.text)
        return told

    def _is_after_blank(self, line: int) -> bool:
        """Tell, once for each line, whether a blank one stands before it."""
        if line == self.asked:
            return False
        self.asked = line
        return line > 0 and not self._lines[line - 1].strip()

    def _name(self, name: str | None, node: Scalar | Collection) -> None:
        if name is not None:
            self.named[name] = node

    def _unique(self, name: str | None) -> str | None:
        """Return a name that nothing else has: YAML lets one be given again."""
        if name is None:
            return None
        unique = name
        while unique in self._names:
            self._names[name] += 1
            unique = f"{name}_{self._names[name]}"
        self._names[unique] = 1
        return unique


def _split(leading: list[str]) -> tuple[list[str], list[str]]:
    """Return a file's first comments as those of the file, and those of its first entry."""
    last_blank = max((at for at, one in enumerate(leading) if not one and at), default=None)
    at = len(leading) if last_blank is None else last_blank + 1
    return leading[:at], leading[at:]
