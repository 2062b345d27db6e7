"""The smoke test of a GPU: run as it is there, with tiny models on the CPU."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from benchmarks.smoke import PARTS, judged
from benchmarks.smoke_record import (
    FINDINGS,
    SKIPPED,
    Finding,
    PartRecord,
    Place,
    read_findings,
    read_records,
    write_records,
)
from signals import hear_signals
from waiting import until

_ROOT = Path(__file__).parents[1]
_HANGS_S = 1800
"""After how long a command hangs, in seconds; a quiet machine takes two minutes for all parts."""


def _smoke(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.smoke", *map(str, arguments)]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=_ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=_HANGS_S,
    )


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which a run of all parts was recorded, with tiny models."""
    folder = tmp_path_factory.mktemp("smoke")
    file = folder / "smoke.json"
    ran = _run(_smoke("--tiny", "--json", file, "--keep", folder / "checkpoints"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return file


@pytest.mark.models
def test_every_part_runs_and_all_that_it_looks_at_holds(records: Path) -> None:
    said = read_records(records)
    assert list(said) == list(PARTS)
    outcomes = {name: record.outcome for name, record in said.items()}
    # Where its environment is installed, Chatterbox speaks.
    assert outcomes.pop("chatterbox") in ("skipped", "ok")
    assert set(outcomes.values()) == {"ok"}
    for name in outcomes:
        assert any(finding.holds for finding in said[name].findings)
        assert said[name].seconds > 0
        assert said[name].place.machine["torch"] != "none"


@pytest.mark.models
def test_what_a_part_says_is_what_it_saw(records: Path) -> None:
    said = {
        f"{name}: {finding.what}": finding.seen
        for name, record in read_records(records).items()
        for finding in record.findings
    }
    assert "has made no step for 3" in said["watchdog: its reason"]
    assert said["watchdog: a call that hangs: exit code"] == "1"
    assert "4 at once did not fit, so 2" in said["memory: SDXL out of memory: what it did"]
    assert "can't allocate memory" in said["memory: Wan out of memory: what it did"]
    assert said["wan-1.3b: chunks, in frames"] == "[13, 13]"
    assert said["wan-14b: weights group, 5 frames: weights wait"] == "layers"
    assert "'mara': [0.0, 0.5]" in said["sdxl: bands of two people"]


@pytest.mark.models
def test_a_part_that_ran_here_is_passed_over_unless_it_is_named(records: Path) -> None:
    before = read_records(records)
    again = _run(_smoke("--tiny", "--json", records))
    assert again.returncode == 0, again.stderr
    # One that could not run may be able to now.
    ran = {name: record for name, record in before.items() if record.outcome != "skipped"}
    assert again.stdout.count("as recorded") == len(ran)
    assert {name: read_records(records)[name] for name in ran} == ran
    named = _run(_smoke("--tiny", "--json", records, "device"))
    assert "as recorded" not in named.stdout
    assert list(read_records(records)) == list(PARTS)


@pytest.mark.models
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_ended_keeps_what_earlier_parts_said_and_ends_its_part(
    tmp_path: Path, ending: signal.Signals
) -> None:
    file, temporary = tmp_path / "smoke.json", tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        _smoke("--tiny", "--json", file, "device", "sdxl"),
        cwd=_ROOT,
        # Where a part's folder lies, which its command names.
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=hear_signals,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "sdxl":
                break
        until("the part runs", lambda: _running(f"benchmarks.smoke_part sdxl {temporary}"))
        process.send_signal(ending)
        process.stdout.read()
    assert process.returncode == 128 + ending
    assert list(read_records(file)) == ["device"]
    assert not _running(str(temporary))
    assert list(temporary.iterdir()) == []


@pytest.mark.models
def test_what_a_part_started_ends_with_it_even_where_it_crashes(tmp_path: Path) -> None:
    file = tmp_path / "smoke.json"
    with subprocess.Popen(
        _smoke("--tiny", "--json", file, "watchdog"), cwd=_ROOT, stdout=subprocess.DEVNULL
    ) as process:
        smoke = psutil.Process(process.pid)
        part, hanging = until(
            "the part has started what hangs",
            lambda: found if len(found := smoke.children(recursive=True)) == 2 else None,
        )
        hanging.suspend()  # or it would end by itself
        part.kill()
    assert process.returncode == 1
    until("what it started has ended", lambda: not _lives(hanging), 60)
    assert "Its process ended with -9" in read_records(file)["watchdog"].reason


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _running(words: str) -> list[str]:
    """Return the commands of this machine's processes that hold some words."""
    commands = (each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"]))
    return [line for command in commands if words in (line := " ".join(command))]


@pytest.mark.models
def test_a_part_that_breaks_off_is_a_fault_with_its_traceback(tmp_path: Path) -> None:
    from benchmarks.gpu_models import checkpoint
    from benchmarks.gpu_shapes import TINY_SDXL

    keep, file = tmp_path / "checkpoints", tmp_path / "smoke.json"
    with checkpoint(TINY_SDXL, "float32", "cpu", keep) as folder:
        (weights,) = (folder / "unet").glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:1000])
    ran = _run(_smoke("--tiny", "--json", file, "--keep", keep, "overlap"))
    assert ran.returncode == 1
    record = read_records(file)["overlap"]
    assert record.outcome == "fault"
    assert "Traceback" in record.reason
    assert "ModelLoadError" in record.reason


@pytest.mark.models
def test_voices_are_heard_in_a_film_of_their_own(tmp_path: Path) -> None:
    from benchmarks.smoke_scale import TINY, Smoke
    from benchmarks.smoke_workers import spoken
    from sparkle_motion_dagster.gpu.devices import device_preset

    manifest = spoken(Smoke(device_preset("cpu"), TINY, tmp_path, None), {"espeak": {}})
    takes = [each for each in manifest.artifacts if each.name == "audio"]
    assert [take.metadata["provider"] for take in takes] == ["espeak"]


def test_a_python_without_packages_is_told_what_is_missing_and_skips_what_needs_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "smoke.json"
    bare = _smoke("--json", file)
    bare.insert(1, "-S")  # without site-packages
    ran = _run(bare)
    assert ran.returncode == 1
    assert ran.stderr.count("will be skipped") == len(PARTS)
    assert (
        "has no filelock, numpy, psutil, pydantic, pynvml, ruamel.yaml, torch, yaml" in ran.stderr
    )
    said = read_records(file)
    assert {record.outcome for record in said.values()} == {"skipped"}
    assert "diffusers" in said["sdxl"].reason
    assert "diffusers" not in said["device"].reason
    assert said["sdxl"].place.machine["diffusers"] == "none"
    # What is missing may be here the next time.
    assert "as recorded" not in _run(bare).stdout


def test_a_part_has_run_where_machine_programs_and_preset_are_the_same(tmp_path: Path) -> None:
    file = tmp_path / "smoke.json"
    bare = _smoke("--json", file)
    bare.insert(1, "-S")  # so that each part ends at once
    _run(bare)
    ran = {name: replace(record, outcome="ok") for name, record in read_records(file).items()}
    write_records(file, ran)
    assert _run(bare).stdout.count("ok, as recorded") == len(PARTS)
    assert "as recorded" not in _run([*bare, "--preset", "rtx4090"]).stdout


def test_without_a_gpu_full_parts_are_skipped_and_say_why(tmp_path: Path) -> None:
    file = tmp_path / "smoke.json"
    ran = _run(_smoke("--json", file, "--preset", "cpu", "device"))
    assert ran.returncode == 1
    record = read_records(file)["device"]
    assert record.outcome == "skipped"
    assert "--tiny" in record.reason


def test_how_a_part_ended_is_told_from_what_it_saw() -> None:
    right, told = Finding("it fits", "yes", holds=True), Finding("seconds", "3")
    wrong = Finding("it is freed", "3.20 GiB", holds=False)
    assert judged(0, "a warning", [right, told]) == ("ok", "")
    assert judged(0, "", [right, wrong]) == (
        "fault",
        "Not as it should be: it is freed: 3.20 GiB.",
    )
    assert judged(SKIPPED, "no GPU", []) == ("skipped", "no GPU")
    assert judged(-11, "the traceback", [right])[1].endswith("with -11. the traceback")
    assert judged(None, "the last words", [])[0] == "fault"


def test_what_a_part_noted_counts_up_to_where_its_disk_was_full(tmp_path: Path) -> None:
    assert read_findings(tmp_path) == []
    whole, cut_off = '{"what": "it fits", "seen": "yes", "holds": true}\n', '{"what": "it is fr'
    (tmp_path / FINDINGS).write_text(whole + cut_off)
    assert read_findings(tmp_path) == [Finding("it fits", "yes", holds=True)]


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    place = Place({"GPU 0": "one", "torch": "2"}, "abc")
    record = PartRecord("fault", "why", 1.5, "2026-11-29", place, [Finding("what", "seen")])
    write_records(tmp_path / "new" / "smoke.json", {"sdxl": record})
    assert read_records(tmp_path / "new" / "smoke.json") == {"sdxl": record}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["smoke.json"]
    assert read_records(tmp_path / "none.json") == {}
    assert json.loads((tmp_path / "new" / "smoke.json").read_text())["sdxl"]["outcome"] == "fault"
