"""Reading a script's file, by its suffix."""

from pathlib import Path

from sparkle_motion_dagster.screenplay.elements import Screenplay
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.final_draft import read_final_draft
from sparkle_motion_dagster.screenplay.fountain import read_fountain
from sparkle_motion_dagster.screenplay.plain_script import read_plain_script

SCRIPT_SUFFIXES = (".fountain", ".spmd", ".fdx", ".txt")
"""Suffixes of scripts: Fountain, also under its earlier name, Final Draft, and plain text."""

MAX_BYTES = 16 * 2**20
"""How large a script may be: more than any film's, and little enough to be read at once."""


def read_script(path: Path) -> Screenplay:
    """Read a script.

    Raises:
        ScriptError: It cannot be read, is too large, or is of a kind that is not known.
    """
    suffix = path.suffix.lower()
    if suffix not in SCRIPT_SUFFIXES:
        known = ", ".join(SCRIPT_SUFFIXES)
        raise ScriptError(f"{path} is no script: known suffixes are {known}.")
    source = _bytes(path)
    try:
        if suffix == ".fdx":
            return read_final_draft(source)
        text = source.decode("utf-8-sig")
    except ScriptError as error:
        raise ScriptError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise ScriptError(
            f"{path} is not in UTF-8: byte {error.start} is no letter. Save it as UTF-8."
        ) from error
    return read_plain_script(text) if suffix == ".txt" else read_fountain(text)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ScriptError(f"{path} cannot be read: {error.strerror}.") from error
    if len(source) > MAX_BYTES:
        raise ScriptError(f"{path} is larger than {MAX_BYTES >> 20} MiB: that is no script.")
    return source
