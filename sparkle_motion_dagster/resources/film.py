"""The film resource: under which profile, in which format, and on which workbench."""

import contextlib
from collections.abc import Iterator
from typing import Any, Self

import dagster as dg
from pydantic import Field, PrivateAttr, ValidationError

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import InputError, SparkleError, reasons
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.operations.requests import request_to_go_on, withdraw_request
from sparkle_motion_dagster.operations.reviews import Decision, decision_since
from sparkle_motion_dagster.operations.state import (
    FilmState,
    State,
    read_state,
    write_state,
)
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.production.control import RunControl
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.runs.errors import INTERRUPTED, in_words
from sparkle_motion_dagster.runs.recovery import bury_predecessor
from sparkle_motion_dagster.runs.tags import PARTITION_TAG, STATE_TAG

_UNDONE = (State.PAUSED, State.STOPPED, State.WAITING, State.REJECTED)
"""States in which a person left a film, or has to decide on it."""


class FilmSettingsError(InputError):
    """The profile's film settings are wrong."""


class FilmResource(dg.ConfigurableResource[Any]):
    """What all stages of a film share."""

    profile: str = Field(description="the profile's name; a run belongs to one profile")
    settings: dict[str, Any] = Field(description="frame rate, size, tempo limit, encodings")
    _workbench: Workbench = PrivateAttr()
    _control: RunControl = PrivateAttr()
    _outcome: FilmState | None = PrivateAttr(default=None)
    _obstacle: SparkleError | None = PrivateAttr(default=None)

    def film_settings(self) -> FilmSettings:
        """Return the validated settings.

        Raises:
            FilmSettingsError: A setting is missing, unknown or out of bounds.
        """
        try:
            return FilmSettings.model_validate(self.settings)
        except ValidationError as error:
            raise FilmSettingsError(
                f"The film settings of profile {self.profile} are wrong: {reasons(error)}. They "
                "replace the default profile's as a whole: give all of them."
            ) from error

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Hold the run's film for as long as the run goes on, and say what became of it.

        What is in the way of that (another process renders it) is raised where a stage begins: as
        the failure of a step it is shown with its reason, and not tried again.
        """
        self._workbench = Workbench(SparkleHome.from_environment())
        self._workbench.remove_left_behind()
        run, instance = context.run, context.instance
        if run is None or instance is None or PARTITION_TAG not in run.tags:
            # No film named: the first stage says so, and what to type.
            yield self
            return
        with contextlib.ExitStack() as stack:
            try:
                folder = self._workbench.run_folder(check_run_id(run.tags[PARTITION_TAG]))
                bury_predecessor(instance, self._workbench.home, folder)
                stack.enter_context(folder.held(run.run_id))
            except SparkleError as error:
                self._obstacle = error
                yield self
                return
            self._control = RunControl(folder)
            before = self._begin(instance, run, folder)
            yield self
            self._end(instance, run, folder, before)

    def _begin(
        self, instance: dg.DagsterInstance, run: dg.DagsterRun, folder: RunFolder
    ) -> FilmState | None:
        """Say that the film is being rendered, and return how it stood."""
        before = read_state(folder)
        write_state(folder, FilmState(state=State.RENDERING, dagster_run=run.run_id))
        if STATE_TAG in run.tags:
            # It is a copy of another run, and of what that one was tagged with.
            instance.add_run_tags(run.run_id, {STATE_TAG: str(State.RENDERING)})
        return before

    def _end(
        self,
        instance: dg.DagsterInstance,
        run: dg.DagsterRun,
        folder: RunFolder,
        before: FilmState | None,
    ) -> None:
        """Say how the film stands after the run: in its folder, and on the run."""
        outcome, failure = self._outcome, _failure(instance, run)
        if failure is not None and (outcome is None or _is_another(failure, outcome)):
            outcome = failure
        if outcome is None and _assembled(instance, run):
            outcome = FilmState(state=State.RENDERED, dagster_run=run.run_id)
            folder.forget_reached()
        tag = State.PARTLY if outcome is None else outcome.state
        write_state(folder, outcome or _after_a_part(before, run, folder))
        if outcome is not None:
            # A run that only made a part of the film has not met what was asked for.
            withdraw_request(self._workbench.home, folder.run_id)
        instance.add_run_tags(run.run_id, {STATE_TAG: str(tag)})
        if outcome is not None and outcome.state is State.WAITING:
            self._heed_a_decision(folder, outcome)

    def _heed_a_decision(self, folder: RunFolder, waiting: FilmState) -> None:
        """Act on what a person decided while the rest of the run was still going on."""
        stage = waiting.waits_for
        decision = None if stage is None else decision_since(folder, stage)
        if decision is Decision.APPROVED and waiting.dagster_run is not None:
            request_to_go_on(self._workbench.home, folder.run_id, waiting.dagster_run)
        elif decision is Decision.REJECTED:
            message = f"{stage} was rejected while the run was going on."
            write_state(
                folder, waiting.model_copy(update={"state": State.REJECTED, "message": message})
            )

    def conclude(self, outcome: FilmState) -> None:
        """Say what is to stand as the film's state when the run has ended."""
        self._outcome = outcome

    def workbench(self) -> Workbench:
        """Return the workbench below ``$SPARKLE_HOME``; one a run, so that it reads a file once.

        Raises:
            RunBusyError: Another process renders the same film.
            SparkleError: The film cannot be worked on for another reason.
        """
        if self._obstacle is not None:
            raise self._obstacle
        return self._workbench

    def control(self) -> RunControl:
        """Return what a person asks this run for while it goes on."""
        return self._control


def _after_a_part(before: FilmState | None, run: dg.DagsterRun, folder: RunFolder) -> FilmState:
    """Return how a film stands after a run that made a part of it: what waited, still waits."""
    if before is not None and before.state in _UNDONE and not _approved(before, folder):
        return before
    return FilmState(state=State.PARTLY, dagster_run=run.run_id)


def _approved(state: FilmState, folder: RunFolder) -> bool:
    """Tell whether a person has approved what a film waits for."""
    stage = state.waits_for
    return stage is not None and decision_since(folder, stage) is Decision.APPROVED


def _assembled(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Tell whether a run made the film itself, not only parts of it."""
    done = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
    return any(entry.dagster_event.step_key == VIDEO_FINAL for entry in done if entry.dagster_event)


def _is_another(failure: FilmState, outcome: FilmState) -> bool:
    """Tell whether something failed beside a stage that waits for a person."""
    return outcome.state is State.WAITING and not failure.message.endswith(outcome.message)


def _failure(instance: dg.DagsterInstance, run: dg.DagsterRun) -> FilmState | None:
    """Return the state of a film in whose run a step failed; None: none did."""
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        event = entry.dagster_event
        error = event.step_failure_data.error if event else None
        if event and error:
            reason = in_words(error)[1]
            state = State.STOPPED if reason == INTERRUPTED else State.FAILED
            message = f"{event.step_key}: {reason}"
            return FilmState(state=state, message=message, dagster_run=run.run_id)
    return None
