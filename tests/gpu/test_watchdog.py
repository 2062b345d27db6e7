"""A model that hangs ends its process with a reason; one that is slow does not."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import forked
from gpu_peer import Weights, cpu_preset
from sparkle_motion_dagster.gpu.device import Gpu
from waiting import PATIENCE_S

_PROGRAM = Path(__file__).parents[1] / "support" / "hanging_model.py"
_PATIENCE_S = 60


def run(mode: str) -> subprocess.CompletedProcess[str]:
    return forked.run(["python", str(_PROGRAM), mode, "1"], os.environ, Path.cwd(), _PATIENCE_S)


def test_a_model_that_hangs_ends_its_process_and_says_at_what() -> None:
    hung = run("hang")

    assert hung.returncode == 1
    hangs = r"wan on cpu \(footage 1 of 3\) has made no step for 1\.\d s, since step 2 of 30 of "
    loaded, warned, ended = hung.stdout.splitlines()
    assert loaded == "loaded"
    assert re.match(hangs, warned)
    assert "This process ends in 0.1 s, unless" in warned
    assert re.match(hangs, ended)
    assert hung.stderr == f"\n{ended}\n"
    for what_to_do in ("nvidia-smi", "Xid", "restart the machine", "step_timeout_s"):
        assert what_to_do in ended
    # The device is free for whoever comes next.
    with Gpu(cpu_preset(), wait_s=0).model_context("sdxl", lambda _: Weights()):
        pass


def test_a_model_that_keeps_all_of_python_waiting_ends_its_process_and_shows_where() -> None:
    frozen = run("freeze")
    assert (frozen.returncode, frozen.stdout) == (1, "loaded\n")
    timeout, *traceback = frozen.stderr.splitlines()
    assert timeout == "Timeout (0:00:02)!"
    hangs = next(line for line in traceback if "hanging_model.py" in line)
    assert hangs.endswith(" in working")
    with Gpu(cpu_preset(), wait_s=0).model_context("sdxl", lambda _: Weights()):
        pass


_WATCHED = """
import psutil
from sparkle_motion_dagster.gpu.watchdog import Pulse, Watchdog
from waiting import until

threads = psutil.Process().num_threads
before = threads()
with Watchdog("one", Pulse(), 60, print), Watchdog("other", Pulse(), 60, print):
    until("a thread each looks, and there is one timer", lambda: threads() == before + 3)
until("the timer is gone", lambda: threads() == before)
"""


def test_nothing_is_timed_once_nothing_is_watched() -> None:
    # In a process of its own: what other tests have started ends when it will.
    forked.check(["python", "-c", _WATCHED], Path.cwd(), PATIENCE_S + _PATIENCE_S)


def test_a_model_that_is_slow_but_makes_steps_lives() -> None:
    slow = run("slow")
    assert (slow.returncode, slow.stderr) == (0, "")
    assert slow.stdout.splitlines() == ["loaded", "made"]
