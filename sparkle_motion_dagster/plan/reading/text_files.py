"""Text files that people write: read once, bounded, and as UTF-8."""

import codecs
from pathlib import Path

from sparkle_motion_dagster.plan.reading.document import unreadable


def read_text(path: Path, most_bytes: int, what: str) -> str:
    """Return what a file says.

    Args:
        path: The file.
        most_bytes: How large it may be.
        what: What such a file is called, such as ``a plan file``.

    Raises:
        UnreadablePlanError: It is not there, is no regular file, is too large, is not UTF-8, or
            says nothing; without a path.
    """
    return decoded_text(_bytes_of(path, most_bytes, what))


def _bytes_of(path: Path, most_bytes: int, what: str) -> bytes:
    try:
        if path.is_dir():
            unreadable(f"is a folder; give {what} in it", None)
        if path.exists() and not path.is_file():
            unreadable("is no regular file", None)
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except FileNotFoundError:
        unreadable("there is no such file", None)
    except OSError as error:
        unreadable(f"cannot be read: {error.strerror}", None)
    except ValueError:  # a NUL in the path
        unreadable("is no path", None)
    if len(data) > most_bytes:
        unreadable(f"is larger than {most_bytes} bytes, the most that {what} may have", None)
    return data


def decoded_text(data: bytes) -> str:
    """Return what the bytes of a file say.

    Raises:
        UnreadablePlanError: They are not UTF-8, or say nothing; without a path.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        unreadable(
            f"is not UTF-8 (byte 0x{data[error.start]:02x}): save the file in that encoding", line
        )
    if not text.strip():
        unreadable("is empty", None)
    return text
