"""A worker's process, ended for certain."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from sparkle_motion_dagster.resources.worker_process import started

DEAF = """
import os, signal, time
signal.signal(signal.SIGINT, lambda *_: os.kill(os.getppid(), signal.SIGINT))
print("deaf", flush=True)
time.sleep(3600)
"""
"""It does not end when it is interrupted, but interrupts who asked for it once more."""


def test_who_interrupts_twice_leaves_no_worker_behind(tmp_path: Path) -> None:
    pids: list[int] = []

    def leave_it_to_itself() -> None:
        with started(
            [sys.executable, "-c", DEAF], os.environ, tmp_path / "output", grace_s=60
        ) as worker:
            pids.append(worker.process.pid)
            while "deaf" not in worker.last_output():
                time.sleep(0.01)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            leave_it_to_itself()
        assert not psutil.pid_exists(pids[0])
    finally:
        signal.signal(signal.SIGINT, before)
        for pid in filter(psutil.pid_exists, pids):
            psutil.Process(pid).kill()


def test_of_a_long_output_the_last_lines_are_kept(tmp_path: Path) -> None:
    program = "for i in range(100_000): print('line', i)"
    with started([sys.executable, "-c", program], os.environ, tmp_path / "output", 5) as worker:
        worker.process.wait()
        words = worker.last_output().splitlines()
        assert worker.how_it_ended() == "ended with status 0"
    assert words == [f"line {i}" for i in range(100_000 - 15, 100_000)]
