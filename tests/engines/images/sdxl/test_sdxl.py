"""The SDXL engine on tiny checkpoints with random weights: loaded and run as real ones are."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Sequence
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import tiny_sdxl
from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineInputError, Made
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.images.sdxl.pipeline import Recipe, load
from sparkle_motion_dagster.engines.images.sdxl.prompts import (
    chunks_of,
    embedded,
    negative_wording,
    wording,
)
from sparkle_motion_dagster.engines.images.sdxl.settings import (
    SCHEDULERS,
    SchedulerName,
    SdxlSettings,
)
from sparkle_motion_dagster.engines.images.sdxl.weights import (
    ADAPTER,
    BASE,
    REFINER,
    PickledWeightsError,
)
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.registry import engine_of
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.errors import GpuPresetError, ModelLoadError, ModelOOMError
from sparkle_motion_dagster.gpu.events import LoadEvent
from sparkle_motion_dagster.gpu.presets import DevicePreset, EnginePreset
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=64, height=64)
MARA = Appearance(id="mara", description="an old woman in a yellow coat")
STEPS = 2

Rgb = NDArray[np.uint8]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny checkpoints: base, refiner, adapter."""
    folder = tmp_path_factory.mktemp("weights")
    base = tiny_sdxl.save_base(folder / "base")
    tiny_sdxl.save_refiner(folder / "refiner")
    tiny_sdxl.save_adapter(folder / "adapter", base)
    return folder


def settings_for(weights: Path, /, **changed: Any) -> SdxlSettings:
    usual: dict[str, Any] = {
        "weights": weights / "base",
        "refiner_weights": weights / "refiner",
        "adapter_weights": weights / "adapter",
        "native_area": 0,
        "steps": STEPS,
    }
    return SdxlSettings.model_validate(usual | changed)


def engine(weights: Path, facilities: Facilities | None = None, /, **changed: Any) -> SdxlEngine:
    return SdxlEngine(settings_for(weights, **changed), facilities or on_cpu())


def request(prompt: str = "a lighthouse at dusk", seed: int = 7, **changed: Any) -> ImageRequest:
    return ImageRequest.model_validate(
        {"shot": "shot_001", "prompt": prompt, "size": SIZE, "seed": seed} | changed
    )


def some(count: int) -> list[ImageRequest]:
    return [request(f"scene {index}", seed=index) for index in range(count)]


def make(
    engine: SdxlEngine, requests: Sequence[ImageRequest], folder: Path
) -> tuple[list[Rgb], list[Made]]:
    folder.mkdir(exist_ok=True)
    made = list(engine.make(requests, folder))
    return [pixels(each) for each in made], made


def pixels(made: Made) -> Rgb:
    with Image.open(made.outputs["image"].path) as image:
        return np.asarray(image)


def picture(engine: SdxlEngine, wanted: ImageRequest, folder: Path) -> Rgb:
    [drawn], _ = make(engine, [wanted], folder)
    return drawn


def psnr(one: Rgb, other: Rgb) -> float:
    error = float(((one.astype(float) - other) ** 2).mean())
    return float("inf") if error == 0 else 10 * np.log10(255**2 / error)


class Heard(Steps):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int, str]] = []

    def done(self, step: int, of: int, doing: str) -> None:
        self.heard.append((step, of, doing))


class HaltedForTestError(SparkleError):
    pass


