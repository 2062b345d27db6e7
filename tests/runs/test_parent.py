"""A run that a code server started does not outlive it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

CODE_SERVER = """
import multiprocessing, threading
from sparkle_motion_dagster.runs.parent import end_with_code_server

def run():
    end_with_code_server()
    print(multiprocessing.current_process().pid, flush=True)
    threading.Event().wait()

if __name__ == "__main__":
    multiprocessing.get_context("spawn").Process(target=run).start()
"""


def test_a_run_ends_with_the_code_server_that_started_it(tmp_path: Path) -> None:
    program = tmp_path / "code_server.py"
    program.write_text(CODE_SERVER, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, text=True
    ) as code_server:
        assert code_server.stdout is not None
        run = psutil.Process(int(code_server.stdout.readline()))
        code_server.kill()
        _, alive = psutil.wait_procs([run], timeout=30)
    assert not alive
