"""A small worker of the tests' own: it repeats what it is asked to, and fails as it is asked to."""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import json
import logging
import os
import signal
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.engines.machinery.worker_program.protocol import (
    Job,
    WrongRequestError,
    serve,
)


class OutOfMemoryError(RuntimeError):
    """Named as torch names its own."""


def work(job: Job) -> None:
    """Write a file for each request, and do on the way what it says."""
    loaded = {"pid": os.getpid(), "since": time.monotonic_ns()}
    job.log(f"the parrot is awake on {job.device}")
    for index, request in enumerate(job.requests):
        job.begin(index, f"the words {request['say']!r}")
        job.step(1, 2, str(request["say"]))
        facts: dict[str, Any] = {**loaded}
        for deed in request["deeds"]:
            facts |= _DEEDS[deed](job) or {}
        said = job.folder / f"said_{index}.json"
        said.write_text(json.dumps(f"{job.settings['greeting']}{request['say']}"))
        job.step(2, 2, str(request["say"]))
        job.finished(index, {"words": said}, facts)
    job.metrics({"said": len(job.requests), "seconds": 0.25})


def _raise(_: Job) -> None:
    message = "the parrot lost its voice"
    raise RuntimeError(message)


def _eat_too_much(_: Job) -> None:
    message = "no seed is left"
    raise OutOfMemoryError(message)


def _refuse(_: Job) -> None:
    message = "a parrot does not say that"
    raise WrongRequestError(message)


def _segfault(_: Job) -> None:
    print("the parrot falls off its perch", file=sys.stderr)
    ctypes.string_at(0)


def _kill(_: Job) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _leave(_: Job) -> None:
    sys.exit(0)


def _sleep(job: Job) -> None:
    """Sleep, and say nothing, until somebody asks it to end."""
    (job.folder / "asleep").write_text(str(os.getpid()))
    while True:
        time.sleep(3600)


def _sleep_deeply(job: Job) -> None:
    """Sleep, whoever asks it to end, and keep the interpreter busy; a child of its own sleeps too.

    An hour of C code that does not let go of the interpreter is what a library may do, too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    (job.folder / "asleep").write_text(f"{os.getpid()} {child.pid}")
    ctypes.PyDLL(None).sleep(3600)


def _wait(job: Job) -> None:
    """Wait until somebody has taken the first words."""
    while (job.folder / "said_0.json").exists():
        time.sleep(0.01)


def _forget(job: Job) -> None:
    job.finished(1, {"words": job.folder / "never_written.json"}, {})


def _mix_up(job: Job) -> None:
    job.finished(7, {}, {})


def _steal(job: Job) -> None:
    job.finished(1, {"words": Path(__file__)}, {})


def _chatter(_: Job) -> dict[str, Any]:
    return {"chatter": "x" * 3_000_000}


def _mutter(_: Job) -> None:
    print("pieces of eight")


def _warn(_: Job) -> None:
    logging.getLogger("seeds").warning("there are %d left", 3)


def _warn_badly(_: Job) -> None:
    logging.getLogger("seeds").warning("there are %d left", "many")


def _die_in_the_end(_: Job) -> None:
    atexit.register(os.kill, os.getpid(), signal.SIGKILL)


def _look_around(job: Job) -> dict[str, Any]:
    return {
        "path": sys.path,
        "variables": dict(os.environ),
        "finds": [
            name for name in ("leaked", "dagster", "numpy") if importlib.util.find_spec(name)
        ],
        "reads": sys.stdin.read(),
        "folder": str(job.folder),
    }


_DEEDS = {
    "raise": _raise,
    "eat too much": _eat_too_much,
    "refuse": _refuse,
    "segfault": _segfault,
    "kill": _kill,
    "leave": _leave,
    "sleep": _sleep,
    "sleep deeply": _sleep_deeply,
    "wait": _wait,
    "forget": _forget,
    "mix up": _mix_up,
    "steal": _steal,
    "chatter": _chatter,
    "mutter": _mutter,
    "warn": _warn,
    "warn badly": _warn_badly,
    "die in the end": _die_in_the_end,
    "look around": _look_around,
}


def ready() -> dict[str, str]:
    """Return the versions of what the parrot needs."""
    print(f"A library that greets, from {Path(sys.prefix)}")
    # The parrot of some tests has no feather.
    packages = metadata.packages_distributions()
    names = [name for name in ("dagster-pipes", "feather") if name.replace("-", "_") in packages]
    return {name: metadata.version(name) for name in names}


if __name__ == "__main__":
    serve(work, ready)
