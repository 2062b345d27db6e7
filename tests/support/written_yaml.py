"""Plain values as YAML in whatever way somebody may write them: hypothesis strategies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from hypothesis import strategies as st

from sparkle_motion_dagster.plan.reading.yaml_document import resolve

_PLAIN_STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789éЯ夜🌊")


@dataclass
class YamlWriter:
    """Writes values with a comment wherever one may stand; ``comments`` are all that it wrote."""

    draw: st.DrawFn

    def __post_init__(self) -> None:
        self.comments: list[str] = []
        self._numbers = count()

    def document(self, value: dict[str, Any]) -> str:
        """Return a whole file."""
        lines = [*self._above(0), *self._block(value, 0), *self._above(0)]
        return "\n".join(lines) + "\n"

    def _chance(self, of: int) -> bool:
        return self.draw(st.integers(1, of)) == of

    def _comment(self) -> str:
        self.comments.append(f'# no. {next(self._numbers)}, [it\'s: "a"] {{}}')
        return self.comments[-1]

    def _above(self, column: int) -> list[str]:
        """Return lines that may stand between any two others."""
        lines = [""] * self.draw(st.sampled_from([0, 0, 0, 0, 1, 2]))
        if self._chance(6):
            lines.append(" " * column + self._comment())
            lines += [""] * self.draw(st.sampled_from([0, 0, 1]))
        return lines

    def _beside(self) -> str:
        return f" {self._comment()}" if self._chance(6) else ""

    def _block(self, value: Any, column: int) -> list[str]:
        """Return a mapping or a list, not empty, as indented lines."""
        lines: list[str] = []
        pad = " " * column
        for name, item in self._entries(value):
            lines += self._above(column)
            head = f"{pad}-" if name is None else f"{pad}{self._key(name)}:"
            if isinstance(item, dict | list) and item and not self._chance(3):
                step = self.draw(st.integers(0 if name and isinstance(item, list) else 1, 5))
                inner = self._block(item, column + step)
                lines += [head + self._beside(), *inner, *self._tail(column + step)]
            else:
                lines += self._short(head, item, column)
        return lines

    def _tail(self, column: int) -> list[str]:
        return self._above(column) if self._chance(3) else []

    def _entries(self, value: Any) -> list[tuple[str | None, Any]]:
        if isinstance(value, list):
            return [(None, item) for item in value]
        return self.draw(st.permutations(list(value.items())))

    def _short(self, head: str, item: Any, column: int) -> list[str]:
        """Return a value that begins on the line of its key, or of its dash."""
        if isinstance(item, dict | list):
            return (head + " " + self._flow(item, column) + self._beside()).split("\n")
        if isinstance(item, str) and self._chance(4) and (block := self._text_block(item, column)):
            return [f"{head} {block[0]}{self._beside()}", *block[1:]]
        return [f"{head} {self._scalar(item)}{self._beside()}"]

    def _flow(self, value: Any, column: int) -> str:
        """Return a value in brackets, over several lines if it likes."""
        if not isinstance(value, dict | list):
            return self._scalar(value, in_flow=True)
        parts = [
            ("" if name is None else f"{self._key(name)}: ") + self._flow(item, column)
            for name, item in self._entries(value)
        ]
        breaks = f"\n{' ' * (column + 3)}"
        left, right = "{}" if isinstance(value, dict) else "[]"
        text = left
        for number, part in enumerate(parts):
            text += "," * bool(number) + (self._break(breaks) if self._chance(4) else " ") + part
        return text + (self._break(breaks) if self._chance(8) else "") + right

    def _break(self, breaks: str) -> str:
        return self._beside() + breaks + (self._comment() + breaks if self._chance(8) else "")

    def _key(self, name: str) -> str:
        plain = name.isidentifier() and isinstance(resolve(name), str)
        return name if plain and not self._chance(4) else json.dumps(name)

    def _scalar(self, value: Any, *, in_flow: bool = False) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        ways = [json.dumps(value)]
        if value.isprintable():
            ways.append("'" + value.replace("'", "''") + "'")
            if _is_plain(value) and not (in_flow and set(value) & set(",[]{}")):
                ways += [value] * 3
        return self.draw(st.sampled_from(ways))

    def _text_block(self, value: str, column: int) -> list[str]:
        lines = value.split("\n")
        if not all(line.isprintable() and line == line.strip() and line for line in lines):
            return []
        pad = " " * (column + self.draw(st.integers(1, 4)))
        if self.draw(st.booleans()):
            return ["|-", *(pad + line for line in lines)]
        words = [piece for line in lines for piece in (*_words(line), "")][:-1]
        return [">-", *(pad + word if word else "" for word in words)]


def _words(line: str) -> Iterator[str]:
    """Yield the words of a line, if single spaces part them, else all of it."""
    words = line.split(" ")
    yield from words if all(words) and all(one == one.strip() for one in words) else [line]


def _is_plain(value: str) -> bool:
    """Tell whether a text may surely stand without quotation marks."""
    return (
        value[:1] in _PLAIN_STARTS
        and value == value.strip()
        and ": " not in value
        and " #" not in value
        and not value.endswith(":")
        and isinstance(resolve(value), str)
    )
