"""The cinematic film, whole: real model code on tiny weights, through `sparkle render`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterEventType, DagsterInstance

from cinema import PROFILE, CinematicStudio, cinematic_film
from measure import frame_times, loudness, pictures, sound
from sparkle_motion_dagster.artifacts.actions import ActionLog, read_action
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.gpu.lock import Device, DeviceLock
from studio import Plan
from waiting import until


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> CinematicStudio:
    studio = CinematicStudio(tmp_path_factory.mktemp("cinema"))
    rendered = render(studio, cinematic_film())
    assert rendered.returncode == 0, rendered.stderr
    return studio


def render(
    studio: CinematicStudio, plan: Plan, job: str = "render_movie"
) -> subprocess.CompletedProcess[str]:
    return studio.sparkle_here(*command(studio, plan, job))


def command(studio: CinematicStudio, plan: Plan, job: str) -> list[str | Path]:
    path = studio.write(plan)
    return ["render", path, "--profile", PROFILE, "--run-id", "film", "--job", job]


def test_records_say_what_models_took_of_the_device(studio: CinematicStudio) -> None:
    by_engine: dict[str, list[ActionRecord]] = {}
    for path in ActionLog(studio.home.actions).paths():
        record = read_action(path)
        by_engine.setdefault(record.engine.name, []).append(record)
    for engine in ("sdxl", "wan"):
        records = [(one, one.making) for one in by_engine[engine] if one.making is not None]
        assert len(records) == len(by_engine[engine])
        assert {making.device for _, making in records} == {"cpu"}
        (first,) = [making for _, making in records if making.starts]
        assert first.loading_s > 0
        for record, making in records:
            assert making.loading_s <= record.seconds
            assert 0 <= making.held_s <= record.seconds
        assert sum(making.held_s for _, making in records) > 0
    assert all(one.making and one.making.held_s == 0 for one in by_engine["espeak"])


def told_of_devices(studio: CinematicStudio) -> list[str]:
    """Return what the last run's log says of the device, an event each."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        (run,) = instance.get_runs(limit=1)
        lines = [entry.user_message for entry in instance.all_logs(run.run_id)]
    return [json.loads(line)["event"] for line in lines if line.startswith('{"device"')]


def devices(studio: CinematicStudio) -> Mapping[str, Any]:
    """Return what the last run's stages say of the device, of those that used it."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        (run,) = instance.get_runs(limit=1)
        entries = instance.all_logs(run.run_id, DagsterEventType.ASSET_MATERIALIZATION)
        events = [entry.dagster_event for entry in entries if entry.dagster_event]
    shown = {
        str(event.step_key): event.step_materialization_data.materialization.metadata
        for event in events
    }
    return {
        stage: metadata["device"].value for stage, metadata in shown.items() if "device" in metadata
    }


def status_that_says(
    what: str,
    run_id: str,
    studio: CinematicStudio,
    rendering: Future[subprocess.CompletedProcess[str]],
) -> str:
    """Wait until a render's status says something, and return the status."""

    def said() -> str | None:
        assert not rendering.done(), rendering.result().stderr
        status = studio.sparkle_here("status", run_id).stdout
        return status if what in status else None

    return until(f"the status says {what!r}", said)


def test_a_film_is_made_by_models_and_says_by_which(studio: CinematicStudio) -> None:
    film = studio.film()
    assert frame_times(film) == [Fraction(frame, 16) for frame in range(39)]
    assert pictures(film, {38})[38].shape == (72, 128, 3)
    assert abs(loudness(sound(film)) + 16) <= 0.5
    manifests = studio.manifests()
    engines = {stage: manifest.engine for stage, manifest in manifests.items()}
    assert engines["base_images"].model_id == "stabilityai/stable-diffusion-xl-base-1.0"
    assert engines["shot_clips"].model_id == "Wan-AI/Wan2.1-FLF2V-14B-720P-diffusers"
    assert engines["shot_clips"].settings["precision"] == "float32"
    footage = manifests["shot_clips"].artifact("shot_001@footage", "footage")
    assert footage.facts.frames == 17
    assert isinstance(footage.metadata["keyframe_psnr_start"], float)
    described = manifests["shot_clips"].artifact("shot_002@footage", "footage")
    record = ActionLog(studio.home.actions).find(described.fingerprint)
    assert record is not None
    assert record.request["prompt"] == (
        "Mara speaks to the storm. Mara: lighthouse keeper, fifties."
    )
    (size,) = manifests["movie_plan"].warnings
    assert "wan-2.1 was trained on pictures as large as 1280x720" in size
    assert manifests["shot_clips"].provenance.versions.keys() >= {"torch", "diffusers"}
    used = devices(studio)
    assert {stage: device["loads"] for stage, device in used.items()} == {
        "base_images": 1,
        "shot_clips": 2,
    }
    assert used["shot_clips"]["preset"] == "cpu"
    told = told_of_devices(studio)
    # Portraits and keyframes by one model, prompts and footage by two.
    assert (told.count("load"), told.count("cleanup")) == (4, 4)
    assert told.count("inference") >= 3
    # A later film of the same words needs no encoder.
    kept = [read_action(path) for path in ActionLog(studio.home.actions).paths()]
    texts = {record.request["text"] for record in kept if record.engine.name == "wan texts"}
    assert record.request["prompt"] in texts


