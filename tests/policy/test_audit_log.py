"""The audit log: many write to it at once, some die, and each line is whole or alone."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

import forked
from sparkle_motion_dagster.artifacts.errors import StorageError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.policy.audit import AuditLine, AuditLog
from waiting import PATIENCE_S

DIGEST, POLICY = "1" * 64, "2" * 64

WRITER = f"""
import itertools, sys
from pathlib import Path
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.policy.audit import AuditLog

log = AuditLog(SparkleHome(Path(sys.argv[1])), "write", sys.argv[2])
for number in itertools.count() if sys.argv[3] == "forever" else range(int(sys.argv[3])):
    log.note("prompt", "{DIGEST}", "{POLICY}", (), "x" * 20_000)
    if number == 0:
        print("begun", flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


def writer(home: SparkleHome, name: str, times: str) -> forked.Piped:
    command = ["python", "-c", WRITER, str(home.root), name, times]
    return forked.Piped(command, os.environ, Path.cwd())


def test_what_several_processes_write_stays_whole_when_one_is_killed(home: SparkleHome) -> None:
    victim = writer(home, "victim", "forever")
    others = [writer(home, name, "30") for name in ("ada", "grace")]
    assert victim.stdout.readline() == "begun\n"
    victim.kill()
    victim.read(PATIENCE_S)
    assert victim.poll() == -signal.SIGKILL
    for process in others:
        process.read(PATIENCE_S)
        assert process.poll() == 0
    victim.stdout.close()
    AuditLog(home, "add", "after").note("plan", DIGEST, POLICY, ("weapons",))

    text = home.audit.read_text()
    lines = [line for line in text.splitlines() if line.endswith("}")]
    films = [AuditLine.model_validate_json(line).run_id for line in lines]
    assert films.count("ada") == films.count("grace") == 30
    assert films.count("victim") >= 1
    assert films[-1] == "after"
    # What the kill may have torn is one line, alone.
    assert len(text.splitlines()) - len(lines) <= 1


def test_a_torn_line_is_ended_before_the_next_one(home: SparkleHome) -> None:
    log = AuditLog(home, "add", "film")
    log.note("plan", DIGEST, POLICY, ())
    whole = home.audit.read_bytes()
    home.audit.write_bytes(whole + b'{"time":"2026-')

    log.note("plan", DIGEST, POLICY, ("weapons", "languages"))

    first, torn, last = home.audit.read_text().splitlines()
    assert first.encode() + b"\n" == whole
    assert torn == '{"time":"2026-'
    said = json.loads(last)
    assert said.pop("time").endswith("Z")
    assert said == {
        "via": "add",
        "run_id": "film",
        "kind": "plan",
        "digest": DIGEST,
        "verdict": "refused",
        "rules": ["weapons", "languages"],
        "policy": POLICY,
    }


def test_nobody_else_may_read_it(home: SparkleHome) -> None:
    AuditLog(home, "write").note("prompt", DIGEST, POLICY, (), "a prompt")
    assert home.audit.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_is_an_error(home: SparkleHome) -> None:
    home.audit.mkdir(parents=True)
    with pytest.raises(StorageError, match="without it no plan or prompt is taken"):
        AuditLog(home, "add").note("plan", DIGEST, POLICY, ())
