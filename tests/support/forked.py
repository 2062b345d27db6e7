"""The `sparkle` command in a process of its own that need not import everything first.

A server process imports Dagster and the code location once; each command is a fork of it, with its
own environment, folder, arguments and output, as a shell would give it. Half of what a small
command costs is imports.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path

_PRELOADED = ["forked", "sparkle_motion_dagster.cli.main", "sparkle_motion_dagster.definitions"]


def sparkle(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run `sparkle` with arguments in a folder to its end.

    Raises:
        subprocess.TimeoutExpired: It did not end in time, and was killed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "stdout"), Path(scratch, "stderr")
        process = _context().Process(
            target=_run, args=(tuple(arguments), dict(environment), folder, output)
        )
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["sparkle", *arguments], timeout_s)
        stdout, stderr = (path.read_text(encoding="utf-8") for path in output)
        return subprocess.CompletedProcess(
            ["sparkle", *arguments], process.exitcode, stdout, stderr
        )


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _run(
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    folder: Path,
    output: tuple[Path, Path],
) -> None:
    for stream, path in zip((1, 2), output, strict=True):
        path.touch()
        os.dup2(os.open(path, os.O_WRONLY), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    warnings.simplefilter("ignore")
    sys.argv = ["sparkle", *arguments]

    from sparkle_motion_dagster.cli.main import main

    main(prog_name="sparkle")
