"""`sparkle doctor`: is this machine ready?"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from sparkle_motion_dagster.api.readiness.answers import Answer, Outcome
from sparkle_motion_dagster.api.readiness.checks import engine_answers
from sparkle_motion_dagster.api.readiness.machine import ENOUGH_DISK
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.console import readable_errors
from sparkle_motion_dagster.cli.options import PROFILE
from sparkle_motion_dagster.errors import SparkleError

_COLOURS = {Outcome.FINE: "green", Outcome.NOTE: "yellow", Outcome.FAILS: "red"}


@click.command()
@PROFILE
@readable_errors
def doctor(profile: str) -> None:
    """Try everything that rendering needs, and say what is missing."""
    from sparkle_motion_dagster.resources.profiles import load_profile

    home = SparkleHome.from_environment()
    failed = False
    for answer in (*_answers(home), *engine_answers(load_profile(profile))):
        click.echo(
            f"{click.style(answer.outcome.value, fg=_COLOURS[answer.outcome])} {answer.what}"
        )
        failed = failed or answer.outcome is Outcome.FAILS
    click.echo(f"\nFor Dagster's own commands: export DAGSTER_HOME={home.dagster}")
    click.echo(f"                            export SPARKLE_HOME={home.root}")
    if failed:
        sys.exit(1)


def _answers(home: SparkleHome) -> Iterator[Answer]:
    version = f"Python {sys.version.split()[0]} (3.11 or newer)"
    yield Answer(Outcome.FINE if sys.version_info >= (3, 11) else Outcome.FAILS, version)
    checks: tuple[Callable[[], str], ...] = (
        _ffmpeg_encodes,
        lambda: _home_is_usable(home),
        lambda: _database_opens(home),
        _graph_loads,
        _policy_counts,
        lambda: _rate_limits_count(home),
    )
    for check in checks:
        try:
            yield Answer(Outcome.FINE, check())
        except (SparkleError, OSError, subprocess.SubprocessError) as error:
            yield Answer(Outcome.FAILS, str(error))


def _ffmpeg_encodes() -> str:
    from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path, run_ffmpeg

    source = ["-f", "lavfi", "-i", "testsrc=d=0.2:s=64x64", "-f", "lavfi", "-i", "sine=d=0.2"]
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "test.mp4")
        run_ffmpeg([*source, "-c:v", "libx264", "-c:a", "aac", target], timeout_s=60)
    return f"ffmpeg encodes H.264 and AAC: {ffmpeg_path()}"


def _home_is_usable(home: SparkleHome) -> str:
    from sparkle_motion_dagster.artifacts.parts import check_parts

    check_parts(home)
    for folder in (home.store, home.work, home.dagster):
        free = shutil.disk_usage(folder).free
        if free < ENOUGH_DISK:
            raise SparkleError(f"{folder} has only {free / 2**30:.1f} GiB free")
    links = "hard links work" if _links(home.store, home.runs) else "run folders will hold copies"
    free = shutil.disk_usage(home.store).free
    return f"{home.root} is writable, {free / 2**30:.0f} GiB free for the store, {links}"


def _links(store: Path, runs: Path) -> bool:
    """Tell whether a run's folder can show a stored file without a copy of it."""
    with (
        tempfile.TemporaryDirectory(dir=store) as one,
        tempfile.TemporaryDirectory(dir=runs, prefix=".doctor-") as other,
    ):
        original = Path(one) / "original"
        original.touch()
        try:
            (Path(other) / "link").hardlink_to(original)
        except OSError:
            return False
    return True


def _database_opens(home: SparkleHome) -> str:
    from sparkle_motion_dagster.runs.instance import open_instance

    with open_instance(home):
        return f"Dagster's database opens: {home.dagster}"


def _graph_loads() -> str:
    from sparkle_motion_dagster.definitions import defs

    assets = len(list(defs.resolve_all_asset_specs()))
    return f"the asset graph loads: {assets} assets"


def _policy_counts() -> str:
    from sparkle_motion_dagster.policy.loading import load_policy

    loaded = load_policy()
    rules = [rule.name for rule in loaded.policy.blocked]
    return f"the policy is {loaded.path}; it blocks {', '.join(rules) or 'no words'}"


def _rate_limits_count(home: SparkleHome) -> str:
    from sparkle_motion_dagster.api.rate_limits import all_caps
    from sparkle_motion_dagster.production.rate_limits.cap_file import load_caps

    low = [str(cap) for cap in all_caps(home) if cap.is_low or cap.waiting]
    return " ".join([f"the rate limits are those of {load_caps().path}.", *low]).rstrip(".")
