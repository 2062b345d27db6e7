"""The fast cinematic film, whole: its LoRA fetched from a hub on this machine, on tiny weights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinema import PROFILE, CinematicStudio, cinematic_film
from hub import Hub, running
from sparkle_motion_dagster.engines.video.wan.loras import pinned_lora
from sparkle_motion_dagster.engines.video.wan.models import wan_model
from tiny_wan import write_lora

PINNED = pinned_lora(wan_model("wan-2.1"))
(FILE,) = PINNED.weights.files


class FastStudio(CinematicStudio):
    """A studio whose profile is the fast one, with a hub of its own."""

    def __init__(self, root: Path, hub: Hub) -> None:
        super().__init__(root, like="cinematic-fast")
        self.hub = hub

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "HF_HOME": str(self.root / "huggingface"),
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_OFFLINE": "0",
        }


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    file = write_lora(tmp_path / FILE, {"diffusion_model.blocks.0.self_attn.q": (24, 24)})
    other = "wan2.1_t2v_14b_lora_rank64_lightx2v_4step.safetensors"
    with running(Hub(files={FILE: file.read_bytes(), other: b"another"})) as there:
        yield there


@pytest.mark.models
def test_a_film_is_made_in_four_steps_by_the_lora_that_was_installed(
    tmp_path: Path, hub: Hub
) -> None:
    studio = FastStudio(tmp_path, hub)
    plan = studio.write(cinematic_film())
    render = ("render", plan, "--profile", PROFILE, "--run-id", "film")
    refused = studio.sparkle(*render)
    assert refused.returncode == 1
    assert "`sparkle engines install wan --model wan-2.1-distilled`" in refused.stderr
    assert not studio.actions()

    installed = studio.sparkle("engines", "install", "wan", "--profile", PROFILE)
    assert installed.returncode == 0, installed.stderr
    assert "wan-2.1-distilled is whole" in installed.stdout
    assert {path for path, _ in hub.got} == {FILE}

    rendered = studio.sparkle(*render)
    assert rendered.returncode == 0, rendered.stderr
    clips = studio.manifests()["shot_clips"]
    assert clips.engine.settings["lora"] == PINNED.identity()["lora"]
    footage = clips.artifact("shot_001@footage", "footage").metadata
    assert (footage["flow_shift"], footage["flow_shift_from"]) == (5.0, "lora")
    assert footage["solver"] == "euler"

    # What is filmed already needs no weights, whatever else of the plan is edited.
    shutil.rmtree(tmp_path / "huggingface")
    edited = cinematic_film() | {"title": "The same pictures"}
    studio.write(edited)
    again = studio.sparkle(*render)
    assert again.returncode == 0, again.stderr
    edited["shots"][0]["visual_description"] = "something else"
    studio.write(edited)
    refused = studio.sparkle(*render)
    assert refused.returncode == 1
    assert "`sparkle engines install wan --model wan-2.1-distilled`" in refused.stderr
