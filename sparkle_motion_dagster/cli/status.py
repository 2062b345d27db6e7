"""`sparkle status`: what there is, and what is going on."""

from collections.abc import Iterator

import click

from sparkle_motion_dagster.api.waiting import Queue, described_drafts, described_inbox
from sparkle_motion_dagster.artifacts.errors import RenamedRunError, UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import FilmState, Holder, State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.parts import check_there
from sparkle_motion_dagster.artifacts.published import Fault, glance
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.film.checks.verdict import warnings_of
from sparkle_motion_dagster.film.stages import FILM, MOVIE_PLAN, PLAN_DRAFT, STAGES, VIDEO_FINAL
from sparkle_motion_dagster.operations.drafts import where_it_lies

_DONE = (State.RENDERED, State.PARTLY)
"""States of films of which nothing is left undone that was asked for."""

_LATEST = 20
"""Films that are listed unless all of them are asked for."""


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--all", "everything", is_flag=True, help="List all films, not only the latest.")
@readable_errors
def status(run_id: str | None, everything: bool) -> None:  # noqa: FBT001 - a command line flag
    """List the latest films, or show how far RUN is, stage by stage.

    It says what is being rendered, what waits for a person, in the queue or in the inbox, and what
    was paused, stopped or interrupted, and why.
    """
    home = SparkleHome.from_environment()
    check_there(home)
    queue = Queue.of(home)
    if run_id is None:
        damaged = _list_runs(home, queue, everything=everything)
        waiting = (*queue.described(), *described_drafts(home), *described_inbox(home))
        for line in (*waiting, *devices_in_use()):
            click.echo(line)
        if damaged:
            raise UnreadableRecordError("\n".join(damaged))
    elif run_id in queue.films and not RunFolder(home, run_id).shows_anything():
        click.echo(f"Nothing of {run_id} has been made yet. {queue.place_of(run_id)}")
    else:
        _show_run(home, home.existing_run(run_id), queue)


def _list_runs(home: SparkleHome, queue: Queue, *, everything: bool) -> list[str]:
    """List films; returns what is damaged of them, a paragraph a film."""
    from rich.box import SIMPLE
    from rich.table import Table

    runs = sorted(home.run_ids(), key=lambda run_id: _last_touched(home, run_id), reverse=True)
    if not runs:
        click.echo(f"No films in {home.runs} yet. Make one: `sparkle render PLAN`.")
        return []
    table = Table("film", "profile", "stages", "length", "now", box=SIMPLE)
    damaged = []
    for run_id in runs if everything else runs[:_LATEST]:
        folder = RunFolder(home, run_id)
        try:
            manifests, now = _manifests(folder), _now(folder, queue)
        except UnreadableRecordError as error:
            damaged.append(str(error))
            what = "renamed" if isinstance(error, RenamedRunError) else "damaged"
            table.add_row(run_id, what, "?", "?", "-")
            continue
        done = sum(manifest is not None for manifest in manifests.values())
        plan = manifests[MOVIE_PLAN] or folder.readable(PLAN_DRAFT)
        table.add_row(
            run_id,
            plan.profile if plan else "?",
            f"{done}/{len(STAGES)}",
            _length(manifests[VIDEO_FINAL]),
            now
            if _shows_film(folder, manifests[VIDEO_FINAL])
            else f"not as published, see `sparkle status {run_id}`",
        )
    console = stdout()
    console.print(table)
    if not everything and len(runs) > _LATEST:
        console.print(f"and {len(runs) - _LATEST} older ones: `sparkle status --all`")
    return damaged


def _last_touched(home: SparkleHome, run_id: str) -> float:
    """Return when a film's folder changed last, in seconds since 1970."""
    try:
        return RunFolder(home, run_id).path.stat().st_mtime
    except FileNotFoundError:
        # Somebody removes it at this moment.
        return 0.0


