"""Verifying that everything stored is what it says it is, and setting aside what is not."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sparkle_motion_dagster.artifacts.actions import ActionLog, files_of, read_action
from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.errors import (
    CorruptFileError,
    UnreadableRecordError,
    UnreadableStateError,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import MANIFEST, RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.transfer import move


class Damage(StrEnum):
    """What kind of thing is damaged."""

    STORED_FILE = "stored file"
    ACTION_RECORD = "action record"
    MANIFEST = "manifest"
    FILM_STATE = "film's state"


@dataclass(frozen=True)
class Finding:
    """One damaged thing: what it is, where it lies, and what is wrong with it.

    ``run_id`` is set for what lies in a run's folder, and ``stage`` for manifests.
    """

    damage: Damage
    path: Path
    message: str
    run_id: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Verification:
    """How much was read, and what was found to be damaged."""

    stored_files: int
    action_records: int
    manifests: int
    findings: tuple[Finding, ...]


def verify_all(home: SparkleHome) -> Verification:
    """Read everything below a home, every byte of it."""
    store = Store(home.store)
    records = list(ActionLog(home.actions).paths())
    digests = list(store.digests())
    damaged = {digest: finding for digest in digests if (finding := _stored_file(store, digest))}
    runs = [RunFolder(home, run_id) for run_id in home.run_ids()]
    findings = [
        *damaged.values(),
        *_action_records(records, store),
        *(finding for run in runs for finding in _manifests(run, store)),
        *(finding for run in runs for finding in _film_state(run)),
    ]
    manifests = sum(len(list(run.stages())) for run in runs)
    return Verification(len(digests), len(records), manifests, tuple(findings))


def verify_run(home: SparkleHome, run_id: str) -> Verification:
    """Read one run: its manifests, the files that they name, and how those were made."""
    store, actions = Store(home.store), ActionLog(home.actions)
    run = RunFolder(home, run_id)
    artifacts = [
        artifact for manifest in _readable_manifests(run) for artifact in manifest.artifacts
    ]
    prints = sorted({artifact.fingerprint for artifact in artifacts})
    records = [path for print_ in prints if (path := actions.path_of(print_)).exists()]
    digests = sorted({*(artifact.sha256 for artifact in artifacts), *_named_files(records)})
    findings = [
        *(finding for digest in digests if (finding := _stored_file(store, digest))),
        *_action_records(records, store),
        *_manifests(run, store),
        *_film_state(run),
    ]
    return Verification(len(digests), len(records), len(list(run.stages())), tuple(findings))


def set_aside(home: SparkleHome, findings: Iterable[Finding]) -> None:
    """Move what is damaged out of the way, so that the next render makes it again.

    Damaged files and records go to ``set-aside/``. A manifest that names a damaged file is
    withdrawn; its stage is published again from the store.

    Raises:
        StoreBusyError: Another process has been changing what is stored for ten minutes.
    """
    with changing(home):
        home.set_aside.mkdir(parents=True, exist_ok=True)
        for finding in findings:
            if finding.damage is Damage.MANIFEST and finding.run_id and finding.stage:
                RunFolder(home, finding.run_id).withdraw(finding.stage)
            elif finding.path.exists():
                film = f"{finding.run_id}-" if finding.run_id else ""
                move(finding.path, home.set_aside / f"{film}{finding.path.name}")


def _stored_file(store: Store, digest: str) -> Finding | None:
    try:
        store.file(digest)
    except CorruptFileError as error:
        return Finding(Damage.STORED_FILE, store.path_of(digest), str(error))
    return None


def _action_records(paths: Iterable[Path], store: Store) -> Iterator[Finding]:
    for path in paths:
        try:
            record = read_action(path)
            for output in files_of(record):
                store.file(output.sha256)
        except (UnreadableRecordError, CorruptFileError) as error:
            yield Finding(Damage.ACTION_RECORD, path, str(error))


def _named_files(records: Iterable[Path]) -> Iterator[str]:
    """Yield the digests of the files that records name, previews included."""
    for path in records:
        # What cannot be read is reported by _action_records, which reads all of them again.
        with contextlib.suppress(UnreadableRecordError):
            for file in files_of(read_action(path)):
                yield file.sha256


def _readable_manifests(run: RunFolder) -> Iterator[StageManifest]:
    for stage in run.stages():
        try:
            manifest = run.read(stage)
        except UnreadableRecordError:
            # Reported by _manifests, which reads all of them again.
            continue
        if manifest is not None:
            yield manifest


def _manifests(run: RunFolder, store: Store) -> Iterator[Finding]:
    for stage in run.stages():
        path = run.stage(stage) / MANIFEST
        reasons = list(_manifest_faults(run, stage, store))
        if reasons:
            yield Finding(Damage.MANIFEST, path, " ".join(reasons), run.run_id, stage)


def _film_state(run: RunFolder) -> Iterator[Finding]:
    try:
        run.state.read()
    except UnreadableStateError as error:
        yield Finding(Damage.FILM_STATE, error.path, str(error), run.run_id)


def _manifest_faults(run: RunFolder, stage: str, store: Store) -> Iterator[str]:
    try:
        manifest = run.read(stage)
    except UnreadableRecordError as error:
        yield str(error)
        return
    for artifact in manifest.artifacts if manifest else ():
        shown = run.stage(stage) / artifact.file
        if not shown.is_file():
            yield f"{run.run_id}: {shown} is missing."
        elif shown.stat().st_size != artifact.size_bytes or digest_file(shown) != artifact.sha256:
            yield f"{run.run_id}: {shown} is damaged: its bytes are not those of its manifest."
        elif _stored_file(store, artifact.sha256):
            yield f"{run.run_id}: the stored file of {shown} is missing or damaged."
