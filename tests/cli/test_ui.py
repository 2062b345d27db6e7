"""`sparkle ui` refuses what would go wrong beside another one, before it starts anything."""

from __future__ import annotations

import socket
import subprocess
import sys

from studio import Studio

SERVE = """
import os, pathlib, sys
from sparkle_motion_dagster.artifacts.locks import take_for_life
home = pathlib.Path(sys.argv[1])
home.mkdir()
assert take_for_life(home / ".serving", f"process {os.getpid()} at its address") is None
os.execv(sys.executable, [sys.executable, "-c", "print('serving', flush=True); input()"])
"""


def test_a_home_has_one_daemon_and_the_second_says_who_has_it(studio: Studio) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(studio.home.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline() == "serving\n"
        second = studio.sparkle("ui")
        assert second.returncode == 75
        assert f"{studio.home.root}: process {serving.pid} at its address" in second.stderr
        assert not studio.home.dagster.exists()
        serving.kill()
        serving.wait()

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        third = studio.sparkle("ui", "--port", str(port))
    assert third.returncode == 2
    assert f"cannot listen on 127.0.0.1, port {port}: Address already in use" in third.stderr
