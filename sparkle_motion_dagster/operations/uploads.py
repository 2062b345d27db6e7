"""Uploading: a file that somebody sends is looked into, stored by its digest, and kept."""

import shutil
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.errors import explained_full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.uploads import Upload, UploadLog
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.kinds import media_type_of
from sparkle_motion_dagster.production.workbench import Workbench

_LONGEST_NAME = 200


class UploadNameError(InputError):
    """An upload's name will not do."""


class UploadKindError(InputError):
    """What was uploaded is nothing that films are made of, or is not what it was said to be."""


def check_upload_name(name: str) -> str:
    """Return the name of a file that is uploaded; it names no path here, and is shown to people.

    Raises:
        UploadNameError: It is blank, too long, has slashes, or characters that nobody sees.
    """
    unseen = any(unicodedata.category(letter)[0] == "C" for letter in name)
    if not name.strip() or len(name) > _LONGEST_NAME or unseen or {"/", "\\"} & {*name}:
        raise UploadNameError(
            "The name of an upload is that of a file, without folders: 1 to "
            f"{_LONGEST_NAME} characters that can be seen."
        )
    return name


def keep_upload(
    home: SparkleHome, file: Path, digest: str, name: str, said_type: str | None = None
) -> Upload:
    """Look into a file that was uploaded, and move it into the store.

    Args:
        home: Where it is kept.
        file: The file; it is gone afterwards.
        digest: Its digest.
        name: What it is called.
        said_type: The media type that was said to be its; None: none was.

    Raises:
        UploadKindError: It is no picture, sound, clip or look, or another kind than was said.
        StorageFullError: The disk is full.
        StoreBusyError: Another process has been changing what is stored for ten minutes.
    """
    try:
        media_type = media_type_of(file)
    except MediaError as error:
        raise UploadKindError(str(error).replace(str(file), name)) from error
    if said_type is not None and said_type.partition("/")[0] != media_type.partition("/")[0]:
        raise UploadKindError(
            f"{name} is {media_type}, and was sent as {said_type}. Say what it is, or leave the "
            "Content-Type out."
        )
    upload = Upload(
        sha256=digest,
        size_bytes=file.stat().st_size,
        media_type=media_type,
        name=name,
        uploaded_at=datetime.now(UTC),
    )
    with explained_full_disk(home.root):
        # The record first: nothing that it names is collected, however long storing takes.
        with changing(home):
            UploadLog(home.uploads).write(upload)
        Store(home.store).take_in(file)
    return upload


def keep_copy(workbench: Workbench, file: Path, name: str) -> str:
    """Keep a copy of a file as if somebody had uploaded it, and return its digest.

    Args:
        workbench: Where it is kept.
        file: The file; it stays.
        name: What it is called.

    Raises:
        UploadKindError, StorageFullError, StoreBusyError: As `keep_upload` says.
    """
    with workbench.work_folder() as folder:
        copy = folder / "copy"
        shutil.copyfile(file, copy)
        return keep_upload(workbench.home, copy, digest_file(copy), name).sha256
