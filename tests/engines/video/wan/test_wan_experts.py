"""Wan 2.2, whose two experts share the steps: tiny random ones, each step and each setting seen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tiny_wan
from clips import measure_clip, write_keyframe
from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.base import FootageRequest, PlannedShot, VideoRequest
from sparkle_motion_dagster.engines.video.wan.checkpoint import UnfitWeightsError, check_weights
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.frames import Chunk
from sparkle_motion_dagster.engines.video.wan.inference import ChunkRequest, run
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames
from sparkle_motion_dagster.engines.video.wan.loras import located_lora
from sparkle_motion_dagster.engines.video.wan.memory import MOST_TRIES
from sparkle_motion_dagster.engines.video.wan.models import EXPERTS, wan_model
from sparkle_motion_dagster.engines.video.wan.pipeline import Recipe, load_pipeline
from sparkle_motion_dagster.engines.video.wan.sampling import Sampling
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.speed import WanSpeed
from sparkle_motion_dagster.engines.video.wan.texts import Texts
from sparkle_motion_dagster.gpu.errors import ModelOOMError
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.units import FrameSize

SMALL = FrameSize(width=64, height=64)
STEPS = 10
FIRST_BLOCK = {"kind": "first_block", "threshold": 10.0}
TAYLORSEER = {"kind": "taylorseer", "interval": 3, "from_step": 2}
SHIFT = 16.0
"""With it seven of ten steps have nine tenths of the noise or more: both have some to leave out."""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_two_experts(tmp_path_factory.mktemp("experts"))


def loaded(folder: Path, **changes: Any) -> Any:
    speed, model = WanSpeed.model_validate(changes.pop("speed", {})), wan_model("wan-2.2")
    wanted: dict[str, Any] = {
        "model": model,
        "folder": folder,
        "precision": "float32",
        "attention": "native",
        "tiling": False,
        "offload": "none",
        "speed": speed,
        "lora": located_lora(speed.lora, model, "wan"),
        "steps": STEPS,
    }
    return load_pipeline(Recipe(**{**wanted, **changes}), "cpu").pipeline


def order(guidance: float = 5.0, low_noise: float = 4.0, **changes: Any) -> ChunkRequest:
    torch = import_module("torch")
    generator = torch.Generator().manual_seed(1)
    start, end = np.random.default_rng(1).integers(0, 255, (2, 64, 64, 3), np.uint8)
    texts = [torch.randn(1, 512, 16, generator=generator) for _ in range(2)]
    wanted: dict[str, Any] = {
        "chunk": Chunk(frames=5, known=1, repeated=0, ends=True),
        "head": start[None],
        "end": end,
        "texts": Texts(*texts),
        "sampling": Sampling(STEPS, guidance, low_noise, SHIFT, "setting"),
        "seed": 3,
        "stepped": lambda _: None,
    }
    return ChunkRequest(**{**wanted, **changes})


@contextmanager
def counted(pipeline: Any) -> Iterator[dict[str, int]]:
    """Count how often each expert's last block computes."""
    counts = dict.fromkeys(EXPERTS, 0)

    def counting(name: str) -> Callable[..., None]:
        def count(*_: Any) -> None:
            counts[name] += 1

        return count

    hooks = [
        getattr(pipeline, name).blocks[-1].ffn.net[-1].register_forward_hook(counting(name))
        for name in EXPERTS
    ]
    try:
        yield counts
    finally:
        for hook in hooks:
            hook.remove()


@pytest.fixture(scope="module")
def stock(weights: Path) -> Frames:
    """What the experts show when nothing makes them faster."""
    return run(loaded(weights), order())


# Both experts ------------------------------------------------------------------------------------


def test_each_expert_takes_its_share_of_the_steps(weights: Path) -> None:
    """sigma = shift s / (1 + (shift - 1) s) is at least 0.9 where s is at least 9 / (shift + 9)."""
    pipeline = loaded(weights)
    for shift, high in ((SHIFT, 7), (5.0, 4)):
        with counted(pipeline) as counts:
            run(pipeline, order(sampling=Sampling(STEPS, 5.0, 5.0, shift, "setting")))
        assert counts == {"transformer": 2 * high, "transformer_2": 2 * (STEPS - high)}


@pytest.mark.parametrize("expert", EXPERTS)
def test_each_expert_decides_what_is_shown(weights: Path, stock: Frames, expert: str) -> None:
    torch = import_module("torch")
    pipeline = loaded(weights)
    with torch.no_grad():
        getattr(pipeline, expert).proj_out.bias.add_(3)
    assert (run(pipeline, order()) != stock).any()


