"""The index's rows of a run, brought in line with its manifests."""

import sqlite3

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.manifests import (
    MANIFEST,
    Signature,
    manifest_in,
    signatures_in,
)
from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest

_INSERT = "INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def known_signatures(connection: sqlite3.Connection, run_id: str) -> dict[str, Signature]:
    """Return the manifests of a run that its rows were made from, by stage."""
    rows = connection.execute(
        "SELECT stage, modified_ns, size_bytes FROM manifests WHERE run_id = ?", (run_id,)
    )
    return {stage: (modified_ns, size) for stage, modified_ns, size in rows}


def follow(connection: sqlite3.Connection, home: SparkleHome, run_id: str) -> None:
    """Bring a run's rows in line with its manifests, inside of `writing`.

    Only manifests that have changed are read; of one that cannot be read, there are no rows.
    """
    folder = home.runs / run_id
    before, now = known_signatures(connection, run_id), signatures_in(folder)
    for stage in before.keys() | now.keys():
        if before.get(stage) == now.get(stage):
            continue
        for table in ("artifacts", "manifests"):
            connection.execute(
                f"DELETE FROM {table} WHERE run_id = ? AND stage = ?",  # noqa: S608 - ours
                (run_id, stage),
            )
        if (signature := now.get(stage)) is not None:
            # Taken before reading: what changes while it is read will not be mistaken for it.
            connection.execute(
                "INSERT INTO manifests (run_id, stage, modified_ns, size_bytes) "
                "VALUES (?, ?, ?, ?)",
                (run_id, stage, *signature),
            )
            manifest = manifest_in(folder / stage / MANIFEST)
            if manifest is not None and (manifest.run_id, manifest.stage) == (run_id, stage):
                rows = [_row(manifest, artifact) for artifact in manifest.artifacts]
                connection.executemany(_INSERT, rows)
    if folder.is_dir():
        connection.execute("INSERT OR IGNORE INTO runs VALUES (?)", (run_id,))
    else:
        connection.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))


def _row(manifest: StageManifest, artifact: Artifact) -> tuple[str | int, ...]:
    return (
        *(manifest.run_id, manifest.stage, artifact.id, artifact.name, artifact.file),
        *(artifact.media_type, artifact.media_type.partition("/")[0]),
        *(artifact.size_bytes, artifact.sha256),
        manifest.provenance.created_at.isoformat(),
        artifact.facts.model_dump_json(exclude_none=True),
    )
