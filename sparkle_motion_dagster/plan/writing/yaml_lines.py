"""Writing YAML: blocks indented by two, lists too, short collections in brackets in one line."""

from dataclasses import dataclass, field
from itertools import pairwise

from sparkle_motion_dagster.plan.writing.yaml_nodes import (
    Alias,
    Collection,
    Entry,
    Node,
    Scalar,
    Source,
)
from sparkle_motion_dagster.plan.writing.yaml_scalars import (
    WIDTH,
    flow_scalar,
    key_text,
    properties,
    scalar_lines,
)

_LONGEST_KEY = 120
"""Longer keys are marked as such: readers of YAML look for a key's end through 1024 characters."""


@dataclass
class _Block:
    """The lines of an entry, and what stands before them: comments and blank lines."""

    leading: list[str]
    lines: list[str] = field(default_factory=list)


def written(source: Source) -> str:
    """Return the text of a file."""
    blocks = _blocks(source.root, 0) or [_Block([], ["{}"])]
    blocks[0].leading = [*source.head, *blocks[0].leading]
    return "\n".join([*_lines(blocks, 0), *source.root.tail, *source.tail]) + "\n"


def _blocks(collection: Collection, column: int) -> list[_Block]:
    """Return a collection's entries; their own lines are indented, what is before them is not."""
    return [_block(entry, column) for entry in collection.entries]


def _block(entry: Entry, column: int) -> _Block:
    block = _Block(list(entry.leading))
    head = " " * column
    if entry.key is None:
        head += "-"
    else:
        key = _key(entry.key)
        if len(key) > _LONGEST_KEY:
            block.lines.append(f"{head}? {key}")
            key = ""
        head += f"{key}:"
    room = WIDTH - len(head) - 1
    if isinstance(entry.value, Scalar):
        first, *others = scalar_lines(entry.value, room, column + 2)
    elif (flow := _flow(entry.value, room)) is not None:
        first, others = flow, []
    else:
        return _nested(entry, block, head, column + 2)
    block.lines += [f"{head} {first}{_trailing(entry)}", *_indented(others, column + 2)]
    return block


def _nested(entry: Entry, block: _Block, head: str, column: int) -> _Block:
    """Return the block of an entry whose value stands below, or behind the dash of an item."""
    assert isinstance(entry.value, Collection)  # noqa: S101 - all else has a line
    first, *others = _blocks(entry.value, column)
    first.leading = _without_blank_start(first.leading)
    if entry.key is None and entry.value.anchor is None:
        block.leading += [entry.trailing] if entry.trailing is not None else []
        block.leading += first.leading
        block.lines += [f"{head} {first.lines[0][column:]}", *first.lines[1:]]
    else:
        name = f" {properties(None, entry.value.anchor)}".rstrip()
        block.lines.append(f"{head}{name}{_trailing(entry)}")
        others.insert(0, first)
    block.lines += _lines(others, column)
    block.lines += _indented(entry.value.tail, column)
    return block


def _lines(blocks: list[_Block], column: int) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        leading = _single_blanks(block.leading)
        if not lines:
            leading = _without_blank_start(leading)
        lines += [*_indented(leading, column), *block.lines]
    return lines


def _flow(node: Node, room: int) -> str | None:
    """Return a node in one line; None: it has no room, or needs lines of its own."""
    if isinstance(node, Alias):
        return f"*{node.target.anchor}"
    if isinstance(node, Scalar):
        return flow_scalar(node)
    if node.tail or (node.entries and not node.is_flow):
        return None
    left, right = "{}" if node.is_mapping else "[]"
    before = properties(None, node.anchor) + left
    parts: list[str] = []
    for entry in node.entries:
        room -= len(before) + len(right) if not parts else len(", ")
        part = None if entry.has_comments else _flow_entry(entry, room)
        if part is None or len(part) > room:
            return None
        parts.append(part)
        room -= len(part)
    return before + ", ".join(parts) + right


def _flow_entry(entry: Entry, room: int) -> str | None:
    key = "" if entry.key is None else f"{_key(entry.key)}: "
    if isinstance(entry.key, Scalar) and flow_scalar(entry.key) is None:
        return None
    value = _flow(entry.value, room - len(key))
    return None if value is None else key + value


def _key(key: Node) -> str:
    if isinstance(key, Alias):
        return f"*{key.target.anchor} "
    assert isinstance(key, Scalar)  # noqa: S101 - a plan's keys are texts
    return key_text(key)


def _trailing(entry: Entry) -> str:
    return "" if entry.trailing is None else f"  {entry.trailing}"


def _indented(lines: list[str], column: int) -> list[str]:
    return [" " * column + line if line else "" for line in lines]


def _single_blanks(lines: list[str]) -> list[str]:
    return [*lines[:1], *(line for before, line in pairwise(lines) if before or line)]


def _without_blank_start(lines: list[str]) -> list[str]:
    return lines[1:] if lines and not lines[0] else lines
