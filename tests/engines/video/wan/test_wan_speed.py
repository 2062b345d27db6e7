"""What makes Wan faster: each setting on a tiny model, really applied, its work counted."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tiny_wan
from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.frames import Chunk
from sparkle_motion_dagster.engines.video.wan.inference import ChunkRequest, run
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames
from sparkle_motion_dagster.engines.video.wan.loras import located_lora
from sparkle_motion_dagster.engines.video.wan.models import wan_model
from sparkle_motion_dagster.engines.video.wan.offloading import can_be_pinned, pinned_bytes
from sparkle_motion_dagster.engines.video.wan.pipeline import Recipe, load_pipeline
from sparkle_motion_dagster.engines.video.wan.sampling import Sampling
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.speed import WanSpeed, check_speed
from sparkle_motion_dagster.engines.video.wan.texts import Texts
from sparkle_motion_dagster.media.picture_review import psnr

STEPS = 6
FIRST_BLOCK = {"kind": "first_block", "threshold": 10.0}
MAG = {"kind": "mag", "ratios": [1.0] * 6}
TAYLORSEER = {"kind": "taylorseer", "interval": 3, "from_step": 2}
TAYLORSEER_MODULES = {**TAYLORSEER, "keeps": "modules"}
MORE_OF_TAYLORSEER = pytest.param(TAYLORSEER_MODULES, marks=pytest.mark.models)


@pytest.fixture(scope="module")
def flf2v(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_flf2v(tmp_path_factory.mktemp("flf2v"))


@pytest.fixture(scope="module")
def vace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_vace(tmp_path_factory.mktemp("vace"))


@dataclass(frozen=True)
class Run:
    """What a run showed, and how often the transformer's last block computed."""

    shown: Frames
    computed: int


def recipe(folder: Path, model: str = "wan-2.1", **changes: Any) -> Recipe:
    speed = WanSpeed.model_validate(changes.pop("speed", {}))
    wanted: dict[str, Any] = {
        "model": wan_model(model),
        "lora": located_lora(speed.lora, wan_model(model), "wan"),
        "folder": folder,
        "precision": "float32",
        "attention": "native",
        "tiling": False,
        "offload": "none",
        "speed": speed,
        "steps": STEPS,
    }
    return Recipe(**{**wanted, **changes})


def loaded(*wanted: Any, **changes: Any) -> Any:
    return load_pipeline(recipe(*wanted, **changes), "cpu").pipeline


def order(**changes: Any) -> ChunkRequest:
    torch = import_module("torch")
    generator = torch.Generator().manual_seed(1)
    start, end = np.random.default_rng(1).integers(0, 255, (2, 64, 64, 3), np.uint8)
    wanted: dict[str, Any] = {
        "chunk": Chunk(frames=5, known=1, repeated=0, ends=True),
        "head": start[None],
        "end": end,
        "texts": Texts(
            torch.randn(1, 512, 16, generator=generator),
            torch.randn(1, 512, 16, generator=generator),
        ),
        "sampling": Sampling(STEPS, 5.0, None, 3.0, "setting"),
        "seed": 3,
        "stepped": lambda _: None,
    }
    return ChunkRequest(**{**wanted, **changes})


def ran(pipeline: Any, wanted: ChunkRequest) -> Run:
    computed: list[str] = []
    last = pipeline.transformer.blocks[-1].ffn.net[-1]
    counting = last.register_forward_hook(lambda *_: computed.append("once"))
    try:
        return Run(run(pipeline, wanted), len(computed))
    finally:
        counting.remove()


def sped(folder: Path, model: str = "wan-2.1", **changes: Any) -> Run:
    return ran(loaded(folder, model, **changes), order())


@pytest.mark.parametrize("cache", [FIRST_BLOCK, MAG, TAYLORSEER, MORE_OF_TAYLORSEER])
def test_a_cache_leaves_work_out(flf2v: Path, cache: dict[str, Any]) -> None:
    stock, cached = sped(flf2v), sped(flf2v, speed={"cache": cache})
    assert stock.computed == 2 * STEPS
    assert cached.computed < stock.computed
    assert (cached.shown != stock.shown).any()
    assert psnr(cached.shown, stock.shown) > 15