class HaltingOnce(Heard):
    """Wants to stop after a step, once."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.error = HaltedForTestError("stop")
        self._at = at

    def done(self, step: int, of: int, doing: str) -> None:
        super().done(step, of, doing)
        if len(self.heard) == self._at:
            raise self.error


def loads(facilities: Facilities) -> int:
    events = facilities.gpu.events()
    return sum(isinstance(event, LoadEvent) and not event.reused for event in events)


# What comes out


def test_pictures_are_finite_different_and_say_how_they_were_drawn(
    weights: Path, tmp_path: Path
) -> None:
    drawn, made = make(engine(weights), some(3), tmp_path)
    for one in drawn:
        assert one.shape == (64, 64, 3)
        assert one.std() > 10
    assert psnr(drawn[0], drawn[1]) < 25
    assert {name: made[0].metadata[name] for name in made[0].metadata if name != "seconds"} == {
        "steps": STEPS,
        "scheduler": "euler",
        "guidance": 5.0,
        "generation_size": "64x64",
        "batch": 3,
    }
    seconds = made[0].metadata["seconds"]
    assert isinstance(seconds, float)
    assert seconds > 0


@pytest.mark.parametrize(
    ("plan", "profile", "bare"), [("fog", "rain", "fog, rain"), (None, "", None)]
)
def test_it_draws_what_the_bare_pipeline_draws(
    weights: Path, tmp_path: Path, plan: str | None, profile: str, bare: str | None
) -> None:
    import torch
    from diffusers import StableDiffusionXLPipeline

    pipeline = StableDiffusionXLPipeline.from_pretrained(weights / "base")
    wanted = request(negative_prompt=plan)
    stock = pipeline(
        prompt=wanted.prompt,
        negative_prompt=bare,
        num_inference_steps=STEPS,
        guidance_scale=5.0,
        width=64,
        height=64,
        generator=[torch.Generator("cpu").manual_seed(wanted.seed)],
    ).images[0]
    ours = picture(engine(weights, negative_prompt=profile), wanted, tmp_path)
    assert psnr(ours, np.asarray(stock)) > 80


def test_a_seed_is_a_picture_bit_for_bit_whatever_was_drawn_before(
    weights: Path, tmp_path: Path
) -> None:
    import torch

    first, _ = make(engine(weights), some(2), tmp_path / "first")
    torch.manual_seed(99)
    make(engine(weights), [request("something else")], tmp_path / "between")
    again, _ = make(engine(weights), some(2), tmp_path / "again")
    other = picture(engine(weights), request("scene 0", seed=55), tmp_path / "other")
    assert np.array_equal(first, again)
    assert psnr(first[0], other) < 25


def test_the_batch_changes_next_to_nothing(weights: Path, tmp_path: Path) -> None:
    """Measured here, float32 on a processor: 86 dB or more, as the engine's docstring says."""
    whole, _ = make(engine(weights, batch=8), some(8), tmp_path / "8")
    for batch in (1, 3):
        parts, made = make(engine(weights, batch=batch), some(8), tmp_path / str(batch))
        assert max(int(str(each.metadata["batch"])) for each in made) == batch
        assert min(map(psnr, whole, parts)) > 80


def test_the_size_is_the_one_that_was_asked_for(weights: Path, tmp_path: Path) -> None:
    sizes = [FrameSize(width=90, height=66), FrameSize(width=64, height=100)]
    requests = [request(size=size) for size in sizes]
    drawn, made = make(engine(weights), requests, tmp_path / "own")
    assert [one.shape for one in drawn] == [(66, 90, 3), (100, 64, 3)]
    assert [each.metadata["generation_size"] for each in made] == ["96x72", "64x104"]
    drawn, made = make(engine(weights, native_area=64 * 64), requests, tmp_path / "native")
    assert [one.shape for one in drawn] == [(66, 90, 3), (100, 64, 3)]
    assert [each.metadata["generation_size"] for each in made] == ["72x56", "48x80"]


def test_results_come_in_order_though_kinds_are_drawn_together(
    weights: Path, tmp_path: Path
) -> None:
    wide = FrameSize(width=80, height=64)
    mixed = [
        each.model_copy(update={"size": (SIZE, wide)[index % 2]})
        for index, each in enumerate(some(5))
    ]
    steps = Heard()
    drawn, made = make(engine(weights, on_cpu(steps)), mixed, tmp_path / "mixed")
    assert [one.shape[1] for one in drawn] == [64, 80, 64, 80, 64]
    assert [each.metadata["batch"] for each in made] == [3, 2, 3, 2, 3]
    assert {doing for _, _, doing in steps.heard} == {"pictures 1, 3 and 5", "pictures 2 and 4"}
    [alone], _ = make(engine(weights), [mixed[3]], tmp_path / "alone")
    assert psnr(alone, drawn[3]) > 80


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_draws_and_hands_over_to_the_refiner(
    weights: Path, tmp_path: Path, scheduler: SchedulerName
) -> None:
    steps = Heard()
    alone = picture(engine(weights, scheduler=scheduler, steps=3), request(), tmp_path / "alone")
    refined = picture(
        engine(weights, on_cpu(steps), scheduler=scheduler, steps=3, refiner={"after": 0.8}),
        request(),
        tmp_path / "refined",
    )
    assert alone.std() > 5
    assert psnr(alone, refined) < 75
    assert steps.heard == [(step, 3, "picture 1") for step in (1, 2, 3)]


