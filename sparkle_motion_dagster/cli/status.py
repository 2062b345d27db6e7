"""`sparkle status`: what there is, and what is going on."""

from collections.abc import Iterator

import click

from sparkle_motion_dagster.api.rate_limits import caps_of_operator
from sparkle_motion_dagster.api.readiness.devices import devices_in_use
from sparkle_motion_dagster.api.standing import FilmStanding, Now, last_touched, standing
from sparkle_motion_dagster.api.waiting import Queue, described_drafts, described_inbox
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.film_state import Holder, State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.parts import check_there
from sparkle_motion_dagster.artifacts.published import Fault, glance
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.film.checks.verdict import warnings_of
from sparkle_motion_dagster.film.stages import FILM, PLAN_DRAFT, STAGES, VIDEO_FINAL
from sparkle_motion_dagster.operations.choices_told import chosen_lines
from sparkle_motion_dagster.operations.drafts import where_it_lies

_DONE = (None, State.RENDERED, State.PARTLY)
"""How films were left of which nothing is left undone that was asked for."""

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
        low = (str(cap) for cap in caps_of_operator(home) if cap.is_low or cap.waiting)
        for line in (*waiting, *low, *devices_in_use()):
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

    from sparkle_motion_dagster.resources.profiles import profile_asked_by

    runs = sorted(home.run_ids(), key=lambda run_id: last_touched(home, run_id), reverse=True)
    if not runs:
        click.echo(f"No films in {home.runs} yet. Make one: `sparkle render PLAN`.")
        return []
    table = Table("film", "profile", "stages", "length", "now", box=SIMPLE)
    damaged = []
    for run_id in runs if everything else runs[:_LATEST]:
        film = standing(home, run_id, queue)
        if film.damage:
            damaged.append(film.damage)
            what = "renamed" if film.now is Now.RENAMED else "damaged"
            table.add_row(run_id, what, "?", "?", "-")
            continue
        folder = RunFolder(home, run_id)
        table.add_row(
            run_id,
            film.profile or profile_asked_by(run_id),
            f"{film.stages_made}/{len(STAGES)}",
            "-" if film.film_s is None else f"{film.film_s:.1f} s",
            _now(film)
            if _shows_film(folder, folder.readable(VIDEO_FINAL))
            else f"not as published, see `sparkle status {run_id}`",
        )
    console = stdout()
    console.print(table)
    if not everything and len(runs) > _LATEST:
        console.print(f"and {len(runs) - _LATEST} older ones: `sparkle status --all`")
    return damaged


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
    for line in _story(folder, standing(home, run_id, queue)) if state is not None else ():
        console.print(line)
    for warning in warnings_of(manifests.values()):
        console.print(f"Warning: {warning}", style="yellow")
    for line in chosen_lines(folder):
        console.print(line)
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
    if (price := folder.price.read()) is not None:
        console.print(f"Work of the last render that made something: {price}.")
    film = manifests[VIDEO_FINAL]
    path = None if film is None else folder.stage(VIDEO_FINAL) / film.artifact(FILM, "film").file
    if film is not None and path not in {one.path for one in differing}:
        # After a failure, it is the film of an earlier render.
        made_at = f"{film.provenance.created_at.astimezone():%d %b %H:%M}"
        console.print(f"Film, of {made_at}: {path}")


def _shows_film(folder: RunFolder, manifest: StageManifest | None) -> bool:
    """Tell at a glance whether a finished film lies where it was published."""
    if manifest is None:
        return True
    film = manifest.artifact(FILM, "film")
    path = folder.stage(VIDEO_FINAL) / film.file
    is_file = path.is_file() and not path.is_symlink()
    return is_file and path.stat().st_size == film.size_bytes


def _now(film: FilmStanding) -> str:
    """Return in a few words what is going on with a film."""
    match film.now:
        case Now.RENDERING:
            return _progress(film) or "being prepared"
        case Now.QUEUED:
            return "in the queue"
        case Now.BEGINNING:
            return "its run begins"
        case Now.NEW | Now.RENDERED | Now.PARTLY:
            return "-"
        case _:
            return str(film.now)


def _story(folder: RunFolder, film: FilmStanding) -> Iterator[str]:
    """Yield what is going on with a film, who does it, and why it is not going on."""
    if film.now is Now.RENDERING:
        yield _work(film.holder)
        if progress := _progress(film):
            yield progress
    elif film.now is Now.BEGINNING:
        yield "Its run begins."
    elif film.left_as in _DONE:
        yield "Nothing is rendering it now."
    elif film.left_as is State.RENDERING:
        yield f"Interrupted: {film.message[0].lower()}{film.message[1:]}"
    elif film.left_as in (State.PAUSED, State.STOPPED):
        yield film.message
    else:
        yield f"{str(film.left_as).capitalize()}. {film.message}"
        if film.left_as is State.WAITING and film.waits_for is not None:
            yield where_it_lies(folder, film.waits_for)


def _work(holder: Holder | None) -> str:
    if holder is None:
        return "Being prepared."
    run = f", Dagster run {holder.dagster_run[:8]}" if holder.dagster_run else ""
    since = f"{holder.since.astimezone():%d %b %H:%M}"
    return f"Being {holder.doing} by {holder}{run}, since {since}."


def _progress(film: FilmStanding) -> str | None:
    report = film.progress
    if report is None:
        return None
    left = (
        "" if film.remaining_s is None else f", about {film.remaining_s:.0f} s left in this stage"
    )
    item = f", at {report.at}" if report.at else ""
    step = f" ({report.doing}: step {report.step} of {report.steps})" if report.steps else ""
    if report.doing and not report.steps:
        step, left = f". {report.doing}", ""  # nobody knows what is left, once the wait is over
    if report.hangs:
        step, left = f"{step}. {report.hangs}", ""
    return f"{report.stage}: {report.done} of {report.total} done{item}{step}{left}"