@pytest.mark.parametrize("cache", [TAYLORSEER, MORE_OF_TAYLORSEER])
def test_the_cache_that_suits_vace_leaves_work_out(vace: Path, cache: dict[str, Any]) -> None:
    stock = sped(vace, "wan-2.1-vace-1.3b")
    cached = sped(vace, "wan-2.1-vace-1.3b", speed={"cache": cache})
    assert cached.computed < stock.computed
    assert psnr(cached.shown, stock.shown) > 15


def test_taylorseer_keeps_the_output_alone_unless_asked_for_more(flf2v: Path) -> None:
    def kept(cache: dict[str, Any]) -> set[str]:
        pipeline = loaded(flf2v, speed={"cache": cache})
        names: set[str] = set()

        def look(_: int) -> None:
            for name, module in pipeline.transformer.named_modules():
                hooks = getattr(module, "_diffusers_hook", None)
                hook = hooks and hooks.get_hook("taylorseer_cache")
                states = hook.state_manager._state_cache.values() if hook else ()
                if any(state.taylor_factors for state in states):
                    names.add(name)

        run(pipeline, order(stepped=look))
        return names

    assert kept(TAYLORSEER) == {"proj_out"}
    modules = {f"blocks.{i}.{part}" for i in range(3) for part in ("attn1", "attn2", "ffn")}
    assert kept(TAYLORSEER_MODULES) == modules


@pytest.mark.parametrize("cache", [FIRST_BLOCK, MAG])
def test_caches_that_would_count_the_mask_twice_are_refused(cache: dict[str, Any]) -> None:
    speed = WanSpeed.model_validate({"cache": cache})
    check_speed(speed, wan_model("wan-2.1"))
    engine = WanEngine(WanSettings(model_id="wan-2.1-vace-14b", speed=speed), on_cpu())
    with pytest.raises(EngineInputError, match="Use the cache taylorseer"):
        engine.check_shots([])


@pytest.mark.parametrize("cache", [FIRST_BLOCK, MAG, TAYLORSEER, MORE_OF_TAYLORSEER])
def test_a_cache_forgets_what_was_stopped(flf2v: Path, cache: dict[str, Any]) -> None:
    def stop(step: int) -> None:
        if step == 4:
            raise KeyboardInterrupt

    pipeline = loaded(flf2v, speed={"cache": cache})
    undisturbed = ran(pipeline, order())
    with pytest.raises(KeyboardInterrupt):
        run(pipeline, order(seed=9, stepped=stop))
    again = ran(pipeline, order())
    assert (again.shown == undisturbed.shown).all()
    assert again.computed == undisturbed.computed


def test_layerwise_casting_stores_weights_as_8_bit_floats(flf2v: Path) -> None:
    torch = import_module("torch")
    pipeline = loaded(flf2v, speed={"layerwise_casting": True})
    stored = {parameter.dtype for parameter in pipeline.transformer.blocks[0].ffn.parameters()}
    assert stored == {torch.float8_e4m3fn}
    cast = ran(pipeline, order())
    stock = sped(flf2v)
    assert (cast.shown != stock.shown).any()
    assert psnr(cast.shown, stock.shown) > 15


def test_offloading_layers_changes_nothing(flf2v: Path, vace: Path) -> None:
    """The transformer's layers wait one by one, so that each can come while another works."""
    for folder, model in ((flf2v, "wan-2.1"), (vace, "wan-2.1-vace-1.3b")):
        ready = load_pipeline(recipe(folder, model, offload="group"), "cpu")
        assert ready.waiting == "layers"
        layer = ready.pipeline.transformer.blocks[1].attn1.to_q
        assert layer._diffusers_hook.get_hook("group_offloading").group.modules == [layer]
        assert (ran(ready.pipeline, order()).shown == sped(folder, model).shown).all()


