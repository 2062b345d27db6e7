"""Drafts over HTTP: kept as people edit them, and written as prompt files say."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plan_texts import PLAN, changed
from served_app import Answer, ServedApp, bearer, serving_home
from sparkle_motion_dagster.api.standing import Now, standing
from sparkle_motion_dagster.api.waiting import Queue
from studio import Studio

EDITED = changed(("Mara speaks to the storm", "Mara shouts at the storm"))
BROKEN = changed(("end_base_image_id: frame_002", "end_base_image_id: frame_009"))


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


@pytest.fixture
def server(studio: Studio) -> Iterator[ServedApp]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SPARKLE_HOME", "SPARKLE_PLANS", "DAGSTER_HOME"):
            patch.setenv(name, studio.environment[name])
        with serving_home(studio.home.root) as server:
            yield server


def draft(studio: Studio) -> Path:
    """Lay down a draft, and return where it lies."""
    path = studio.plans / "drafts" / "keepers.yaml"
    path.parent.mkdir()
    path.write_text(PLAN)
    return path


def kept(server: ServedApp, text: str, **headers: str) -> Answer:
    given = bearer() | {"Content-Type": "application/yaml"} | headers
    return server.ask("POST", "/runs/keepers/draft", given, text.encode())


def prompted(server: ServedApp, text: str, kind: str = "text/markdown") -> Answer:
    target = "/drafts/prompt-files?name=The%20Keepers.prompt.md"
    return server.ask("POST", target, bearer() | {"Content-Type": kind}, text.encode())


def test_a_draft_is_kept_as_it_was_edited(studio: Studio, server: ServedApp) -> None:
    path = draft(studio)
    read = server.get("/runs/keepers/plan?of=draft")
    assert read.body.decode() == PLAN

    answer = kept(server, EDITED, **{"If-Match": read.headers["ETag"]})

    assert answer.status == 204
    assert path.read_text() == EDITED
    again = server.get("/runs/keepers/plan?of=draft")
    assert again.headers["ETag"] == answer.headers["ETag"]


def test_what_somebody_else_has_edited_since_is_not_lost(studio: Studio, server: ServedApp) -> None:
    path = draft(studio)
    tag = server.get("/runs/keepers/plan?of=draft").headers["ETag"]
    path.write_text(EDITED)

    assert kept(server, PLAN, **{"If-Match": tag}).status == 412
    assert path.read_text() == EDITED


def test_of_two_who_edit_at_once_the_second_one_is_told(studio: Studio, server: ServedApp) -> None:
    path = draft(studio)
    tag = server.get("/runs/keepers/plan?of=draft").headers["ETag"]
    edits = [f"{EDITED}# edit {number}\n" for number in range(6)]

    with ThreadPoolExecutor(len(edits)) as pool:
        answers = list(pool.map(lambda text: kept(server, text, **{"If-Match": tag}), edits))

    (won,) = (number for number, answer in enumerate(answers) if answer.status == 204)
    assert path.read_text() == edits[won]


def test_a_draft_stays_as_it_was_where_the_edited_one_is_no_plan(
    studio: Studio, server: ServedApp
) -> None:
    path = draft(studio)
    answer = kept(server, BROKEN)
    assert answer.status == 422
    (problem,) = answer.json["problems"]
    assert problem["field"] == "shots[1].end_base_image_id"
    assert "frame_009" in BROKEN.splitlines()[problem["line"] - 1]
    assert path.read_text() == PLAN


def test_where_no_draft_is_none_is_kept(studio: Studio, server: ServedApp) -> None:
    assert kept(server, PLAN).status == 404
    assert list(studio.plans.rglob("*.yaml")) == []


def test_a_plan_is_written_as_a_prompt_file_says(studio: Studio, server: ServedApp) -> None:
    answer = prompted(server, "---\nseconds: 20\n---\nTwo keepers argue in a storm.\n")
    assert (answer.status, answer.json["run_id"]) == (202, "the-keepers")
    assert standing(studio.home, "the-keepers", Queue.of(studio.home)).now is Now.QUEUED


def test_what_is_wrong_with_a_prompt_file_is_told_with_its_line(server: ServedApp) -> None:
    answer = prompted(server, "---\nstyle: noir\nseconds: soon\n---\nTwo keepers argue.\n")
    assert answer.status == 422
    (problem,) = answer.json["problems"]
    assert (problem["field"], problem["line"]) == ("seconds", 3)


def test_a_prompt_file_is_text(server: ServedApp) -> None:
    assert prompted(server, "Two keepers argue.", "application/pdf").status == 415
