"""Talking to people: results on standard output, everything else on standard error."""

from __future__ import annotations

import errno
import functools
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

import click

from sparkle_motion_dagster.artifacts.errors import full_disk, is_full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import SparkleError

if TYPE_CHECKING:
    from rich.console import Console

P = ParamSpec("P")
R = TypeVar("R")


def stdout() -> Console:
    """Return the console for results; it never breaks lines in the middle of a path."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, soft_wrap=True)


def fail(message: str, exit_code: int) -> NoReturn:
    """End the command with one readable paragraph on standard error."""
    click.secho("Error: ", err=True, nl=False, fg="red", bold=True)
    click.echo(message, err=True)
    sys.exit(exit_code)


def warn(message: str) -> None:
    """Say on standard error what does not stop anything, in a yellow line."""
    click.secho(f"  Warning: {message}", err=True, fg="yellow")


def say_name(plan_file: Path, run_id: str, *, err: bool) -> None:
    """Say what the run of a plan is called, where one does not see that from its file's name."""
    if not run_id.startswith(plan_file.stem.lower()):
        click.echo(f"Its run is called {run_id}.", err=err)


def debugging() -> bool:
    """Tell whether the command was started with `--debug`."""
    return bool(click.get_current_context().find_root().params.get("debug"))


def readable_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn our errors into a paragraph and an exit code; `--debug` lets the traceback through."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (SparkleError, OSError) as error:
            if debugging():
                raise
            fail(_message(error), getattr(error, "exit_code", 1))

    return wrapped


def _message(error: Exception) -> str:
    if isinstance(error, SparkleError):
        return str(error)
    if isinstance(error, OSError) and is_full_disk(error):
        home = SparkleHome.from_environment().root
        return str(full_disk(home, Path(tempfile.gettempdir())))
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return (
            f"{error.filename or 'A file'} cannot be written: its disk is read-only. Make it "
            "writable, or set SPARKLE_HOME to a folder on another."
        )
    return f"The system refused: {error}. With `sparkle --debug ...` you see where."
