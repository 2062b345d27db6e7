"""Whether films can be made: the server says what is missing, one thing at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scribes import Scribe, capped, written
from served_app import ServedApp, serving_home
from sparkle_motion_dagster.api.readiness.machine import Readiness
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import take_for_life
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.gpu.lock import Device, DeviceLock, locks_folder
from sparkle_motion_dagster.production.rate_limits.clock import SYSTEM_CLOCK


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServedApp]:
    with serving_home(tmp_path) as server:
        yield server


def checks(server: ServedApp, profile: str = "animatic") -> dict[str, dict[str, Any]]:
    ready = server.get(f"/ready?profile={profile}").json
    assert ready["profile"] == profile
    assert ready["ready"] == all(one["ok"] for one in ready["checks"])
    return {one["name"]: one for one in ready["checks"]}


def test_it_lives(server: ServedApp) -> None:
    assert server.get("/healthz").json == {"status": "ok"}


def test_every_engine_of_a_profile_is_looked_at(server: ServedApp) -> None:
    found = checks(server)
    engines = [name.removeprefix("engine ") for name in found if name.startswith("engine ")]
    assert {"storyboard", "camera", "espeak", "procedural", "template"} <= set(engines)
    assert all(found[f"engine {name}"]["ok"] for name in engines)
    assert "espeakng-loader" in found["engine espeak"]["detail"]


def test_what_an_engine_misses_is_said_with_how_to_get_it(
    server: ServedApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPARKLE_ENVIRONMENTS", str(tmp_path / "environments"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    found = checks(server, "cinematic")
    for name, how in (("wan", "install wan"), ("chatterbox", "install chatterbox")):
        assert not found[f"engine {name}"]["ok"]
        assert f"`sparkle engines {how}" in found[f"engine {name}"]["detail"]
    assert not server.get("/ready?profile=cinematic").json["ready"]


def test_rate_limits_that_are_wrong_or_nearly_used_up_are_said(
    server: ServedApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert checks(server)["rate limits"]["ok"]
    file = tmp_path / "rate-limits.yaml"
    monkeypatch.setenv("SPARKLE_RATE_LIMITS", str(file))
    file.write_text('schema_version: "1"\nengines: {espek: []}\n')
    found = checks(server)["rate limits"]
    assert not found["ok"]
    assert "no engine 'espek'" in found["detail"]
    caps = capped({"what": "requests", "per": "day", "most": 1})
    file.write_text(caps.model_dump_json())
    assert checks(server)["rate limits"]["detail"] == "No rate limit is nearly used up."
    written(Scribe(), ["a"], SparkleHome(tmp_path), caps, SYSTEM_CLOCK)
    found = checks(server)["rate limits"]
    assert found["ok"]
    assert found["detail"].startswith(
        "The engine storyboard has used up its 1 request a day; the next may begin in 2"
    )


def test_there_is_no_such_profile(server: ServedApp) -> None:
    refused = server.get("/ready?profile=none")
    assert (refused.status, refused.json["type"]) == (400, "urn:sparkle-motion:problem:bad-request")
    assert "Known: animatic, cinematic" in refused.json["detail"]


def test_somebody_works_off_the_queue_or_nobody_does(server: ServedApp, tmp_path: Path) -> None:
    assert not (before := checks(server)["daemon"])["ok"]
    assert "start `sparkle ui` or `sparkle serve`" in before["detail"]
    lock = take_for_life(tmp_path / ".serving", "process 1 at http://x", lambda _: BusyError())
    assert checks(server)["daemon"] == {
        "name": "daemon",
        "ok": True,
        "detail": "The queue is worked off: process 1 at http://x.",
    }
    fcntl.flock(lock, fcntl.LOCK_UN)
    assert not checks(server)["daemon"]["ok"]


def test_who_holds_a_device_is_said(server: ServedApp) -> None:
    assert checks(server)["devices"]["detail"] == "Nobody holds a device."
    lock = DeviceLock(Device("cpu", "cpu", locks_folder()), "harbour_light", "shot_clips")
    assert lock.try_take()
    held = checks(server)["devices"]
    lock.release()
    assert held["ok"]
    assert "Device cpu is held by " in held["detail"]
    assert "harbour_light" in held["detail"]


def test_a_home_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to(tmp_path / "unmounted")
    with serving_home(tmp_path) as server:
        home = checks(server)["home"]
    assert not home["ok"]
    assert "Mount the disk" in home["detail"]


def test_the_disk_is_that_with_least_room(tmp_path: Path, server: ServedApp) -> None:
    disk = checks(server)["disk"]
    assert f"GiB are free on the disk that holds {tmp_path}" in disk["detail"]
    small = Path("/proc")  # a file system without any room
    (tmp_path / "store").symlink_to(small)
    disk = checks(server)["disk"]
    assert not disk["ok"]
    assert "0.0 GiB are free" in disk["detail"]


def test_engines_are_looked_at_anew_after_half_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setenv("SPARKLE_PROFILES", str(tmp_path))
    animatic = (CONFIGS / "profiles" / "animatic.yaml").read_text()
    own = animatic.replace("profile: animatic", "profile: own")

    def engines() -> set[str]:
        return {one.name for one in readiness.now(Queue(), "own").checks}

    readiness = Readiness(SparkleHome(tmp_path), clock=lambda: now)
    (tmp_path / "own.yaml").write_text(own)
    assert "engine storyboard" in engines()
    (tmp_path / "own.yaml").write_text(own.replace("engine: storyboard", "engine: sdxl"))
    now = 29.0
    assert "engine storyboard" in engines()
    now = 31.0
    assert "engine storyboard" not in engines()
    assert "engine sdxl" in engines()
