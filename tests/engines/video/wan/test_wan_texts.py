"""Prompts are encoded once for all films: what they became is kept in the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from numpy.testing import assert_array_equal

import tiny_wan
from clips import write_keyframe
from devices import on_cpu
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.verify import verify_all
from sparkle_motion_dagster.engines.machinery.encoded_texts import EncodedTexts
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.prefetch import Prefetch
from sparkle_motion_dagster.engines.video.base import FootageRequest
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.texts import TextEncoder
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.operations.prune.pruning import carry_out
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy
from sparkle_motion_dagster.units import FrameSize


@pytest.fixture(scope="module")
def flf2v(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_wan.write_flf2v(tmp_path_factory.mktemp("flf2v"))


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    return SparkleHome(tmp_path / "home")


def facilities(home: SparkleHome | None) -> Facilities:
    """Return a device that has done nothing yet, as a run of its own has it."""
    return Facilities(Gpu(on_cpu().gpu.preset), encoded_texts=EncodedTexts(home))


def loads(of: Facilities) -> list[str]:
    return [event.key.split()[1] for event in of.gpu.events() if event.event == "load"]


def prompts(of: Facilities) -> int:
    events = of.gpu.events()
    return sum(event.event == "inference" and event.label == "prompt" for event in events)


def encoder(folder: Path, **changes: Any) -> TextEncoder:
    return TextEncoder(
        **{
            "folder": folder,
            "family": "flf2v",
            "model_id": "tiny/wan",
            "revision": "1",
            "precision": "float32",
            **changes,
        }
    )


def test_prompts_that_were_encoded_once_need_no_encoder(
    flf2v: Path, tmp_path: Path, home: SparkleHome
) -> None:
    def footage(name: str, where: Facilities, prompt: str) -> str:
        (tmp_path / name).mkdir()
        wanted = FootageRequest(
            start=write_keyframe(tmp_path / "start.png", 1, 64, 64),
            end=write_keyframe(tmp_path / "end.png", 2, 64, 64),
            frames=5,
            size=FrameSize(width=64, height=64),
            prompt=prompt,
            negative_prompt="blurred",
            seed=3,
        )
        settings = WanSettings(model_id="wan-2.1", weights=flf2v, steps=2)
        (made,) = WanEngine(settings, where).make([wanted], tmp_path / name)
        return digest_file(made.outputs["footage"].path)

    boat = "A boat, in the harbour."
    without, first, second, third = (facilities(at) for at in (None, home, home, home))
    plain = footage("plain", without, boat)
    assert footage("first", first, boat) == plain
    assert footage("second", second, boat) == plain
    assert footage("third", third, "A lighthouse.") != plain
    assert [len(loads(each)) for each in (without, first, second, third)] == [2, 2, 1, 2]
    assert "texts" not in loads(second)
    assert [prompts(each) for each in (without, first, second, third)] == [2, 2, 0, 1]


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_is_kept_is_what_the_encoder_says_without_padding(
    flf2v: Path, home: SparkleHome, precision: str
) -> None:
    texts = ["", "a", "A boat, in the harbour.", "waves " * 200]
    chosen = encoder(flf2v, precision=precision)
    fresh = chosen.encode(texts, facilities(home), Prefetch())
    known = chosen.encode(texts, facilities(home), Prefetch())
    for text in texts:
        assert known[text].shape == (1, 512, 16)
        assert known[text].dtype == fresh[text].dtype == getattr(import_module("torch"), precision)
        assert_array_equal(known[text].float().numpy(), fresh[text].float().numpy())
    width = 4 if precision == "float32" else 2
    sizes = sorted(
        Store(home.store).path_of(digest).stat().st_size for digest in Store(home.store).digests()
    )
    header = 200
    assert sizes[0] < header + 16 * width
    assert sizes[-2] < header + 30 * 16 * width < sizes[-1]


def test_other_encoders_do_not_take_it(flf2v: Path, home: SparkleHome) -> None:
    encoder(flf2v).encode(["a"], facilities(home), Prefetch())
    for change in (
        {"revision": "2"},
        {"model_id": "other/wan"},
        {"precision": "bfloat16"},
    ):
        where = facilities(home)
        encoder(flf2v, **change).encode(["a"], where, Prefetch())
        assert prompts(where) == 1, change


@pytest.mark.parametrize("what", ["store", "actions"])
def test_what_is_damaged_is_made_anew(flf2v: Path, home: SparkleHome, what: str) -> None:
    expected = encoder(flf2v).encode(["a"], facilities(home), Prefetch())["a"]
    (file,) = (path for path in getattr(home, what).rglob("*") if path.is_file())
    whole = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(whole[:-9] + b"x" * 9)
    for mended in (1, 0):
        where = facilities(home)
        again = encoder(flf2v).encode(["a"], where, Prefetch())["a"]
        assert_array_equal(again.numpy(), expected.numpy())
        assert prompts(where) == mended


def test_what_no_film_needs_is_pruned_when_it_is_old(flf2v: Path, home: SparkleHome) -> None:
    encoder(flf2v).encode(["a"], facilities(home), Prefetch())
    verified = verify_all(home)
    assert (verified.stored_files, verified.action_records, verified.findings) == (1, 1, ())
    now = datetime.now(UTC)
    for later, left in ((timedelta(days=6), 1), (timedelta(days=8), 0)):
        carry_out(home, PrunePolicy(), now + later)
        verified = verify_all(home)
        assert (verified.stored_files, verified.action_records) == (left, left)
    where = facilities(home)
    encoder(flf2v).encode(["a"], where, Prefetch())
    assert prompts(where) == 1
