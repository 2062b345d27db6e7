"""`sparkle status`: what there is, and what is going on."""

from __future__ import annotations

import click

from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.errors import InputError

STAGES = (
    "movie_plan",
    "dialogue_wavs",
    "timeline_track",
    "base_images",
    "shot_clips",
    "lipsync_clips",
    "video_final",
)
"""The stages of a film, in the order in which they are made."""


class UnknownRunError(InputError):
    """There is no such run."""


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@readable_errors
def status(run_id: str | None) -> None:
    """List all films, or show how far RUN is, stage by stage."""
    home = SparkleHome.from_environment()
    if run_id:
        _show_run(home, existing_run(home, run_id))
    else:
        _list_runs(home)


def existing_run(home: SparkleHome, run_id: str) -> str:
    """Return a run_id that there is a folder for.

    Raises:
        UnknownRunError: There is none.
    """
    known = list(home.run_ids())
    if run_id not in known:
        listed = ", ".join(known) or "none yet"
        raise UnknownRunError(f"There is no film {run_id!r} in {home.runs}. Known: {listed}.")
    return run_id


def _list_runs(home: SparkleHome) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    runs = list(home.run_ids())
    if not runs:
        click.echo(f"No films in {home.runs} yet. Make one: `sparkle render PLAN`.")
        return
    table = Table("film", "profile", "stages", "length", "now", box=SIMPLE)
    damaged = []
    for run_id in runs:
        folder = RunFolder(home, run_id)
        try:
            manifests = _manifests(folder)
        except UnreadableRecordError as error:
            damaged.append(str(error))
            table.add_row(run_id, "damaged", "?", "?", "-")
            continue
        done = sum(manifest is not None for manifest in manifests.values())
        plan = manifests["movie_plan"]
        table.add_row(
            run_id,
            plan.profile if plan else "?",
            f"{done}/{len(STAGES)}",
            _length(manifests["video_final"]),
            _now(folder) or "-",
        )
    stdout().print(table)
    if damaged:
        raise UnreadableRecordError("\n".join(damaged))


def _show_run(home: SparkleHome, run_id: str) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    folder = RunFolder(home, run_id)
    manifests = _manifests(folder)
    table = Table("stage", "items", "made", "stored", "engine", "when", box=SIMPLE)
    for stage, manifest in manifests.items():
        if manifest is None:
            table.add_row(stage, "-", "-", "-", "-", "not made yet")
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
    console.print(_now(folder) or "Nothing is rendering it now.")
    if path := _film_path(folder, manifests["video_final"]):
        console.print(f"Film: {path}")


def _manifests(folder: RunFolder) -> dict[str, StageManifest | None]:
    return {stage: folder.read(stage) for stage in STAGES}


def _length(manifest: StageManifest | None) -> str:
    if manifest is None:
        return "-"
    return f"{manifest.artifact('film', 'film').facts.duration_s:.1f} s"


def _film_path(folder: RunFolder, manifest: StageManifest | None) -> str | None:
    if manifest is None:
        return None
    return str(folder.stage("video_final") / manifest.artifact("film", "film").file)


def _now(folder: RunFolder) -> str | None:
    from sparkle_motion_dagster.production.progress import read_progress

    report = read_progress(folder.path)
    if report is None or not report.alive():
        return None
    remaining = report.remaining_s()
    left = "" if remaining is None else f", about {remaining:.0f} s left in this stage"
    item = f", at {report.item}" if report.item else ""
    return f"{report.stage}: {report.done} of {report.total} done{item}{left}"
