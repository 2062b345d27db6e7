"""What fails says so: exit codes, messages, red checks; and nothing that failed is published."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from dagster import DagsterInstance

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.models import content_digest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.gpu.nvml import devices
from studio import REPOSITORY, Studio, short_film, write_plan

MODULE = "sparkle_motion_dagster.definitions"


def render_again(studio: Studio) -> subprocess.CompletedProcess[str]:
    return studio.sparkle("render", studio.plans / "film.yaml")


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_an_unknown_voice_is_wrong_input(studio: Studio) -> None:
    plan = short_film()
    plan["characters"][0]["voice_profile"]["voice_id"] = "ema"
    result = studio.sparkle_here("render", studio.write(plan))
    assert result.returncode == 2
    assert "ema" in result.stderr
    assert "emma" in result.stderr
    assert "mara" in result.stderr


def test_a_line_without_anything_to_pronounce_is_wrong_input(studio: Studio) -> None:
    plan = short_film()
    plan["shots"][1]["dialogue"][0]["text"] = "... —"
    plan["dialogue_timeline"][1]["text"] = "... —"
    result = studio.sparkle_here("render", studio.write(plan))
    assert result.returncode == 2
    assert "... —" in result.stderr
    assert "video_final" not in studio.manifests()


def test_a_run_of_another_profile_is_refused_unless_replaced(rendered: Studio) -> None:
    folder = RunFolder(rendered.home, "film")
    manifest = folder.read("movie_plan")
    assert manifest is not None
    other = manifest.model_copy(update={"profile": "cinematic"})
    folder.publish(other, Store(rendered.home.store))
    refused = render_again(rendered)
    assert refused.returncode == 2
    assert "cinematic" in refused.stderr
    assert "animatic" in refused.stderr
    assert "--replace" in refused.stderr
    replaced = rendered.sparkle("render", rendered.plans / "film.yaml", "--replace")
    assert replaced.returncode == 0, replaced.stderr
    assert rendered.manifests()["movie_plan"].profile == "animatic"


@pytest.mark.parametrize(
    "stage", [pytest.param("movie_plan", marks=pytest.mark.service), "timeline_track"]
)
def test_a_truncated_manifest_is_named_and_repaired(rendered: Studio, stage: str) -> None:
    before = rendered.rendered()
    manifest = rendered.home.runs / "film" / stage / "manifest.json"
    overwrite(manifest, manifest.read_bytes()[:100])
    refused = rendered.sparkle_here("status")
    assert refused.returncode == 1
    assert str(manifest) in refused.stderr
    assert "verify" in refused.stderr
    assert rendered.sparkle_here("verify").returncode == 1
    assert rendered.sparkle_here("verify", "film", "--repair").returncode == 0
    assert rendered.sparkle_here("verify").returncode == 0
    assert rendered.make(short_film()).digests == before.digests


@pytest.mark.parametrize(
    ("stage", "item", "name"),
    [
        ("dialogue_wavs", "line_0001", "audio"),
        pytest.param("base_images", "frame_001", "image", marks=pytest.mark.service),
        pytest.param("lipsync_clips", "shot_002", "clip", marks=pytest.mark.service),
        pytest.param("video_final", "film", "film", marks=pytest.mark.service),
    ],
)
def test_a_damaged_stored_file_is_named_and_repaired(
    rendered: Studio, stage: str, item: str, name: str
) -> None:
    before = rendered.rendered()
    digest = rendered.manifests()[stage].artifact(item, name).sha256
    stored = Store(rendered.home.store).path_of(digest)
    overwrite(stored, stored.read_bytes()[:-1] + b"!")
    found = rendered.sparkle_here("verify")
    assert found.returncode == 1
    assert digest in found.stdout
    assert rendered.sparkle_here("verify", "--repair").returncode == 0
    assert rendered.sparkle_here("verify").returncode == 0
    assert rendered.make(short_film()).digests == before.digests


@pytest.mark.service
def test_a_missing_stored_file_is_named_and_repaired(rendered: Studio) -> None:
    before = rendered.rendered()
    digest = rendered.manifests()["shot_clips"].artifact("shot_001", "clip").sha256
    Store(rendered.home.store).path_of(digest).unlink()
    again = render_again(rendered)
    assert again.returncode == 0
    assert "shot_001.mp4 is whole, but its copy in the store is" in again.stderr
    assert rendered.rendered().digests == before.digests
    assert rendered.rendered().made == {}


@pytest.mark.service
def test_a_damaged_preview_is_repaired_by_verifying_its_run(rendered: Studio) -> None:
    print_ = rendered.manifests()["base_images"].artifact("frame_001", "image").fingerprint
    record = ActionLog(rendered.home.actions).find(print_)
    assert record is not None
    stored = Store(rendered.home.store).path_of(record.previews["thumbnail"].sha256)
    overwrite(stored, stored.read_bytes()[:-1] + b"!")
    assert rendered.sparkle_here("verify", "film", "--repair").returncode == 0
    assert render_again(rendered).returncode == 0
    assert rendered.sparkle_here("verify").returncode == 0


def test_a_film_that_fails_its_checks_is_not_published_and_shows_red(rendered: Studio) -> None:
    """One clip is swapped for the other, longer one: the film has frames that nobody planned."""
    folder, store = RunFolder(rendered.home, "film"), Store(rendered.home.store)
    clips = rendered.manifests()["lipsync_clips"]
    first, second = clips.artifacts
    swapped = (second.model_copy(update={"id": first.id, "file": first.file}), second)
    folder.publish(
        clips.model_copy(update={"artifacts": swapped, "content_digest": content_digest(swapped)}),
        store,
    )
    shutil.rmtree(folder.stage("video_final"))
    result = materialize(rendered, "video_final")
    assert result.returncode != 0
    assert "failed its own checks and is not published" in result.stderr
    assert "video_final" not in rendered.manifests()
    evaluations = rendered.checks()
    assert not evaluations["picture"].passed
    assert evaluations["picture"].partition == "film"
    assert evaluations["streams"].passed


def test_a_film_whose_sound_fails_its_checks_is_not_published_either(rendered: Studio) -> None:
    """The line lies half a second behind its place; the sound is mastered, and the film refused."""
    folder, store = RunFolder(rendered.home, "film"), Store(rendered.home.store)
    laid = rendered.manifests()["timeline_track"]
    sound, rate = soundfile.read(folder.stage("timeline_track") / "timeline.wav", dtype="int16")
    late = rendered.root / "late.wav"
    soundfile.write(late, np.roll(sound, rate // 2, axis=0), rate)
    kept = store.take_in(late)
    moved = [
        one.model_copy(update={"sha256": kept.sha256}) if one.name == "audio" else one
        for one in laid.artifacts
    ]
    # As if it had always been so: what was made from it is not stale.
    folder.publish(laid.model_copy(update={"artifacts": tuple(moved)}), store)
    shutil.rmtree(folder.stage("video_final"))
    result = materialize(rendered, "video_final")
    assert result.returncode != 0
    assert "failed its own checks and is not published" in result.stderr
    assert "video_final" not in rendered.manifests()
    failed = {name for name, check in rendered.checks().items() if not check.passed}
    assert failed == {"speech"}


def materialize(studio: Studio, stage: str) -> subprocess.CompletedProcess[str]:
    return studio.dagster(
        *("asset", "materialize", "-m", MODULE),
        *("--select", stage, "--partition", "film"),
    )


def test_a_stage_alone_never_mixes_two_plans(rendered: Studio) -> None:
    before = rendered.rendered()
    plan = short_film()
    plan["title"] = "Another Title"
    rendered.write(plan)
    assert materialize(rendered, "movie_plan").returncode == 0
    refused = materialize(rendered, "video_final")
    assert refused.returncode != 0
    assert "base_images of film was made before movie_plan changed" in refused.stderr
    assert rendered.rendered().content["video_final"] == before.content["video_final"]
    assert rendered.make(plan).made == {"video_final": ["film"]}


def test_a_film_whose_partition_was_removed_while_its_run_waited(rendered: Studio) -> None:
    with DagsterInstance.from_config(str(rendered.home.dagster)) as instance:
        instance.delete_dynamic_partition("run_id", "film")
    result = rendered.dagster(
        *("job", "execute", "-m", MODULE, "--job", "render_movie"),
        *("--tags", json.dumps({"dagster/partition": "film"})),
    )
    assert result.returncode != 0
    told = "film is no film that Dagster knows: its partition was removed"
    assert f"Failure: {told}" in result.stderr
    assert "not a valid range" not in result.stderr
    status = rendered.sparkle_here("status", "film").stdout
    assert told in status
    assert "`sparkle add PLAN --run-id film`" in status


def test_a_partition_that_is_no_run_id_touches_nothing(studio: Studio) -> None:
    with DagsterInstance.from_config(str(prepared(studio))) as instance:
        instance.add_dynamic_partitions("run_id", ["../../out"])
    write_plan(short_film(), studio.root / "out.yaml")
    result = studio.dagster(
        *("job", "execute", "-m", MODULE, "--job", "render_movie"),
        *("--tags", json.dumps({"dagster/partition": "../../out"})),
    )
    assert result.returncode != 0
    assert "no run id" in result.stderr
    assert not (studio.root.parent / "out").exists()
    assert not studio.home.runs.exists()


def prepared(studio: Studio) -> Path:
    studio.home.dagster.mkdir(parents=True)
    shutil.copyfile(REPOSITORY / "configs" / "dagster.yaml", studio.home.dagster / "dagster.yaml")
    return studio.home.dagster


def test_two_renders_of_one_run_never_mix(rendered: Studio) -> None:
    """The second one is told who renders, and to try again: exit code 75."""
    before = rendered.rendered()
    with RunFolder(rendered.home, "film").held():
        for command in ("render", "add"):
            busy = rendered.sparkle_here(command, rendered.plans / "film.yaml")
            assert busy.returncode == 75
            assert f"film is being rendered by process {os.getpid()}" in busy.stderr
    assert rendered.rendered().content == before.content


def test_debug_shows_where_a_command_failed(rendered: Studio) -> None:
    plan = short_film()
    plan["characters"][0]["voice_profile"]["voice_id"] = "ema"
    result = rendered.sparkle("--debug", "render", rendered.write(plan))
    assert result.returncode != 0
    assert "PlanError" in result.stderr
    assert "feasibility.py" in result.stderr


def test_one_damaged_run_does_not_hide_the_others(rendered: Studio) -> None:
    other = rendered.home.runs / "other" / "movie_plan"
    other.mkdir(parents=True)
    (other / "manifest.json").write_text("{")
    result = rendered.sparkle_here("status")
    assert result.returncode == 1
    assert "7/7" in result.stdout
    assert "damaged" in result.stdout
    assert str(other) in result.stderr


def test_a_stage_whose_upstream_is_missing_says_what_to_do(rendered: Studio) -> None:
    shutil.rmtree(rendered.home.runs / "film" / "shot_clips")
    result = materialize(rendered, "lipsync_clips")
    assert result.returncode != 0
    assert "Failure: shot_clips of film has not been made yet" in result.stderr


def test_status_shows_every_stage_and_the_film(rendered: Studio) -> None:
    one = rendered.sparkle_here("status", "film")
    assert one.returncode == 0
    assert str(rendered.film()) in one.stdout
    for stage in rendered.manifests():
        assert stage in one.stdout
    every = rendered.sparkle_here("status")
    assert "7/7" in every.stdout


def test_doctor_tries_what_rendering_needs(studio: Studio) -> None:
    result = studio.sparkle("doctor")
    assert result.returncode == 0, result.stdout
    parts = ("Python", "ffmpeg encodes", "is writable", "Kokoro speaks", "espeak-ng speaks")
    for found in (*parts, "policy.yaml; it blocks no words"):
        assert re.search(f"^ok .*{found}", result.stdout, re.MULTILINE), result.stdout
    assert "FAIL" not in result.stdout
    assert ("this machine makes animatics only" in result.stdout) == (not devices())


def test_the_code_location_loads_without_any_model_library() -> None:
    code = (
        "import sys, sparkle_motion_dagster.definitions as d;"
        "assert d.defs.resolve_job_def('render_movie');"
        "heavy = {'torch', 'diffusers', 'transformers', 'cv2', 'av', 'PIL', 'scipy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
