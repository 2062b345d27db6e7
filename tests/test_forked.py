"""Tests' commands, forked or in a test's process, find all as if they were typed at a shell."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

import forked
from clips import run_python
from forked import PRELOADED
from studio import Studio
from waiting import PATIENCE_S, until

MISSING = "import sys; print(*(name for name in sys.argv[1:] if name not in sys.modules))"
BEGINS = "import signal; print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)"
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


def test_everything_is_there_before_a_command_begins(studio: Studio) -> None:
    program = studio.root / "missing.py"
    program.write_text(MISSING, encoding="utf-8")
    asked = studio.python(program, *PRELOADED)
    assert (asked.returncode, asked.stdout.split(), asked.stderr) == (0, [], "")


def test_a_command_hears_signals_as_one_that_is_typed_until_it_says_otherwise(
    studio: Studio,
) -> None:
    """The film that is rendered before all has Dagster hear them."""
    began = forked.check(["python", "-c", BEGINS], studio.root)
    assert began == "True\n"


def test_a_command_in_this_process_leaves_it_as_it_was(rendered: Studio) -> None:
    def surroundings() -> tuple[object, ...]:
        heard = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
        return dict(os.environ), Path.cwd(), heard, threading.active_count()

    before = surroundings()
    ended = rendered.sparkle_here("render", rendered.plans / "film.yaml", "--replace")
    assert ended.returncode == 0, ended.stderr
    assert surroundings() == before


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_a_program_on_a_single_core_works_in_one_thread() -> None:
    """Else what is made so would be made as on all cores."""
    program = "print(len(os.sched_getaffinity(0)), cv2.getNumThreads())"
    assert run_python(program) == "1 1\n"


def test_a_service_that_does_not_end_is_told(tmp_path: Path) -> None:
    log = tmp_path / "log"
    deaf = forked.Service(["python", "-c", DEAF], os.environ, tmp_path, log)
    until("it is deaf", log.read_text)
    with pytest.raises(AssertionError, match="goes on after"):
        deaf.end(signal.SIGTERM, 0.1)
    deaf.end(signal.SIGKILL, PATIENCE_S)
