"""Keeping aside what is not ours, and setting aside what is damaged: nothing of it is lost."""

import os
import shutil
from itertools import chain, count
from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.transfer import move

KEPT = "kept"
"""The folder of a run folder that holds what people have put in the place of our files."""


def place_to_keep(run: Path, path: Path) -> Path:
    """Return where something of a run folder would be kept: ``kept/STAGE/NAME``, or numbered.

    Args:
        run: The run folder.
        path: What lies in it.
    """
    return free_name(run / KEPT / path.relative_to(run))


def keep_aside(run: Path, path: Path) -> Path:
    """Move something that a person has put into a run folder to where it is kept, and return that.

    A link goes on leading to where it led.
    """
    target = place_to_keep(run, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        target.symlink_to((path.parent / path.readlink()).absolute())
        path.unlink()
    else:
        shutil.move(path, target)
    return target


def kept_files(run: Path) -> tuple[str, ...]:
    """Return what is kept in a run folder, by its name in it, sorted."""
    found = (path for path in (run / KEPT).rglob("*") if path.is_symlink() or not path.is_dir())
    return tuple(sorted(path.relative_to(run).as_posix() for path in found))


def set_aside_file(home: SparkleHome, path: Path, film: str | None = None) -> None:
    """Move something damaged to ``set-aside/``, called after its film, if it is one's."""
    home.set_aside.mkdir(parents=True, exist_ok=True)
    move(path, free_name(home.set_aside / (f"{film}-{path.name}" if film else path.name)))


def free_name(path: Path) -> Path:
    """Return a path at which nothing lies: itself, or with a number before its ending."""
    numbered = (path.with_name(f"{path.stem}.{number}{path.suffix}") for number in count(2))
    return next(one for one in chain([path], numbered) if not os.path.lexists(one))
