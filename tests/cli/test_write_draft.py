"""`sparkle write PROMPT`: a draft, its place, and its approval."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.plan.reading.loading import load_plan
from studio import Studio

PROMPT = "two keepers argue in a lighthouse while the storm comes in"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """Return a studio in which a draft was written."""
    studio = Studio(tmp_path_factory.mktemp("written"))
    result = studio.sparkle_here("write", PROMPT, "--run-id", "keepers", "--seconds", "12")
    assert result.returncode == 0, result.stderr
    assert f"{studio.plans / 'drafts' / 'keepers.yaml'}" in result.stdout.splitlines()
    return studio


@pytest.fixture
def studio(written: Studio, tmp_path: Path) -> Studio:
    return written.copy(tmp_path / "studio")


def draft_of(studio: Studio) -> Path:
    return studio.plans / "drafts" / "keepers.yaml"


def test_a_draft_lies_in_the_drafts_folder_and_waits(written: Studio) -> None:
    load_plan(draft_of(written))
    status = written.sparkle_here("status", "keepers").stdout
    assert "plan_draft" in status
    assert "waits for a person's review" in status
    manifest = RunFolder(written.home, "keepers").read("plan_draft")
    assert manifest is not None
    assert manifest.artifact("draft", "plan").file == "draft.yaml"
    assert not list(written.plans.glob("*.yaml"))


def test_the_same_again_asks_nobody(studio: Studio) -> None:
    before = studio.actions()
    again = studio.sparkle_here("write", PROMPT, "--run-id", "keepers", "--seconds", "12")
    assert again.returncode == 0, again.stderr
    assert studio.actions() == before


def test_an_approved_draft_is_the_plan_of_the_film(studio: Studio) -> None:
    approved = studio.sparkle_here("approve", "keepers", "plan_draft", "--note", "good")
    assert approved.returncode == 0, approved.stderr
    plan = studio.plans / "keepers.yaml"
    assert plan.read_bytes() == draft_of(studio).read_bytes()
    assert "waits" not in studio.sparkle_here("status", "keepers").stdout


def test_what_somebody_edited_is_approved_and_never_lost(studio: Studio) -> None:
    draft = draft_of(studio)
    edited = f"{draft.read_text()}# mine\n"
    draft.write_text(edited)
    assert studio.sparkle_here("approve", "keepers", "plan_draft").returncode == 0
    assert (studio.plans / "keepers.yaml").read_text() == edited
    again = studio.sparkle_here("write", PROMPT, "--run-id", "keepers", "--seed", "4", "--approve")
    assert again.returncode == 0, again.stderr
    assert (draft.parent / "keepers.edited.yaml").read_text() == edited
    assert (draft.parent / "keepers.replaced.yaml").read_text() == edited
    assert (studio.plans / "keepers.yaml").read_bytes() == draft.read_bytes()


def test_a_draft_that_is_no_plan_any_more_is_not_approved(studio: Studio) -> None:
    draft_of(studio).write_text("title: nothing\n")
    refused = studio.sparkle_here("approve", "keepers", "plan_draft")
    assert refused.returncode == 2
    assert "base_images" in refused.stderr
    assert not (studio.plans / "keepers.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["?!… —"], "says nothing"),
        (["a film", "--seconds", "3"], "greater than or equal to 8"),
        (["a film", "--language", "../x"], "language"),
        (["a film", "--run-id", "../x"], "is no run id"),
        (["a film", "--writer", "templat"], "Did you mean 'template'?"),
        (["a film", "--setting", "warmth"], "write NAME=VALUE"),
        (["a film", "--from", "script.fountain"], "leave the prompt out"),
        (["a film", "--profile", "none"], "There is no profile 'none'"),
    ],
)
def test_wrong_input_is_named(arguments: list[str], said: str, tmp_path: Path) -> None:
    refused = Studio(tmp_path / "studio").sparkle_here("write", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
