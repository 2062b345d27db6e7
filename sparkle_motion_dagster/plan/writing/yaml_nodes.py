"""YAML as it was written: nodes in their styles, and each comment with what it belongs to."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field


@dataclass(eq=False)
class Scalar:
    """A text as it stands between quotation marks, or without any.

    Attributes:
        value: What it says, unescaped and unfolded.
        style: How it is written: ``"``, ``'``, ``|``, ``>``; None: plainly.
        tag: Its type, if it is spelled out.
        anchor: What aliases call it.
    """

    value: str
    style: str | None = None
    tag: str | None = None
    anchor: str | None = None


@dataclass(eq=False)
class Alias:
    """A name that stands for what was written before."""

    target: "Scalar | Collection"


@dataclass(eq=False)
class Entry:
    """A key and its value, or an item of a list, which has no key.

    Attributes:
        key: The key, or None.
        value: The value.
        leading: The comments before it, from above, and "" for blank lines.
        trailing: The comment at the end of its first line.
    """

    key: "Node | None"
    value: "Node" = field(init=False)
    leading: list[str] = field(default_factory=list)
    trailing: str | None = None

    @property
    def has_comments(self) -> bool:
        """Whether there are any, so that it needs lines of its own."""
        return self.trailing is not None or any(self.leading)

    def comment(self, text: str) -> None:
        """Note a comment at the end of a line of it."""
        if self.trailing is None:
            self.trailing = text
        else:
            self.leading.append(text)


@dataclass(eq=False)
class Collection:
    """A mapping, or a list.

    Attributes:
        is_mapping: Whether its entries have keys.
        is_flow: Whether it is written in brackets.
        entries: What it holds.
        tail: The comments after its last entry, and "" for blank lines.
        anchor: What aliases call it.
    """

    is_mapping: bool
    is_flow: bool
    entries: list[Entry] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    anchor: str | None = None


Node = Scalar | Alias | Collection


@dataclass(frozen=True)
class Source:
    """A whole file.

    Attributes:
        root: What it says, a mapping.
        head: The comments of the file itself, at its beginning, and "" for blank lines.
        tail: Those after its end.
    """

    root: Collection
    head: tuple[str, ...]
    tail: tuple[str, ...]


def key_of(entry: Entry) -> str:
    """Return what an entry's key says; an item's is blank."""
    key = entry.key.target if isinstance(entry.key, Alias) else entry.key
    return key.value if isinstance(key, Scalar) else ""


def define_before_use(root: Node) -> None:
    """Exchange aliases and what they stand for where entries were moved.

    What has a name is then written where it first occurs, in the order of the entries.
    """
    seen: set[int] = set()

    def settled(node: Node) -> Node:
        meant = node.target if isinstance(node, Alias) else node
        if id(meant) in seen:
            return Alias(meant)
        seen.add(id(meant))
        for entry in _entries(meant):
            if entry.key is not None:
                entry.key = settled(entry.key)
            entry.value = settled(entry.value)
        return meant

    settled(root)


def _entries(node: Node) -> Iterator[Entry]:
    if isinstance(node, Collection):
        yield from node.entries


def write_out_aliases(node: Scalar | Collection) -> None:
    """Put what aliases stand for into their places, so that nothing is named any more."""
    node.anchor = None
    for entry in _entries(node):
        if entry.key is not None:
            entry.key = _written_out(entry.key)
        entry.value = _written_out(entry.value)


def _written_out(node: Node) -> Scalar | Collection:
    own = deepcopy(node.target) if isinstance(node, Alias) else node
    write_out_aliases(own)
    return own
