"""Carrying a plan to another folder: the files that it names are still the same ones there."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.addresses import digest_address, digest_in
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.film.plan_sources import PlanSource
from sparkle_motion_dagster.operations.uploads import keep_copy
from sparkle_motion_dagster.plan.fields import location_of
from sparkle_motion_dagster.plan.paths import value_at, with_location
from sparkle_motion_dagster.plan.reading.files import FileReference, file_references, find_file
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.production.workbench import Workbench


def carried(
    data: Mapping[str, Any], source: PlanSource, folder: Path, workbench: Workbench
) -> dict[str, Any]:
    """Return a plan that names from another folder the files that it named from its own.

    Those that lie there under the same name are named as they were; of others a copy is kept, as
    of an upload, and named by its digest.

    Args:
        data: The plan, as plain values; it is a valid one.
        source: What it is derived from.
        folder: Where its file is to lie.
        workbench: Where copies are kept.

    Raises:
        UploadKindError: A file is nothing that films are made of.
        StorageFullError, StoreBusyError: As `keep_upload` says.
    """
    kept = dict(data)
    while lost := next(_lost(kept, source, folder), None):
        reference, file = lost
        digest = keep_copy(workbench, file, Path(reference.name).name)
        way = location_of(reference.field)
        if isinstance(value_at(kept, way[:-1]), str):
            way = way[:-1]  # a clip that is its path alone
        kept = with_location(kept, way, digest_address(digest))
    return kept


def _lost(
    data: Mapping[str, Any], source: PlanSource, folder: Path
) -> Iterator[tuple[FileReference, Path]]:
    """Yield files that a plan names, and that another folder does not have under their names."""
    for reference in file_references(validate(data)):
        if digest_in(reference.name) is not None:
            continue
        file = source.files.get(reference.name) or find_file(reference, source.folder)
        there = find_file(reference, folder)
        is_there = isinstance(there, Path) and (
            not isinstance(file, Path) or digest_file(there) == digest_file(file)
        )
        if isinstance(file, Path) and not is_there:
            yield reference, file
