"""Small homes for tests: runs of a few bytes, stored and published by the real classes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import (
    ActionRecord,
    Artifact,
    EngineIdentity,
    OutputFile,
    Provenance,
    StageManifest,
    content_digest,
)
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store

PENCIL = EngineIdentity(name="pencil", version=1)
UNFINISHED = ("movie_plan", "base_images")
FINISHED = (*UNFINISHED, "video_final")


def fingerprint_of(text: str) -> str:
    """Return the fingerprint under which `make_item` records a text."""
    return hashlib.sha256(f"request for {text}".encode()).hexdigest()


def digest_of(text: str) -> str:
    """Return the digest of a text's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def make_item(home: SparkleHome, text: str, age: timedelta = timedelta(0)) -> ActionRecord:
    """Make a text, and a preview of it: stored, and recorded as of some time ago."""
    store, actions = Store(home.store), ActionLog(home.actions)
    record = ActionRecord(
        fingerprint=fingerprint_of(text),
        engine=PENCIL,
        request={"text": text},
        outputs={"note": _stored(store, text)},
        previews={"small": _stored(store, f"preview of {text}")},
        metadata={},
        seconds=0.0,
        made_at=datetime.now(UTC),
        versions={},
    )
    actions.write(record)
    make_older(actions.path_of(record.fingerprint), age)
    return record


def make_run(
    home: SparkleHome,
    run_id: str,
    stages: Mapping[str, str],
    age: timedelta = timedelta(0),
) -> RunFolder:
    """Publish a run with one item a stage, each a text; all of it is as of some time ago."""
    folder, store = RunFolder(home, run_id), Store(home.store)
    for stage, text in stages.items():
        record = make_item(home, text, age)
        folder.publish(_manifest(run_id, stage, record), store)
        make_older(folder.stage(stage) / "manifest.json", age)
    return folder


def make_older(path: Path, age: timedelta) -> None:
    """Set a file's time back."""
    moment = (datetime.now(UTC) - age).timestamp()
    os.utime(path, (moment, moment))


def records_in(home: SparkleHome) -> set[str]:
    """Return the fingerprints of all action records."""
    return {path.stem for path in ActionLog(home.actions).paths()}


def files_in(home: SparkleHome) -> set[str]:
    """Return the digests of all stored files."""
    return set(Store(home.store).digests())


def files_for(*texts: str) -> set[str]:
    """Return the digests of the files that `make_item` stores for texts."""
    return {digest_of(name) for text in texts for name in (text, f"preview of {text}")}


def _stored(store: Store, text: str) -> OutputFile:
    data = text.encode()
    return OutputFile(
        sha256=store.write(data).sha256, size_bytes=len(data), media_type="text/plain"
    )


def _manifest(run_id: str, stage: str, record: ActionRecord) -> StageManifest:
    output = record.outputs["note"]
    artifacts = (
        Artifact(
            id="item",
            name="note",
            file="item.txt",
            media_type=output.media_type,
            size_bytes=output.size_bytes,
            sha256=output.sha256,
            fingerprint=record.fingerprint,
        ),
    )
    return StageManifest(
        run_id=run_id,
        profile="animatic",
        stage=stage,
        engine=PENCIL,
        plan_digest="0" * 64,
        upstream={},
        content_digest=content_digest(artifacts),
        artifacts=artifacts,
        provenance=Provenance(
            created_at=datetime.now(UTC),
            made=(),
            taken=(),
            seconds=0.0,
            versions={},
            host="here",
            device="cpu",
        ),
    )
