"""Where a keyframe gives way to an older one, whatever is made from it comes from the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterEventType, DagsterInstance

from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.film.stages import BASE_IMAGES, LIPSYNC_CLIPS, SHOT_CLIPS, STAGES
from studio import Plan, Studio, short_film


class ThriftyStudio(Studio):
    """A studio whose films reuse keyframes."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        usual = (CONFIGS / "profiles" / "animatic.yaml").read_text()
        thrifty = usual.replace("profile: animatic", "profile: thrifty").replace(
            "settings:\n", "settings:\n        dedupe: reuse\n", 1
        )
        (root / "thrifty.yaml").write_text(thrifty)

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"SPARKLE_PROFILES": str(self.root)}


def renamed(plan: Plan) -> Plan:
    """Return a film whose shots are called otherwise, as the strips of its keyframes say."""
    for shot in plan["shots"]:
        shot["id"] = f"new_{shot['id']}"
    return plan


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> ThriftyStudio:
    studio = ThriftyStudio(tmp_path_factory.mktemp("thrifty"))
    studio.make_file(studio.write(short_film(), "first"), "first.thrifty", "thrifty")
    second = studio.write(renamed(short_film()), "second")
    ended = studio.sparkle("render", second, "--profile", "thrifty")
    assert ended.returncode == 0, ended.stderr
    return studio


def metadata_of(studio: Studio, stage: str) -> dict[str, Any]:
    """Return what the web UI shows of a stage of the last film."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        (run,) = instance.get_runs(limit=1)
        logs = instance.all_logs(run.run_id, DagsterEventType.ASSET_MATERIALIZATION)
        found = [entry.asset_materialization for entry in logs]
    (shown,) = [one.metadata for one in found if one and one.asset_key.path == [stage]]
    return {name: value.value for name, value in shown.items()}


def test_clips_and_mouths_are_taken_from_the_store(studio: ThriftyStudio) -> None:
    first, second = studio.rendered("first.thrifty"), studio.rendered("second.thrifty")
    made = second.made
    assert made[BASE_IMAGES] == first.made[BASE_IMAGES]
    assert first.made.keys() >= {SHOT_CLIPS, LIPSYNC_CLIPS}
    assert not made.keys() & {SHOT_CLIPS, LIPSYNC_CLIPS}
    assert {
        item: text.split(",")[0]
        for item, text in metadata_of(studio, BASE_IMAGES)["reused"].items()
    } == {item: f"{item} of first.thrifty" for item in made[BASE_IMAGES]}


def test_nothing_is_claimed_of_what_comes_next_that_does_not_come(studio: ThriftyStudio) -> None:
    told = json.loads(studio.sparkle_here("explain", "second.thrifty", "--json").stdout)
    states = {item["state"] for stage in told["stages"] for item in stage["items"]}
    assert states == {"current"}
    count, before = studio.actions(), studio.rendered("second.thrifty").content
    again = studio.sparkle("render", studio.plans / "second.yaml", "--profile", "thrifty")
    assert again.returncode == 0, again.stderr
    assert studio.actions() == count
    assert studio.rendered("second.thrifty").content == before
    assert before.keys() == set(STAGES)


def test_of_what_is_not_drawn_yet_clips_are_not_said_to_be_made_for_certain(
    studio: ThriftyStudio,
) -> None:
    plan = renamed(renamed(short_film()))
    told = json.loads(
        studio.sparkle_here(
            "explain", studio.write(plan, "third"), "--profile", "thrifty", "--json"
        ).stdout
    )
    states = {
        stage["stage"]: {item["state"] for item in stage["items"]} for stage in told["stages"]
    }
    assert states[BASE_IMAGES] == {"will be made"}
    assert states[SHOT_CLIPS] == {"may be made"}


def test_looking_ahead_writes_nothing_and_leaves_open_what_is_not_decided(
    studio: ThriftyStudio,
) -> None:
    """The film's keyframes are in the store, and no film of its name has decided anything."""
    plan = studio.write(short_film(), "fourth")
    for file in studio.home.root.glob("similar.sqlite*"):
        file.unlink()
    before = files_in(studio.home.root)
    asked = studio.sparkle_here("explain", plan, "--profile", "thrifty", "--json")
    assert asked.returncode == 0, asked.stderr
    priced = studio.sparkle_here("render", plan, "--profile", "thrifty", "--dry-run")
    assert priced.returncode == 0, priced.stderr
    assert files_in(studio.home.root) == before
    told = {one["stage"]: one["items"] for one in json.loads(asked.stdout)["stages"]}
    assert {item["state"] for item in told[BASE_IMAGES]} == {"from the store"}
    assert {item["state"] for item in told[SHOT_CLIPS]} == {"may be made"}


def files_in(folder: Path) -> dict[Path, int]:
    """Return all files in a folder, with the times of their last changes."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_what_was_drawn_and_not_shown_stays_through_prune_archive_and_restore(
    studio: ThriftyStudio, tmp_path: Path
) -> None:
    drawn = {
        artifact.id: artifact.sha256
        for artifact in studio.manifests("second.thrifty")[BASE_IMAGES].artifacts
        if artifact.id.endswith("@drawn")
    }
    assert drawn
    # Whatever no film needs any more goes at once.
    pruned = studio.sparkle_here("prune", "--records-older-than", "PT1S", "--yes")
    assert pruned.returncode == 0, pruned.stderr
    archived = studio.sparkle_here("archive", "second.thrifty", tmp_path / "archive")
    assert archived.returncode == 0, archived.stderr
    assert all(Store(studio.home.store).is_sound(digest) for digest in drawn.values())
    other = ThriftyStudio(tmp_path)
    restored = other.sparkle_here("restore", "second.thrifty", tmp_path / "archive")
    assert restored.returncode == 0, restored.stderr
    kept = other.manifests("second.thrifty")[BASE_IMAGES].artifacts
    assert drawn.items() <= {(artifact.id, artifact.sha256) for artifact in kept}
    assert all(Store(other.home.store).is_sound(digest) for digest in drawn.values())