def test_each_expert_has_a_guidance_of_its_own(weights: Path, stock: Frames) -> None:
    pipeline = loaded(weights)
    assert (run(pipeline, order()) == stock).all()
    by_one, by_other = (run(pipeline, order(**{name: 9.0})) for name in ("guidance", "low_noise"))
    assert (by_one != stock).any()
    assert (by_other != stock).any()
    assert (by_one != by_other).any()


def test_the_end_is_told_where_there_is_one(weights: Path, stock: Frames) -> None:
    other = np.random.default_rng(2).integers(0, 255, (64, 64, 3), np.uint8)
    pipeline = loaded(weights)
    alone = run(pipeline, order(end=None))
    assert (alone != stock).any()
    assert (run(pipeline, order(end=other)) != stock).any()
    assert (run(pipeline, order(head=other[None], end=None)) != alone).any()


# What makes them faster --------------------------------------------------------------------------


@pytest.mark.parametrize("cache", [FIRST_BLOCK, TAYLORSEER])
def test_a_cache_leaves_work_of_both_out_and_forgets_what_was_stopped(
    weights: Path, stock: Frames, cache: dict[str, Any]
) -> None:
    def stop(step: int) -> None:
        if step == 9:
            raise KeyboardInterrupt

    pipeline = loaded(weights, speed={"cache": cache})
    with counted(pipeline) as counts:
        shown = run(pipeline, order())
    assert 0 < counts["transformer"] < 2 * 7
    assert 0 < counts["transformer_2"] < 2 * 3
    assert (shown != stock).any()
    assert psnr(shown, stock) > 15
    with pytest.raises(KeyboardInterrupt):
        run(pipeline, order(seed=9, stepped=stop))
    assert (run(pipeline, order()) == shown).all()


def test_a_cache_that_counts_the_steps_of_one_is_refused() -> None:
    speed = WanSpeed.model_validate({"cache": {"kind": "mag", "ratios": [1.0]}})
    engine = WanEngine(WanSettings(model_id="wan-2.2", speed=speed), on_cpu())
    with pytest.raises(EngineInputError, match=r"shared by two experts.*first_block or taylorseer"):
        engine.check_shots([])


def test_both_wait_as_8_bit_floats(weights: Path, stock: Frames) -> None:
    torch = import_module("torch")
    pipeline = loaded(weights, speed={"layerwise_casting": True})
    for name in EXPERTS:
        stored = {each.dtype for each in getattr(pipeline, name).blocks[0].ffn.parameters()}
        assert stored == {torch.float8_e4m3fn}
    assert (run(pipeline, order()) != stock).any()


def test_both_are_compiled_block_by_block(weights: Path) -> None:
    pipeline = loaded(weights, speed={"compiled": True})
    for name in EXPERTS:
        assert all(block._compiled_call_impl for block in getattr(pipeline, name).blocks)


def test_both_use_the_attention_backend(weights: Path) -> None:
    pipeline = loaded(weights, attention="_native_math")
    backends = {
        block.attn1.processor._attention_backend.value
        for name in EXPERTS
        for block in getattr(pipeline, name).blocks
    }
    assert backends == {"_native_math"}


@pytest.mark.parametrize("offload", ["model", "group"])
def test_where_weights_wait_changes_nothing(weights: Path, stock: Frames, offload: str) -> None:
    pipeline = loaded(weights, offload=offload)
    assert (run(pipeline, order()) == stock).all()
    for name in EXPERTS:
        hooks = getattr(getattr(pipeline, name).blocks[1].attn1.to_q, "_diffusers_hook", None)
        assert (hooks is not None) == (offload == "group")


# LoRA --------------------------------------------------------------------------------------------


def lora(path: Path, layer: str) -> Path:
    return tiny_wan.write_lora(path, {f"transformer.{layer}": (24, 24)})


