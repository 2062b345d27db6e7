"""Uploads: files that people have sent, for plans to name, and the records that keep them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.listing import entries
from sparkle_motion_dagster.units import Record

KEPT_FOR = timedelta(days=30)
"""How long an upload is kept that no film uses; what films use stays as long as they do."""

_SUFFIX = ".json"


class Upload(Record):
    """A file that somebody has sent, and that lies in the store."""

    schema_version: Literal["1"] = "1"
    sha256: Sha256
    size_bytes: int = Field(ge=0)
    media_type: str
    name: str = Field(description="what whoever sent it calls it")
    uploaded_at: AwareDatetime


class UploadLog:
    """The records of uploads below one folder, one a file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, digest: str) -> Path:
        """Return where the record of a file lies, or would lie."""
        return self.root / f"{digest}{_SUFFIX}"

    def find(self, digest: str) -> Upload | None:
        """Return the record of a file, or None if it was not uploaded.

        Raises:
            UnreadableRecordError: There is a record, but it cannot be read.
        """
        path = self.path_of(digest)
        try:
            return Upload.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (ValidationError, OSError) as error:
            raise UnreadableRecordError(
                f"The record {path} of an upload cannot be read: it is truncated or damaged. "
                "Upload the file again."
            ) from error

    def write(self, upload: Upload) -> None:
        """Write a record: from now on its file is kept, or will be once it is there."""
        write_atomically(self.path_of(upload.sha256), upload.model_dump_json(indent=1).encode())

    def written(self) -> Mapping[str, datetime]:
        """Return when each record was last written, by digest; none of them is read."""
        return {
            entry.name.removesuffix(_SUFFIX): datetime.fromtimestamp(entry.stat().st_mtime, UTC)
            for entry in entries(self.root)
            if entry.name.endswith(_SUFFIX)
        }
