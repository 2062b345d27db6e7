"""How one text is written in YAML: plain, quoted, or in lines of its own."""

import json
import re

from sparkle_motion_dagster.plan.reading.yaml_document import resolve
from sparkle_motion_dagster.plan.writing.yaml_nodes import Scalar

WIDTH = 100
"""The longest line that is written where a text can be broken, in characters."""

_CORE = "tag:yaml.org,2002:"
_UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_GAP = re.compile(r"(?<=\S) (?=\S)")
_MARKER = re.compile(r"(?:---|\.\.\.)(?:\s|$)")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def properties(node_tag: str | None, anchor: str | None) -> str:
    """Return what stands before a node: its name and its type, each with a space after it."""
    name = "" if anchor is None else f"&{anchor} "
    if node_tag is None:
        return name
    return name + ("!!" + node_tag.removeprefix(_CORE) if node_tag != "!" else "!") + " "


def scalar_lines(scalar: Scalar, room: int, column: int) -> list[str]:
    """Return a text as its lines, the first without what stands before it.

    Args:
        scalar: The text.
        room: How many characters the first line has room for.
        column: How far further lines are indented, which they are not yet.
    """
    before = properties(scalar.tag, scalar.anchor)
    if scalar.style == "|" and _is_literal(scalar.value):
        return _literal(before, scalar.value)
    if scalar.style == ">" and _is_foldable(scalar.value):
        return _folded(before, scalar.value, WIDTH - column)
    if scalar.style == ">" and _is_literal(scalar.value):
        return _literal(before, scalar.value)
    line = _in_one_line(scalar)
    if len(before + line) > room and _can_be_broken(scalar):
        return _folded(before, scalar.value, WIDTH - column)
    return [before + line]


def flow_scalar(scalar: Scalar) -> str | None:
    """Return a text as it stands within brackets; None: it cannot stand there."""
    if scalar.style in ("|", ">"):
        return None
    if scalar.style is None and re.search(r"[,\[\]{}]", scalar.value):
        return None
    return properties(scalar.tag, scalar.anchor) + _in_one_line(scalar)


def key_text(scalar: Scalar) -> str:
    """Return a key in one line; quotation marks that it does not need are left out."""
    is_word = scalar.tag is None and _WORD.fullmatch(scalar.value) and _is_str(scalar.value)
    text = scalar.value if is_word else _in_one_line(scalar)
    return properties(scalar.tag, scalar.anchor) + text


def _in_one_line(scalar: Scalar) -> str:
    if scalar.style is not None:
        return _quoted(scalar.value)
    if not scalar.value:
        return '""' if scalar.tag is not None else "null"
    if "\n" in scalar.value or _UNPRINTABLE.search(scalar.value) or _MARKER.match(scalar.value):
        return _quoted(scalar.value)
    return scalar.value


def _quoted(value: str) -> str:
    """Return a text in double quotation marks; in single ones, if that spares escapes."""
    if re.search(r'["\\]', value) and not re.search(f"['\n]|{_UNPRINTABLE.pattern}", value):
        return f"'{value}'"
    return _UNPRINTABLE.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False)
    )


def _is_str(value: str) -> bool:
    return isinstance(resolve(value), str)


def _can_be_broken(scalar: Scalar) -> bool:
    """Tell whether a text in one line says the same in several."""
    is_text = scalar.tag is None and (scalar.style is not None or _is_str(scalar.value))
    return is_text and _is_foldable(scalar.value) and _GAP.search(scalar.value) is not None


def _is_literal(value: str) -> bool:
    """Tell whether a text can be written line by line."""
    body = value.removesuffix("\n")
    ends_in_text = bool(body.strip()) and not body.endswith("\n")
    return ends_in_text and not _UNPRINTABLE.search(body.replace("\t", ""))


def _is_foldable(value: str) -> bool:
    """Tell whether a text can be written as paragraphs whose lines are broken anywhere."""
    body = value.removesuffix("\n")
    paragraphs = body.split("\n")
    return (
        bool(paragraphs[0])
        and bool(paragraphs[-1])
        and all(one == one.strip() for one in paragraphs)
        and not _UNPRINTABLE.search(body)
    )


def _literal(before: str, value: str) -> list[str]:
    body = value.removesuffix("\n")
    indented = "2" if body[0] in " \t\n" else ""
    return [f"{before}|{indented}{_chomping(value)}", *body.split("\n")]


def _folded(before: str, value: str, width: int) -> list[str]:
    lines = [f"{before}>{_chomping(value)}"]
    for number, paragraph in enumerate(value.removesuffix("\n").split("\n")):
        if number:
            lines.append("")
        lines += _wrapped(paragraph, width)
    return lines


def _chomping(value: str) -> str:
    return "" if value.endswith("\n") else "-"


def _wrapped(paragraph: str, width: int) -> list[str]:
    """Return a paragraph in lines, broken at single spaces."""
    lines: list[str] = []
    for word in _GAP.split(paragraph) if paragraph else ():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
