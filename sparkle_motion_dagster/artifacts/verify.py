"""Verifying that everything stored is what it says it is, and setting aside what is not."""

import contextlib
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sparkle_motion_dagster.artifacts.actions import ActionLog, files_of, read_action
from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.choices import UnreadableChoicesError, choices_listed
from sparkle_motion_dagster.artifacts.errors import (
    CorruptFileError,
    RenamedRunError,
    UnreadableRecordError,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.keeping import set_aside_file
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.published import Fault, differences, mend, mend_state
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store


class Damage(StrEnum):
    """What kind of thing is damaged."""

    STORED_FILE = "stored file"
    ACTION_RECORD = "action record"
    MANIFEST = "manifest"
    PUBLISHED_FILE = "published file"
    RUN_FOLDER = "run folder"
    FILM_STATE = "film's state"
    CHOICES = "film's choices"


_DAMAGES = {Fault.MANIFEST: Damage.MANIFEST, Fault.STATE: Damage.FILM_STATE}


@dataclass(frozen=True)
class Finding:
    """One damaged thing: what it is, where it lies, and what is wrong with it.

    ``run_id`` is set for what is to be mended in a run's folder.
    """

    damage: Damage
    path: Path
    message: str
    run_id: str | None = None


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
        *(finding for run in runs for finding in _run_folder(run, store)),
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
    prints = sorted({*_chosen(run), *(artifact.fingerprint for artifact in artifacts)})
    records = [path for print_ in prints if (path := actions.path_of(print_)).exists()]
    digests = sorted({*(artifact.sha256 for artifact in artifacts), *_named_files(records)})
    findings = [
        *(finding for digest in digests if (finding := _stored_file(store, digest))),
        *_action_records(records, store),
        *_run_folder(run, store),
    ]
    return Verification(len(digests), len(records), len(list(run.stages())), tuple(findings))


def set_aside(home: SparkleHome, findings: Iterable[Finding]) -> None:
    """Move what is damaged out of the way, so that the next render makes it again.

    Damaged files and records go to ``set-aside/``; run folders are mended. A manifest that names
    what is to be made again is withdrawn: its stage counts as not made. Where the choices of a
    film are damaged, the takes that its manifests list are what it has to choose from.

    Raises:
        RunBusyError: A film is being worked on.
        StoreBusyError: Another process has been changing what is stored for ten minutes.
    """
    findings = tuple(findings)
    for run_id in sorted({finding.run_id for finding in findings if finding.run_id}):
        _mend_run(home, RunFolder(home, run_id))
    store = Store(home.store)
    with changing(home):
        for finding in findings:
            if finding.path.exists() and _is_still_damaged(finding, store):
                set_aside_file(home, finding.path)


def _is_still_damaged(finding: Finding, store: Store) -> bool:
    """Tell whether something is damaged of what lies in no run folder, which are mended by now."""
    match finding.damage:
        case Damage.STORED_FILE:
            return not store.is_sound(finding.path.name)
        case Damage.ACTION_RECORD:
            return any(_action_records([finding.path], store))
        case _:
            return False


def _mend_run(home: SparkleHome, run: RunFolder) -> None:
    store = Store(home.store)
    mend_state(home, run)
    with run.held(doing="mended"):
        _mend_choices(home, run)
        mend(home, run, store)
        for stage in {left.stage for left in differences(run, store)}:
            run.withdraw(stage)


def _mend_choices(home: SparkleHome, run: RunFolder) -> None:
    try:
        run.choices.read()
    except UnreadableChoicesError as error:
        listed = [artifact for one in _readable_manifests(run) for artifact in one.artifacts]
        set_aside_file(home, error.path, run.run_id)
        run.choices.change(lambda _: choices_listed(listed))


def _chosen(run: RunFolder) -> AbstractSet[str]:
    """Return the fingerprints of what people may choose, or have pinned, as far as can be told."""
    with contextlib.suppress(UnreadableChoicesError):  # _run_folder reports that
        return run.choices.read().fingerprints
    return frozenset()


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
            # Reported by _run_folder, which reads all of them again.
            continue
        if manifest is not None:
            yield manifest


def _run_folder(run: RunFolder, store: Store) -> Iterator[Finding]:
    try:
        found = differences(run, store)
    except RenamedRunError as error:
        yield Finding(Damage.RUN_FOLDER, run.path, str(error))
        return
    try:
        run.choices.read()
    except UnreadableChoicesError as error:
        yield Finding(Damage.CHOICES, error.path, str(error), run.run_id)
    for one in found:
        yield Finding(
            _DAMAGES.get(one.fault, Damage.PUBLISHED_FILE), one.path, str(one), run.run_id
        )
