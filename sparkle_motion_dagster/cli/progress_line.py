"""Live progress of a render: stage, item, elapsed and remaining time."""

import contextlib
import os
import threading
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import ProgressReport
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder

_EVERY_S = 0.2


@contextlib.contextmanager
def shown_progress(home: SparkleHome, run_id: str) -> Iterator[None]:
    """Show on standard error what a run is doing, until the block ends.

    On a terminal it is one live line; elsewhere (a log, a pipe) a line a stage.
    """
    # A copy of the handle: Dagster sends the original one to its own log while a step runs.
    with os.fdopen(os.dup(2), "w", encoding="utf-8") as stream:
        console = Console(file=stream, highlight=False)
        ended = threading.Event()
        show = _show_live if console.is_terminal else _show_lines
        thread = threading.Thread(target=show, args=(console, home, run_id, ended), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _reports(home: SparkleHome, run_id: str, ended: threading.Event) -> Iterator[ProgressReport]:
    state = RunFolder(home, run_id).state
    while not ended.wait(_EVERY_S):
        try:
            report = state.read().progress
        except UnreadableRecordError:
            return  # the run itself says so
        if report is not None and report.pid == os.getpid():
            yield report


def _show_live(console: Console, home: SparkleHome, run_id: str, ended: threading.Event) -> None:
    columns = (
        TextColumn("{task.fields[stage]:15}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[item]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("render", total=None, stage="starting", item="", left="")
        for report in _reports(home, run_id, ended):
            progress.update(
                task,
                total=report.total,
                completed=report.done,
                stage=report.stage,
                item=_item(report),
                left=_left(report),
            )


def _show_lines(console: Console, home: SparkleHome, run_id: str, ended: threading.Event) -> None:
    stage = waits = None
    for report in _reports(home, run_id, ended):
        said = report.hangs or ("" if report.steps else report.doing)
        if said and said != waits:
            waits = said
            console.print(f"  {waits}")
        if report.stage != stage:
            stage = report.stage
            console.print(f"  {stage}{_to_make(report)}")


def _to_make(report: ProgressReport) -> str:
    """Say how much a stage has to make, as it begins: what is made of that follows."""
    return f": at least {report.making} to make" if report.making else ""


def _item(report: ProgressReport) -> str:
    step = f" step {report.step}/{report.steps}" if report.steps else f" {report.doing}"
    if report.hangs:
        step = f"{step}. {report.hangs}"
    return f"{report.item or ''}{step}"


def _left(report: ProgressReport) -> str:
    remaining = report.remaining_s()
    return "" if remaining is None else f"{remaining:.0f} s left in this stage"
