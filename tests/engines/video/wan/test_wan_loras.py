"""LoRAs that are pinned for Wan's models: found in the hub's cache, added, and sampled."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny_wan
from clips import write_keyframe
from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.registry import declared, needs_of
from sparkle_motion_dagster.engines.video.base import FootageRequest
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.inference import ChunkRequest
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames
from sparkle_motion_dagster.engines.video.wan.loras import PINNED_LORAS, PinnedLora, pinned_lora
from sparkle_motion_dagster.engines.video.wan.models import WAN_MODELS, wan_model
from sparkle_motion_dagster.engines.video.wan.sampling import Sampling
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.units import FrameSize

DISTILLED = {"lora": "distilled"}
TO_Q = "diffusion_model.blocks.0.self_attn.q"


@pytest.fixture(scope="module")
def flf2v(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_flf2v(tmp_path_factory.mktemp("flf2v"))


@pytest.fixture(scope="module")
def vace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_vace(tmp_path_factory.mktemp("vace"))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's client."""
    constants = import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def put(pinned: PinnedLora, cache: Path) -> Path:
    """Put a tiny LoRA where the hub's client puts a pinned one."""
    (file,) = pinned.weights.files
    folder = f"models--{pinned.weights.repository.replace('/', '--')}"
    path = cache / folder / "snapshots" / pinned.weights.revision / file
    path.parent.mkdir(parents=True)
    return tiny_wan.write_lora(path, {TO_Q: (24, 24)})


class WatchedEngine(WanEngine):
    """The engine, and what its transformer was given and gave, a call each."""

    def __init__(self, *wanted: Any) -> None:
        super().__init__(*wanted)
        self.timesteps: list[float] = []
        self.given: list[Any] = []
        self.gave: list[Any] = []
        self.weight: Any = None

    def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
        def note(_: Any, __: Any, named: dict[str, Any], out: tuple[Any]) -> None:
            self.timesteps.append(float(named["timestep"]))
            self.given.append(named["hidden_states"][:, :16].clone())
            self.gave.append(out[0].clone())

        own = pipeline.scheduler
        self.weight = pipeline.transformer.blocks[0].attn1.to_q.weight.clone()
        noting = pipeline.transformer.register_forward_hook(note, with_kwargs=True)
        try:
            return super().run_chunk(pipeline, request)
        finally:
            noting.remove()
            assert pipeline.scheduler is own


def engine(weights: Path, model: str = "wan-2.1", **changes: Any) -> WatchedEngine:
    settings = {"model_id": model, "weights": weights, "speed": DISTILLED, **changes}
    return WatchedEngine(WanSettings.model_validate(settings), on_cpu())


def footage(made_by: WanEngine, folder: Path) -> dict[str, Any]:
    """Make a piece of footage, and return what its metadata says."""
    request = FootageRequest(
        start=write_keyframe(folder / "start.png", 1, 64, 64),
        end=write_keyframe(folder / "end.png", 2, 64, 64),
        frames=5,
        size=FrameSize(width=64, height=64),
        prompt="a boat in the harbour.",
        seed=3,
    )
    (made,) = made_by.make([request], folder)
    return dict(made.metadata)


def test_the_pinned_lora_is_added_and_takes_its_four_steps(
    flf2v: Path, cache: Path, tmp_path: Path
) -> None:
    """One call of the transformer a step, at lightx2v's timesteps, whatever else settings say."""
    torch = import_module("torch")
    file = put(pinned_lora(wan_model("wan-2.1")), cache)
    watched = engine(flf2v, steps=9, guidance=6.0, flow_shift=16.0)
    facts = footage(watched, tmp_path)
    assert watched.timesteps == pytest.approx([1000, 937.5, 2500 / 3, 625], abs=1e-3)
    assert (facts["flow_shift"], facts["flow_shift_from"]) == (5.0, "lora")
    assert facts["solver"] == "euler"

    weights = import_module("safetensors.torch").load_file(file)
    down, up = (weights[f"{TO_Q}.lora_{part}.weight"] for part in "AB")
    stock = engine(flf2v, speed={}, steps=1)
    footage(stock, tmp_path)
    torch.testing.assert_close(watched.weight - stock.weight, up @ down)

    # Euler's method: as far along what the transformer gave as the noise becomes less.
    shares = [step / 1000 for step in watched.timesteps]
    ways = [after - before for before, after in pairwise(shares)]
    for number, way in enumerate(ways):
        expected = watched.given[number] + way * watched.gave[number]
        torch.testing.assert_close(watched.given[number + 1], expected)


def test_a_model_takes_the_lora_that_is_pinned_for_it(
    vace: Path, cache: Path, tmp_path: Path
) -> None:
    put(pinned_lora(wan_model("wan-2.1-vace-14b")), cache)
    watched = engine(vace, "wan-2.1-vace-14b", most_frames=13, overlap=5)
    facts = footage(watched, tmp_path)
    assert len(watched.timesteps) == 4
    assert (facts["flow_shift"], facts["solver"]) == (5.0, "euler")


