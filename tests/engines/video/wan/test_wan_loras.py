"""LoRAs that are pinned for Wan's models: found in the hub's cache, added, and sampled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from hub import keep_cache_in
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
FOUR_STEPS = [1000, 937.5, 2500 / 3, 625]
"""lightx2v's timesteps."""


@pytest.fixture(scope="module")
def flf2v(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_flf2v(tmp_path_factory.mktemp("flf2v"))


@pytest.fixture(scope="module")
def vace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_vace(tmp_path_factory.mktemp("vace"))


@pytest.fixture(scope="module")
def experts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_two_experts(tmp_path_factory.mktemp("experts"))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's client."""
    return keep_cache_in(tmp_path / "hub", monkeypatch)


def put(pinned: PinnedLora, cache: Path) -> list[Path]:
    """Put tiny LoRAs where the hub's client puts pinned ones: the first for block 0, and so on."""
    folder = f"models--{pinned.weights.repository.replace('/', '--')}"
    paths = []
    for block, file in enumerate(pinned.weights.files):
        path = cache / folder / "snapshots" / pinned.weights.revision / file
        path.parent.mkdir(parents=True, exist_ok=True)
        paths.append(tiny_wan.write_lora(path, {TO_Q.replace("0", str(block)): (24, 24)}))
    return paths


@dataclass(frozen=True)
class Call:
    """A call of a transformer: which one, at which timestep, what it was given and what it gave."""

    expert: str
    timestep: float
    given: Any
    gave: Any


class WatchedEngine(WanEngine):
    """The engine, the calls of its transformers, and their weights."""

    def __init__(self, *wanted: Any) -> None:
        super().__init__(*wanted)
        self.calls: list[Call] = []
        self.state: dict[str, Any] = {}

    @property
    def timesteps(self) -> list[float]:
        return [call.timestep for call in self.calls]

    def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
        def noting(expert: str) -> Callable[..., None]:
            def note(_: Any, __: Any, named: dict[str, Any], out: tuple[Any]) -> None:
                given = named["hidden_states"][:, :16].clone()
                self.calls.append(Call(expert, float(named["timestep"]), given, out[0].clone()))

            return note

        own, hooks = pipeline.scheduler, []
        for expert in self.chosen.experts:
            transformer = getattr(pipeline, expert)
            hooks.append(transformer.register_forward_hook(noting(expert), with_kwargs=True))
            state = {name: weight.clone() for name, weight in transformer.state_dict().items()}
            self.state |= {f"{expert}.{name}": weight for name, weight in state.items()}
        try:
            return super().run_chunk(pipeline, request)
        finally:
            for hook in hooks:
                hook.remove()
            assert pipeline.scheduler is own


def engine(weights: Path, model: str = "wan-2.1", **changes: Any) -> WatchedEngine:
    settings = {"model_id": model, "weights": weights, "speed": DISTILLED, **changes}
    return WatchedEngine(WanSettings.model_validate(settings), on_cpu())


def product(file: Path) -> Any:
    """Return what a LoRA of one layer adds to it."""
    down, up = import_module("safetensors.torch").load_file(file).values()
    return up @ down


def changed(one: WatchedEngine, other: WatchedEngine) -> dict[str, Any]:
    """Return how the weights of one differ from those of another, of those that do."""
    differences = {name: weight - other.state[name] for name, weight in one.state.items()}
    return {name: by for name, by in differences.items() if by.any()}


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
    (file,) = put(pinned_lora(wan_model("wan-2.1")), cache)
    watched = engine(flf2v, steps=9, guidance=6.0, flow_shift=16.0)
    facts = footage(watched, tmp_path)
    assert watched.timesteps == pytest.approx(FOUR_STEPS, abs=1e-3)
    assert (facts["flow_shift"], facts["flow_shift_from"]) == (5.0, "lora")
    assert facts["solver"] == "euler"

    stock = engine(flf2v, speed={}, steps=1)
    footage(stock, tmp_path)
    ((name, difference),) = changed(watched, stock).items()
    assert name == "transformer.blocks.0.attn1.to_q.weight"
    torch.testing.assert_close(difference, product(file))

    # Euler's method: as far along what the transformer gave as the noise becomes less.
    for call, following in pairwise(watched.calls):
        way = (following.timestep - call.timestep) / 1000
        torch.testing.assert_close(following.given, call.given + way * call.gave)


def test_each_expert_takes_its_own_lora_and_its_share_of_the_four_steps(
    experts: Path, cache: Path, tmp_path: Path
) -> None:
    high, low = put(pinned_lora(wan_model("wan-2.2")), cache)
    watched, stock = engine(experts, "wan-2.2"), engine(experts, "wan-2.2", speed={}, steps=1)
    facts = footage(watched, tmp_path)
    assert watched.timesteps == pytest.approx(FOUR_STEPS, abs=1e-3)
    shares = [call.expert for call in watched.calls]
    assert shares == ["transformer", "transformer", "transformer_2", "transformer_2"]
    assert (facts["flow_shift"], facts["guidance"], facts["guidance_low_noise"]) == (5.0, 1, 1)
    footage(stock, tmp_path)
    differences = changed(watched, stock)
    for name, file in (
        ("transformer.blocks.0.attn1.to_q.weight", high),
        ("transformer_2.blocks.1.attn1.to_q.weight", low),
    ):
        import_module("torch.testing").assert_close(differences.pop(name), product(file))
    assert not differences


def test_a_model_takes_the_lora_that_is_pinned_for_it(
    vace: Path, cache: Path, tmp_path: Path
) -> None:
    put(pinned_lora(wan_model("wan-2.1-vace-14b")), cache)
    watched = engine(vace, "wan-2.1-vace-14b", most_frames=13, overlap=5)
    facts = footage(watched, tmp_path)
    assert len(watched.timesteps) == 4
    assert (facts["flow_shift"], facts["solver"]) == (5.0, "euler")


@pytest.mark.parametrize("model", ["wan-2.1", "wan-2.1-vace-14b"])
def test_all_that_lightx2vs_loras_hold_is_added(
    model: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Low ranks, and whole differences of all else: biases, norms, modulation, the outer layers."""
    checkpoint = request.getfixturevalue("flf2v" if model == "wan-2.1" else "vace")
    file = tiny_wan.write_lora_of_all(tmp_path / "all.safetensors", checkpoint)
    own = {"lora": {"file": file, "steps": 1, "strength": 0.5}}
    watched = engine(checkpoint, model, speed=own)
    stock = engine(checkpoint, model, speed={}, steps=1)
    for each in (watched, stock):
        footage(each, tmp_path)
    differences = changed(watched, stock)
    left = {name.removeprefix("transformer.") for name in stock.state} - {
        name.removeprefix("transformer.") for name in differences
    }
    plain = {name for name in left if not name.startswith("vace_")}
    assert {name.rpartition(".")[2] for name in plain} <= {"pos_embed"}

    held = import_module("safetensors.torch").load_file(file)
    torch = import_module("torch")
    for ours, theirs in (
        ("patch_embedding.weight", "patch_embedding.diff"),
        ("patch_embedding.bias", "patch_embedding.diff_b"),
        ("blocks.2.norm2.bias", "blocks.2.norm3.diff_b"),
        ("blocks.1.attn1.norm_q.weight", "blocks.1.self_attn.norm_q.diff"),
        ("blocks.1.attn2.norm_k.weight", "blocks.1.cross_attn.norm_k.diff"),
        ("blocks.0.ffn.net.2.bias", "blocks.0.ffn.2.diff_b"),
        ("proj_out.weight", "head.head.diff"),
        ("blocks.2.scale_shift_table", "blocks.2.diff_m"),
        ("scale_shift_table", "head.diff_m"),
    ):
        expected = 0.5 * held[f"diffusion_model.{theirs}"]
        torch.testing.assert_close(differences[f"transformer.{ours}"], expected)
    assert str(watched.identity().settings["lora"]).endswith(" and differences")


def test_a_bias_without_low_ranks_is_added_where_diffusers_leaves_it_out(
    flf2v: Path, tmp_path: Path
) -> None:
    bias = {"diffusion_model.time_projection.1.diff_b": import_module("torch").ones(144)}
    file = tiny_wan.write_lora(tmp_path / "bias.safetensors", {TO_Q: (24, 24)}, **bias)
    watched = engine(flf2v, speed={"lora": {"file": file, "steps": 1}})
    stock = engine(flf2v, speed={}, steps=1)
    for each in (watched, stock):
        footage(each, tmp_path)
    added = changed(watched, stock)["transformer.condition_embedder.time_proj.bias"]
    import_module("torch.testing").assert_close(added, *bias.values())


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("patch_embedding.diff", (24, 16, 1, 2, 2)),
        ("blocks.0.norm3.diff", (48,)),
        ("blocks.9.norm3.diff", (24,)),
        ("blocks.0.diff_m", (1, 2, 24)),
    ],
)
def test_a_difference_that_does_not_fit_is_refused(
    flf2v: Path, tmp_path: Path, name: str, shape: tuple[int, ...]
) -> None:
    """One for text alone has another patch embedding."""
    odd = {f"diffusion_model.{name}": import_module("torch").ones(shape)}
    file = tiny_wan.write_lora(tmp_path / "odd.safetensors", {TO_Q: (24, 24)}, **odd)
    with pytest.raises(EngineInputError, match=f"made for another model: diffusion_model.{name}"):
        footage(engine(flf2v, speed={"lora": {"file": file, "steps": 1}}), tmp_path)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("diffusion_model.blocks.0.self_attn.q.diff", (24, 24)),
        ("diffusion_model.blocks.0.norm1.diff", (24,)),
        ("diffusion_model.blocks.0.cross_attn.q.diff_b", (24,)),
        ("diffusion_model.head.norm.diff", (24,)),
        ("diffusion_model.vace_blocks.0.diff_m", (1, 6, 24)),
        ("diffusion_model.text_embedding.0.diff", (24, 16)),
        ("blocks.0.norm3.diff", (24,)),
    ],
)
def test_a_lora_that_would_be_added_in_part_is_refused_before_anything_is_loaded(
    flf2v: Path, tmp_path: Path, name: str, shape: tuple[int, ...]
) -> None:
    odd = {name: import_module("torch").ones(shape)}
    file = tiny_wan.write_lora(tmp_path / "odd.safetensors", {TO_Q: (24, 24)}, **odd)
    with pytest.raises(EngineInputError, match=f"holds {name}, which cannot be added"):
        engine(flf2v, speed={"lora": {"file": file, "steps": 1}}).check_ready()


def test_a_pinned_lora_that_would_be_added_in_part_is_refused(flf2v: Path, cache: Path) -> None:
    (file,) = put(pinned_lora(wan_model("wan-2.1")), cache)
    odd = {"diffusion_model.blocks.0.norm1.diff": import_module("torch").ones(24)}
    tiny_wan.write_lora(file, {TO_Q: (24, 24)}, **odd)
    with pytest.raises(EngineInputError, match=r"holds diffusion_model\.blocks\.0\.norm1\.diff"):
        engine(flf2v).check_ready()


@pytest.mark.parametrize("name", ["alpha", "dora_scale", "lora_mid.weight", "hada_w1_a"])
def test_what_diffusers_cannot_read_of_a_lora_is_said_by_its_name(
    flf2v: Path, tmp_path: Path, name: str
) -> None:
    odd = {f"diffusion_model.head.head.{name}": import_module("torch").ones(1)}
    file = tiny_wan.write_lora(tmp_path / "odd.safetensors", {TO_Q: (24, 24)}, **odd)
    with pytest.raises(EngineInputError, match=rf"odd\.safetensors cannot be .*head\.{name}"):
        footage(engine(flf2v, speed={"lora": {"file": file, "steps": 1}}), tmp_path)


@pytest.mark.parametrize("naming", ["AB", "down_up"])
def test_alphas_scale_what_is_added(flf2v: Path, tmp_path: Path, naming: str) -> None:
    torch = import_module("torch")
    down, up = torch.randn(2, 24) / 4, torch.randn(24, 2) / 4
    names = ("lora_A", "lora_B") if naming == "AB" else ("lora_down", "lora_up")
    held = dict(zip((f"{TO_Q}.{name}.weight" for name in names), (down, up), strict=True))
    file = tmp_path / "alpha.safetensors"
    import_module("safetensors.torch").save_file({**held, f"{TO_Q}.alpha": torch.tensor(8.0)}, file)
    watched = engine(flf2v, speed={"lora": {"file": file, "steps": 1, "strength": 0.5}})
    stock = engine(flf2v, speed={}, steps=1)
    for each in (watched, stock):
        footage(each, tmp_path)
    (difference,) = changed(watched, stock).values()
    torch.testing.assert_close(difference, 0.5 * 8 / 2 * up @ down)


@given(steps=st.integers(1, 50), shift=st.floats(0.1, 30))
def test_eulers_steps_are_even_before_they_are_shifted(steps: int, shift: float) -> None:
    scheduler = Sampling(steps, 1.0, None, shift, "lora", "euler").scheduler(None)
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
    assert exact.timesteps == pytest.approx(FOUR_STEPS, abs=1e-3)
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
    settings = engine(flf2v, "wan-2.2").identity().settings
    assert "/high_noise_model.safetensors" in str(settings["lora"])
    assert "/low_noise_model.safetensors" in str(settings["lora_low_noise"])
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


def test_a_web_page_that_was_saved_as_a_lora_is_refused(flf2v: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.safetensors"
    page.write_text("<!doctype html><title>Not found</title>")
    with pytest.raises(EngineInputError, match="is no safetensors file"):
        engine(flf2v, speed={"lora": {"file": page, "steps": 4}}).check_ready()


def test_another_file_of_the_repository_is_not_the_lora(vace: Path, cache: Path) -> None:
    put(pinned_lora(wan_model("wan-2.1")), cache)
    with pytest.raises(MissingWeightsError, match=r"--model wan-2\.1-vace-14b-distilled`"):
        engine(vace, "wan-2.1-vace-14b").check_ready()


def test_a_model_without_a_pinned_lora_says_which_have_one(vace: Path) -> None:
    small = engine(vace, "wan-2.1-vace-1.3b")
    for asked in (lambda: small.check_shots([]), small.identity, small.check_ready):
        with pytest.raises(EngineInputError) as refused:
            asked()
        for part in (
            "for wan-2.1-vace-1.3b",
            "wan-2.1, wan-2.1-vace-14b or wan-2.2 in",
            "model_id",
        ):
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