def test_an_unknown_scheduler_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(EngineInputError) as refused:
        engine_of("images", "sdxl", {"scheduler": "dpm"}, on_cpu())
    assert all(name in str(refused.value) for name in SCHEDULERS)


def test_a_refiner_needs_two_steps() -> None:
    with pytest.raises(EngineInputError, match="at least 2 steps"):
        engine_of("images", "sdxl", {"steps": 1, "refiner": {}}, on_cpu())


# What it reads


def test_the_negative_prompt_of_plan_and_profile_both_count(weights: Path, tmp_path: Path) -> None:
    plain = engine(weights, negative_prompt="")
    bare = picture(plain, request(), tmp_path / "bare")
    plan = picture(plain, request(negative_prompt="fog"), tmp_path / "plan")
    profile = picture(engine(weights, negative_prompt="fog"), request(), tmp_path / "profile")
    assert np.array_equal(plan, profile)
    assert psnr(bare, plan) < 60


def test_without_guidance_negative_prompts_change_nothing(weights: Path, tmp_path: Path) -> None:
    free = engine(weights, guidance=1.0)
    one = picture(free, request(), tmp_path / "one")
    other = picture(free, request(negative_prompt="fog"), tmp_path / "other")
    assert np.array_equal(one, other)
    assert free.unused_fields == {"shot", "negative_prompt"}
    assert engine(weights).unused_fields == {"shot"}


def test_characters_places_and_style_are_told_of_once() -> None:
    told = request("Mara, An Old Woman in a Yellow Coat, waits", characters=(MARA,))
    untold = request("Mara waits", characters=(MARA, Appearance(id="tom")))
    assert wording(told) == told.prompt
    filmed: dict[str, Any] = {"place": "a pier", "style": "35mm, muted colours"}
    assert wording(request("A Pier, Mara", characters=(MARA,), **filmed)) == (
        "A Pier, Mara, an old woman in a yellow coat, 35mm, muted colours"
    )
    assert wording(request("Mara waits", **filmed)) == "Mara waits, a pier, 35mm, muted colours"
    # Where a word begins, and ends, counts; how lines are broken, and how texts end, does not.
    man = Appearance(id="tom", description="man")
    assert wording(request("a woman in a season", place="sea", characters=(man,))) == (
        "a woman in a season, man, sea"
    )
    broken: dict[str, Any] = {"place": "a\n pier.\n", "style": "35mm."}
    assert wording(request("Mara,\non a pier.", **broken)) == "Mara, on a pier, 35mm"
    assert wording(untold) == "Mara waits, an old woman in a yellow coat"
    assert negative_wording(request(negative_prompt="fog"), "text") == "fog, text"
    assert negative_wording(request(), "text") == "text"
    assert negative_wording(request(), "") == ""


def test_a_prompt_of_any_length_is_read_to_its_end(weights: Path, tmp_path: Path) -> None:
    # The tiny tokenizer's tokens are letters.
    start = "a lighthouse at dusk, " * 8
    drawn, made = make(engine(weights), [request(start + "fog"), request(start + "sun")], tmp_path)
    assert [each.metadata["prompt_chunks"] for each in made] == [2, 2]
    assert psnr(drawn[0], drawn[1]) < 75


