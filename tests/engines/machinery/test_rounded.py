"""Copies of weights in bfloat16: what is loaded from them is what the originals give."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import tiny_wan
from clips import write_keyframe
from devices import on_cpu
from hub import keep_cache_in
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.rounded import (
    RoundedCopy,
    RoundingError,
    located_for,
    present,
)
from sparkle_motion_dagster.engines.machinery.weights import WeightsChoice, WeightsNeed
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.video.base import FootageRequest
from sparkle_motion_dagster.engines.video.wan.checkpoint import from_pretrained
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.models import wan_model
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.presets import EnginePreset
from sparkle_motion_dagster.units import FrameSize

WEIGHTS = wan_model("wan-2.1").weights


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_flf2v(tmp_path_factory.mktemp("flf2v"))


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RoundedCopy:
    keep_cache_in(tmp_path / "huggingface" / "hub", monkeypatch)
    return RoundedCopy(WEIGHTS)


def tensors(folder: Path) -> Mapping[str, Any]:
    """Return all that is loaded, as the engine loads it."""
    torch = import_module("torch")
    types = {"default": torch.bfloat16, "vae": torch.float32, "image_encoder": torch.float32}
    pipeline = from_pretrained(folder, "flf2v", types, [])
    return {
        f"{part}.{name}": tensor
        for part in ("text_encoder", "transformer", "vae", "image_encoder")
        for name, tensor in getattr(pipeline, part).state_dict().items()
    }


def test_what_is_loaded_is_bit_by_bit_what_the_originals_give(
    originals: Path, copy: RoundedCopy
) -> None:
    copy.make(originals)
    expected, loaded = tensors(originals), tensors(copy.folder)
    assert loaded.keys() == expected.keys()
    torch = import_module("torch")
    for name, tensor in expected.items():
        assert loaded[name].dtype == tensor.dtype, name
        assert torch.equal(loaded[name], tensor), name
    kinds = {
        str(tensor.dtype) for name, tensor in loaded.items() if name.startswith("transformer.")
    }
    assert kinds == {"torch.bfloat16", "torch.float32"}
    for part, half in (("transformer", True), ("text_encoder", True), ("vae", False)):
        sizes = [
            sum(file.stat().st_size for file in (folder / part).glob("*.safetensors"))
            for folder in (copy.folder, originals)
        ]
        assert (sizes[0] < 0.75 * sizes[1]) == half, part


def test_footage_is_the_same_and_so_is_its_fingerprint(
    originals: Path, copy: RoundedCopy, tmp_path: Path
) -> None:
    presets = {"wan": EnginePreset(precision="bfloat16")}
    preset = on_cpu().gpu.preset.model_copy(update={"engines": presets})

    def made(name: str, weights: Path | None) -> tuple[str, WanEngine]:
        (tmp_path / name).mkdir()
        settings = WanSettings(model_id="wan-2.1", weights=weights, steps=2)
        engine = WanEngine(settings, Facilities(Gpu(preset)))
        wanted = FootageRequest(
            start=write_keyframe(tmp_path / "start.png", 1, 64, 64),
            end=write_keyframe(tmp_path / "end.png", 2, 64, 64),
            frames=5,
            size=FrameSize(width=64, height=64),
            prompt="a boat",
            seed=3,
        )
        (footage,) = engine.make([wanted], tmp_path / name)
        return digest_file(footage.outputs["footage"].path), engine

    copy.make(originals)
    from_originals, _ = made("originals", originals)
    from_copy, engine = made("copy", None)
    assert from_copy == from_originals
    assert engine.model() == (WEIGHTS.repository, WEIGHTS.revision)


def test_it_is_loaded_in_its_own_precision_alone(originals: Path, copy: RoundedCopy) -> None:
    need = WeightsNeed(WeightsChoice("wan-2.1", "clips", WEIGHTS, usual=True))
    with pytest.raises(MissingWeightsError):
        present(need, "wan")
    copy.make(originals)
    assert present(need, "wan") == copy.folder
    assert located_for("bfloat16", WEIGHTS, None, "wan") == copy.folder
    assert located_for("bfloat16", WEIGHTS, originals, "wan") == originals
    for other in ("float32", "float16"):
        with pytest.raises(MissingWeightsError):
            located_for(other, WEIGHTS, None, "wan")


def test_where_the_libraries_would_load_something_else_it_is_not_used(
    originals: Path, copy: RoundedCopy
) -> None:
    copy.make(originals)
    record = copy.folder / "rounded.json"
    content = json.loads(record.read_text())
    assert "norm1" in content["float32"]["transformer"]
    # Some libraries name them in no order.
    assert content["float32"]["transformer"] == sorted(content["float32"]["transformer"])
    content["float32"]["transformer"].remove("norm1")
    record.write_text(json.dumps(content))
    assert not copy.is_current()
    with pytest.raises(MissingWeightsError):
        located_for("bfloat16", WEIGHTS, None, "wan")


def test_damage_is_found_and_mended(originals: Path, copy: RoundedCopy) -> None:
    assert not copy.is_whole()
    copy.make(originals)
    assert copy.is_whole()
    (file,) = (copy.folder / "transformer").glob("*.safetensors")
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert not copy.is_whole()
    copy.make(originals)
    assert copy.is_whole()
    assert file.read_bytes() == content


def test_what_is_interrupted_leaves_nothing_that_counts(
    originals: Path, copy: RoundedCopy, tmp_path: Path
) -> None:
    broken = shutil.copytree(originals, tmp_path / "broken")
    for file in (broken / "transformer").glob("*.safetensors"):
        file.write_bytes(b"no safetensors")
    with pytest.raises(import_module("safetensors").SafetensorError):
        copy.make(broken)
    assert copy.record() is None
    left_behind = copy.folder.with_name(".new-killed")
    left_behind.mkdir()
    copy.make(originals)
    assert {path.name for path in copy.folder.parent.iterdir()} == {WEIGHTS.revision, ".lock"}


def test_a_damaged_index_is_mended_like_all_else(originals: Path, copy: RoundedCopy) -> None:
    copy.make(originals)
    index = copy.folder / "model_index.json"
    index.unlink()
    index.write_text("{")
    assert not copy.is_current()
    assert not copy.is_whole()
    copy.make(originals)
    assert copy.is_current()


def test_without_the_packages_that_know_a_model_they_are_named(
    originals: Path, copy: RoundedCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.make(originals)
    monkeypatch.setitem(sys.modules, "diffusers", None)  # as if it were not installed
    for ask in (copy.is_current, lambda: copy.make(originals)):
        with pytest.raises(MissingWeightsError, match=r"diffusers.* Type: pip install"):
            ask()
    assert copy.is_whole()


def test_a_copy_lies_on_the_disk_that_is_mounted_as_the_hubs_cache(
    copy: RoundedCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tmp_path / "huggingface" / "sparkle-motion" in copy.folder.parents
    keep_cache_in(Path("/dev"), monkeypatch)
    assert Path("/dev/.sparkle-motion") in copy.folder.parents


def test_a_model_whose_parts_are_not_told_is_not_copied(copy: RoundedCopy, tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"transformer": ["os", "system"]}')
    with pytest.raises(RoundingError, match="does not name parts of diffusers"):
        copy.make(tmp_path)
