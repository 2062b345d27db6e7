"""Removing one film: its folder, and what nobody but it needs."""

from datetime import datetime, timedelta
from pathlib import Path

from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.keeping import kept_files
from sparkle_motion_dagster.artifacts.reachability import (
    Survey,
    SurveyedRun,
    reached_besides,
    reached_by,
    survey,
)
from sparkle_motion_dagster.artifacts.uploads import UploadLog
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.operations.inbox.memory import dismiss
from sparkle_motion_dagster.operations.prune.pruning import Garbage, PrunePlan, collect
from sparkle_motion_dagster.operations.prune.retention import Eviction

_YOUNG = timedelta(days=7)
"""What no film needs yet, somebody may be about to use, unless it is older."""


def plan_removal(home: SparkleHome, run_id: str, now: datetime) -> PrunePlan:
    """Say what would go with a film; nothing is removed.

    Raises:
        InputError: There is no such film.
        UnreadableRecordError: What other films need cannot be told.
        StoreBusyError: Another process has been changing what is stored for ten minutes.
    """
    with changing(home):
        found = survey(home)
        return _plan(found, _run_of(found, run_id), now)


def remove(home: SparkleHome, run_id: str, now: datetime) -> PrunePlan:
    """Remove a film, and return what went with it. The inbox does not ask for it again by itself.

    Raises:
        RunBusyError: Somebody works on it.
        InputError, UnreadableRecordError, StoreBusyError: As for `plan_removal`.
    """
    with changing(home):
        found = survey(home)
        run = _run_of(found, run_id)
        plan = _plan(found, run, now)
        with run.folder.held(doing="removed"):
            dismiss(home, [run_id])
            removed = run.folder.detach()
        collect(home, plan.garbage, [removed])
    return plan


def _run_of(found: Survey, run_id: str) -> SurveyedRun:
    for run in found.runs:
        if run.folder.run_id == run_id:
            return run
    raise InputError(f"There is no film {run_id!r} in {found.home.runs}.")


def _plan(found: Survey, run: SurveyedRun, now: datetime) -> PrunePlan:
    others = reached_by(other for other in found.runs if other is not run)
    kept = others | reached_besides(found, others | run.reach, now, _YOUNG)
    files = sorted((run.reach.files & found.files.keys()) - kept.files)
    records = sorted((run.reach.records & found.records.keys()) - kept.records)
    size_bytes = sum(found.sizes[digest] for digest in files)
    yours = kept_files(run.folder.path)
    uploads = UploadLog(found.home.uploads)
    return PrunePlan(
        evictions=(Eviction(run.folder.run_id, "asked for", size_bytes, yours),),
        garbage=Garbage(
            records=tuple(Path(found.records[fingerprint].path) for fingerprint in records),
            files=tuple(Path(found.files[digest].path) for digest in files),
            uploads=tuple(map(uploads.path_of, sorted(found.uploads.keys() & set(files)))),
            leftovers=(),
            size_bytes=size_bytes,
        ),
        store_bytes=sum(found.sizes.values()) - size_bytes,
        bytes_missing=0,
    )