def test_short_texts_are_embedded_as_the_pipeline_does_it(weights: Path) -> None:
    import torch

    base = load(recipe(weights), "cpu").base
    full = "x " * 75
    texts = ["a lighthouse", full, ""]
    assert chunks_of(base, *texts) == 1
    assert chunks_of(base, f"{full} x") == 2
    ours = embedded(base, texts, 1)
    with torch.no_grad():
        tokens, _, pooled, _ = base.encode_prompt(texts, do_classifier_free_guidance=False)
    assert torch.equal(ours.tokens, tokens)
    assert torch.equal(ours.pooled, pooled)
    long = embedded(base, [f"{full} fog"], 2)
    assert torch.allclose(long.tokens[:, :77], embedded(base, [full], 1).tokens, atol=1e-5)
    assert torch.allclose(long.pooled, embedded(base, [full], 1).pooled, atol=1e-5)
    assert torch.allclose(long.tokens[:, 77:], embedded(base, ["fog"], 1).tokens, atol=1e-5)


@pytest.fixture(scope="module")
def like_mara(tmp_path_factory: pytest.TempPathFactory) -> Appearance:
    return like("mara", "red", tmp_path_factory.mktemp("mara"))


def like(character: str, colour: str, folder: Path) -> Appearance:
    """Return a character who looks like a picture all of one colour."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{character}.png"
    Image.new("RGBA", (70, 90), colour).save(path)
    picture = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "path": path}
    return Appearance.model_validate({"id": character, "reference": picture})


def test_a_reference_changes_its_pictures_and_no_others(
    weights: Path, tmp_path: Path, like_mara: Appearance
) -> None:
    plain, followed = request(), request(characters=(like_mara,))
    alone = picture(engine(weights), plain, tmp_path / "alone")
    drawn, made = make(engine(weights), [plain, followed], tmp_path / "both")
    assert np.array_equal(alone, drawn[0])
    assert psnr(drawn[0], drawn[1]) < 40
    assert made[0].metadata.keys() - made[1].metadata.keys() == set()
    assert like_mara.reference is not None
    assert made[1].metadata["references"] == {"mara": like_mara.reference.sha256}
    assert "bands" not in made[1].metadata
    ignored = engine(weights, reference_strength=0, adapter_weights=tmp_path / "none")
    assert np.array_equal(picture(ignored, followed, tmp_path / "ignored"), alone)
    assert (engine(weights).needs_portraits, ignored.needs_portraits) == (True, False)


def test_who_stands_beside_others_is_followed_in_a_band_of_the_picture(
    weights: Path, tmp_path: Path, like_mara: Appearance
) -> None:
    stranger, tom = Appearance(id="guard"), like("tom", "blue", tmp_path)
    wide = FrameSize(width=192, height=64)
    three, other = (
        request(size=wide, characters=(like_mara, stranger, right))
        for right in (tom, like("tom", "yellow", tmp_path / "other"))
    )
    drawn, made = make(engine(weights), [three, other], tmp_path / "made")
    assert [each.metadata["batch"] for each in made] == [1, 1]
    assert made[0].metadata["bands"] == {"mara": [0, 1 / 3], "tom": [2 / 3, 1]}
    changed = np.abs(drawn[0].astype(int) - drawn[1]).mean(axis=(0, 2))
    assert changed[128:].mean() > 2 * changed[:64].mean()


def test_a_reference_follows_without_guidance_and_with_a_refiner(
    weights: Path, tmp_path: Path, like_mara: Appearance
) -> None:
    requests = [request(), request(characters=(like_mara,))]
    drawn, _ = make(engine(weights, guidance=0.0, refiner={}), requests, tmp_path)
    assert psnr(drawn[0], drawn[1]) < 50


def test_a_reference_that_is_no_picture_is_refused(weights: Path, tmp_path: Path) -> None:
    path = tmp_path / "mara.png"
    path.write_text("not a picture")
    with pytest.raises(EngineInputError, match=r"mara\.png is no picture"):
        make(
            engine(weights),
            [
                request(
                    characters=({"id": "mara", "reference": {"sha256": "b" * 64, "path": path}},)
                )
            ],
            tmp_path / "made",
        )


# Going on and stopping


def test_steps_are_heard(weights: Path, tmp_path: Path) -> None:
    steps = Heard()
    make(engine(weights, on_cpu(steps), batch=2), some(3), tmp_path)
    assert steps.heard == [
        (1, STEPS, "pictures 1 to 2"),
        (2, STEPS, "pictures 1 to 2"),
        (1, STEPS, "picture 3"),
        (2, STEPS, "picture 3"),
    ]


@pytest.mark.parametrize(
    "offload",
    ["none", *(pytest.param(one, marks=pytest.mark.models) for one in ("model", "group"))],
)
def test_a_stop_between_steps_passes_and_the_model_stays_usable(
    weights: Path, tmp_path: Path, offload: str
) -> None:
    steps = HaltingOnce(at=STEPS + 1)
    facilities = facilities_with(steps, offload=offload)
    stopped = engine(weights, facilities, batch=1)
    made: list[Made] = []
    (tmp_path / "stopped").mkdir()
    with pytest.raises(HaltedForTestError) as halted:
        made.extend(stopped.make(some(3), tmp_path / "stopped"))
    assert halted.value is steps.error
    assert len(steps.heard) == STEPS + 1
    facilities.gpu.evict("nothing")
    drawn, _ = make(stopped, some(3), tmp_path / "again")
    calm, _ = make(engine(weights, batch=1), some(3), tmp_path / "calm")
    assert np.array_equal(drawn, calm)
    assert loads(facilities) <= 1


class Waiting(Heard):
    """Waits at the second picture's first step until nobody wants it any more."""

    def __init__(self) -> None:
        super().__init__()
        self.nobody_wants_it = threading.Event()

    def done(self, step: int, of: int, doing: str) -> None:
        super().done(step, of, doing)
        if doing == "picture 2":
            assert self.nobody_wants_it.wait(60)


