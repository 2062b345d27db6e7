"""What torch and diffusers are told before they are imported, by whoever makes a Gpu."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.machinery.workers import worker_variables
from sparkle_motion_dagster.engines.speech.chatterbox import PROGRAM
from sparkle_motion_dagster.gpu.libraries import tell_libraries

SETTINGS = (
    "PYTORCH_ALLOC_CONF",
    "PYTORCH_CUDA_ALLOC_CONF",
    "PYTORCH_HIP_ALLOC_CONF",
    "HF_ENABLE_PARALLEL_LOADING",
)


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        # Set before it is deleted, so that it is deleted again in the end.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def told() -> dict[str, str]:
    return {name: os.environ[name] for name in SETTINGS if name in os.environ}


def test_what_nobody_has_set_is_set() -> None:
    tell_libraries()
    assert told() == {
        "PYTORCH_ALLOC_CONF": "expandable_segments:True",
        "HF_ENABLE_PARALLEL_LOADING": "1",
    }


@pytest.mark.parametrize("name", SETTINGS[:3])
def test_what_the_user_has_set_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {name: "max_split_size_mb:512", "HF_ENABLE_PARALLEL_LOADING": "no"}
    for variable, value in own.items():
        monkeypatch.setenv(variable, value)
    tell_libraries()
    assert told() == own


_LOAD = """
import sys
from pathlib import Path
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.presets import DevicePreset
Gpu(DevicePreset(name="cpu", device="cpu"))
assert not {"torch", "diffusers"} & sys.modules.keys()
import torch
from diffusers.configuration_utils import ConfigMixin
from diffusers.models.modeling_utils import ModelMixin
from diffusers.utils import HF_ENABLE_PARALLEL_LOADING
torch._C._accelerator_setAllocatorSettings("")

class Model(ModelMixin, ConfigMixin):
    config_name = "config.json"

    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList(torch.nn.Linear(100, 100) for _ in range(8))

folder = Path(sys.argv[1])
model = Model()
model.save_pretrained(folder / "sharded", max_shard_size="100KB")
saved = model.state_dict()
loaded = Model.from_pretrained(folder / "sharded").state_dict()
assert saved.keys() == loaded.keys()
print(HF_ENABLE_PARALLEL_LOADING, all(torch.equal(loaded[name], saved[name]) for name in saved))
"""


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_a_model_of_several_files_is_read_in_parallel_and_is_the_same(tmp_path: Path) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", _LOAD, tmp_path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == ["True", "True"]
    assert len(list((tmp_path / "sharded").glob("*.safetensors"))) > 2


def test_workers_ask_for_memory_alike_and_know_nothing_of_our_packages(tmp_path: Path) -> None:
    tell_libraries()
    variables = worker_variables(PROGRAM, tmp_path)
    assert variables["PYTORCH_ALLOC_CONF"] == "expandable_segments:True"
    # A worker's environment may have diffusers without accelerate.
    assert "HF_ENABLE_PARALLEL_LOADING" not in variables
