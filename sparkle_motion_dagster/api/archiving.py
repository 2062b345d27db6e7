"""Archiving and restoring films: copies elsewhere, for when the disk they were made on is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.archive.archiving import archive_run
from sparkle_motion_dagster.artifacts.archive.restoring import OtherRun, restore_run
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.operations.prune.pruning import size_text
from sparkle_motion_dagster.pages.page_file import write_page
from sparkle_motion_dagster.plan.run_ids import check_run_id

if TYPE_CHECKING:
    from sparkle_motion_dagster.artifacts.archive.index import Transfer
    from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder


def archive_film(home: SparkleHome, run_id: str, root: RemoteFolder) -> str:
    """Copy a film, and all that it was made from, elsewhere; every file is read back from there.

    Returns:
        What was copied, in a sentence.

    Raises:
        NotFoundError: There is no such film.
        SparkleError: As `archive_run` raises it.
    """
    film = home.existing_run(run_id)
    return f"Archived {film} in {root}: {_amount(archive_run(home, film, root))}."


def restore_film(
    home: SparkleHome, run_id: str, root: RemoteFolder, other: OtherRun = OtherRun.STAYS
) -> str:
    """Copy a film back from where it was archived, once every byte of it is checked.

    Its page is no part of the archive: it is written anew.

    Args:
        home: Where it is copied to.
        run_id: Its name.
        root: The archive.
        other: What becomes of another film of that name.

    Returns:
        What was copied, in a sentence; and why its page could not be written, if it could not.

    Raises:
        InputError: That is no film's name.
        SparkleError: As `restore_run` raises it.
    """
    from sparkle_motion_dagster.runs.films import register_film
    from sparkle_motion_dagster.runs.instance import open_instance

    film = check_run_id(run_id)
    transfer = restore_run(home, film, root, VIDEO_FINAL, other)
    with open_instance(home) as instance:
        register_film(instance, film)
    restored = f"Restored {film} from {root}: {_amount(transfer)}."
    failed = write_page(home, RunFolder(home, film))
    return restored if failed is None else f"{restored}\n{failed}"


def _amount(transfer: Transfer) -> str:
    return (
        f"{transfer.files} files, {size_text(transfer.size_bytes)}; copied were "
        f"{transfer.files_copied} of them, {size_text(transfer.bytes_copied)}"
    )
