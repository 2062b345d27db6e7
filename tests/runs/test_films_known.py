"""Films on disk and partitions in the instance: registered, removed, and ghosts of neither."""

from __future__ import annotations

import shutil

import dagster as dg
import pytest

from small_runs import FINISHED, files_for, files_in, make_item, make_run, records_in
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.definitions import film_job
from sparkle_motion_dagster.operations.control import leave
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.runs.films import register_film
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.names import PARTITION_TAG
from studio import Studio


def registered(studio: Studio) -> set[str]:
    with open_instance(studio.home) as instance:
        return set(instance.get_dynamic_partitions(str(film_partitions.name)))


def test_all_films_on_disk_are_added_and_nothing_else(studio: Studio) -> None:
    for run_id in ("one", "two"):
        make_run(studio.home, run_id, dict.fromkeys(FINISHED, run_id))
    leave(RunFolder(studio.home, "planless"), Wish.STOP, "it has a state and no plan")
    shutil.copytree(studio.home.runs / "one", studio.home.runs / "renamed")
    damaged = make_run(studio.home, "damaged", dict.fromkeys(FINISHED, "damaged"))
    (damaged.stage("movie_plan") / "manifest.json").write_text("{")

    added = studio.sparkle_here("add", "--all")
    assert added.stdout == "Added one, two.\n"
    assert registered(studio) == {"one", "two"}
    assert "are known" in studio.sparkle_here("add", "--all").stdout
    assert studio.sparkle_here("add").returncode == 2


def test_a_removed_film_takes_along_what_only_it_needs(studio: Studio) -> None:
    home = studio.home
    make_run(home, "gone", {"movie_plan": "shared", "base_images": "own"})
    make_run(home, "stays", {"movie_plan": "shared", "base_images": "other"})
    make_item(home, "somebody is about to use this")
    with open_instance(home) as instance:
        for run_id in ("gone", "stays"):
            register_film(instance, run_id)
    records, files = records_in(home), files_in(home)

    told = studio.sparkle_here("remove", "gone")
    assert "1 runs, 1 action records, 2 stored files" in told.stdout
    assert "Nothing was removed" in told.stdout
    assert (records_in(home), files_in(home)) == (records, files)
    assert registered(studio) == {"gone", "stays"}

    (studio.plans / "gone.yaml").write_text("title: x")
    done = studio.sparkle_here("remove", "gone", "--yes")
    assert "gone.yaml stays" in done.stdout
    assert files - files_in(home) == files_for("own")
    assert len(records - records_in(home)) == 1
    assert [path.name for path in home.runs.iterdir()] == ["stays"]
    assert registered(studio) == {"stays"}
    assert studio.sparkle_here("remove", "gone", "--yes").returncode == 2


@pytest.mark.parametrize("why", ["it is in the queue", "it is held"])
def test_a_film_that_is_worked_on_is_not_removed(studio: Studio, why: str) -> None:
    folder = make_run(studio.home, "film", dict.fromkeys(FINISHED, "film"))
    if why == "it is held":
        with folder.held(doing="archived"):
            refused = studio.sparkle_here("remove", "film", "--yes")
    else:
        with open_instance(studio.home) as instance:
            instance.create_run_for_job(
                film_job("render_movie"),
                tags={PARTITION_TAG: "film"},
                status=dg.DagsterRunStatus.STARTED,
            )
        refused = studio.sparkle_here("remove", "film", "--yes")

    assert refused.returncode == 75
    assert folder.read("movie_plan") is not None


@pytest.mark.parametrize("job", ["render_movie", "finalize_movie"])
def test_a_partition_without_a_plan_leaves_nothing_behind(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, job: str
) -> None:
    for name, value in studio.environment.items():
        monkeypatch.setenv(name, value)
    with open_instance(studio.home) as instance:
        register_film(instance, "ghost")
        result = film_job(job).execute_in_process(
            partition_key="ghost", instance=instance, raise_on_error=False
        )
        assert not result.success
    assert list(studio.home.runs.iterdir()) == []

    assert "a partition without a film" in studio.sparkle_here("remove", "ghost").stdout
    assert studio.sparkle_here("remove", "ghost", "--yes").returncode == 0
    assert registered(studio) == set()
