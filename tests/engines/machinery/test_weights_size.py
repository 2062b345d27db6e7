"""How much memory weights take is known from their files' headers, before they are loaded."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tiny_sdxl
import tiny_wan
from devices import on_cpu
from gpu_peer import Weights, cpu_preset
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.images.sdxl.pipeline import Recipe, load
from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings
from sparkle_motion_dagster.engines.images.sdxl.weights_size import recipe_bytes
from sparkle_motion_dagster.engines.machinery.weights_size import weights_bytes
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.memory import model_bytes
from sparkle_motion_dagster.gpu.presets import EnginePreset

pytest.importorskip("safetensors")


@pytest.fixture(autouse=True)
def nothing_warm() -> Iterator[None]:
    WARM.evict()
    yield
    WARM.evict()


def write_part(folder: Path, name: str = "model.safetensors", floats: int = 500) -> Path:
    from safetensors.numpy import save_file

    folder.mkdir(exist_ok=True)
    tensors: dict[str, np.ndarray[Any, Any]] = {
        "weight": np.zeros((5, floats // 5), np.float32),
        "half": np.zeros(10, np.float16),
        "places": np.zeros(3, np.int64),
    }
    save_file(tensors, folder / name, metadata={"format": "pt"})
    return folder


def test_floats_take_what_they_are_computed_in_and_all_else_what_it_is(tmp_path: Path) -> None:
    part = write_part(tmp_path / "unet")
    assert weights_bytes(part, "float32") == 4 * 510 + 8 * 3
    assert weights_bytes(part, "bfloat16") == 2 * 510 + 8 * 3
    write_part(part, "model-00002.safetensors", floats=5)
    assert weights_bytes(part, "float16") == 2 * (510 + 15) + 2 * 8 * 3


def test_only_the_files_that_are_read_count(tmp_path: Path) -> None:
    part = write_part(tmp_path / "unet", "model.fp16.safetensors", floats=5)
    assert weights_bytes(write_part(part), "float16") == 2 * 15 + 8 * 3
    assert weights_bytes(tmp_path / "no image encoder", "float16") == 0


def test_what_is_no_safetensors_takes_as_much_as_its_file(tmp_path: Path) -> None:
    for name, content in (
        ("cut", b"\xff" * 20),
        ("text", b"\x02" + b"\0" * 7 + b"[]"),
        ("void", b""),
    ):
        (tmp_path / f"{name}.safetensors").write_bytes(content)
        assert weights_bytes(tmp_path, "float32") == len(content)
        (tmp_path / f"{name}.safetensors").unlink()


def test_what_is_warm_goes_before_a_model_is_loaded_for_the_first_time(tmp_path: Path) -> None:
    part = write_part(tmp_path / "transformer")
    size = weights_bytes(part, "float32")
    gpu = Gpu(cpu_preset(memory=size + 500))

    def warm(key: str, nbytes: int) -> weakref.ref[Weights]:
        with gpu.model_context(key, lambda _: Weights(nbytes)) as loaded:
            return weakref.ref(loaded.model)

    in_the_way, small = warm("in the way", 400), warm("small", 300)

    def loads(_: str) -> dict[str, np.ndarray[Any, Any]]:
        from safetensors.numpy import load_file

        assert in_the_way() is None
        assert small() is not None
        return load_file(part / "model.safetensors")

    with gpu.model_context("never loaded before", loads, expected_bytes=size):
        pass
    assert small() is not None


def is_nearly(reckoned: int, loaded: int) -> bool:
    """Tell whether that is all but buffers, which are made, and not read."""
    return 0 <= loaded - reckoned < 0.02 * loaded


def test_the_size_of_a_pipeline_is_known_before(tmp_path: Path) -> None:
    base = tiny_sdxl.save_base(tmp_path / "sdxl")
    for precision in ("float32", "bfloat16"):
        recipe = Recipe(base, EnginePreset.model_validate({"precision": precision}))
        assert is_nearly(recipe_bytes(recipe), model_bytes(vars(load(recipe, "cpu"))))
    engine = SdxlEngine(SdxlSettings(weights=base), on_cpu())
    assert engine.host_bytes() == recipe_bytes(Recipe(base, engine.preset))


def test_adapters_for_other_purposes_take_nothing(tmp_path: Path) -> None:
    base = tiny_sdxl.save_base(tmp_path / "sdxl")
    adapter = tiny_sdxl.save_adapter(tmp_path / "adapter", base)
    preset = EnginePreset(precision="float32")
    alone = recipe_bytes(Recipe(base, preset, adapter=adapter))
    assert alone > recipe_bytes(Recipe(base, preset)) + 100
    write_part(adapter / "sdxl_models", "ip-adapter_sdxl.safetensors")
    assert recipe_bytes(Recipe(base, preset, adapter=adapter)) == alone


@pytest.mark.parametrize(
    ("model", "write"),
    [("wan-2.1", tiny_wan.write_flf2v), ("wan-2.2", tiny_wan.write_two_experts)],
)
def test_the_larger_of_wans_two_loads_must_have_room(
    tmp_path: Path, model: str, write: Callable[[Path], Path]
) -> None:
    diffusers = pytest.importorskip("diffusers")
    weights = write(tmp_path / "wan")
    engine = WanEngine(WanSettings(model_id=model, weights=weights), on_cpu())
    pipeline = diffusers.WanImageToVideoPipeline.from_pretrained(
        weights, text_encoder=None, tokenizer=None
    )
    assert is_nearly(engine.host_bytes(), model_bytes(pipeline))