def _show_run(home: SparkleHome, run_id: str, queue: Queue) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    folder = RunFolder(home, run_id)
    manifests = {stage: folder.readable(stage) for stage in STAGES}
    # What is being rendered changes while one looks.
    differing = () if folder.is_held() else glance(folder, Store(home.store))
    damaged = {one.path.parent.name for one in differing if one.fault is Fault.MANIFEST}
    table = Table("stage", "items", "made", "stored", "engine", "when", box=SIMPLE)
    if (draft := folder.readable(PLAN_DRAFT)) is not None:
        manifests = {PLAN_DRAFT: draft, **manifests}
    for stage, manifest in manifests.items():
        if manifest is None:
            when = "damaged" if stage in damaged else "not made yet"
            table.add_row(stage, "-", "-", "-", "-", when)
            continue
        made, taken = manifest.provenance.made, manifest.provenance.taken
        table.add_row(
            stage,
            str(len({artifact.id for artifact in manifest.artifacts})),
            str(len(made)),
            str(len(taken)),
            str(manifest.engine),
            f"{manifest.provenance.created_at.astimezone():%d %b %H:%M}",
        )
    console = stdout()
    console.print(table)
    state = None if any(one.fault is Fault.STATE for one in differing) else folder.state.read()
    for line in _story(folder, state) if state is not None else ():
        console.print(line)
    for warning in warnings_of(manifests.values()):
        console.print(f"Warning: {warning}", style="yellow")
    for line in state.mended if state is not None else ():
        console.print(f"The last render mended: {line}")
    for one in differing:
        console.print(f"Not as published: {one}", style="yellow")
    if differing:
        console.print(f"`sparkle render PLAN --run-id {run_id}` mends that.")
    if run_id in queue.films:
        console.print(queue.place_of(run_id))
    for line in devices_in_use():
        console.print(line)
    film = manifests[VIDEO_FINAL]
    path = None if film is None else folder.stage(VIDEO_FINAL) / film.artifact(FILM, "film").file
    if film is not None and path not in {one.path for one in differing}:
        # After a failure, it is the film of an earlier render.
        made_at = f"{film.provenance.created_at.astimezone():%d %b %H:%M}"
        console.print(f"Film, of {made_at}: {path}")


def _manifests(folder: RunFolder) -> dict[str, StageManifest | None]:
    return {stage: folder.read(stage) for stage in STAGES}


def _shows_film(folder: RunFolder, manifest: StageManifest | None) -> bool:
    """Tell at a glance whether a finished film lies where it was published."""
    if manifest is None:
        return True
    film = manifest.artifact(FILM, "film")
    path = folder.stage(VIDEO_FINAL) / film.file
    is_file = path.is_file() and not path.is_symlink()
    return is_file and path.stat().st_size == film.size_bytes


def _length(manifest: StageManifest | None) -> str:
    if manifest is None:
        return "-"
    return f"{manifest.artifact(FILM, 'film').facts.duration_s:.1f} s"


def _now(folder: RunFolder, queue: Queue) -> str:
    """Return in a few words what is going on with a film."""
    state = folder.state.read()
    if _holder(folder, state) is not None:
        return _progress(state) or "being prepared"
    if folder.run_id in queue.films:
        return "in the queue"
    if state.status is None or state.standing(*_DONE):
        return "-"
    return "interrupted" if state.standing(State.RENDERING) else str(state.status.state)


def _story(folder: RunFolder, state: FilmState) -> Iterator[str]:
    """Yield what is going on with a film, who does it, and why it is not going on."""
    status, holder = state.status, _holder(folder, state)
    if holder is not None:
        run = f", Dagster run {holder.dagster_run[:8]}" if holder.dagster_run else ""
        since = f"{holder.since.astimezone():%d %b %H:%M}"
        yield f"Being {holder.doing} by {holder}{run}, since {since}."
        if progress := _progress(state):
            yield progress
    elif status is None or status.state in _DONE:
        yield "Nothing is rendering it now."
    elif status.state is State.RENDERING:
        yield (
            "Interrupted: its run ended without saying why. It was killed, or the disk was full. "
            f"Everything finished is kept: `sparkle resume {folder.run_id}` goes on from there."
        )
    elif status.state in (State.PAUSED, State.STOPPED):
        yield status.message
    else:
        yield f"{str(status.state).capitalize()}. {status.message}"
        if status.state is State.WAITING and status.waits_for is not None:
            yield where_it_lies(folder, status.waits_for)


def devices_in_use() -> Iterator[str]:
    """Yield, for each device of this machine that somebody holds, who that is, and what for."""
    from sparkle_motion_dagster.gpu.lock import holders

    for device, held_by in holders().items():
        yield f"Device {device} is held by {held_by}."


def _holder(folder: RunFolder, state: FilmState) -> Holder | None:
    """Return who holds a film; only one that does not say how a run left it can be held."""
    settled = state.status is not None and not state.standing(State.RENDERING)
    return None if settled or not folder.is_held() else state.holder


def _progress(state: FilmState) -> str | None:
    report = state.progress
    if report is None:
        return None
    remaining = report.remaining_s()
    left = "" if remaining is None else f", about {remaining:.0f} s left in this stage"
    item = f", at {report.item}" if report.item else ""
    step = f" ({report.doing}: step {report.step} of {report.steps})" if report.steps else ""
    if report.doing and not report.steps:
        step = f". {report.doing}"
    if report.hangs:
        step, left = f"{step}. {report.hangs}", ""
    return f"{report.stage}: {report.done} of {report.total} done{item}{step}{left}"