def test_the_same_again_loads_no_model(studio: CinematicStudio) -> None:
    before = studio.rendered()
    again = render(studio, cinematic_film())
    assert again.returncode == 0, again.stderr
    assert "up to date: nothing was made" in again.stderr
    assert studio.rendered() == before
    # Nor does a run of all stages, which takes the film's name anew.
    again = studio.sparkle_here(*command(studio, cinematic_film(), "render_movie"), "--replace")
    assert again.returncode == 0, again.stderr
    assert studio.rendered().content == before.content
    assert studio.rendered().made == {}
    assert devices(studio) == {}


def test_a_shot_that_grows_by_a_frame_keeps_its_footage(studio: CinematicStudio) -> None:
    longer = cinematic_film()
    longer["shots"][0]["duration_sec"] = 1.0
    explained = studio.sparkle_here("explain", "film", "--plan", studio.write(longer, "longer"))
    assert "shot_001@footage" not in explained.stdout
    rendered = render(studio, longer)
    assert rendered.returncode == 0, rendered.stderr
    assert studio.rendered().made["shot_clips"] == ["shot_001"]
    assert len(frame_times(studio.film())) == 40
    assert "shot_clips" not in devices(studio)


def test_what_no_model_can_make_is_refused_before_anything_is_made(
    studio: CinematicStudio,
) -> None:
    too_long = cinematic_film()
    too_long["shots"][1]["duration_sec"] = 6.0
    before = studio.actions()
    refused = render(studio, too_long)
    assert refused.returncode == 2
    for part in ("shot_002", "6.00 s", "81 frames", "wan-2.1-vace-1.3b", "model_id"):
        assert part in refused.stderr
    unknown = cinematic_film()
    unknown["render_profile"]["video"]["model_id"] = "sora"
    refused = render(studio, unknown)
    assert refused.returncode == 2
    for part in ("'sora'", "wan-2.1", "wan-2.1-vace-14b", "render_profile.video.model_id"):
        assert part in refused.stderr
    checked = studio.sparkle_here(
        "plan", "check", studio.plans / "film.yaml", "--profile", "cinematic"
    )
    assert (checked.returncode, "'sora'" in checked.stderr) == (2, True)
    assert studio.actions() == before


@pytest.mark.models
def test_a_run_that_waits_for_a_device_says_for_whom_and_can_be_stopped(
    studio: CinematicStudio,
) -> None:
    other = cinematic_film()
    other["base_images"][0]["prompt"] = "a harbour at noon"
    lock = DeviceLock(Device("cpu", "cpu", studio.root / "gpu"), "another", "shot_clips")
    assert lock.try_take()
    lock.say("working", "a model")
    holder = f"held by process {os.getpid()}"
    try:
        with ThreadPoolExecutor() as threads:
            stills = command(studio, other, "stills_only")
            rendering = threads.submit(studio.sparkle, *stills)
            status = status_that_says("Waiting for", "film", studio, rendering)
            assert f"Device cpu is {holder} (this one), run another, stage shot_clips" in status
            assert "base_images: 3 of 4 done" in status
            assert studio.sparkle("stop", "film").returncode == 0
            stopped = rendering.result()
    finally:
        lock.release()
    assert stopped.returncode == 1
    assert f"Waiting for cpu, {holder}" in stopped.stderr
    assert "Stopped" in stopped.stderr
    resumed = render(studio, other, "stills_only")
    assert resumed.returncode == 0, resumed.stderr
    assert studio.rendered().made["base_images"] == ["frame_000", "frame_000@faces"]


@pytest.mark.models
def test_a_pause_ends_a_run_between_two_steps_of_its_model(studio: CinematicStudio) -> None:
    plan, profile = studio.write(cinematic_film(), "slow"), studio.slow_profile()
    with ThreadPoolExecutor() as threads:
        rendering = threads.submit(studio.sparkle, "render", plan, "--profile", profile)
        step = "footage 1 of 2, chunk 1 of 1: step"
        status = status_that_says(step, "slow.slow", studio, rendering)
        assert "run slow.slow, stage shot_clips, working wan" in status
        assert studio.sparkle("pause", "slow.slow").returncode == 0
        paused = rendering.result()
    assert paused.returncode == 1
    assert re.search(r"Paused before step \d+ of 100000 of footage 1 of 2", paused.stderr)
    status = studio.sparkle_here("status", "slow.slow").stdout
    assert "Paused before step" in status
    assert "Device" not in status


def test_without_a_gpu_the_cinematic_profile_says_so(studio: CinematicStudio) -> None:
    plan = studio.write(cinematic_film(), "other")
    refused = studio.sparkle("render", plan, "--profile", "cinematic", "--run-id", "other")
    assert refused.returncode == 2
    assert "no NVIDIA GPU" in refused.stderr
    assert "Traceback" not in refused.stderr
