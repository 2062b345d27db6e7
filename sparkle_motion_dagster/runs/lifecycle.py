"""The life of a Dagster run that works on a film, as the film's state and the run's tag tell it."""

import contextlib
from collections.abc import Iterator, Sequence

import dagster as dg

from sparkle_motion_dagster.artifacts.deleting import delete
from sparkle_motion_dagster.artifacts.film_state import Decision, FilmState, Review, State, Status
from sparkle_motion_dagster.artifacts.published import mend, mend_state
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.intake import PlanNotFoundError, find_plan
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, PLAN_DRAFT, VIDEO_FINAL
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.operations.reviews import review_of, settled
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.runs.failures import INTERRUPTED, in_words
from sparkle_motion_dagster.runs.names import (
    GO_ON,
    MAKE_TAKES,
    PARTITION_TAG,
    STATE_TAG,
    WRITE_PLAN,
    configured,
    job_to_go_on_with,
)
from sparkle_motion_dagster.runs.pages import tell_page
from sparkle_motion_dagster.runs.queue import take_out_of_queue
from sparkle_motion_dagster.runs.recovery import fail_abandoned_run

_UNDONE = (State.PAUSED, State.STOPPED, State.WAITING, State.REJECTED)
"""States in which a person left a film, or has to decide on it."""


