"""Whether a file is whole of its kind: damage is told from somebody's edit by it, roughly."""

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

_BOX_HEAD = 8
"""Bytes of an MP4 box's size and kind."""

_TAIL = 4096
"""Bytes at a picture's end among which its end mark lies, whatever a program has put after it."""


def is_whole(path: Path, media_type: str) -> bool:
    """Tell whether a file has a beginning and an end of its kind; nothing in between is decoded.

    Of a kind that is not known here, all that is not empty is whole.
    """
    size = path.stat().st_size
    return size > 0 and _CHECKS.get(media_type, _is_anything)(path, size)


def _is_anything(path: Path, size: int) -> bool:
    return True


def _is_mp4(path: Path, size: int) -> bool:
    """Go through the boxes of an MP4: they fill the file, and the index is one of them."""
    kinds = []
    at = 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(2 * _BOX_HEAD)
            if len(head) < _BOX_HEAD:
                return False
            length, kind = struct.unpack(">I4s", head[:_BOX_HEAD])
            if length == 1 and len(head) == 2 * _BOX_HEAD:
                (length,) = struct.unpack(">Q", head[_BOX_HEAD:])
            elif length == 0:
                length = size - at
            if length < _BOX_HEAD:
                return False
            kinds.append(kind)
            at += length
    return at == size and kinds[0] == b"ftyp" and b"moov" in kinds


def _is_wav(path: Path, size: int) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    if len(head) < 12 or head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
        return False
    (length,) = struct.unpack("<I", head[4:8])
    return head[:4] == b"RF64" or length + _BOX_HEAD <= size


def _is_png(path: Path, size: int) -> bool:
    return _begins_and_ends(path, size, b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")


def _is_jpeg(path: Path, size: int) -> bool:
    return _begins_and_ends(path, size, b"\xff\xd8\xff", b"\xff\xd9")


def _begins_and_ends(path: Path, size: int, first: bytes, last: bytes) -> bool:
    with path.open("rb") as file:
        begins = file.read(len(first)) == first
        file.seek(max(0, size - _TAIL))
        return begins and last in file.read()


def _is_json(path: Path, size: int) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


def _is_text(path: Path, size: int) -> bool:
    try:
        return "\0" not in path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False


def _is_captions(path: Path, size: int) -> bool:
    """Tell whether a text ends with a line's end, as all that write captions have it."""
    return _is_text(path, size) and path.read_bytes().endswith(b"\n")


_CHECKS: Mapping[str, Callable[[Path, int], bool]] = {
    "video/mp4": _is_mp4,
    "audio/wav": _is_wav,
    "image/png": _is_png,
    "image/jpeg": _is_jpeg,
    "application/json": _is_json,
    "application/x-subrip": _is_captions,
    "text/vtt": _is_captions,
    "text/plain": _is_text,
}