@given(steps=st.integers(1, 50), shift=st.floats(0.1, 30))
def test_eulers_steps_are_even_before_they_are_shifted(steps: int, shift: float) -> None:
    scheduler = Sampling(steps, 1.0, shift, "lora", "euler").scheduler(None)
    scheduler.set_timesteps(steps)
    even = [1 - step / steps for step in range(steps)]
    shifted = [shift * share / (1 + (shift - 1) * share) for share in even]
    assert scheduler.sigmas.tolist() == pytest.approx([*shifted, 0], abs=1e-6)
    assert scheduler.timesteps.tolist() == pytest.approx([1000 * share for share in shifted])


def test_the_solver_of_a_lora_of_ones_own_is_the_checkpoints_unless_it_says_so(
    flf2v: Path, tmp_path: Path
) -> None:
    file = tiny_wan.write_lora(tmp_path / "own.safetensors", {TO_Q: (24, 24)})
    own = {"lora": {"file": file, "steps": 4, "shift": 5}}
    usual = engine(flf2v, speed=own)
    assert footage(usual, tmp_path)["solver"] == "checkpoint"
    assert usual.timesteps == [999, 937, 833, 625]
    own["lora"]["solver"] = "euler"
    exact = engine(flf2v, speed=own)
    assert footage(exact, tmp_path)["solver"] == "euler"
    assert exact.timesteps == pytest.approx([1000, 937.5, 2500 / 3, 625], abs=1e-3)
    assert usual.identity() != exact.identity()


def test_the_fingerprint_holds_which_lora_is_pinned_and_no_path(flf2v: Path) -> None:
    pinned = pinned_lora(wan_model("wan-2.1"))
    settings = engine(flf2v).identity().settings
    assert settings["lora"] == (
        f"{pinned.weights.repository}@{pinned.weights.revision}/{pinned.weights.files[0]}"
    )
    assert settings["speed"] == {
        "cache": None,
        "compiled": False,
        "layerwise_casting": False,
        "lora": "distilled",
    }
    other = engine(flf2v, "wan-2.1-vace-14b")
    assert "wan2.1_t2v_14b_lora" in str(other.identity().settings["lora"])


def test_the_settings_of_a_lora_of_ones_own_say_no_more_than_before(tmp_path: Path) -> None:
    file = tiny_wan.write_lora(tmp_path / "own.safetensors", {TO_Q: (24, 24)})
    speed = {"lora": {"file": file, "steps": 4}}
    dumped = WanSettings.model_validate({"speed": speed}).model_dump(mode="json")
    assert dumped["speed"]["lora"] == {"steps": 4, "guidance": 1.0, "strength": 1.0}


def test_what_is_missing_of_weights_is_said_with_what_to_type(flf2v: Path, cache: Path) -> None:
    assert not cache.exists()
    with pytest.raises(MissingWeightsError, match=r"wan --model wan-2\.1-distilled`"):
        engine(flf2v).check_ready()
    put(pinned_lora(wan_model("wan-2.1")), cache)
    engine(flf2v).check_ready()
    with pytest.raises(EngineInputError, match="cannot be read"):
        engine(flf2v, speed={"lora": {"file": cache / "no.safetensors", "steps": 4}}).check_ready()


def test_another_file_of_the_repository_is_not_the_lora(vace: Path, cache: Path) -> None:
    put(pinned_lora(wan_model("wan-2.1")), cache)
    with pytest.raises(MissingWeightsError, match=r"--model wan-2\.1-vace-14b-distilled`"):
        engine(vace, "wan-2.1-vace-14b").check_ready()


def test_a_model_without_a_pinned_lora_says_which_have_one(vace: Path) -> None:
    small = engine(vace, "wan-2.1-vace-1.3b")
    for asked in (lambda: small.check_shots([]), small.identity, small.check_ready):
        with pytest.raises(EngineInputError) as refused:
            asked()
        for part in ("for wan-2.1-vace-1.3b", "wan-2.1 or wan-2.1-vace-14b", "model_id"):
            assert part in str(refused.value)
    engine(vace, "wan-2.1-vace-14b").check_shots([])


@pytest.mark.parametrize("kind", ["first_block", "taylorseer"])
def test_a_cache_beside_few_steps_is_refused(flf2v: Path, kind: str) -> None:
    both = engine(flf2v, speed={**DISTILLED, "cache": {"kind": kind}})
    with pytest.raises(EngineInputError, match=f"cache {kind} cannot work beside a distilled"):
        both.check_shots([])


def test_the_profile_needs_the_lora_beside_the_model() -> None:
    def names(**settings: object) -> list[str]:
        return [need.choice.name for need in needs_of(declared("wan"), settings)]

    assert names(speed=DISTILLED) == ["wan-2.1", "wan-2.1-distilled"]
    assert names(speed=DISTILLED, model_id="wan-2.1-vace-14b") == [
        "wan-2.1-vace-14b",
        "wan-2.1-vace-14b-distilled",
    ]
    with pytest.raises(EngineInputError, match=r"for wan-2\.1-vace-1\.3b"):
        names(speed=DISTILLED, model_id="wan-2.1-vace-1.3b")


def test_pinned_loras_are_for_models_that_there_are() -> None:
    named = [lora.model for lora in PINNED_LORAS]
    assert len(set(named)) == len(named)
    assert set(named) <= {model.name for model in WAN_MODELS}
