"""Footage by Wan: tiny checkpoints with random weights, loaded and run as real ones are."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tiny_wan
from clips import luma_psnr, measure_clip, stored, write_keyframe
from devices import on_cpu
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.engines.base import EngineInputError, Made
from sparkle_motion_dagster.engines.builtin.conform.engine import Conformer, ConformRequest
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.video.base import (
    ConformSettings,
    Described,
    FootageRequest,
    PlannedShot,
    VideoRequest,
)
from sparkle_motion_dagster.engines.video.wan.checkpoint import UnfitWeightsError
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.inference import ChunkRequest
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames, padded_keyframe
from sparkle_motion_dagster.engines.video.wan.memory import MOST_TRIES, OomRung
from sparkle_motion_dagster.engines.video.wan.models import WAN_MODELS, wan_model
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.take import Take
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.errors import ModelOOMError
from sparkle_motion_dagster.gpu.presets import EnginePreset
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.media.picture_review import psnr
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.units import FrameSize

SMALL = FrameSize(width=64, height=64)
FILM = FrameSize(width=64, height=64)


@pytest.fixture(scope="module")
def flf2v(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_flf2v(tmp_path_factory.mktemp("flf2v"))


@pytest.fixture(scope="module")
def vace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_vace(tmp_path_factory.mktemp("vace"))


class StoppedError(SparkleError):
    """Somebody wants to stop."""


@dataclass
class Heard(Steps):
    """Notes the steps, and stops at one of them."""

    steps: list[tuple[int, int, str]] = field(default_factory=list)
    stop_after: int | None = None

    def done(self, step: int, of: int, doing: str) -> None:
        self.steps.append((step, of, doing))
        if len(self.steps) == self.stop_after:
            raise StoppedError("that is enough")


@dataclass
class Waiting(Heard):
    """Waits at one of the steps until it may go on."""

    wait_at: int = 0
    there: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def done(self, step: int, of: int, doing: str) -> None:
        super().done(step, of, doing)
        if len(self.steps) == self.wait_at:
            self.there.set()
            self.go_on.wait(60)


class WatchedEngine(WanEngine):
    """The engine, and what it asked of its model and got."""

    def __init__(self, settings: WanSettings, facilities: Facilities) -> None:
        super().__init__(settings, facilities)
        self.requests: list[ChunkRequest] = []
        self.shown: list[Frames] = []
        self.shifts: set[float] = set()

    def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
        def note(*_: object) -> None:
            self.shifts.add(pipeline.scheduler.config.flow_shift)

        self.requests.append(request)
        noting = pipeline.transformer.register_forward_pre_hook(note)
        try:
            shown = super().run_chunk(pipeline, request)
        finally:
            noting.remove()
        self.shown.append(shown)
        return shown


class CrampedEngine(WatchedEngine):
    """The engine on a device that holds no more than so many frames at once, from some call on."""

    room = 0
    from_call = 0
    calls = 0

    def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
        self.calls += 1
        if self.calls > self.from_call and request.chunk.frames > self.room:
            raise import_module("torch").OutOfMemoryError(OUT_OF_MEMORY)
        return super().run_chunk(pipeline, request)


OUT_OF_MEMORY = (
    "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB of "
    "which 1.50 GiB is free. Including non-PyTorch memory, this process has 22.14 GiB memory in "
    "use. Of the allocated memory 21.51 GiB is allocated by PyTorch, and 167.25 MiB is reserved "
    "by PyTorch but unallocated."
)


def settings(weights: Path, model: str = "wan-2.1", **changes: Any) -> WanSettings:
    return WanSettings.model_validate(
        {"model_id": model, "weights": weights, "steps": 2, **changes}
    )


def vace_settings(weights: Path, **changes: Any) -> WanSettings:
    return settings(weights, "wan-2.1-vace-1.3b", **{"most_frames": 13, "overlap": 5, **changes})


def footage_of(engine: WatchedEngine, wanted: FootageRequest) -> Frames:
    """Return the frames of one piece of footage, as they follow from what the model showed."""
    take = Take(wanted, 1, 1, overlap=5)
    chunks = zip(engine.requests, engine.shown, strict=True)
    return np.concatenate([take.took(asked.chunk, shown) for asked, shown in chunks])


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


def made(engine: WanEngine, folder: Path, *requests: FootageRequest) -> list[Made]:
    folder.mkdir(parents=True)
    return list(engine.make(requests, folder))


def only(made: list[Made]) -> tuple[Path, Mapping[str, Any]]:
    (one,) = made
    return one.outputs["footage"].path, one.metadata


def events(engine: WanEngine, kind: str) -> list[Any]:
    return [event for event in engine.facilities.gpu.events() if event.event == kind]


def shot(folder: Path, **changes: Any) -> VideoRequest:
    wanted: dict[str, Any] = {
        "start": write_keyframe(folder / "start.png", 1, 64, 64),
        "end": write_keyframe(folder / "end.png", 2, 64, 64),
        "frames": 100,
        "frame_rate": Fraction(24),
        "size": FILM,
        "ends_on_keyframe": False,
        "visual_description": "a boat leaves",
        "setting": "harbour, dusk.",
        "motion_prompt": "slow pan right",
        "seed": 3,
        "encoding": ClipEncoding(crf=18, preset="veryfast"),
    }
    return VideoRequest.model_validate({**wanted, **changes})


def planned(shot_id: str, frames: int, **changes: Any) -> PlannedShot:
    return PlannedShot(
        id=shot_id,
        frames=frames,
        frame_rate=Fraction(24),
        size=FILM,
        ends_on_keyframe=False,
        **changes,
    )


# Which model -------------------------------------------------------------------------------------


def test_models_are_known_by_their_short_names_and_their_repositories() -> None:
    for model in WAN_MODELS:
        assert wan_model(model.name) is model
        assert wan_model(model.weights.repository.upper()) is model
        assert model.weights.licence.name == "Apache-2.0"


def test_the_plan_names_the_model_unless_the_profile_does() -> None:
    by_plan = WanEngine(WanSettings(), on_cpu()).rendering_with("Wan-AI/Wan2.1-VACE-14B-diffusers")
    assert by_plan.model() == (
        "Wan-AI/Wan2.1-VACE-14B-diffusers",
        wan_model("wan-2.1-vace-14b").weights.revision,
    )
    by_profile = WanEngine(WanSettings(model_id="wan-2.1-vace-1.3b"), on_cpu())
    assert by_profile.rendering_with("wan-2.1").identity() == by_profile.identity()


def test_an_unknown_model_is_refused_with_the_list() -> None:
    with pytest.raises(EngineInputError) as refused:
        WanEngine(WanSettings(), on_cpu()).rendering_with("sora-9")
    assert "'sora-9'" in str(refused.value)
    for model in WAN_MODELS:
        assert model.name in str(refused.value)
        assert model.weights.repository in str(refused.value)


def test_the_fingerprint_holds_what_changes_the_footage_and_nothing_else(
    flf2v: Path, tmp_path: Path
) -> None:
    def identity(**changes: Any) -> str:
        return WanEngine(settings(flf2v, **changes), on_cpu()).identity().model_dump_json()

    plain = identity()
    assert identity(conform=ConformSettings(method="nearest")) == plain
    assert identity(negative_prompt="rain", size={"width": 832, "height": 480}) == plain
    assert identity(steps=3) != plain
    assert identity(speed={"compiled": True}) != plain
    assert str(flf2v) not in plain
    copy = shutil.copytree(flf2v, tmp_path / "copy")
    assert WanEngine(settings(copy), on_cpu()).identity().model_dump_json() == plain


def test_settings_that_a_model_does_not_use_are_no_part_of_the_fingerprint(
    flf2v: Path, vace: Path, tmp_path: Path
) -> None:
    """What fingerprints hold for the defaults stays as it has been since they were first made."""

    def identity(weights: Path, model: str, **changes: Any) -> Mapping[str, Any]:
        chosen = WanSettings.model_validate({"model_id": model, "weights": weights, **changes})
        return WanEngine(chosen, on_cpu()).identity().settings

    def differs(weights: Path, model: str, always: Mapping[str, Any], **changes: Any) -> bool:
        usual = identity(weights, model, **always)
        return identity(weights, model, **always, **changes) != usual

    chunks: tuple[dict[str, float], ...] = ({"overlap": 13}, {"most_frames": 49})
    for change in chunks:
        assert not differs(flf2v, "wan-2.1", {}, **change)
        assert not differs(flf2v, "wan-2.2", {}, **change)
        assert differs(vace, "wan-2.1-vace-1.3b", {}, **change)
    for weights, model in ((flf2v, "wan-2.1"), (vace, "wan-2.1-vace-1.3b")):
        plain = identity(weights, model)
        assert (plain["overlap"], plain["most_frames"], plain["steps"]) == (9, 81, 30)

    file = tiny_wan.write_lora(
        tmp_path / "lora.safetensors", {"transformer.blocks.0.attn1.to_q": (24, 24)}
    )
    sampling: tuple[dict[str, float], ...] = ({"steps": 9}, {"guidance": 6.0}, {"flow_shift": 3.0})
    shiftless = {"speed": {"lora": {"file": file, "steps": 4}}}
    for lora in ("distilled", {"file": file, "steps": 4, "shift": 5}):
        for change in sampling:
            assert not differs(flf2v, "wan-2.1", {"speed": {"lora": lora}}, **change)
            assert differs(flf2v, "wan-2.1", {}, **change)
    assert differs(flf2v, "wan-2.1", shiftless, flow_shift=3.0)


# What shots ask for ------------------------------------------------------------------------------


def test_a_shot_too_long_for_the_model_is_refused_with_the_alternative() -> None:
    engine = WanEngine(WanSettings(), on_cpu())
    engine.check_shots([planned("short", 126)])
    with pytest.raises(EngineInputError) as refused:
        engine.check_shots([planned("short", 126), planned("long", 127), planned("longer", 240)])
    message = str(refused.value)
    assert "long: 5.29 s (127 frames); longer: 10.00 s (240 frames)" in message
    assert "at most 5.25 s (126 frames)" in message
    assert "wan-2.1-vace-1.3b or wan-2.1-vace-14b" in message
    assert "short" not in message
    engine.rendering_with("wan-2.1-vace-1.3b").check_shots([planned("long", 24_000)])


def test_a_model_of_two_keyframes_refuses_shots_of_one_with_the_alternative() -> None:
    engine = WanEngine(WanSettings(), on_cpu())
    shots = [
        planned("whole", 48),
        planned("alone", 48, from_start_alone=True),
        planned("held", 48, is_held=True),
        planned("too", 48, from_start_alone=True),
    ]
    with pytest.raises(EngineInputError) as refused:
        engine.check_shots(shots)
    message = str(refused.value)
    assert "have no end: alone, too." in message
    assert "would freeze: held." in message
    assert "whole" not in message
    assert "name wan-2.1-vace-1.3b, wan-2.1-vace-14b or wan-2.2 in the plan's" in message
    many = [planned(f"s{number}", 48, from_start_alone=True) for number in range(200)]
    with pytest.raises(EngineInputError, match=r"no end: s0, .*, s7 and 192 more\."):
        engine.check_shots(many)
    engine.check_shots(shots[:1])
    engine.rendering_with("wan-2.1-vace-14b").check_shots(shots)


def test_footage_is_what_a_shot_needs(tmp_path: Path) -> None:
    engine = WanEngine(WanSettings(), on_cpu())
    footage = engine.footage_of(shot(tmp_path, size=FrameSize(width=1920, height=1080)))
    assert footage.frames == 69
    assert footage.size == FrameSize(width=1920, height=1088)
    assert footage.prompt == "a boat leaves. harbour, dusk. slow pan right."
    assert engine.footage_rate == 16


def test_who_is_to_be_seen_is_described(tmp_path: Path) -> None:
    engine = WanEngine(WanSettings(), on_cpu())
    mara = Described(name="Mara", description="an old keeper with a white beard")
    boat = Described(name="Rex", description="A boat leaves")
    footage = engine.footage_of(shot(tmp_path, characters=(mara, boat)))
    assert footage.prompt == (
        "a boat leaves. harbour, dusk. slow pan right. Mara: an old keeper with a white beard."
    )


@pytest.mark.parametrize(
    ("description", "visual", "added"),
    [
        ("man", "a woman waits", " Tom: man."),
        ("a tall\n man.", "A tall man waits", ""),
        ("a tall man", "a tall\nman waits", ""),
        ("高个子男人", "一个高个子男人在等待", ""),
    ],
)
def test_how_somebody_looks_is_said_by_whole_words(
    tmp_path: Path, description: str, visual: str, added: str
) -> None:
    engine = WanEngine(WanSettings(), on_cpu())
    tom = Described(name="Tom", description=description)
    footage = engine.footage_of(shot(tmp_path, visual_description=visual, characters=(tom,)))
    assert footage.prompt == f"{visual}. harbour, dusk. slow pan right.{added}"


def test_what_is_not_wanted_the_authors_say_unless_somebody_else_does(tmp_path: Path) -> None:
    def unwanted(model: str, **said: str) -> str | None:
        engine = WanEngine(WanSettings(model_id=model), on_cpu())
        return engine.footage_of(shot(tmp_path, **said)).negative_prompt

    by_all, by_flf2v = unwanted("wan-2.1-vace-14b"), unwanted("wan-2.1")
    assert by_all == unwanted("wan-2.1-vace-1.3b")
    assert by_flf2v == f"镜头切换，镜头晃动，{by_all}"
    assert unwanted("wan-2.1", negative_prompt="rain") == "rain"
    engine = WanEngine(WanSettings(negative_prompt="rain"), on_cpu())
    assert engine.footage_of(shot(tmp_path)).negative_prompt == "rain"
    assert engine.footage_of(shot(tmp_path, negative_prompt="snow")).negative_prompt == "snow"


def test_a_shot_that_grows_by_a_few_frames_asks_for_the_same_footage(tmp_path: Path) -> None:
    engine = WanEngine(WanSettings(), on_cpu())
    asked = {engine.footage_of(shot(tmp_path, frames=frames)) for frames in range(99, 105)}
    assert len(asked) == 1
    assert engine.footage_of(shot(tmp_path, frames=98)) not in asked
    assert engine.footage_of(shot(tmp_path, frames=105)) not in asked


def test_a_smaller_size_and_a_shots_own_words_are_taken(tmp_path: Path) -> None:
    size = FrameSize(width=832, height=480)
    engine = WanEngine(WanSettings(size=size), on_cpu())
    footage = engine.footage_of(shot(tmp_path, negative_prompt="rain", setting=None))
    assert (footage.size, footage.negative_prompt) == (size, "rain")
    assert footage.prompt == "a boat leaves. slow pan right."


@pytest.mark.parametrize(
    "wrong",
    [
        {"most_frames": 80},
        {"overlap": 4},
        {"most_frames": 9, "overlap": 9},
        {"size": {"width": 1280, "height": 722}},
        {"speed": {"cache": {"kind": "magic"}}},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"most_frames|size|cache"):
        WanSettings.model_validate(wrong)


# First and last frame ----------------------------------------------------------------------------


def test_footage_holds_exactly_what_was_asked_for(flf2v: Path, tmp_path: Path) -> None:
    engine = WatchedEngine(settings(flf2v), on_cpu())
    path, facts = only(made(engine, tmp_path / "out", wanted := request(tmp_path)))
    clip = measure_clip(path)
    assert (clip.codec, clip.streams, clip.width, clip.height) == ("h264", 1, 64, 64)
    assert clip.times == [Fraction(frame, 16) for frame in range(5)]
    assert (facts["model"], facts["chunks"], facts["oom"]) == ("wan-2.1", [5], [])
    for frame, generated in zip(read_frames(path), engine.shown[0], strict=True):
        assert luma_psnr(frame.y, YuvFrame.from_rgb(generated).y) > 45
    assert facts["keyframe_psnr_start"] == psnr(
        engine.shown[0][0], padded_keyframe(wanted.start.path, SMALL)
    )
    assert facts["keyframe_psnr_end"] == psnr(
        engine.shown[0][-1], padded_keyframe(tmp_path / "end.png", SMALL)
    )


def test_the_noise_schedule_is_the_authors_unless_somebody_else_says(
    flf2v: Path, vace: Path, tmp_path: Path
) -> None:
    """The tiny checkpoints say 7. One pipeline, kept warm, serves all schedules in turn."""
    facilities = on_cpu()
    lora = tiny_wan.write_lora(
        tmp_path / "lora.safetensors", {"transformer.blocks.0.attn1.to_q": (24, 24)}
    )

    def shifted(chosen: WanSettings) -> tuple[float, str]:
        engine = WatchedEngine(chosen, facilities)
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        _, facts = only(made(engine, folder, request(tmp_path, frames=5)))
        assert engine.shifts == {facts["flow_shift"]}
        return facts["flow_shift"], facts["flow_shift_from"]

    assert shifted(settings(flf2v, steps=1)) == (7.0, "checkpoint")
    assert shifted(settings(flf2v, steps=1, flow_shift=3)) == (3.0, "setting")
    assert shifted(settings(flf2v, steps=1)) == (7.0, "checkpoint")
    assert shifted(vace_settings(vace, steps=1)) == (16.0, "authors")
    distilled = {"lora": {"file": lora, "steps": 1, "shift": 5}}
    assert shifted(settings(flf2v, flow_shift=3, speed=distilled)) == (5.0, "lora")


def test_a_checkpoint_without_a_shift_is_refused_before_it_is_loaded(
    flf2v: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(flf2v, tmp_path / "weights")
    (folder / "scheduler" / "scheduler_config.json").write_text('{"_class_name": "Other"}')
    engine = WanEngine(settings(folder), on_cpu())
    with pytest.raises(UnfitWeightsError, match="Other, has no flow shift"):
        made(engine, tmp_path / "out", request(tmp_path))
    assert not events(engine, "load")


def test_the_same_seed_gives_the_same_footage_without_the_network(
    flf2v: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    engine = WanEngine(settings(flf2v), on_cpu())
    one = made(engine, tmp_path / "one", request(tmp_path), request(tmp_path, seed=4))
    other = made(engine, tmp_path / "other", request(tmp_path))
    first, different, again = (digest_file(each.outputs["footage"].path) for each in (*one, *other))
    assert first == again != different


@pytest.mark.parametrize(
    "change", [{"prompt": "a lighthouse"}, {"negative_prompt": "rain"}, {"start": 5}, {"end": 5}]
)
def test_all_that_is_asked_for_matters(flf2v: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    changed = {
        name: write_keyframe(tmp_path / "other.png", value, 64, 64) if value == 5 else value
        for name, value in change.items()
    }
    engine = WatchedEngine(settings(flf2v), on_cpu())
    made(engine, tmp_path / "out", request(tmp_path), request(tmp_path, **changed))
    one, other = engine.shown
    assert (one != other).any()


def test_prompts_are_encoded_once_and_their_encoder_let_go_before_the_model_is_loaded(
    flf2v: Path, tmp_path: Path
) -> None:
    engine = WanEngine(settings(flf2v), on_cpu())
    made(engine, tmp_path / "out", request(tmp_path), request(tmp_path, seed=4))
    labels = [event.label for event in events(engine, "inference")]
    assert labels == [
        "prompt",
        "prompt",
        "footage 1 of 2, chunk 1 of 1",
        "footage 2 of 2, chunk 1 of 1",
    ]
    happened = [
        (event.event, event.key.startswith("wan texts"))
        for event in engine.facilities.gpu.events()
        if event.event in ("load", "cleanup")
    ]
    assert happened == [("load", True), ("cleanup", True), ("load", False), ("cleanup", False)]
    texts, _ = events(engine, "cleanup")
    assert not texts.kept_warm


def test_two_calls_in_a_row_load_the_model_once(flf2v: Path, tmp_path: Path) -> None:
    facilities = on_cpu()
    for number in range(2):
        engine = WanEngine(settings(flf2v, steps=3), facilities)
        made(engine, tmp_path / str(number), request(tmp_path, seed=number))
    loads = [event for event in events(engine, "load") if "texts" not in event.key]
    assert [event.reused for event in loads] == [False, True]
    other = WanEngine(settings(flf2v, steps=3, speed={"layerwise_casting": True}), facilities)
    made(other, tmp_path / "other", request(tmp_path))
    assert not events(other, "load")[-1].reused


def test_bfloat16_leaves_the_vae_as_it_is(flf2v: Path, tmp_path: Path) -> None:
    facilities = on_cpu()
    wan = EnginePreset(precision="bfloat16", vae_tiling=True)
    gpu = Gpu(facilities.gpu.preset.model_copy(update={"engines": {"wan": wan}}))
    types: list[str] = []

    class Looking(WanEngine):
        def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
            parts = (pipeline.transformer, pipeline.vae, pipeline.image_encoder)
            types.extend(str(part.dtype) for part in parts)
            assert pipeline.vae.use_tiling
            return super().run_chunk(pipeline, request)

    engine = Looking(settings(flf2v), Facilities(gpu))
    _, facts = only(made(engine, tmp_path / "out", request(tmp_path)))
    assert types == ["torch.bfloat16", "torch.float32", "torch.float32"]
    assert facts["keyframe_psnr_start"] > 5


def test_a_distilled_lora_decides_steps_and_guidance(flf2v: Path, tmp_path: Path) -> None:
    lora = tiny_wan.write_lora(
        tmp_path / "lora.safetensors", {"transformer.blocks.0.attn1.to_q": (24, 24)}
    )
    heard = Heard()
    engine = WatchedEngine(
        settings(flf2v, steps=9, speed={"lora": {"file": lora, "steps": 1}}), on_cpu(heard)
    )
    made(engine, tmp_path / "out", request(tmp_path))
    assert heard.steps == [(1, 1, "footage 1 of 1, chunk 1 of 1")]
    assert engine.requests[0].texts.unwanted is None
    assert [event.label for event in events(engine, "inference")].count("prompt") == 1


# Any frames, by a mask ---------------------------------------------------------------------------


def test_long_footage_goes_on_from_the_real_last_frames(vace: Path, tmp_path: Path) -> None:
    engine = WatchedEngine(vace_settings(vace), on_cpu())
    path, facts = only(made(engine, tmp_path / "out", wanted := request(tmp_path, frames=25)))
    assert facts["chunks"] == [13, 13, 9]
    first, second, third = engine.requests
    footage = footage_of(engine, wanted)
    assert (first.head == padded_keyframe(wanted.start.path, SMALL)).all()
    assert (second.head == footage[8:13]).all()
    assert (third.head == footage[16:21]).all()
    assert [each.end is None for each in engine.requests] == [True, True, False]
    assert [each.seed for each in engine.requests] == [derive_seed(3, index) for index in range(3)]
    frames = list(read_frames(path))
    assert len(frames) == len(footage) == 25
    for frame, generated in zip(frames, footage, strict=True):
        assert luma_psnr(frame.y, YuvFrame.from_rgb(generated).y) > 45
    assert facts["join_psnr"] == [
        psnr(engine.shown[1][:5], footage[8:13]),
        psnr(engine.shown[2][:5], footage[16:21]),
    ]
    assert facts["keyframe_psnr_end"] == psnr(
        footage[-1], padded_keyframe(tmp_path / "end.png", SMALL)
    )
    assert len(facts["join_colour"]) == 2
    assert min(facts["join_colour"]) > 0
    assert (footage[13] != engine.shown[1][5]).any(), "in the colours of the frames before"


def test_the_usual_overlap_tells_the_model_how_things_move(vace: Path) -> None:
    """The mask marks two latent frames: a still picture, and one of four pictures."""
    torch = import_module("torch")
    pipeline = import_module("diffusers").WanVACEPipeline.from_pretrained(vace)

    def marked(frames: int, overlap: int) -> int:
        mask = torch.ones(1, 3, frames, 16, 16)
        mask[:, :, :overlap] = 0
        latents = pipeline.prepare_masks(mask, [[]])[0].amax(dim=(0, 2, 3))
        return int((latents == 0).sum())

    usual = WanSettings().overlap
    assert {marked(frames, usual) for frames in range(usual + 4, 82, 4)} <= {2, 3}
    assert (marked(81, 1), marked(81, 5), marked(81, usual)) == (0, 1, 2)


def test_the_overlap_is_of_frames_that_are_shown(vace: Path, tmp_path: Path) -> None:
    """Where a chunk adds fewer frames than the overlap has, what it repeats is not passed on."""
    engine = WatchedEngine(vace_settings(vace, most_frames=9, steps=1), on_cpu())
    made(engine, tmp_path / "out", wanted := request(tmp_path, frames=17))
    assert [each.chunk.frames for each in engine.requests] == [9, 9, 9]
    footage = footage_of(engine, wanted)
    assert (engine.requests[2].head == footage[8:13]).all()


def test_only_what_the_next_chunk_begins_with_is_kept(tmp_path: Path) -> None:
    take = Take(request(tmp_path, frames=17), 1, 1, overlap=5)
    shown = np.random.default_rng(1).integers(0, 255, (13, 64, 64, 3), np.uint8)
    take.took(take.next_chunk(13), shown)
    head = take.head(take.next_chunk(13))
    assert (head == shown[-5:]).all()
    assert not np.shares_memory(head, shown), "a view would keep all of the chunk alive"


def test_only_the_last_chunk_knows_the_end(vace: Path, tmp_path: Path) -> None:
    other_end = write_keyframe(tmp_path / "other.png", 5, 64, 64)
    engine = WatchedEngine(vace_settings(vace), on_cpu())
    made(
        engine,
        tmp_path / "out",
        request(tmp_path, frames=17),
        request(tmp_path, frames=17, end=other_end),
    )
    assert [each.chunk.frames for each in engine.requests] == [13, 9] * 2
    assert (engine.shown[0] == engine.shown[2]).all()
    assert (engine.shown[1] != engine.shown[3]).any()


def test_what_is_known_shows_black_in_the_mask_and_what_is_not_is_grey(
    vace: Path, tmp_path: Path
) -> None:
    given: list[tuple[list[int], list[bool]]] = []

    class Looking(WanEngine):
        def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
            def seen(**call: Any) -> Any:
                levels = [int(np.asarray(mask).max()) for mask in call["mask"]]
                given.append((levels, [bool((np.asarray(f) == 128).all()) for f in call["video"]]))
                return type(pipeline).__call__(pipeline, **call)

            return super().run_chunk(Through(pipeline, seen), request)

    engine = Looking(vace_settings(vace, steps=1), on_cpu())
    made(engine, tmp_path / "out", request(tmp_path, frames=17))
    assert given[0] == ([0] + [255] * 12, [False] + [True] * 12)
    assert given[1] == ([0] * 5 + [255] * 3 + [0], [False] * 5 + [True] * 3 + [False])


def test_footage_from_its_start_alone_may_end_anywhere(vace: Path, tmp_path: Path) -> None:
    engine = WatchedEngine(vace_settings(vace), on_cpu())
    alone = engine.footage_of(shot(tmp_path, frames=24, end=None, ends_on_keyframe=True))
    path, facts = only(made(engine, tmp_path / "out", alone))
    assert [each.chunk.frames for each in engine.requests] == [13, 9]
    assert [each.end for each in engine.requests] == [None, None]
    assert (engine.requests[0].head == padded_keyframe(alone.start.path, SMALL)).all()
    assert "keyframe_psnr_start" in facts
    assert "keyframe_psnr_end" not in facts
    assert len(measure_clip(path).times) == 17


@pytest.mark.parametrize(("frames", "footage"), [(24, 17), (25, 17), (26, 21)])
def test_footage_from_its_start_alone_is_long_enough_to_play_as_it_is(
    tmp_path: Path, frames: int, footage: int
) -> None:
    """25 frames of the film at 24 fps are 16 intervals at 16 fps."""
    engine = WanEngine(WanSettings(model_id="wan-2.1-vace-1.3b"), on_cpu())
    asked = shot(tmp_path, frames=frames, end=None, ends_on_keyframe=True)
    assert engine.footage_of(asked).frames == footage


def test_a_held_shot_ends_on_the_keyframe_that_it_starts_on(vace: Path, tmp_path: Path) -> None:
    start = write_keyframe(tmp_path / "start.png", 1, 64, 64)
    engine = WatchedEngine(vace_settings(vace, steps=1), on_cpu())
    held = engine.footage_of(shot(tmp_path, frames=12, end=start, ends_on_keyframe=True))
    made(engine, tmp_path / "out", held)
    (asked,) = engine.requests
    assert asked.end is not None
    assert (asked.end == asked.head[0]).all()


class Through:
    """A pipeline whose call is listened to."""

    def __init__(self, pipeline: Any, call: Any) -> None:
        self.__dict__.update(pipeline=pipeline, call=call)

    def __call__(self, **arguments: Any) -> Any:
        return self.call(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["pipeline"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.pipeline, name, value)


def test_footage_becomes_a_clip_of_the_films_frames(vace: Path, tmp_path: Path) -> None:
    engine = WanEngine(vace_settings(vace), on_cpu())
    wanted = shot(tmp_path, frames=30)
    path, _ = only(made(engine, tmp_path / "out", engine.footage_of(wanted)))
    conformed = Conformer(engine.conforming()).make(
        [
            ConformRequest(
                footage=stored(path),
                start=wanted.start,
                end=wanted.end,
                frames=wanted.frames,
                frame_rate=wanted.frame_rate,
                size=wanted.size,
                ends_on_keyframe=wanted.ends_on_keyframe,
                encoding=wanted.encoding,
            )
        ],
        tmp_path,
    )
    (clip,) = conformed
    assert measure_clip(clip.outputs["clip"].path).times == [Fraction(n, 24) for n in range(30)]
    assert clip.metadata["speed"] == 1.0


# Steps, stopping, errors -------------------------------------------------------------------------


def test_every_step_is_reported(vace: Path, tmp_path: Path) -> None:
    heard = Heard()
    engine = WanEngine(vace_settings(vace), on_cpu(heard))
    made(engine, tmp_path / "out", request(tmp_path), request(tmp_path, frames=17))
    assert heard.steps == [
        (step, 2, doing)
        for doing in (
            "footage 1 of 2, chunk 1 of 1",
            "footage 2 of 2, chunk 1 of 2",
            "footage 2 of 2, chunk 2 of 2",
        )
        for step in (1, 2)
    ]


def test_stopping_between_two_steps_frees_everything(flf2v: Path, tmp_path: Path) -> None:
    facilities = on_cpu(Heard(stop_after=1))
    engine = WanEngine(settings(flf2v), facilities)
    with pytest.raises(StoppedError, match="that is enough"):
        made(engine, tmp_path / "stopped", request(tmp_path))
    assert not working()
    assert not list((tmp_path / "stopped").iterdir())
    made(WanEngine(settings(flf2v), facilities), tmp_path / "then", request(tmp_path))


def test_closing_ends_the_work_at_its_next_step(flf2v: Path, tmp_path: Path) -> None:
    heard = Waiting(wait_at=51)
    engine = WanEngine(settings(flf2v, steps=50), on_cpu(heard))
    making = engine.make([request(tmp_path, seed=seed) for seed in range(3)], tmp_path)
    first = next(making)
    assert heard.there.wait(60), "the next footage is made while the first one waits to be taken"
    heard.go_on.set()
    making.close()
    assert not working()
    assert first.outputs["footage"].path.is_file()
    assert 51 <= len(heard.steps) < 100
    made(WanEngine(settings(flf2v), on_cpu()), tmp_path / "then", request(tmp_path))


def test_errors_of_the_model_pass_unchanged(flf2v: Path, tmp_path: Path) -> None:
    class Broken(WanEngine):
        def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
            raise ZeroDivisionError("odd")

    with pytest.raises(ZeroDivisionError, match="odd"):
        made(Broken(settings(flf2v), on_cpu()), tmp_path / "out", request(tmp_path))


def working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "prefetch"]


# Weights -----------------------------------------------------------------------------------------


def test_weights_that_know_no_last_image_are_refused_before_they_are_loaded(
    tmp_path: Path,
) -> None:
    engine = WanEngine(settings(tiny_wan.write_plain_i2v(tmp_path / "i2v")), on_cpu())
    with pytest.raises(UnfitWeightsError, match=r"no last one.*pos_embed_seq_len is None, not 10"):
        made(engine, tmp_path / "out", request(tmp_path))
    assert not events(engine, "load")


def test_weights_of_another_model_are_refused(vace: Path, tmp_path: Path) -> None:
    engine = WanEngine(settings(vace), on_cpu())
    with pytest.raises(UnfitWeightsError, match=r"those of a WanVACEPipeline, but wan-2\.1 needs"):
        made(engine, tmp_path / "out", request(tmp_path))


def test_pickles_are_refused(tmp_path: Path) -> None:
    folder = tiny_wan.write_pickles(tmp_path / "pickles")
    assert list((folder / "transformer").glob("*.bin"))
    engine = WanEngine(settings(folder), on_cpu())
    with pytest.raises(UnfitWeightsError, match="only safetensors are, never pickles"):
        made(engine, tmp_path / "out", request(tmp_path))


def test_missing_weights_say_what_to_type(tmp_path: Path) -> None:
    engine = WanEngine(WanSettings(), on_cpu())
    with pytest.raises(MissingWeightsError, match="`sparkle engines install wan"):
        made(engine, tmp_path / "out", request(tmp_path))


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "model_index.json").write_text(json.dumps({"_class_name": "Other"}))
    engine = WanEngine(settings(tmp_path / "weights"), on_cpu())
    with pytest.raises(UnfitWeightsError, match="those of a Other"):
        made(engine, tmp_path / "out", request(tmp_path))


# Memory ------------------------------------------------------------------------------------------


def alone() -> Facilities:
    """Return facilities of a device on which nothing is kept warm."""
    facilities = on_cpu()
    facilities.gpu.evict()
    return facilities


def out_of_memory(stage: Any = "inference") -> ModelOOMError:
    return ModelOOMError("no room", stage=stage, detail=OUT_OF_MEMORY)


def given_up(rung: OomRung, attempted: int) -> Iterator[str]:
    while (following := rung.after(out_of_memory(), attempted)) is not None:
        yield following.steps[-1].change
        attempted = min(attempted, following.most_frames)
        rung = following


def test_memory_is_spared_in_turn_and_at_most_three_times() -> None:
    with_chunks = OomRung(81, 9, tiling=False, offload="none")
    assert list(given_up(with_chunks, 81)) == [
        "chunks of at most 37 frames",
        "the VAE works in tiles",
        "weights are offloaded: model",
    ]
    at_once = OomRung(81, 81, tiling=False, offload="none")
    assert list(given_up(at_once, 81)) == [
        "the VAE works in tiles",
        "weights are offloaded: model",
        "weights are offloaded: group",
    ]
    assert MOST_TRIES == 3
    spare_already = OomRung(81, 9, tiling=True, offload="group")
    assert list(given_up(spare_already, 81)) == [
        "chunks of at most 37 frames",
        "chunks of at most 17 frames",
        "chunks of at most 9 frames",
    ]
    assert not list(given_up(OomRung(9, 9, tiling=True, offload="group"), 9))


def test_beside_less_the_same_is_tried_once_more() -> None:
    alone = ModelOOMError("no room", stage="inference", detail="full", evicted=("sdxl", "other"))
    rung = OomRung(81, 81, tiling=True, offload="group")
    again = rung.after(alone, 81)
    assert again is not None
    (step,) = again.steps
    assert step.change == "nothing but what was kept warm beside it: sdxl, other"
    assert (again.most_frames, again.tiling, again.offload) == (81, True, "group")
    assert again.after(alone, 81) is None
    spare = OomRung(81, 81, tiling=False, offload="none").after(alone, 81)
    assert spare is not None
    assert len(list(given_up(spare, 81))) == MOST_TRIES


def test_where_weights_do_not_fit_only_they_are_moved() -> None:
    loading = OomRung(81, 9, tiling=False, offload="none").after(out_of_memory("load"), 81)
    assert loading is not None
    assert (loading.offload, loading.most_frames, loading.tiling) == ("model", 81, False)
    assert loading.steps[0].attempted is None


def test_shrinking_counts_from_what_was_attempted() -> None:
    short = OomRung(81, 9, tiling=False, offload="none").after(out_of_memory(), 33)
    assert short is not None
    assert short.most_frames == 13


def test_what_is_not_yet_made_is_split_again_when_memory_runs_out(
    vace: Path, tmp_path: Path
) -> None:
    engine = CrampedEngine(vace_settings(vace, most_frames=17, steps=1), alone())
    engine.room, engine.from_call = 9, 1
    path, facts = only(made(engine, tmp_path / "out", wanted := request(tmp_path, frames=29)))
    assert facts["chunks"] == [17, 9, 9, 9]
    assert [each.chunk.frames for each in engine.requests] == facts["chunks"]
    footage = footage_of(engine, wanted)
    for index, each in enumerate(engine.requests[1:]):
        assert (each.head == footage[12 + 4 * index : 17 + 4 * index]).all()
    assert len(measure_clip(path).times) == 29
    (step,) = facts["oom"]
    assert (step["attempted_frames"], step["change"]) == (17, "chunks of at most 9 frames")
    assert step["said"] == OUT_OF_MEMORY


def test_memory_that_ran_out_once_is_spared_from_there_on(vace: Path, tmp_path: Path) -> None:
    engine = CrampedEngine(vace_settings(vace, most_frames=17, steps=1), alone())
    engine.room = 9
    first, second = made(
        engine, tmp_path / "out", request(tmp_path, frames=17), request(tmp_path, frames=17)
    )
    assert engine.calls == 1 + 3 + 3
    assert first.metadata["oom"] == second.metadata["oom"]


def test_the_model_stays_where_it_is_for_shorter_chunks(vace: Path, tmp_path: Path) -> None:
    engine = CrampedEngine(vace_settings(vace, most_frames=17, steps=1), alone())
    engine.room = 9
    _, facts = only(made(engine, tmp_path / "out", request(tmp_path, frames=17)))
    assert [step["change"] for step in facts["oom"]] == ["chunks of at most 9 frames"]
    loads = [event for event in events(engine, "load") if "texts" not in event.key]
    assert len(loads) == 1


def test_memory_that_another_model_took_is_tried_again(flf2v: Path, tmp_path: Path) -> None:
    """On the smallest preset, where there is nothing left to give up."""

    class Beside(CrampedEngine):
        def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
            self.room = 81 if self.calls else 0
            return super().run_chunk(pipeline, request)

    facilities = alone()
    least = EnginePreset(precision="float32", vae_tiling=True, offload="group")
    gpu = Gpu(facilities.gpu.preset.model_copy(update={"engines": {"wan": least}, "warm_s": 60}))
    with gpu.model_context("keyframes", lambda _: [1.0] * 9):
        pass
    engine = Beside(settings(flf2v), Facilities(gpu))
    _, facts = only(made(engine, tmp_path / "out", request(tmp_path)))
    (step,) = facts["oom"]
    assert step["change"] == "nothing but what was kept warm beside it: keyframes"
    assert (engine.calls, facts["chunks"]) == (2, [5])
    loads = [event for event in events(engine, "load") if event.key.startswith("wan wan-2.1 ")]
    assert len(loads) == 1, "beside less it is tried with what is loaded"


def test_what_does_not_fit_at_all_says_what_to_do(flf2v: Path, tmp_path: Path) -> None:
    engine = CrampedEngine(settings(flf2v), alone())
    with pytest.raises(ModelOOMError) as failed:
        made(engine, tmp_path / "out", request(tmp_path))
    assert engine.calls == 1 + MOST_TRIES
    message = str(failed.value)
    assert "the VAE works in tiles; weights are offloaded: model; weights are offloaded: group" in (
        message
    )
    assert "wan-2.1-vace-1.3b" in message
    assert not working()


def test_what_is_given_up_for_memory_is_really_given_up(flf2v: Path, tmp_path: Path) -> None:
    class Tight(CrampedEngine):
        def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
            self.room = 9 if pipeline.vae.use_tiling else 0
            return super().run_chunk(pipeline, request)

    _, facts = only(made(Tight(settings(flf2v), alone()), tmp_path / "out", request(tmp_path)))
    assert [step["change"] for step in facts["oom"]] == ["the VAE works in tiles"]
