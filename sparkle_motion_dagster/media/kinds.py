"""What a file is that somebody brings, told by its content: its name may say anything."""

from collections.abc import Callable
from pathlib import Path

from sparkle_motion_dagster.media.cube_files import CUBE, read_cube
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.own_clips import survey_clip
from sparkle_motion_dagster.media.pictures import check_picture
from sparkle_motion_dagster.media.sound.sound_files import check_sound

_HEAD = 64 * 1024
"""Bytes at a look's beginning among which its size stands; titles and comments may come before."""


def media_type_of(path: Path) -> str:
    """Return the media type of a picture, a sound, a clip or a look, read to its end.

    Raises:
        MediaError: It is none of these, or damaged; the message says what each makes of it.
    """
    said = []
    for kind, read in _KINDS:
        try:
            return read(path)
        except MediaError as error:
            said.append(f"As a {kind}: {str(error).rstrip('.')}.")
    raise MediaError(f"{path} is nothing that films are made of. {' '.join(said)}")


def _picture(path: Path) -> str:
    return check_picture(path).media_type


def _sound(path: Path) -> str:
    sound = check_sound(path)
    if sound.is_video:
        raise MediaError(f"{path} is a video")
    return sound.media_type


def _clip(path: Path) -> str:
    return survey_clip(path).media_type


def _look(path: Path) -> str:
    with path.open("rb") as file:
        if b"LUT_" not in file.read(_HEAD):
            raise MediaError(f"{path} is no .cube file: it says nothing of a LUT's size")
    read_cube(path)
    return CUBE


_KINDS: tuple[tuple[str, Callable[[Path], str]], ...] = (
    ("picture", _picture),
    ("sound", _sound),
    ("clip", _clip),
    ("look", _look),
)