def test_an_abandoned_generator_stops_between_steps_and_frees_the_device(
    weights: Path, tmp_path: Path
) -> None:
    steps = Waiting()
    facilities = on_cpu(steps)
    abandoned = engine(weights, facilities, batch=1, steps=40)
    with closing(abandoned.make(some(3), tmp_path)) as results:
        first = pixels(next(results))
        steps.nobody_wants_it.set()
    assert len(steps.heard) < 80
    drawn, _ = make(abandoned, some(1), tmp_path / "again")
    assert np.array_equal(drawn[0], first)


def test_stages_and_retries_load_the_model_once(weights: Path, tmp_path: Path) -> None:
    facilities = on_cpu()
    facilities.gpu.evict()
    make(engine(weights, facilities), some(1), tmp_path / "one")
    make(engine(weights, facilities, batch=2, scheduler="ddim"), some(1), tmp_path / "two")
    assert loads(facilities) == 1
    make(engine(weights, facilities, layerwise_casting=True), some(1), tmp_path / "three")
    assert loads(facilities) == 2


class Crowded(Steps):
    """A device on which only so many pictures fit; asks for memory that no machine has."""

    def __init__(self, fitting: int) -> None:
        self._fitting = fitting

    def done(self, step: int, of: int, doing: str) -> None:
        import torch

        _, _, numbers = doing.partition(" ")
        first, _, last = numbers.partition(" to ")
        if int(last or first) - int(first) + 1 > self._fitting:
            torch.empty(2**60, dtype=torch.uint8)


def test_out_of_memory_halves_the_batch(weights: Path, tmp_path: Path) -> None:
    facilities = on_cpu(Crowded(2))
    facilities.gpu.evict()  # beside what is warm it would be tried as it is once more
    drawn, made = make(engine(weights, facilities, batch=8), some(8), tmp_path / "crowded")
    calm, _ = make(engine(weights, batch=2), some(8), tmp_path / "calm")
    assert np.array_equal(drawn, calm)
    assert {each.metadata["batch"] for each in made} == {2}
    notes = made[0].metadata["oom"]
    assert isinstance(notes, list)
    assert [str(note).partition(":")[0] for note in notes] == [
        "8 at once did not fit, so 4",
        "4 at once did not fit, so 2",
    ]
    assert "1152921504606846976 bytes" in str(notes[0])


