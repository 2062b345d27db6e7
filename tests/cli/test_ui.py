"""`sparkle ui` refuses what would go wrong beside another one, before it starts anything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from studio import Studio

SERVE = """
import os, pathlib, subprocess, sys
from sparkle_motion_dagster.artifacts.locks import take_for_life
home = pathlib.Path(sys.argv[1])
home.mkdir()
lock = take_for_life(home / ".serving", f"process {os.getpid()} at its address", RuntimeError)
daemon = subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=[lock])
print(daemon.pid, flush=True)
input()
"""


def test_a_home_has_one_daemon_and_the_second_says_who_has_it(studio: Studio) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(studio.home.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        daemon = int(serving.stdout.readline())
        second = studio.sparkle("ui")
        assert second.returncode == 75
        assert f"{studio.home.root}: process {serving.pid} at its address" in second.stderr
        assert not studio.home.dagster.exists()

        serving.kill()
        serving.wait()
        beside_an_orphan = studio.sparkle("ui")
        assert beside_an_orphan.returncode == 75
        assert f"its daemon still runs: process {daemon}." in beside_an_orphan.stderr
        assert f"`kill {daemon}`" in beside_an_orphan.stderr
        os.kill(daemon, signal.SIGKILL)

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        third = studio.sparkle("ui", "--port", str(port))
    assert third.returncode == 2
    assert f"cannot listen on 127.0.0.1, port {port}: Address already in use" in third.stderr
