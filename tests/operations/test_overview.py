"""What `sparkle status` says of the queue and of the inbox."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

from sparkle_motion_dagster.artifacts.film_state import State, Status
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.definitions import film_job
from sparkle_motion_dagster.operations.inbox.folder import look_into
from sparkle_motion_dagster.operations.inbox.memory import InboxMemory, SeenFile, SeenFilm
from sparkle_motion_dagster.operations.inbox.overview import Overview, overview
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.names import PARTITION_TAG
from studio import Studio

DIGEST = "0" * 64


def remembered(plans: Path, films: dict[str, SeenFilm], **files: dict[str, object]) -> InboxMemory:
    """Return the memory of an inbox whose files are as they were seen."""
    found = {file.path.stem: file for file in look_into(plans).files}
    seen = {
        found[stem].name: SeenFile.model_validate({"signature": found[stem].signature, **what})
        for stem, what in files.items()
    }
    return InboxMemory(files=seen, films=films)


def test_plans_are_told_by_what_becomes_of_them(tmp_path: Path) -> None:
    names = ("asked.yaml", "new.yaml", "later.yaml", "twice.yaml", "twice.yml", ".hid.yaml")
    (tmp_path / "twice.prompt.md").write_text("a film")
    for name in (*names, "linked.yaml", "edited.yaml"):
        (tmp_path / name).write_text("title: x")
    asked = {name: SeenFilm(digest=DIGEST, requests=1) for name in ("asked", "edited")}
    memory = remembered(
        tmp_path,
        asked,
        asked={"settled": True, "said": "asked.yaml cannot be taken yet: it was too early"},
        later={"said": "later.yaml cannot be taken yet: its disk sleeps"},
        linked={"settled": True, "said": "linked.yaml is no plan. This link stays."},
        edited={"settled": True},
    )
    (tmp_path / "edited.yaml").write_text("title: another")
    rejected = tmp_path / "rejected"
    rejected.mkdir()
    for name in ("wrong.yaml", "wrong.yaml.txt", "new.yaml", "new.yaml.txt", "lost.yaml.txt"):
        (rejected / name).write_text("reasons")

    assert overview(tmp_path, memory) == Overview(
        waiting=(
            "edited.yaml",
            "later.yaml cannot be taken yet: its disk sleeps",
            "new.yaml",
            "twice.prompt.md",
        ),
        rejected=("wrong.yaml",),
        left_alone=(
            ".hid.yaml: its name begins with a dot; rename it if it is a plan",
            "linked.yaml is no plan. This link stays.",
            "twice.yaml: another file would make the same film, twice",
            "twice.yml: another file would make the same film, twice",
        ),
    )


@pytest.fixture
def busy(studio: Studio) -> Studio:
    """A studio with a film and two more in the queue, and a plan in the inbox."""
    (studio.plans / "dropped.yaml").write_text("title: x")
    rendered = Status(state=State.RENDERED, dagster_run=None)
    for run_id in ("old", "edited"):
        RunFolder(studio.home, run_id).state.change(lambda state: state.with_status(rendered))
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("films"), "films")
    with open_instance(studio.home) as instance:
        for run_id in ("edited", "harbour", "storm"):
            instance.create_run_for_job(
                film_job("render_movie"),
                tags={PARTITION_TAG: run_id},
                status=dg.DagsterRunStatus.QUEUED,
                remote_job_origin=RemoteJobOrigin(repository, "render_movie"),
            )
    return studio


def test_status_shows_the_queue_and_the_inbox(busy: Studio) -> None:
    every = busy.sparkle("status").stdout
    assert "In the queue, the next one first: edited, harbour, storm." in every
    assert f"In the inbox {busy.plans}, to be taken: dropped.yaml." in every
    (row,) = (line for line in every.splitlines() if line.split()[:1] == ["edited"])
    assert "in the queue" in row

    assert "waits in the queue, as the next" in busy.sparkle("status", "edited").stdout
    assert "waits in the queue, behind 1 other film;" in busy.sparkle("status", "harbour").stdout
    waiting = busy.sparkle("status", "storm")
    assert waiting.returncode == 0
    assert "Nothing of storm has been made yet. It waits in the queue, behind 2" in waiting.stdout
    assert busy.sparkle("status", "another").returncode == 2