class OnceCrowded(Steps):
    """A device on which nothing fits beside what is kept warm on it."""

    def __init__(self) -> None:
        self.full = True

    def done(self, step: int, of: int, doing: str) -> None:
        import torch

        if self.full:
            self.full = False
            torch.empty(2**60, dtype=torch.uint8)


def test_out_of_memory_beside_warm_models_is_tried_again_without_them(
    weights: Path, tmp_path: Path
) -> None:
    facilities = on_cpu(OnceCrowded())
    facilities.gpu.evict()
    with facilities.gpu.model_context("guest", lambda _: object()):
        pass
    drawn, made = make(engine(weights, facilities), some(1), tmp_path / "again")
    assert np.array_equal(drawn[0], picture(engine(weights), some(1)[0], tmp_path / "calm"))
    notes = made[0].metadata["oom"]
    assert isinstance(notes, list)
    (note,) = notes
    assert str(note).startswith("1 at once did not fit beside guest, freed since: ")


def test_out_of_memory_with_a_single_picture_says_what_to_do(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelOOMError, match=r"picture 1: .*vae_tiling: true.*offload") as failed:
        make(engine(weights, on_cpu(Crowded(0)), batch=8), some(8), tmp_path)
    assert "1152921504606846976" in failed.value.detail


# What it is made of


def recipe(weights: Path, **changed: Any) -> Recipe:
    presets = {key: changed.pop(key) for key in ("precision", "offload") if key in changed}
    preset = EnginePreset.model_validate({"precision": "float32"} | presets)
    return Recipe(weights / "base", preset, **changed)


def facilities_with(steps: Steps | None = None, **preset: Any) -> Facilities:
    cpu = EnginePreset.model_validate({"precision": "float32"} | preset)
    gpu = Gpu(DevicePreset(name="test", device="cpu", engines={"sdxl": cpu}))
    return Facilities(gpu, steps or Steps())


def test_the_identity_holds_what_changes_pictures_and_nothing_else(weights: Path) -> None:
    usual = engine(weights).identity()
    assert usual.model_id == BASE.repository
    assert str(usual.revision).startswith("sha256:")
    assert usual == engine(weights, batch=2).identity()
    assert usual == engine(weights, facilities_with(offload="group")).identity()
    assert str(weights) not in usual.model_dump_json()
    changed: list[dict[str, Any]] = [
        {"steps": 5},
        {"guidance": 3.0},
        {"scheduler": "ddim"},
        {"negative_prompt": "fog"},
        {"refiner": {"after": 0.5}},
        {"reference_strength": 0.5},
        {"native_area": 4096},
        {"layerwise_casting": True},
        {"regional_compile": True},
        {"weights": weights / "adapter"},
        {"adapter_weights": weights / "base"},
        {"weights": None},
    ]
    others = [engine(weights, **change).identity().model_dump_json() for change in changed]
    others += [engine(weights, facilities_with(precision="bfloat16")).identity().model_dump_json()]
    assert len({usual.model_dump_json(), *others}) == len(others) + 1
    pinned = SdxlEngine(SdxlSettings(refiner={}), on_cpu()).identity()
    assert pinned.revision == BASE.revision
    assert pinned.settings["refiner_model"] == f"{REFINER.repository}@{REFINER.revision}"
    assert pinned.settings["adapter_model"] == f"{ADAPTER.repository}@{ADAPTER.revision}"


def test_pickles_are_refused(weights: Path, tmp_path: Path) -> None:
    from diffusers import StableDiffusionXLPipeline

    pickled = tmp_path / "pickled"
    pipeline = StableDiffusionXLPipeline.from_pretrained(weights / "base")
    pipeline.save_pretrained(pickled)
    shutil.rmtree(pickled / "unet")
    pipeline.unet.save_pretrained(pickled / "unet", safe_serialization=False)
    assert [path.suffix for path in (pickled / "unet").iterdir()].count(".bin") == 1
    with pytest.raises(PickledWeightsError, match=r"diffusion_pytorch_model\.bin.*safetensors"):
        make(engine(weights, weights=pickled), some(1), tmp_path / "made")