def test_weights_are_pinned_where_the_machines_memory_holds_them_rounded_up() -> None:
    torch = import_module("torch")
    parts = torch.nn.Sequential(torch.nn.Linear(30, 30), torch.nn.Linear(32, 32, bias=False))
    rounded = 4096 + 128 + 4096
    assert pinned_bytes([parts]) == rounded
    assert can_be_pinned([parts], rounded * 5 // 4)
    assert not can_be_pinned([parts], rounded * 5 // 4 - 5)
    assert not can_be_pinned([parts, parts], rounded * 5 // 4)
    assert can_be_pinned([parts, parts], 2 * rounded * 5 // 4)
    assert not can_be_pinned([parts], None)


def test_the_attention_backend_is_set(flf2v: Path) -> None:
    pipeline = loaded(flf2v, attention="_native_math")
    backends = {block.attn1.processor._attention_backend for block in pipeline.transformer.blocks}
    assert [backend.value for backend in backends] == ["_native_math"]
    assert psnr(ran(pipeline, order()).shown, sped(flf2v).shown) > 40


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        ("magic", r"'magic', which there is not\. Known ones: (?!.*_hub).*native"),
        ("flash_hub", r"'flash_hub', which is code that would be fetched\. Known ones:"),
        ("_sage_qk_int8_pv_fp8_cuda", "cannot be used on this machine: .*sageattention"),
    ],
)
def test_an_attention_backend_that_cannot_be_used_is_refused(
    flf2v: Path, backend: str, why: str
) -> None:
    with pytest.raises(EngineInputError, match=why):
        loaded(flf2v, attention=backend)


def test_compiling_is_asked_for_block_by_block(flf2v: Path) -> None:
    pipeline = loaded(flf2v, speed={"compiled": True})
    assert all(block._compiled_call_impl for block in pipeline.transformer.blocks)
    assert not pipeline.transformer._compiled_call_impl


@pytest.mark.models
def test_compiled_blocks_show_the_same(flf2v: Path) -> None:
    """Half a minute, most of it in the compiler."""
    assert psnr(sped(flf2v, speed={"compiled": True}).shown, sped(flf2v).shown) > 40


def test_a_cache_and_casting_work_together(flf2v: Path) -> None:
    both = sped(flf2v, speed={"cache": FIRST_BLOCK, "layerwise_casting": True})
    assert both.computed < 2 * STEPS


# LoRA --------------------------------------------------------------------------------------------


def distilled(file: Path, **changes: Any) -> dict[str, Any]:
    return {"lora": {"file": file, "steps": 4, **changes}}


def test_a_lora_is_added_to_the_weights(flf2v: Path, tmp_path: Path) -> None:
    torch = import_module("torch")
    name = "blocks.1.attn1.to_q"
    file = tiny_wan.write_lora(tmp_path / "lora.safetensors", {f"transformer.{name}": (24, 24)})
    parts = import_module("safetensors.torch").load_file(file)
    stock = loaded(flf2v)
    changed = loaded(flf2v, speed=distilled(file, strength=0.5))
    added = {
        key: changed.transformer.state_dict()[key] - before
        for key, before in stock.transformer.state_dict().items()
    }
    up, down = (parts[f"transformer.{name}.lora_{part}.weight"] for part in "BA")
    torch.testing.assert_close(added.pop(f"{name}.weight"), 0.5 * up @ down)
    assert all((rest == 0).all() for rest in added.values())


def test_a_lora_in_the_naming_of_wans_authors_is_added(flf2v: Path, tmp_path: Path) -> None:
    torch = import_module("torch")
    theirs, ours = "diffusion_model.blocks.0.self_attn.q", "blocks.0.attn1.to_q.weight"
    file = tiny_wan.write_lora(tmp_path / "lora.safetensors", {theirs: (24, 24)})
    parts = import_module("safetensors.torch").load_file(file)
    stock, changed = (
        loaded(flf2v, speed=speed).transformer.state_dict() for speed in ({}, distilled(file))
    )
    up, down = (parts[f"{theirs}.lora_{part}.weight"] for part in "BA")
    torch.testing.assert_close(changed[ours] - stock[ours], up @ down)


def test_a_lora_is_scaled_as_its_description_says(flf2v: Path, tmp_path: Path) -> None:
    torch = import_module("torch")
    name = "blocks.1.attn1.to_q"
    file = tiny_wan.write_lora(tmp_path / "plain.safetensors", {f"transformer.{name}": (24, 24)})
    parts = import_module("safetensors.torch").load_file(file)

    def described(**facts: Any) -> Path:
        path = tmp_path / f"{'_'.join(facts)}.safetensors"
        text = json.dumps({f"transformer.{fact}": value for fact, value in facts.items()})
        metadata = {"lora_adapter_metadata": text}
        import_module("safetensors.torch").save_file(parts, path, metadata=metadata)
        return path

    def weight(speed: dict[str, Any]) -> Any:
        pipeline = loaded(flf2v, speed=speed)
        return pipeline.transformer.state_dict()[f"{name}.weight"]

    up, down = (parts[f"transformer.{name}.lora_{part}.weight"] for part in "BA")
    scaled = weight(distilled(described(r=2, lora_alpha=8)))
    torch.testing.assert_close(scaled - weight({}), 4 * up @ down)
    for odd in ({"use_rslora": True}, {"alpha_pattern": {name: 1}}, {"rank_pattern": {name: 2}}):
        with pytest.raises(EngineInputError, match=f"cannot be added: it has {min(odd)}"):
            loaded(flf2v, speed=distilled(described(r=2, lora_alpha=8, **odd)))


def test_a_lora_that_does_not_fit_is_refused(flf2v: Path, tmp_path: Path) -> None:
    torch = import_module("torch")
    other_shape = tiny_wan.write_lora(
        tmp_path / "shape.safetensors", {"transformer.blocks.0.attn1.to_q": (48, 48)}
    )
    other_block = tiny_wan.write_lora(
        tmp_path / "block.safetensors", {"transformer.blocks.7.attn1.to_q": (24, 24)}
    )
    for file in (other_shape, other_block):
        with pytest.raises(EngineInputError, match="made for another model: transformer"):
            loaded(flf2v, speed=distilled(file))
    odd = tiny_wan.write_lora(
        tmp_path / "odd.safetensors",
        {"transformer.blocks.0.attn1.to_q": (24, 24)},
        odd=torch.ones(1),
    )
    with pytest.raises(EngineInputError, match="no LoRA that can be added: it holds odd"):
        loaded(flf2v, speed=distilled(odd))
    with pytest.raises(EngineInputError, match="must be a safetensors file"):
        loaded(flf2v, speed=distilled(tmp_path / "lora.bin"))


def test_a_distilled_lora_brings_its_steps_and_its_digest(tmp_path: Path) -> None:
    names = {"transformer.blocks.0.attn1.to_q": (24, 24)}
    file = tiny_wan.write_lora(tmp_path / "lora.safetensors", names)
    copy = shutil.copyfile(file, tmp_path / "copy.safetensors")

    def identity(speed: dict[str, Any]) -> str:
        settings = WanSettings.model_validate({"speed": speed})
        return WanEngine(settings, on_cpu()).identity().model_dump_json()

    assert identity(distilled(file)) == identity(distilled(copy))
    assert str(tmp_path) not in identity(distilled(file))
    assert identity(distilled(file)) != identity(distilled(file, strength=0.5)) != identity({})
    other = tiny_wan.write_lora(tmp_path / "other.safetensors", {"transformer.proj_out": (64, 24)})
    assert identity(distilled(other)) != identity(distilled(file))
    with pytest.raises(EngineInputError, match="cannot be read"):
        identity(distilled(tmp_path / "missing.safetensors"))
