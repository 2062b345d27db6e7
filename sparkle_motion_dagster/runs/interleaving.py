"""Films that one process renders together: a stage of all of them, then the next one of all.

So one model serves them all before it leaves. Each film has a run of its own, which goes on when it
is its turn, and rests between two stages while the others go on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.operations.control import NotRenderingError, ask
from sparkle_motion_dagster.runs.names import STAGES_OF_JOB
from sparkle_motion_dagster.runs.starting import (
    EndedRun,
    JobFinder,
    PlannedRun,
    begun_here,
    working_in,
)
from sparkle_motion_dagster.runs.surroundings import Interrupts, Surroundings

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance


@dataclass(frozen=True)
class Turn:
    """Which film goes on now, the how manieth of how many it is, and with which stage."""

    film: str
    number: int
    of: int
    stage: str


Outcome: TypeAlias = EndedRun | SparkleError
"""What became of a film: its run, or why there is none."""

Watcher: TypeAlias = Callable[[Turn], None]
"""Hears whose turn it is."""

EndWatcher: TypeAlias = Callable[[Turn, Outcome], None]
"""Hears of a film that has ended, in which turn, and how."""


@dataclass
class _FilmInTurn:
    """A film whose run goes on a stage at a time.

    Attributes:
        events: What has happened in its run.
        over: Whether the run has ended.
        refused: Why there is no run of it.
    """

    run: PlannedRun
    events: list[DagsterEvent] = field(default_factory=list)
    over: bool = False
    refused: SparkleError | None = None
    _further: Iterator[DagsterEvent] | None = None
    _comes_to: str | None = None
    _made: str | None = None
    _surroundings: Surroundings = field(default_factory=Surroundings)

    @property
    def begun(self) -> bool:
        """Whether there is a run of it."""
        return self._further is not None

    @property
    def outcome(self) -> Outcome | None:
        """What became of it; None: its run has not ended, or was not begun."""
        if not self.over:
            return None
        return EndedRun(self.events) if self.refused is None else self.refused

    def begin(self, instance: DagsterInstance, job_named: JobFinder) -> None:
        """Have a run of the film, which has done nothing yet."""
        try:
            self._further = begun_here(instance, self.run, job_named)
        except SparkleError as error:
            self.refused, self.over = error, True

    def go_through(self, stage: str) -> None:
        """Go on until a stage is done, or until the run comes to a later one, or ends.

        A run in which the stage failed, or waits for a person, goes on: it ends, unless it can do
        something else.
        """
        order = STAGES_OF_JOB[self.run.job].index
        is_last = stage == STAGES_OF_JOB[self.run.job][-1]

        def is_done(event: DagsterEvent) -> bool:
            if event.is_step_start and order(str(event.step_key)) > order(stage):
                self._comes_to = event.step_key
                return True
            made = event.is_step_materialization and event.step_key == stage
            self._made = stage if made else self._made
            return event.is_step_success and self._made == stage and not is_last

        if self._comes_to is None or order(self._comes_to) <= order(stage):
            self._go_on(is_done)

    def go_to_its_end(self) -> None:
        """Go on until the run ends."""
        self._go_on(lambda _: False)

    def close(self) -> None:
        """Give the run up where it is, unless it has ended."""
        closing = getattr(self._further, "close", None)
        if not self.over and closing is not None:
            with self._surroundings.in_place():
                closing()
        self._surroundings.drop()

    def _go_on(self, until: Callable[[DagsterEvent], bool]) -> None:
        with self._surroundings.in_place():
            for event in self._further or ():
                self.events.append(event)
                if until(event):
                    return
            self.over = True


def execute_together(
    instance: DagsterInstance,
    home: SparkleHome,
    runs: Sequence[PlannedRun],
    job_named: JobFinder,
    watch: Watcher,
    ended: EndWatcher,
) -> Mapping[str, Outcome | None]:
    """Execute a job of several films to its end, each stage of all of them before the next one.

    A run that fails, is paused or waits for a person ends, and the others go on. Where this process
    is to end (Ctrl-C, SIGTERM), the run that goes on is interrupted, and the others are stopped.

    Args:
        instance: Which keeps the runs.
        home: Where their results go.
        runs: What is to be run: the same job of each film.
        job_named: As `execute_here` takes it.
        watch: Hears whose turn it is.
        ended: Hears at once of each film that ends in its turn.

    Returns:
        By film, what became of its run; why there is none; None: it was not begun any more.

    Raises:
        BusyError: This process executes a run already, in another thread.
    """
    from dagster._utils.interrupts import capture_interrupts

    films = [_FilmInTurn(run) for run in runs]
    with (
        working_in(home),
        Interrupts() as interrupts,
        capture_interrupts(),
        WARM.shared(),
        contextlib.ExitStack() as closing,
    ):
        for film in films:
            closing.callback(film.close)
        for turn in _turns(films):
            film = films[turn.number - 1]
            if not film.begun:
                film.begin(instance, job_named)
            if not film.over:
                watch(turn)
                film.go_through(turn.stage)
            if (outcome := film.outcome) is not None:
                ended(turn, outcome)
            if interrupts.heard():
                _stop(films, home)
                break
    return {film.run.film: film.outcome for film in films}


def _turns(films: Sequence[_FilmInTurn]) -> Iterator[Turn]:
    """Yield whose turn it is, stage by stage, of those whose runs have not ended.

    When all have gone through a stage, its models are freed: what the next one needs, finds room.
    """
    for stage in dict.fromkeys(stage for film in films for stage in STAGES_OF_JOB[film.run.job]):
        for number, film in enumerate(films, 1):
            if not film.over:
                yield Turn(film.run.film, number, len(films), stage)
        WARM.evict()


def _stop(films: Sequence[_FilmInTurn], home: SparkleHome) -> None:
    """Have all runs end that have not: each is stopped before the stage that comes next."""
    for film in films:
        if film.begun and not film.over:
            # Whom nobody can ask, ends by itself: another process has the film, or it is damaged.
            with contextlib.suppress(NotRenderingError, UnreadableRecordError):
                ask(RunFolder(home, film.run.film), Wish.STOP)
            film.go_to_its_end()