def test_a_hidden_pickle_is_not_read_either(weights: Path, tmp_path: Path) -> None:
    """The loader itself is asked for safetensors only, whatever was looked for before."""
    import torch
    from safetensors.torch import load_file

    hidden = tmp_path / "base"
    shutil.copytree(weights / "base", hidden)
    file = hidden / "unet" / "diffusion_pytorch_model.safetensors"
    torch.save(load_file(file), file.with_suffix(".bin"))
    file.rename(file.with_name("other.safetensors"))
    with pytest.raises(ModelLoadError, match="could not be loaded"):
        make(engine(weights, weights=hidden), some(1), tmp_path / "made")


def test_missing_weights_are_said_to_be_missing(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "empty" / "unet").mkdir(parents=True)
    with pytest.raises(MissingWeightsError, match="no folder"):
        make(engine(weights, weights=tmp_path / "nowhere"), some(1), tmp_path / "made")
    with pytest.raises(MissingWeightsError, match=r"no safetensors in .*sparkle engines install"):
        make(engine(weights, weights=tmp_path / "empty"), some(1), tmp_path / "made")
    other = shutil.copytree(weights / "adapter", tmp_path / "adapter")
    file = next((other / "sdxl_models").iterdir())
    file.rename(file.with_name("ip-adapter_sdxl_vit-h.safetensors"))
    of_mara = request(characters=(MARA,))
    with pytest.raises(MissingWeightsError, match=rf"no {file.name} .*faces.*adapter_weights"):
        make(engine(weights, adapter_weights=other), [of_mara], tmp_path / "made")


def test_weights_in_16_bits_are_taken_where_they_are(weights: Path, tmp_path: Path) -> None:
    import torch
    from diffusers import StableDiffusionXLPipeline

    half = tmp_path / "half"
    pipeline = StableDiffusionXLPipeline.from_pretrained(weights / "base")
    pipeline.to(torch.float16).save_pretrained(half, variant="fp16")
    assert (half / "unet" / "diffusion_pytorch_model.fp16.safetensors").is_file()
    full = picture(engine(weights), request(), tmp_path / "full")
    for precision in ("float32", "float16"):
        cheaper = engine(weights, facilities_with(precision=precision), weights=half)
        assert psnr(full, picture(cheaper, request(), tmp_path / precision)) > 35


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_the_vae_computes_in_float32(weights: Path, precision: str) -> None:
    import torch

    loaded = load(recipe(weights, precision=precision, refiner=weights / "refiner"), "cpu")
    wanted = getattr(torch, precision)
    assert loaded.base.vae.dtype == torch.float32
    assert loaded.refiner.vae is loaded.base.vae
    for model in (loaded.base.unet, loaded.base.text_encoder, loaded.refiner.unet):
        assert model.dtype == wanted


@pytest.mark.parametrize("offload", ["model", "group"])
def test_where_weights_wait_changes_next_to_nothing(
    weights: Path, tmp_path: Path, offload: str, like_mara: Appearance
) -> None:
    requests = [request(), request(characters=(like_mara,))]
    there, _ = make(engine(weights, refiner={}), requests, tmp_path / "there")
    waiting = engine(weights, facilities_with(offload=offload), refiner={})
    drawn, _ = make(waiting, requests, tmp_path / "waiting")
    assert min(map(psnr, there, drawn)) > 80


def test_attention_backends_are_torchs_own(weights: Path, tmp_path: Path) -> None:
    native = picture(engine(weights), request(), tmp_path / "native")
    plain = engine(weights, facilities_with(attention="_native_math"))
    drawn = picture(plain, request(), tmp_path / "math")
    assert psnr(native, drawn) > 70
    with pytest.raises(GpuPresetError, match=r"'sage' for sdxl\. SDXL knows: native, _native"):
        make(engine(weights, facilities_with(attention="sage")), some(1), tmp_path / "sage")