class RunLifecycle:
    """A Dagster run that holds its film, from its first second to its last."""

    def __init__(self, instance: dg.DagsterInstance, run: dg.DagsterRun, folder: RunFolder) -> None:
        self._instance, self._run, self._folder = instance, run, folder
        self._concluded: Status | None = None
        self.control = RunControl(folder)

    @classmethod
    @contextlib.contextmanager
    def holding(
        cls, instance: dg.DagsterInstance, run: dg.DagsterRun, workbench: Workbench, run_id: str
    ) -> "Iterator[RunLifecycle]":
        """Hold a run's film while the block goes on, and say before and after how it stands.

        Raises:
            RunBusyError: Another process holds the film.
        """
        folder = workbench.run_folder(run_id)
        mended = mend_state(workbench.home, folder)
        fail_abandoned_run(instance, workbench.home, folder)
        new = not folder.shows_anything()
        with folder.held(run.run_id):
            going_on = cls(instance, run, folder)
            before = folder.state.read().status
            if before is not None and before.dagster_run == run.run_id:
                # `dagster job execute` sets resources up once more when the run has ended.
                yield going_on
                return
            going_on._begin()
            tell_page(instance, run, workbench.home, run_id)
            going_on._mend(workbench, mended)
            yield going_on
            going_on._end(before)
            if new and not any(folder.stages()) and not _is_asked_for(run):
                # A partition that somebody typed, for which there is no plan: nothing came of it.
                delete(folder.detach())

    def conclude(self, state: State, message: str, waits_for: str | None = None) -> None:
        """Say how the film is to stand when the run has ended, and why."""
        self._concluded = self._status(state, message, waits_for)

    def _begin(self) -> None:
        """Say that the film is being rendered, unless further takes are made of it."""
        rendering = self._status(State.RENDERING)
        if _job_of(self._run) != MAKE_TAKES:
            self._folder.state.change(lambda state: state.with_status(rendering))
        if STATE_TAG in self._run.tags:
            # It is a copy of another run, and of what that one was tagged with.
            self._tag(State.RENDERING)

    def _mend(self, workbench: Workbench, mended: Sequence[str]) -> None:
        """Have the film's folder show what was published, and say what was not so."""
        mended = (*mended, *mend(workbench.home, self._folder, workbench.store))
        for line in mended:
            self._instance.report_engine_event(f"Mended: {line}", self._run)
        if mended:
            self._folder.state.change(lambda state: state.with_mended(mended))

    def _end(self, before: Status | None) -> None:
        """Say how the film stands after the run: in its state, and on the run."""
        if _job_of(self._run) == MAKE_TAKES:
            # The film is what it was: how far its takes are, its choices say.
            self._tag(State.PARTLY if before is None else before.state)
            return
        outcome = self._outcome()
        if outcome is not None and outcome.state is State.RENDERED:
            self._folder.forget_kept()
        after = self._folder.state.change(lambda state: self._ended(state, outcome, before))
        if after.status is None or after.status.dagster_run != self._run.run_id:
            self._tag(State.PARTLY)
            return
        self._tag(after.status.state)
        approved = self._decision(after) is Decision.APPROVED
        if after.status.state is not State.PARTLY and not approved:
            # What waits there would do the same once more, or a person has to look at this first.
            take_out_of_queue(self._instance, self._folder.run_id, GO_ON)

    def _outcome(self) -> Status | None:
        """Return what the run came to; None: it made a part of the film, and no more."""
        concluded, failure = self._concluded, self._failure()
        if failure is not None and (concluded is None or _is_another(failure, concluded)):
            return failure
        if concluded is None and self._assembled():
            return self._status(State.RENDERED)
        return concluded

    def _ended(self, state: FilmState, outcome: Status | None, before: Status | None) -> FilmState:
        """Return the film's state after the run, which people may have changed meanwhile."""
        if before is not None and before.state in _UNDONE and self._writes_beside(before):
            left = state.with_status(before)
            return settled(left, self._review(left))
        said = state.status
        if outcome is None and said is not None and said.waits_for is not None:
            outcome = self._status(State.WAITING, said.message, said.waits_for)
        if outcome is None:
            undone = before is not None and before.state in _UNDONE
            waited = state.with_status(before)
            if undone and self._decision(waited) is not Decision.APPROVED:
                # What waited for a person before this run, still waits.
                return waited
            return state.with_status(self._status(State.PARTLY))
        ended = state.with_status(outcome)
        return settled(ended, self._review(ended))

    def _writes_beside(self, before: Status) -> bool:
        """Tell whether the run wrote a draft of a film that another run had left half-way."""
        earlier = self._instance.get_run_by_id(before.dagster_run) if before.dagster_run else None
        return _writes(self._run) and (earlier is None or not _writes(earlier))

    def _decision(self, state: FilmState) -> Decision | None:
        """Return what a person decided on what the film waits for; None: nothing yet."""
        review = self._review(state)
        return None if review is None else review.decision

    def _review(self, state: FilmState) -> Review | None:
        stage = None if state.status is None else state.status.waits_for
        manifest = None if stage is None else self._folder.read(stage)
        return None if manifest is None else review_of(state, manifest)

    def _assembled(self) -> bool:
        """Tell whether the run made the film itself, not only parts of it."""
        made = self._instance.all_logs(
            self._run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
        )
        return any(
            entry.dagster_event.step_key == VIDEO_FINAL for entry in made if entry.dagster_event
        )

    def _failure(self) -> Status | None:
        """Return the status of a film in whose run a step failed; None: none did."""
        failures = self._instance.all_logs(
            self._run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE
        )
        for event in (entry.dagster_event for entry in failures):
            if event is not None and (error := event.step_failure_data.error) is not None:
                reason = in_words(error)[1]
                state = State.STOPPED if reason == INTERRUPTED else State.FAILED
                return self._status(state, f"{event.step_key}: {reason}")
        return None

    def _status(self, state: State, message: str = "", waits_for: str | None = None) -> Status:
        return Status(
            state=state, message=message, dagster_run=self._run.run_id, waits_for=waits_for
        )

    def _tag(self, state: State) -> None:
        self._instance.add_run_tags(self._run.run_id, {STATE_TAG: str(state)})


def _is_asked_for(run: dg.DagsterRun) -> bool:
    """Tell whether a film can be begun: its run names a plan or has a prompt, or one is found."""
    ops = (run.run_config, "ops")
    if configured(*ops, MOVIE_PLAN, "config", "plan_path") is not None:
        return True
    if configured(*ops, PLAN_DRAFT, "config", "prompt"):
        return True
    try:
        return find_plan(run.tags[PARTITION_TAG]) is not None
    except PlanNotFoundError:
        return True  # more than one


def _writes(run: dg.DagsterRun) -> bool:
    """Tell whether a run has a plan written, and makes nothing of a film."""
    return _job_of(run) == WRITE_PLAN


def _job_of(run: dg.DagsterRun) -> str:
    """Return the job that a run is of, whoever started it."""
    assets = [one.to_user_string() for one in run.asset_selection or ()]
    return job_to_go_on_with(run.job_name, assets)


def _is_another(failure: Status, concluded: Status) -> bool:
    """Tell whether something failed beside a stage that waits for a person."""
    return concluded.state is State.WAITING and not failure.message.endswith(concluded.message)
