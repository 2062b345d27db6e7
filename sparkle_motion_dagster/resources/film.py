"""The film resource: under which profile, in which format, and on which workbench."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

import dagster as dg
from pydantic import Field, PrivateAttr, ValidationError

from sparkle_motion_dagster.errors import InputError, SparkleError, reasons
from sparkle_motion_dagster.film.stages import TAKES
from sparkle_motion_dagster.resources.profiled import ProfiledResource
from sparkle_motion_dagster.runs.names import PARTITION_TAG

if TYPE_CHECKING:
    from sparkle_motion_dagster.artifacts.film_state import State
    from sparkle_motion_dagster.film.settings import FilmSettings
    from sparkle_motion_dagster.operations.control import RunControl
    from sparkle_motion_dagster.plan.models import MoviePlan
    from sparkle_motion_dagster.production.workbench import Workbench
    from sparkle_motion_dagster.runs.lifecycle import RunLifecycle

_GO_ON = (
    "Have it made all the same: `sparkle {} {} --over-limits`; in the launchpad, over_limits: true "
    "in the config of the resource film. Or allow it more: limits of its plan or profile."
)


class FilmSettingsError(InputError):
    """The profile's film settings are wrong."""


class FilmResource(ProfiledResource):
    """What all stages of a film share."""

    profile: str | None = Field(
        default=None, description="the profile's name; default: the film's own, which it stays with"
    )
    settings: dict[str, Any] | None = Field(
        default=None,
        description="frame rate, size, tempo limit, encodings; default: the profile's",
    )
    budget: dict[str, Any] | None = Field(
        default=None,
        description="what this run may take, in place of the limits of plan and profile: "
        "gpu_minutes, usd, disk_gb",
    )
    over_limits: bool = Field(
        default=False, description="make it even if it takes more than its limits allow"
    )
    _within_limits: bool = PrivateAttr(default=False)
    _workbench: Workbench = PrivateAttr()
    _lifecycle: RunLifecycle | SparkleError = PrivateAttr()

    @property
    def profile_name(self) -> str:
        """The name of the profile that the run renders its film under."""
        return self.profile_of_run().name if self.profile is None else self.profile

    def film_settings(self) -> FilmSettings:
        """Return the validated settings.

        Raises:
            FilmSettingsError: A setting is missing, unknown or out of bounds.
        """
        if self.settings is None:
            return self.profile_of_run().film
        from sparkle_motion_dagster.film.settings import FilmSettings

        try:
            return FilmSettings.model_validate(self.settings)
        except ValidationError as error:
            raise FilmSettingsError(
                f"The film settings that this run gives are wrong: {reasons(error)}. They replace "
                f"those of the profile {self.profile_name} as a whole: give all of them, or none."
            ) from error

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Hold the run's film for as long as the run goes on, and say what became of it.

        What is in the way of that (another process renders it) is raised where a stage begins: as
        the failure of a step it is shown with its reason, and not tried again.
        """
        from sparkle_motion_dagster.artifacts.home import SparkleHome
        from sparkle_motion_dagster.artifacts.parts import check_parts
        from sparkle_motion_dagster.plan.run_ids import check_run_id
        from sparkle_motion_dagster.production.workbench import Workbench, workbench_of_run
        from sparkle_motion_dagster.runs.lifecycle import RunLifecycle
        from sparkle_motion_dagster.runs.parent import end_with_code_server

        self.setup_for_execution(context)
        end_with_code_server()
        home, run, instance = SparkleHome.from_environment(), context.run, context.instance
        self._workbench = Workbench(home) if run is None else workbench_of_run(home, run.run_id)
        self._workbench.remove_left_behind()
        self._lifecycle = InputError("This run does not say which film it is for.")
        with contextlib.ExitStack() as stack:
            if run is not None and instance is not None and PARTITION_TAG in run.tags:
                try:
                    run_id = check_run_id(run.tags[PARTITION_TAG])
                    check_parts(self._workbench.home)
                    holding = RunLifecycle.holding(instance, run, self._workbench, run_id)
                    self._lifecycle = stack.enter_context(holding)
                except SparkleError as error:
                    self._lifecycle = error
            yield self

    def workbench(self) -> Workbench:
        """Return the workbench below ``$SPARKLE_HOME``; one a run, so that it reads a file once.

        Raises:
            RunBusyError: Another process renders the same film.
            SparkleError: The film cannot be worked on for another reason.
        """
        self._holding()
        return self._workbench

    def check_limits(self, plan: MoviePlan) -> None:
        """Make sure, before the run's first stage takes anything, that all stay within its limits.

        Raises:
            OverLimitsError: They do not, or nobody can tell.
            SparkleError: As `workbench` says.
        """
        if self._run is None or self._within_limits:
            return
        from sparkle_motion_dagster.resources.limits import check_limits
        from sparkle_motion_dagster.runs.starting import PlannedRun

        run, home = PlannedRun.of(self._run), self.workbench().home
        command = "redo" if TAKES in run.stages else "resume"
        check_limits(run, plan, home, _GO_ON.format(command, run.film))
        self._within_limits = True

    def control(self) -> RunControl:
        """Return what a person asks this run for while it goes on.

        Raises:
            SparkleError: As `workbench` says.
        """
        return self._holding().control

    def conclude(self, state: State, message: str, waits_for: str | None = None) -> None:
        """Say how the film is to stand when the run has ended, unless the run never held it."""
        if not isinstance(self._lifecycle, SparkleError):
            self._lifecycle.conclude(state, message, waits_for)

    def _holding(self) -> RunLifecycle:
        if isinstance(self._lifecycle, SparkleError):
            raise self._lifecycle
        return self._lifecycle
