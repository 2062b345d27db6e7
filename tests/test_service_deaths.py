"""The parts of `sparkle ui` die one by one: what is left goes on, and nothing is left alone."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from gates import GatedStudio
from service import Service, film, service
from waiting import PATIENCE_S, until

pytestmark = pytest.mark.service


@pytest.fixture
def daemon(tmp_path: Path) -> Service:
    return Service(GatedStudio(tmp_path))


def part(daemon: Service, word: str) -> psutil.Process | None:
    """Return the part whose command has a word in it; None: it is not running now."""
    children = daemon.processes()[0].children()
    return next((one for one in children if word in command_of(one)), None)


def command_of(process: psutil.Process) -> list[str]:
    """Return a process's command; of one that has just died, nothing."""
    try:
        return [*process.cmdline()]
    except psutil.NoSuchProcess:
        return []


def kill(daemon: Service, word: str) -> None:
    """Kill a part, and wait until it is started again."""
    killed = part(daemon, word)
    assert killed is not None
    killed.kill()

    def started_again() -> bool:
        now = part(daemon, word)
        return now is not None and now.pid != killed.pid

    until(f"{word} is started again", started_again)


def test_the_parts_are_started_again_and_a_run_dies_with_its_code_server(tmp_path: Path) -> None:
    with service(GatedStudio(tmp_path)) as running:
        running.add("killed")
        running.studio.write(film("Killed"), "killed")
        with running.studio.gate_closed():
            first = running.launch("killed")
            holder = running.caught_at("killed", "shot_clips")
            kill(running, "grpc")
            until("the run dies", lambda: not psutil.pid_exists(holder.pid))
        running.succeeds(running.next_run("killed", after=[first]))
        for word in ("dagster._daemon", "webserver", "serve"):
            kill(running, word)
        assert running.strays() == []


def test_nothing_outlives_it_and_the_next_one_starts(daemon: Service) -> None:
    daemon.start()
    daemon.add("killed")
    daemon.studio.write(film("Killed"), "killed")
    with daemon.studio.gate_closed():
        daemon.launch("killed")
        daemon.caught_at("killed", "shot_clips")
        _, alive = psutil.wait_procs(daemon.kill_root(), timeout=PATIENCE_S)
        assert not alive
    daemon.start()
    daemon.end()