def test_each_expert_has_a_lora_of_its_own(weights: Path, tmp_path: Path) -> None:
    torch = import_module("torch")
    layers = {"transformer": "blocks.1.attn1.to_q", "transformer_2": "blocks.2.attn2.to_k"}
    high, low = (lora(tmp_path / f"{name}.safetensors", layer) for name, layer in layers.items())
    chosen = {"file": high, "file_low_noise": low, "steps": 4, "strength": 0.5}
    stock, changed = loaded(weights), loaded(weights, speed={"lora": chosen})
    for file, (name, layer) in zip((high, low), layers.items(), strict=True):
        parts = import_module("safetensors.torch").load_file(file)
        up, down = (parts[f"transformer.{layer}.lora_{part}.weight"] for part in "BA")
        before, after = (getattr(each, name).state_dict() for each in (stock, changed))
        added = {key: after[key] - value for key, value in before.items()}
        torch.testing.assert_close(added.pop(f"{layer}.weight"), 0.5 * up @ down)
        assert all((rest == 0).all() for rest in added.values())


def test_there_is_a_lora_for_each_expert_and_the_fingerprint_holds_both(tmp_path: Path) -> None:
    high, low, other = (
        lora(tmp_path / f"{layer}.safetensors", f"blocks.{layer}.attn1.to_q") for layer in range(3)
    )

    def engine(model: str, **files: Path) -> WanEngine:
        speed = {"lora": {"steps": 4, **files}}
        return WanEngine(WanSettings.model_validate({"model_id": model, "speed": speed}), on_cpu())

    def identity(**files: Path) -> str:
        return engine("wan-2.2", **files).identity().model_dump_json()

    both = identity(file=high, file_low_noise=low)
    assert str(tmp_path) not in both
    copy = shutil.copyfile(low, tmp_path / "copy.safetensors")
    assert both == identity(file=high, file_low_noise=copy)
    assert len({both, identity(file=high, file_low_noise=other), identity(file=high)}) == 3
    engine("wan-2.2", file=high, file_low_noise=low).check_shots([])
    with pytest.raises(EngineInputError, match=r"for high noise alone\. .* speed\.lora\.file_low"):
        engine("wan-2.2", file=high).check_shots([])
    with pytest.raises(EngineInputError, match=r"wan-2\.1 has one transformer, .* has two files"):
        engine("wan-2.1", file=high, file_low_noise=low).check_shots([])


# The engine --------------------------------------------------------------------------------------


def settings(weights: Path, **changes: Any) -> WanSettings:
    return WanSettings.model_validate(
        {"model_id": "wan-2.2", "weights": weights, "steps": 2, **changes}
    )


def request(folder: Path, **changes: Any) -> FootageRequest:
    wanted: dict[str, Any] = {
        "start": write_keyframe(folder / "start.png", 1, 64, 64),
        "end": write_keyframe(folder / "end.png", 2, 64, 64),
        "frames": 5,
        "size": SMALL,
        "prompt": "a boat in the harbour.",
        "negative_prompt": "blurred",
        "seed": 3,
    }
    return FootageRequest.model_validate({**wanted, **changes})


def shot(folder: Path, **changes: Any) -> VideoRequest:
    wanted: dict[str, Any] = {
        "start": write_keyframe(folder / "start.png", 1, 64, 64),
        "end": None,
        "frames": 24,
        "frame_rate": Fraction(16),
        "size": SMALL,
        "ends_on_keyframe": True,
        "visual_description": "a boat leaves",
        "seed": 3,
        "encoding": ClipEncoding(crf=18, preset="veryfast"),
    }
    return VideoRequest.model_validate({**wanted, **changes})


def test_footage_with_and_without_an_end_says_how_it_was_made(
    weights: Path, tmp_path: Path
) -> None:
    engine = WanEngine(settings(weights, guidance_low_noise=2), on_cpu())
    (tmp_path / "out").mkdir()
    requests = [request(tmp_path), request(tmp_path, end=None, frames=9)]
    ending, alone = engine.make(requests, tmp_path / "out")
    for made, frames in ((ending, 5), (alone, 9)):
        assert len(measure_clip(made.outputs["footage"].path).times) == frames
        facts = made.metadata
        assert (facts["model"], facts["chunks"], facts["oom"]) == ("wan-2.2", [frames], [])
        assert (facts["guidance"], facts["guidance_low_noise"]) == (3.5, 2)
        assert (facts["flow_shift"], facts["flow_shift_from"]) == (5.0, "authors")
    assert "keyframe_psnr_end" in ending.metadata
    assert "keyframe_psnr_end" not in alone.metadata