def test_layerwise_casting_keeps_weights_in_8_bits(
    weights: Path, tmp_path: Path, like_mara: Appearance
) -> None:
    import torch

    unet = load(recipe(weights, layerwise_casting=True), "cpu").base.unet
    kinds = {parameter.dtype for parameter in unet.parameters()}
    assert torch.float8_e4m3fn in kinds
    requests = [request(), request(characters=(like_mara,))]
    full, _ = make(engine(weights), requests, tmp_path / "full")
    cast, _ = make(engine(weights, layerwise_casting=True), requests, tmp_path / "cast")
    assert 30 < psnr(full[0], cast[0]) < 70
    assert 20 < psnr(full[1], cast[1]) < 70


def test_a_distilled_lora_brings_its_sampling(weights: Path, tmp_path: Path) -> None:
    lora = tiny_sdxl.save_lora(tmp_path / "few.safetensors", weights / "base")
    other = tiny_sdxl.save_lora(tmp_path / "other.safetensors", weights / "base", alpha=1.0)
    steps = Heard()
    quick = engine(weights, on_cpu(steps), distilled={"lora": lora, "steps": 3})
    [drawn], [made] = make(quick, [request()], tmp_path / "quick")
    assert [(step, of) for step, of, _ in steps.heard] == [(1, 3), (2, 3), (3, 3)]
    assert [made.metadata[name] for name in ("steps", "guidance", "scheduler")] == [
        3,
        0.0,
        "euler_trailing",
    ]
    same_sampling = engine(weights, steps=3, guidance=0.0, scheduler="euler_trailing")
    assert psnr(drawn, picture(same_sampling, request(), tmp_path / "without")) < 40
    kohya = engine(weights, distilled={"lora": other, "steps": 3})
    assert psnr(drawn, picture(kohya, request(), tmp_path / "kohya")) > 80
    assert quick.identity() != kohya.identity()
    assert "lora" in quick.identity().settings


def test_a_lora_for_another_model_is_refused(weights: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    file = tmp_path / "other.safetensors"
    for states, reason in (
        ({"unet.x.to_q.lora_A.weight": (2, 3), "unet.x.to_q.lora_B.weight": (3, 2)}, "another"),
        ({"unet.x.weight": (2, 3)}, "is no LoRA"),
        ({"unet.x.to_q.lora_A.weight": (2, 3)}, "is no LoRA"),
        ({}, "holds nothing"),
    ):
        save_file({name: torch.zeros(*shape) for name, shape in states.items()}, file)
        with pytest.raises(EngineInputError, match=reason):
            load(recipe(weights, lora=file), "cpu")
    with pytest.raises(EngineInputError, match="must be a safetensors file"):
        engine(weights, distilled={"lora": tmp_path / "lora.bin"}).identity()
    with pytest.raises(EngineInputError, match="cannot be read"):
        engine(weights, distilled={"lora": tmp_path / "no.safetensors"}).identity()


@pytest.mark.models
def test_regional_compilation_draws_the_same(weights: Path, tmp_path: Path) -> None:
    stock = picture(engine(weights), request(), tmp_path / "stock")
    compiled = picture(engine(weights, regional_compile=True), request(), tmp_path / "compiled")
    assert psnr(stock, compiled) > 70


def test_the_pinned_files_make_a_whole_model(weights: Path, tmp_path: Path) -> None:
    """A model with only the files that are fetched is complete."""
    import torch
    from diffusers import StableDiffusionXLPipeline

    half = tmp_path / "half"
    pipeline = StableDiffusionXLPipeline.from_pretrained(weights / "base", dtype=torch.float16)
    pipeline.save_pretrained(half, variant="fp16")
    index = json.loads((half / "model_index.json").read_text())
    for path in half.rglob("*"):
        name = path.relative_to(half)
        if path.is_file() and not any(fnmatch(str(name), pattern) for pattern in BASE.files):
            path.unlink()
    assert index["_class_name"] == "StableDiffusionXLPipeline"
    assert picture(engine(weights, weights=half), request(), tmp_path / "made").std() > 10
