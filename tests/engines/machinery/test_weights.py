"""Where weights come from, what tells them apart, and which of them settings need."""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import safetensors
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights import (
    APACHE,
    EngineWeights,
    Weights,
    WeightsChoice,
    located,
    revision_of,
)
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.registry import (
    declarations,
    declared,
    needs_of,
    weights_of,
)

WEIGHTS = Weights(
    repository="nobody/nothing",
    revision="0123456789abcdef0123456789abcdef01234567",
    files=("*.safetensors",),
    licence=APACHE,
    size_gib=3,
)
WITH_WEIGHTS = [weights for one in declarations().values() if (weights := weights_of(one))]
EVERY_CHOICE = [choice for weights in WITH_WEIGHTS for choice in weights.choices]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = tmp_path / "model"
    (model / "unet").mkdir(parents=True)
    (model / "unet" / "model.safetensors").write_bytes(safetensors())
    (model / "config.json").write_text("{}")
    return model


def test_a_folder_of_the_user_s_own_is_taken_as_it_is(folder: Path) -> None:
    assert located(WEIGHTS, folder, "sdxl") == folder
    with pytest.raises(MissingWeightsError, match=r"elsewhere: no folder"):
        located(WEIGHTS, folder / "elsewhere", "sdxl")


def test_weights_that_are_not_here_are_named_with_what_to_type() -> None:
    with pytest.raises(MissingWeightsError) as caught:
        located(WEIGHTS, None, "sdxl")
    assert "nobody/nothing, revision 01234567, about 3 GiB" in str(caught.value)
    assert "`sparkle engines install sdxl --model nobody/nothing`" in str(caught.value)


def test_pinned_weights_are_known_by_their_revision() -> None:
    assert revision_of(WEIGHTS, None) == WEIGHTS.revision


def test_a_folder_is_known_by_its_content_wherever_it_lies(folder: Path, tmp_path: Path) -> None:
    known = revision_of(WEIGHTS, folder)
    moved = tmp_path / "moved"
    folder.rename(moved)
    assert revision_of(WEIGHTS, moved) == known
    changes: dict[str, Callable[[Path], object]] = {
        "other content": lambda path: (path / "config.json").write_text("[]"),
        "another name": lambda path: (path / "config.json").rename(path / "other.json"),
        "one more file": lambda path: (path / "more.json").write_text(""),
    }
    for changed, change in changes.items():
        copy = tmp_path / changed
        (copy / "unet").mkdir(parents=True)
        (copy / "unet" / "model.safetensors").write_bytes(safetensors())
        (copy / "config.json").write_text("{}")
        change(copy)
        assert revision_of(WEIGHTS, copy) != known, changed


def test_when_a_folder_was_fetched_is_no_part_of_it(folder: Path, tmp_path: Path) -> None:
    known = revision_of(WEIGHTS, folder)
    fetched = tmp_path / "fetched"
    shutil.copytree(folder, fetched)
    notes = fetched / ".cache" / "huggingface" / "download"
    notes.mkdir(parents=True)
    (notes / "config.json.metadata").write_text("revision, etag, 1763000000.0")
    assert revision_of(WEIGHTS, fetched) == known


def test_a_part_that_is_linked_into_a_folder_is_part_of_it(folder: Path, tmp_path: Path) -> None:
    known = revision_of(WEIGHTS, folder)
    linked = tmp_path / "linked"
    linked.mkdir()
    shutil.copy(folder / "config.json", linked)
    (linked / "unet").symlink_to(folder / "unet")
    assert revision_of(WEIGHTS, linked) == known


def test_an_empty_folder_holds_no_weights(tmp_path: Path) -> None:
    with pytest.raises(MissingWeightsError, match="holds no weights"):
        revision_of(WEIGHTS, tmp_path)


@pytest.mark.parametrize("choice", EVERY_CHOICE, ids=lambda choice: choice.name)
def test_only_safetensors_are_asked_for(choice: WeightsChoice) -> None:
    """No pattern that is listed takes a pickle, wherever it lies."""
    patterns = choice.weights.files
    for pickle in ("unet/model.bin", "text_encoder/pytorch_model.bin", "model.ckpt", "vae/x.pth"):
        assert not any(fnmatch.fnmatchcase(pickle, pattern) for pattern in patterns)
    assert any("safetensors" in pattern for pattern in patterns) or (
        choice.weights.plain_numbers and set(choice.weights.plain_numbers) <= set(patterns)
    )


def test_every_engine_with_weights_has_some_that_it_usually_wants() -> None:
    assert WITH_WEIGHTS
    for weights in WITH_WEIGHTS:
        assert any(choice.usual for choice in weights.choices)


def of(engine: str) -> EngineWeights:
    weights = weights_of(declared(engine))
    assert weights is not None
    return weights


def test_weights_are_chosen_by_name_or_repository() -> None:
    [by_name] = of("wan").chosen("wan", "wan-2.1-vace-1.3b")
    [by_repository] = of("wan").chosen("wan", "wan-ai/wan2.1-vace-1.3b-Diffusers")
    assert by_name == by_repository
    assert [choice.name for choice in of("sdxl").chosen("sdxl", None)] == ["base", "ip-adapter"]
    assert [choice.name for choice in of("wan").chosen("wan", None)] == ["wan-2.1"]
    with pytest.raises(EngineInputError, match=r"wan has no weights 'wan-9'\. Known: wan-2\.1 \("):
        of("wan").chosen("wan", "wan-9")


def test_needs_follow_the_settings(tmp_path: Path) -> None:
    def names(engine: str, **settings: object) -> list[str]:
        return [need.choice.name for need in needs_of(declared(engine), settings)]

    assert names("sdxl") == ["base", "ip-adapter"]
    assert names("sdxl", reference_strength=0, refiner={}) == ["base", "refiner"]
    assert names("wan") == ["wan-2.1"]
    assert names("wan", model_id="wan-2.1-vace-14b") == ["wan-2.1-vace-14b"]
    assert names("storyboard") == []
    [need] = needs_of(declared("wan"), {"weights": str(tmp_path)})
    assert need.located("wan") == tmp_path
    with pytest.raises(EngineInputError, match="wan does not take these settings: stpes"):
        needs_of(declared("wan"), {"stpes": 3})
