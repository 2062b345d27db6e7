"""Captions as an MP4 holds them: samples of timed text (tx3g, 3GPP TS 26.245)."""

import struct

_LENGTH = struct.Struct(">H")
_STYLE = struct.Struct(">I4sHHHHBBI")
"""A box ``styl`` with one record (5.17.1.1): its size and name, the number of records, the first
character and the one behind the last, font, face, size, and colour."""

_FONT_ID = 1
_ITALIC = 2
_WHITE = 0xFFFFFFFF


def sample_of(text: str, *, italic: bool, font_size: int) -> bytes:
    """Return the sample of a caption: the text's length in 16 bits, the text, and its style.

    Args:
        text: What it says.
        italic: Whether it is in italics. Only then has it a style of its own.
        font_size: That of the stream's captions, in 288ths of the frame's height: a style repeats
            it.
    """
    encoded = text.encode()
    sample = _LENGTH.pack(len(encoded)) + encoded
    if not italic:
        return sample
    style = (0, len(text), _FONT_ID, _ITALIC, font_size, _WHITE)
    return sample + _STYLE.pack(_STYLE.size, b"styl", 1, *style)


def read_sample(sample: bytes) -> tuple[str, bool]:
    """Return the text of a sample, and whether all of it is in italics."""
    end = _LENGTH.size + int.from_bytes(sample[: _LENGTH.size], "big")
    text, boxes = sample[_LENGTH.size : end].decode("utf-8", "replace"), sample[end:]
    if len(boxes) != _STYLE.size:
        return text, False
    _, name, _, first, last, _, face, _, _ = _STYLE.unpack(boxes)
    whole = (first, last) == (0, len(text))
    return text, name == b"styl" and whole and bool(face & _ITALIC)
