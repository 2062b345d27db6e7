"""The run launcher of our instance: it knows whether a run's process lives, and can end it."""

import os
import signal

from dagster import DagsterRun, DefaultRunLauncher
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from dagster._core.storage.tags import MAX_RETRIES_TAG

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.runs.names import REEXECUTION, SHELL, STARTED_BY_TAG
from sparkle_motion_dagster.runs.recovery import folder_of, reason_lost


class FilmRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher, for runs that hold a film.

    The daemon's run monitoring asks it for every unfinished run, whoever started that; a run whose
    process is gone is marked as failed. Runs that a shell started can be terminated, too.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Whether `check_run_worker_health` knows."""
        return True

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start a run from the queue; a copy does not keep what its original was tagged with."""
        run = context.dagster_run
        if run.parent_run_id is not None and STARTED_BY_TAG in run.tags:
            tags = {STARTED_BY_TAG: REEXECUTION}
            if run.tags[STARTED_BY_TAG] == SHELL:
                tags[MAX_RETRIES_TAG] = str(self._instance.run_retries_max_retries)
            self._instance.add_run_tags(run.run_id, tags)
        super().launch_run(context)

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Tell whether the process of an unfinished run still lives."""
        reason = reason_lost(self._instance, SparkleHome.from_environment(), run)
        if reason is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, reason)

    def terminate(self, run_id: str) -> bool:
        """End a run: through the code server that started it, else by a signal to its process.

        Returns:
            Whether somebody was told to end it.
        """
        try:
            told = bool(super().terminate(run_id))  # type: ignore[no-untyped-call]
        except DagsterUserCodeUnreachableError:
            # Its code server was restarted; the run itself goes on without it.
            return self._signalled(run_id)
        return told or self._signalled(run_id)

    def _signalled(self, run_id: str) -> bool:
        run = self._instance.get_run_by_id(run_id)
        folder = folder_of(SparkleHome.from_environment(), run) if run else None
        holder = folder.holder() if folder else None
        if holder is None or holder.dagster_run != run_id:
            return False
        try:
            os.kill(holder.pid, signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            # It ended at this moment, or is somebody else's.
            return False
        return True
