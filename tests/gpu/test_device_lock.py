"""The device's lock, across real processes and threads."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

import forked
from gpu_peer import Peer, Weights, cpu_preset
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.cache import User
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.errors import GpuBusyError, GpuError
from sparkle_motion_dagster.gpu.events import EventLog, GpuEvent, WaitEvent
from sparkle_motion_dagster.gpu.holding import Asker, GivenUpError, Held, take
from sparkle_motion_dagster.gpu.lock import Device, DeviceLock, holder, holders, is_held

_PATIENCE_S = 30


def test_another_process_that_holds_the_device_is_named(cpu: Device) -> None:
    gpu = Gpu(cpu_preset(), wait_s=0)
    with Peer("base_images") as peer:
        assert peer.ask("enter sdxl") == "entered"

        with (
            pytest.raises(GpuBusyError) as refused,
            gpu.model_context("wan", lambda _: Weights()),
        ):
            pass

        said = refused.value.holder
        assert said is not None
        assert (said.pid, said.run_id, said.stage) == (peer.pid, "peer-film", "base_images")
        assert (said.doing, said.model) == ("working", "sdxl")
        for words in (f"process {peer.pid}", "run peer-film", "stage base_images", "since 20"):
            assert words in str(refused.value)
        assert refused.value.exit_code == 75
        assert holder(cpu) == said
        assert holders() == {"cpu": said}

        assert peer.ask("leave") == "left"
        assert holder(cpu) is None
        assert holders() == {}


def test_a_process_that_is_killed_holds_nothing(cpu: Device) -> None:
    with Peer() as peer:
        peer.ask("enter sdxl")
        assert holder(cpu) is not None
        peer.kill()

        # Its record is still there; the lock is not.
        assert json.loads(cpu.path("holder.json").read_text())["pid"] == peer.pid
        assert holder(cpu) is None
        with Gpu(cpu_preset(), wait_s=0).model_context("wan", lambda _: Weights()):
            said = holder(cpu)
            assert said is not None
            assert said.pid == os.getpid()


def test_a_record_of_a_living_process_is_not_believed_while_the_lock_is_free(cpu: Device) -> None:
    with Gpu(cpu_preset()).model_context("wan", lambda _: Weights()):
        record = cpu.path("holder.json").read_bytes()
    cpu.path("holder.json").write_bytes(record)

    assert holder(cpu) is None


def test_a_dead_process_is_not_taken_for_the_one_that_took_the_device_after_it(
    cpu: Device,
) -> None:
    with Peer() as peer:
        peer.ask("enter sdxl")
        peer.kill()

    # Taken, but not yet said by whom: what is read is what the dead one left.
    with FileLock(cpu.path("lock"), timeout=0):
        assert is_held(cpu)
        assert holder(cpu) is None


def test_who_waits_says_once_for_whom(caplog: pytest.LogCaptureFixture) -> None:
    waiting = threading.Event()

    def heard(event: GpuEvent) -> None:
        if isinstance(event, WaitEvent):
            waiting.set()

    gpu = Gpu(cpu_preset(), run_id="film", stage="shot_clips", listener=heard)
    entered = threading.Event()

    def enter() -> None:
        with gpu.model_context("wan", lambda _: Weights()):
            entered.set()

    with Peer("base_images") as peer, caplog.at_level(logging.INFO, "sparkle_motion_dagster.gpu"):
        peer.ask("enter sdxl")
        thread = threading.Thread(target=enter)
        thread.start()
        assert waiting.wait(_PATIENCE_S)
        assert not entered.is_set()
        peer.ask("leave")
        thread.join(_PATIENCE_S)

        assert entered.is_set()
        lines = [json.loads(record.message) for record in caplog.records]
        (line,) = [line for line in lines if line["event"] == "wait"]
        assert line["holder"]["pid"] == peer.pid
        assert f"process {peer.pid}, run peer-film, stage base_images" in line["message"]
        assert (line["run_id"], line["stage"]) == ("film", "shot_clips")


def test_waiting_ends_at_its_timeout() -> None:
    with Peer() as peer:
        peer.ask("enter sdxl")
        with (
            pytest.raises(GpuBusyError, match=f"process {peer.pid}.*Waited 1 s"),
            Gpu(cpu_preset(), wait_s=1).model_context("wan", lambda _: Weights()),
        ):
            pass


def test_ctrl_c_ends_waiting_and_nothing_is_held(cpu: Device) -> None:
    with Peer() as peer, Gpu(cpu_preset()).model_context("wan", lambda _: Weights()):
        assert peer.ask("enter sdxl") == f"waits {os.getpid()}"
        peer.send(signal.SIGINT)
        assert peer.says() == "interrupted"
        said = holder(cpu)
        assert said is not None
        assert said.pid == os.getpid()


def test_who_waits_heeds_a_wish_to_stop() -> None:
    def stopped() -> None:
        raise SparkleError("stopped, as asked")

    with Peer() as peer:
        peer.ask("enter sdxl")
        gpu = Gpu(cpu_preset(), heed=stopped)
        with pytest.raises(SparkleError, match="as asked"), gpu.worker_context():
            pass
        with (
            pytest.raises(SparkleError, match="as asked"),
            gpu.model_context("wan", lambda _: Weights()),
        ):
            pass


def test_who_waits_in_a_thread_ends_when_another_one_gives_it_up() -> None:
    waiting, given_up = threading.Event(), threading.Event()

    def enter() -> None:
        gpu = Gpu(cpu_preset(), listener=lambda _: waiting.set())
        with gpu.model_context("wan", lambda _: Weights(), given_up=given_up):
            pass

    with Peer() as peer, ThreadPoolExecutor() as threads:
        peer.ask("enter sdxl")
        entering = threads.submit(enter)
        assert waiting.wait(_PATIENCE_S)
        given_up.set()
        assert isinstance(entering.exception(_PATIENCE_S), GivenUpError)


def test_threads_exclude_each_other() -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        gpu = Gpu(cpu_preset())
        for _ in range(3):
            with gpu.model_context("shared", lambda _: Weights()) as loaded:
                inside.append(number)
                assert loaded.model.nbytes == 1000
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_S)

    assert most == [1] * 12


def test_a_thread_that_would_wait_for_itself_is_told_at_once() -> None:
    gpu = Gpu(cpu_preset())
    with (
        gpu.model_context("sdxl", lambda _: Weights()),
        pytest.raises(GpuError, match="would wait for itself"),
        Gpu(cpu_preset()).model_context("wan", lambda _: Weights()),
    ):
        pass


def test_the_first_free_one_of_several_devices_is_taken(tmp_path: Path) -> None:
    devices = [Device(f"cuda:{index}", f"uuid-{index}", tmp_path) for index in range(2)]

    def taken(wait_s: float = _PATIENCE_S) -> Held:
        log = EventLog(None, None, None)
        asker = Asker(None, None, wait_s, _PATIENCE_S, lambda: None, log)
        return take(devices, asker, User.of_thread(), threading.Event())

    elsewhere = DeviceLock(devices[0], "film", "shot_clips")
    assert elsewhere.try_take()
    held = taken()
    assert held.device == devices[1]

    # Now none is free for others; who waits, waits on all, and gets the one that is free first.
    got: list[Held] = []
    thread = threading.Thread(target=lambda: got.append(taken()))
    thread.start()
    elsewhere.release()
    thread.join(_PATIENCE_S)
    assert [other.device for other in got] == [devices[0]]

    with pytest.raises(GpuBusyError) as refused:
        _in_another_thread(lambda: taken(wait_s=0))
    assert "cuda:0" in str(refused.value)
    assert "cuda:1" in str(refused.value)
    for hold in (held, *got):
        hold.release()
    assert not any(is_held(device) for device in devices)


def _in_another_thread(work: object) -> None:
    """Do something in a thread, and raise here what it raises there."""
    raised: list[BaseException] = []

    def run() -> None:
        assert callable(work)
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(_PATIENCE_S)
    if raised:
        raise raised[0]


_FOLDER = """
import tempfile
from sparkle_motion_dagster.gpu.lock import locks_folder
tempfile.tempdir = None  # what this is a fork of has looked for it already
print(locks_folder())
"""


def _default_folder(temporary: Path) -> subprocess.CompletedProcess[str]:
    """Ask for the folder in a process that has another folder for temporary files."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    del environment["SPARKLE_GPU_LOCKS"]
    return forked.run(["python", "-c", _FOLDER], environment, temporary, _PATIENCE_S)


def test_the_default_folder_is_this_users_alone(tmp_path: Path) -> None:
    folder = tmp_path / f"sparkle-motion-gpu-{os.getuid()}"

    assert _default_folder(tmp_path).stdout.strip() == str(folder)
    assert folder.stat().st_mode & 0o777 == 0o700

    folder.chmod(0o777)
    assert _default_folder(tmp_path).returncode == 0
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_in_place_of_the_default_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"sparkle-motion-gpu-{os.getuid()}").symlink_to(tmp_path / "elsewhere")

    refused = _default_folder(tmp_path)

    assert "is a link or another user's" in refused.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to somebody else")
def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / f"sparkle-motion-gpu-{os.getuid()}"
    folder.mkdir()
    os.chown(folder, 12345, 12345)

    assert "is a link or another user's" in _default_folder(tmp_path).stderr


def test_a_folder_that_cannot_be_made_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPARKLE_GPU_LOCKS", str(tmp_path / "file" / "locks"))

    with (
        pytest.raises(GpuError, match="SPARKLE_GPU_LOCKS"),
        Gpu(cpu_preset()).model_context("wan", lambda _: Weights()),
    ):
        pass