def test_shots_may_end_anywhere_but_not_late(tmp_path: Path) -> None:
    """81 frames have 80 intervals; footage that arrives nowhere is not played slower than made."""
    engine = WanEngine(WanSettings(model_id="wan-2.2"), on_cpu())

    def planned(frames: int, **how: bool) -> PlannedShot:
        rate = Fraction(16)
        return PlannedShot(
            id="s", frames=frames, frame_rate=rate, size=SMALL, ends_on_keyframe=True, **how
        )

    engine.check_shots([planned(85), planned(81, from_start_alone=True), planned(85, is_held=True)])
    assert engine.footage_of(shot(tmp_path, frames=81)).frames == 81
    for frames, alone in ((86, False), (82, True)):
        most = "81" if alone else "85"
        with pytest.raises(EngineInputError, match=rf"\({most} frames\).* or wan-2\.1-vace-14b in"):
            engine.check_shots([planned(frames, from_start_alone=alone)])


def test_a_held_shot_is_made_from_its_picture_alone(tmp_path: Path) -> None:
    engine = WanEngine(WanSettings(model_id="wan-2.2"), on_cpu())
    start = write_keyframe(tmp_path / "start.png", 1, 64, 64)
    end = write_keyframe(tmp_path / "end.png", 2, 64, 64)
    assert engine.footage_of(shot(tmp_path, end=start)).end is None
    assert engine.footage_of(shot(tmp_path)).end is None
    assert engine.footage_of(shot(tmp_path, end=end)).end == end


def test_guidance_is_that_of_both_unless_the_other_has_its_own(weights: Path) -> None:
    with pytest.raises(ValueError, match="guidance_low_noise must be 1 where guidance is"):
        WanSettings(guidance=1, guidance_low_noise=2)
    one = WanEngine(WanSettings(model_id="wan-2.1", guidance_low_noise=2), on_cpu())
    with pytest.raises(EngineInputError, match=r"guidance_low_noise is for .* wan-2\.1 has one"):
        one.check_shots([])
    plain = WanSettings()
    assert "guidance_low_noise" not in plain.model_dump()
    told = settings(weights, guidance_low_noise=2)
    assert WanEngine(told, on_cpu()).identity() != WanEngine(settings(weights), on_cpu()).identity()


def test_what_does_not_fit_is_tried_with_less_and_never_shorter(
    weights: Path, tmp_path: Path
) -> None:
    tried: list[tuple[int, bool]] = []

    class Full(WanEngine):
        def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
            tried.append((request.chunk.frames, pipeline.vae.use_tiling))
            raise import_module("torch").OutOfMemoryError("CUDA out of memory.")

    facilities = on_cpu()
    facilities.gpu.evict()
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelOOMError, match=r"in tiles; .* offloaded: model; .* offloaded: group"):
        list(Full(settings(weights), facilities).make([request(tmp_path)], tmp_path / "out"))
    assert tried == [(5, False)] + [(5, True)] * MOST_TRIES


# Weights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name", "value", "why"),
    [
        ("model_index.json", "boundary_ratio", None, "boundary_ratio: None"),
        ("model_index.json", "expand_timesteps", True, "expand_timesteps: True"),
        ("model_index.json", "transformer_2", [None, None], "have transformer, but wan-2.2 has"),
        ("model_index.json", "_class_name", "WanPipeline", "those of a WanPipeline"),
        ("transformer/config.json", "image_dim", 1280, "transformer.image_dim: 1280"),
        ("transformer_2/config.json", "in_channels", 16, "transformer_2.in_channels: 16"),
    ],
)
def test_weights_of_other_models_are_refused(
    weights: Path, tmp_path: Path, file: str, name: str, value: object, why: str
) -> None:
    check_weights(weights, wan_model("wan-2.2"))
    folder = tmp_path / "weights"
    for config in weights.rglob("*.json"):
        copy = folder / config.relative_to(weights)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(config, copy)
    said = json.loads((folder / file).read_text())
    (folder / file).write_text(json.dumps({**said, name: value}))
    with pytest.raises(UnfitWeightsError, match=why.replace(".", r"\.")):
        check_weights(folder, wan_model("wan-2.2"))


def test_weights_of_one_transformer_and_of_two_are_told_apart(
    weights: Path, tmp_path: Path
) -> None:
    one = tiny_wan.write_flf2v(tmp_path / "flf2v")
    with pytest.raises(UnfitWeightsError, match=r"have transformer, but wan-2\.2 has .* and tr"):
        check_weights(one, wan_model("wan-2.2"))
    with pytest.raises(UnfitWeightsError, match=r"and transformer_2, but wan-2\.1 has transformer"):
        check_weights(weights, wan_model("wan-2.1"))
