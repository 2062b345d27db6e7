"""`sparkle prune`, `archive` and `restore`, and the job `prune_store`, on rendered films."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, DefaultScheduleStatus
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

from small_runs import FINISHED, UNFINISHED, make_run
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.runs.films import forget_films
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.names import PARTITION_TAG
from sparkle_motion_dagster.runs.upkeep import prune_store
from sparkle_motion_dagster.schedules import prune_daily
from studio import Studio, short_film

MONTH = timedelta(days=30)


def partitions(studio: Studio) -> list[str]:
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        return sorted(instance.get_dynamic_partitions(str(film_partitions.name)))


def test_a_rendered_film_is_archived_pruned_and_restored(rendered: Studio, tmp_path: Path) -> None:
    studio, first = rendered, rendered.rendered()
    archive = tmp_path / "archive"
    result = studio.sparkle_here("archive", "film", archive)
    assert result.returncode == 0, result.stderr
    assert f"Archived film in {archive}" in result.stdout
    asked = ("--older-than", "PT0S", "--films", "--records-older-than", "PT0S")
    # What an engine runs in is no film's, and stays.
    environment = studio.home.root / "environments" / "parrot"
    environment.mkdir(parents=True)
    (environment / "environment.json").write_text("{}")

    foreseen = studio.sparkle_here("prune", *asked)
    assert foreseen.returncode == 0, foreseen.stderr
    assert "film: finished, changed less than a day ago" in foreseen.stdout
    assert foreseen.stdout.endswith("Nothing was removed. Add --yes to do it.\n")
    assert studio.manifests().keys() == first.manifests.keys()

    done = studio.sparkle_here("prune", *asked, "--yes")
    assert done.returncode == 0, done.stderr
    assert "Nothing was removed" not in done.stdout
    assert list(studio.home.run_ids()) == []
    assert not [path for path in studio.home.store.rglob("*") if path.is_file()]
    assert partitions(studio) == []
    assert studio.sparkle_here("verify").returncode == 0

    result = studio.sparkle_here("restore", "film", archive)
    assert result.returncode == 0, result.stderr
    assert partitions(studio) == ["film"]
    assert studio.rendered().digests == first.digests
    assert studio.sparkle_here("verify").returncode == 0
    # Everything that the film was made from is known again.
    again = studio.render(short_film())
    assert (again.new_actions, again.made) == (0, {})
    assert again.content == first.content
    assert [path.name for path in environment.iterdir()] == ["environment.json"]


def test_only_what_is_asked_for_goes(studio: Studio) -> None:
    make_run(studio.home, "old", dict.fromkeys(UNFINISHED, "old"), age=2 * MONTH)
    make_run(studio.home, "new", dict.fromkeys(UNFINISHED, "new"))
    make_run(studio.home, "film", dict.fromkeys(FINISHED, "film"), age=2 * MONTH)
    assert studio.sparkle_here("prune", "--yes").returncode == 0
    assert list(studio.home.run_ids()) == ["film", "new", "old"]
    assert studio.sparkle_here("prune", "--older-than", "30d", "--yes").returncode == 0
    assert list(studio.home.run_ids()) == ["film", "new"]


def test_a_film_in_the_queue_stays(studio: Studio) -> None:
    for run_id in ("old", "queued"):
        make_run(studio.home, run_id, {"movie_plan": run_id}, age=2 * MONTH)
    with open_instance(studio.home) as instance:
        instance.add_dynamic_partitions(str(film_partitions.name), ["old", "queued"])
        order(instance, "queued")
    result = studio.sparkle_here("prune", "--older-than", "30d", "--yes")
    assert result.returncode == 0, result.stderr
    assert list(studio.home.run_ids()) == ["queued"]
    assert partitions(studio) == ["queued"]


def order(instance: DagsterInstance, run_id: str) -> None:
    """Put a run of a film into the queue, and leave it there."""
    run = DagsterRun(
        job_name="render_movie",
        run_id=str(uuid.uuid4()),
        status=DagsterRunStatus.QUEUED,
        tags={PARTITION_TAG: run_id},
        remote_job_origin=RemoteJobOrigin(
            RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("films"), "__repository__"),
            "render_movie",
        ),
    )
    instance.run_storage.add_run(run)


def test_options_that_mean_nothing_are_refused(studio: Studio) -> None:
    for arguments, part in (
        (("--older-than", "soon"), "older-than: 'soon'"),
        (("--max-store", "much"), "max-store: 'much'"),
        (("--max-store", "1,5TB"), "max-store: '1,5TB'"),
        (("--films",), "nothing says which"),
    ):
        result = studio.sparkle_here("prune", *arguments)
        assert result.returncode == 2
        assert part in result.stderr
    assert not studio.home.root.exists()


def test_what_cannot_be_archived_or_restored_says_so(studio: Studio, tmp_path: Path) -> None:
    folder = make_run(studio.home, "film", dict.fromkeys(FINISHED, "film"))
    archive = tmp_path / "archive"
    with folder.held():
        assert studio.sparkle_here("archive", "film", archive).returncode == 75
    assert studio.sparkle_here("archive", "gone", archive).returncode == 2
    for run_id in ("film", "../film"):
        result = studio.sparkle_here("restore", run_id, archive)
        assert result.returncode == 2, result.stderr
    result = studio.sparkle_here("archive", "film", "nowhere://user:geheim@place")
    assert result.returncode == 2
    assert "geheim" not in result.stderr + result.stdout


def test_the_job_prunes_and_says_what_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = SparkleHome(tmp_path / "home")
    monkeypatch.setenv("SPARKLE_HOME", str(home.root))
    make_run(home, "old", dict.fromkeys(UNFINISHED, "old"), age=2 * MONTH)
    make_run(home, "film", dict.fromkeys(FINISHED, "film"), age=2 * MONTH)
    make_run(home, "queued", dict.fromkeys(UNFINISHED, "queued"), age=2 * MONTH)
    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(film_partitions.name), ["film", "old", "queued"])
        order(instance, "queued")
        config = {"ops": {"prune": {"config": {"older_than": "30d"}}}}
        result = prune_store.execute_in_process(instance=instance, run_config=config)
        assert list(home.run_ids()) == ["film", "queued"]
        known = instance.get_dynamic_partitions(str(film_partitions.name))
        assert sorted(known) == ["film", "queued"]
        (output,) = [event for event in result.all_events if event.is_successful_output]
        metadata = output.step_output_data.metadata
        assert metadata["runs"].value == ["old"]
        assert "old: unfinished, unchanged for 60 days" in str(metadata["report"].value)

        wrong = {"ops": {"prune": {"config": {"older_than": "soon"}}}}
        failed = prune_store.execute_in_process(
            instance=instance, run_config=wrong, raise_on_error=False
        )
        assert not failed.success


def test_a_partition_that_was_ordered_anew_is_not_forgotten(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path / "home")
    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(film_partitions.name), ["gone", "ordered"])
        order(instance, "ordered")
        forget_films(instance, home, ["gone", "ordered"])
        assert instance.get_dynamic_partitions(str(film_partitions.name)) == ["ordered"]


def test_the_schedule_waits_to_be_switched_on() -> None:
    assert prune_daily.default_status is DefaultScheduleStatus.STOPPED
    assert prune_daily.job_name == "prune_store"
