"""ONNX files as the Protocol Buffers messages that they are: fields read, and written.

A message is a row of fields, each with a number that says what it is, and a content: a message
again, text, bytes, or a whole number (protobuf.dev/programming-guides/encoding).
"""

from collections.abc import Iterator
from typing import NamedTuple

_WHOLE_NUMBER, _SIZED = 0, 2
_FIXED_SIZES = {1: 8, 5: 4}
_LONGEST_NUMBER = 10
"""Bytes of one of 64 bits, seven of them a byte."""


class Field(NamedTuple):
    """A field of a message.

    Attributes:
        number: What it is.
        content: What it holds, encoded.
        written: All of it, as it lies in the message.
    """

    number: int
    content: memoryview
    written: memoryview

    @property
    def text(self) -> str:
        """Its content, where that is text."""
        return str(self.content, "utf-8")

    @property
    def whole_number(self) -> int:
        """Its content, where that is a whole number."""
        return _read_number(self.content, 0)[0]


def fields_of(message: bytes | memoryview) -> Iterator[Field]:
    """Yield the fields of a message, in order; nothing is copied.

    Raises:
        ValueError: It is no message.
    """
    view, end = memoryview(message), 0
    while end < len(view):
        begin = end
        key, at = _read_number(view, begin)
        number, kind = key >> 3, key & 7
        if not number:
            raise ValueError("a message has no field 0: this is no ONNX file")
        if kind == _WHOLE_NUMBER:
            _, end = _read_number(view, at)
        elif kind == _SIZED:
            size, at = _read_number(view, at)
            end = at + size
        elif kind in _FIXED_SIZES:
            end = at + _FIXED_SIZES[kind]
        else:
            raise ValueError(f"there is no kind {kind} of field: this is no ONNX file")
        if end > len(view):
            raise ValueError("a field is longer than its message: the file is cut off, or damaged")
        yield Field(number, view[at:end], view[begin:end])


def sized(number: int, content: bytes | str) -> bytes:
    """Return a field that holds a message, text or bytes."""
    encoded = content.encode() if isinstance(content, str) else content
    return head(number, len(encoded)) + encoded


def head(number: int, size: int) -> bytes:
    """Return what stands before the content of a field, that has so many bytes."""
    return _number(number << 3 | _SIZED) + _number(size)


def numbered(number: int, value: int) -> bytes:
    """Return a field that holds a whole number, 0 or more."""
    return _number(number << 3 | _WHOLE_NUMBER) + _number(value)


def _number(value: int) -> bytes:
    """Return a number as it is written: seven bits a byte, the lowest first."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def _read_number(view: memoryview, at: int) -> tuple[int, int]:
    """Return the number that is written at a place, and the place behind it.

    Raises:
        ValueError: The message ends within it, or it is longer than any.
    """
    value = 0
    for place in range(at, min(at + _LONGEST_NUMBER, len(view))):
        value |= (view[place] & 0x7F) << 7 * (place - at)
        if view[place] < 0x80:
            return value, place + 1
    raise ValueError("a message ends within a number, or has too long a one: this is no ONNX file")
