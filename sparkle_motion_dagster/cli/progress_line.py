"""Live progress of a render: stage, item, elapsed and remaining time; of many, whose turn it is."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import ProgressReport
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder

if TYPE_CHECKING:
    from rich.console import Console

    from sparkle_motion_dagster.api.batch_result import FilmOfBatch
    from sparkle_motion_dagster.runs.interleaving import Turn

_EVERY_S = 0.2


@dataclass
class _Shown:
    """Whose progress is shown: always that of one film, or in turn.

    Attributes:
        film: Its run_id; None: nobody has had a turn yet.
        name: What comes before its stages, where there are several films.
        stage: The stage that it goes on with; None: whichever it is at.
    """

    film: str | None = None
    name: str = ""
    stage: str | None = None


@contextlib.contextmanager
def shown_progress(home: SparkleHome, run_id: str) -> Iterator[None]:
    """Show on standard error what a run is doing, until the block ends.

    On a terminal it is one live line; elsewhere (a log, a pipe) a line a stage.
    """
    with _showing(home, [_Shown(run_id)]):
        yield


@contextlib.contextmanager
def shown_turns(home: SparkleHome) -> Iterator[ShownTurns]:
    """Show on standard error what the film is doing whose turn it is, until the block ends.

    Yields:
        What is to hear of each turn, and of each film that ends in its turn.
    """
    shown = [_Shown()]
    with _showing(home, shown) as console:
        yield ShownTurns(shown, console)


@dataclass(frozen=True)
class ShownTurns:
    """Turns as they are shown: ``shown`` has one entry, whose progress it is now."""

    shown: list[_Shown]
    console: Console

    def turned(self, turn: Turn) -> None:
        """Show the progress of the film whose turn it is now."""
        self.shown[0] = _Shown(turn.film, f"{_whose(turn)} ", turn.stage)

    def ended(self, turn: Turn, film: FilmOfBatch) -> None:
        """Say in a line why a film has ended, unless it is finished."""
        if film.message:
            why, *_ = film.message.splitlines()
            self.console.print(f"  {_whose(turn)} {film.state}: {why}", soft_wrap=True)


def _whose(turn: Turn) -> str:
    return f"{turn.number}/{turn.of} {turn.film}"


@contextlib.contextmanager
def _showing(home: SparkleHome, shown: list[_Shown]) -> Iterator[Console]:
    """Show the progress of the film that the list's only entry names; give what it is shown on."""
    from rich.console import Console

    # A copy of the handle: Dagster sends the original one to its own log while a step runs.
    with os.fdopen(os.dup(2), "w", encoding="utf-8") as stream:
        console = Console(file=stream, highlight=False, markup=False)
        ended = threading.Event()
        show = _show_live if console.is_terminal else _show_lines
        thread = threading.Thread(target=show, args=(console, home, shown, ended), daemon=True)
        thread.start()
        try:
            yield console
        finally:
            ended.set()
            thread.join()


def _reports(
    home: SparkleHome, shown: list[_Shown], ended: threading.Event
) -> Iterator[tuple[_Shown, ProgressReport]]:
    while not ended.wait(_EVERY_S):
        whose = shown[0]
        if whose.film is None:
            continue
        try:
            report = RunFolder(home, whose.film).state.read().progress
        except UnreadableRecordError:
            continue  # the run itself says so
        if report is None or report.pid != os.getpid():
            continue
        if whose.stage in (None, report.stage):
            yield whose, report


def _show_live(
    console: Console, home: SparkleHome, shown: list[_Shown], ended: threading.Event
) -> None:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.fields[film]}{task.fields[stage]:15}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[item]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("render", total=None, film="", stage="starting", item="", left="")
        for whose, report in _reports(home, shown, ended):
            progress.update(
                task,
                total=report.total,
                completed=report.done,
                film=whose.name,
                stage=report.stage,
                item=_item(report),
                left=_left(report),
            )


def _show_lines(
    console: Console, home: SparkleHome, shown: list[_Shown], ended: threading.Event
) -> None:
    stage = waits = None
    for whose, report in _reports(home, shown, ended):
        if (whose.film, report.stage) != stage:
            stage = whose.film, report.stage
            console.print(f"  {whose.name}{report.stage}{_to_make(report)}", soft_wrap=True)
        said = report.hangs or ("" if report.steps else report.doing)
        if said and _without_numbers(said) != waits:
            waits = _without_numbers(said)
            console.print(f"  {said}", soft_wrap=True)


def _without_numbers(said: str) -> str:
    """Return what stays of a sentence while the time in it goes by."""
    return re.sub(r"\d+", "", said)


def _to_make(report: ProgressReport) -> str:
    """Say how much a stage has to make, as it begins: what is made of that follows."""
    return f": at least {report.making} to make" if report.making else ""


def _item(report: ProgressReport) -> str:
    step = f" step {report.step}/{report.steps}" if report.steps else f" {report.doing}"
    if report.hangs:
        step = f"{step}. {report.hangs}"
    return f"{report.at}{step}"


def _left(report: ProgressReport) -> str:
    remaining = report.remaining_s()
    return "" if remaining is None else f"{remaining:.0f} s left in this stage"
