"""Runs whose config leaves out the profile, or parts of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from dagster import DagsterInstance
from dagster._core.snap.snap_to_yaml import default_values_yaml_from_type_snap
from ruamel.yaml import YAML

from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.definitions import film_job
from sparkle_motion_dagster.partitions import film_partitions
from studio import Studio, short_film

JOB = "stills_only"

SKETCH = (
    (CONFIGS / "profiles" / "animatic.yaml")
    .read_text(encoding="utf-8")
    .replace("profile: animatic", "profile: sketch")
    .replace(
        "config: {engine: storyboard}",
        "config: {engine: storyboard, settings: {caption_strip: false}}",
    )
)


def launchpad() -> Mapping[str, Any]:
    """Return what the web UI's launchpad fills in."""
    snapshot = film_job(JOB).get_job_snapshot()
    schema, key = snapshot.config_schema_snapshot, snapshot.mode_def_snaps[0].root_config_key
    assert key is not None
    text = default_values_yaml_from_type_snap(schema, schema.get_config_snap(key))
    filled: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return filled


def film(**config: object) -> Mapping[str, Any]:
    return {"resources": {"film": {"config": config}}}


@pytest.fixture
def studio(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A studio with a profile of its own, in whose environment tests run."""
    profiles = studio.root / "profiles"
    profiles.mkdir()
    (profiles / "sketch.yaml").write_text(SKETCH, encoding="utf-8")
    for name, value in {**studio.environment, "SPARKLE_PROFILES": str(profiles)}.items():
        monkeypatch.setenv(name, value)
    return studio


@pytest.mark.parametrize(
    ("run_id", "config"),
    [
        pytest.param("added", dict, id="nothing, as Materialize and backfills do"),
        pytest.param("added", launchpad, id="what the launchpad fills in"),
        pytest.param(
            "added",
            lambda: film(profile="sketch"),
            id="the profile's name alone",
            marks=pytest.mark.service,
        ),
        pytest.param("new", lambda: film(profile="sketch"), id="the name, for a new film"),
        pytest.param("new.sketch", dict, id="nothing, for a new film that is called so"),
    ],
)
def test_a_run_that_leaves_parts_out_has_them_from_the_films_profile(
    studio: Studio, run_id: str, config: Callable[[], Mapping[str, Any]]
) -> None:
    plan = studio.write(short_film(), "added")
    for name in ("new", "new.sketch"):
        studio.write(short_film(), name)
    added = studio.sparkle_here("add", plan, "--profile", "sketch", "--run-id", "added")
    assert added.returncode == 0, added.stderr

    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(film_partitions.name), [run_id])
        film_job(JOB).execute_in_process(
            run_config=config(), partition_key=run_id, instance=instance
        )

    made = RunFolder(studio.home, run_id).read("base_images")
    assert made is not None
    assert made.profile == "sketch"
    assert made.engine.settings["caption_strip"] is False


def test_a_run_that_names_another_profile_than_its_films_is_refused(studio: Studio) -> None:
    plan = studio.write(short_film(), "added")
    studio.sparkle_here("add", plan, "--profile", "sketch", "--run-id", "added")

    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(film_partitions.name), ["added"])
        result = film_job(JOB).execute_in_process(
            run_config=film(profile="animatic"),
            partition_key="added",
            instance=instance,
            raise_on_error=False,
        )

    (failed,) = [event for event in result.all_events if event.is_step_failure]
    told = failed.step_failure_data.user_failure_data
    assert told is not None
    assert "belongs to the profile sketch" in (told.description or "")
