"""The GPU resource looks for nothing before a model needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from sparkle_motion_dagster.gpu.errors import GpuPresetError, NoDeviceError
from sparkle_motion_dagster.gpu.nvml import devices
from sparkle_motion_dagster.resources.gpu import GpuResource

_LAZY = """
import sys
from sparkle_motion_dagster.resources.gpu import GpuResource
gpu = GpuResource(preset="no such preset").for_stage("film", "shot_clips")
print([name for name in ("torch", "pynvml", "diffusers") if name in sys.modules])
print(list(__import__("pathlib").Path(sys.argv[1]).iterdir()))
"""


def test_making_one_looks_for_no_device_and_imports_no_torch(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-c", _LAZY, str(tmp_path)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.splitlines() == ["[]", "[]"]


def test_a_stage_gets_a_device_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKLE_GPU_LOCKS", str(tmp_path))
    gpu = GpuResource(preset="CPU").for_stage("film", "shot_clips")
    assert gpu.preset.name == "cpu"

    with gpu.model_context("tiny", lambda device: device, keep_warm=False) as loaded:
        assert loaded.model == "cpu"
    assert {(event.run_id, event.stage) for event in gpu.events()} == {("film", "shot_clips")}


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    gpu = GpuResource(preset="gtx480").for_stage("film", "shot_clips")
    with pytest.raises(GpuPresetError, match=r"'gtx480'.*a100-40gb.*rtx4090"):
        _ = gpu.preset


@pytest.mark.skipif(bool(devices()), reason="this machine has NVIDIA GPUs")
def test_no_gpu_to_choose_a_preset_by_is_told_when_one_is_needed() -> None:
    gpu = GpuResource().for_stage("film", "shot_clips")
    with pytest.raises(NoDeviceError, match="Name one"):
        gpu.model_context("wan", lambda device: device)


def test_impossible_waits_are_refused() -> None:
    with pytest.raises(ValidationError):
        GpuResource(wait_s=-1)
    with pytest.raises(ValidationError):
        GpuResource(load_timeout_s=0)
