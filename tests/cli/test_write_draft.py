"""`sparkle write PROMPT`: a draft, its place, and its approval."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.film_state import State, Status
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
    # Also where somebody has taken it out of the inbox.
    plan.unlink()
    explained = studio.sparkle_here("explain", "keepers")
    assert explained.returncode == 0, explained.stderr


def test_a_film_that_was_left_half_way_stays_so_where_a_draft_is_written(studio: Studio) -> None:
    folder = RunFolder(studio.home, "keepers")
    left = Status(state=State.PAUSED, message="Paused before shot 4.", dagster_run=None)
    folder.state.change(lambda state: state.with_status(left))
    again = studio.sparkle_here("write", PROMPT, "--run-id", "keepers", "--seed", "9")
    assert again.returncode == 0, again.stderr
    assert folder.state.read().status == left


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


def test_what_somebody_edited_stays_where_the_same_is_written_again(studio: Studio) -> None:
    draft = draft_of(studio)
    draft.write_text(edited := f"{draft.read_text()}# mine\n")
    words = (PROMPT, "--run-id", "keepers", "--seconds", "12", "--approve")
    assert studio.sparkle_here("write", *words).returncode == 0
    assert draft.read_text() == (studio.plans / "keepers.yaml").read_text() == edited
    assert [path.name for path in draft.parent.iterdir()] == [draft.name]
    assert "waits" not in studio.sparkle_here("status", "keepers").stdout


def test_a_film_goes_on_from_its_draft_to_its_plan(studio: Studio) -> None:
    added = studio.sparkle_here("add", draft_of(studio))
    assert added.returncode == 0, added.stderr
    draft_of(studio).write_text(f"{draft_of(studio).read_text()}style: ink\n")
    assert studio.sparkle_here("approve", "keepers", "plan_draft").returncode == 0
    again = studio.sparkle_here("add", studio.plans / "keepers.yaml")
    assert again.returncode == 0, again.stderr


def test_a_prompt_file_is_written_from_with_the_options_of_the_command(studio: Studio) -> None:
    prompt = studio.plans / "Night.cinematic.prompt.md"
    prompt.write_text("---\nseconds: 12\nseed: 4\napprove: true\n---\nA night train.\n")
    ended = studio.sparkle_here("write", "--from", prompt, "--seed", "5")
    assert ended.returncode == 0, ended.stderr
    plan = load_plan(studio.plans / "night.cinematic.yaml").plan
    written = (plan.metadata.model_extra or {})["written"]
    assert (written["prompt"], written["seed"]) == ("A night train.", 5)
    assert f"It is the film's plan: {studio.plans / 'night.cinematic.yaml'}" in ended.stderr
    assert "--run-id night.cinematic --profile cinematic` does it here" in ended.stderr
    manifest = RunFolder(studio.home, "night.cinematic").read("plan_draft")
    assert manifest is not None
    assert manifest.profile == "cinematic"


def test_a_film_that_has_a_draft_alone_is_known_and_told_what_to_do(studio: Studio) -> None:
    explained = studio.sparkle_here("explain", "keepers")
    assert explained.returncode == 2
    assert "has a draft, and no plan yet" in explained.stderr
    status = studio.sparkle_here("status").stdout
    assert f"Drafts to be read, in {studio.plans / 'drafts'}: keepers." in status
    verified = studio.sparkle_here("verify", "keepers")
    assert verified.returncode == 0, verified.stdout
    studio.sparkle_here("prune", "--yes", "--records-older-than", "0d")
    assert studio.sparkle_here("verify", "keepers").returncode == 0
    assert RunFolder(studio.home, "keepers").stage("plan_draft").joinpath("round_1.txt").exists()
    shutil.rmtree(studio.home.dagster)
    assert "Added keepers." in studio.sparkle_here("add", "--all").stdout


def test_an_archived_draft_comes_back(studio: Studio, tmp_path: Path) -> None:
    before = RunFolder(studio.home, "keepers").read("plan_draft")
    archive = tmp_path / "archive"
    assert studio.sparkle_here("archive", "keepers", archive).returncode == 0
    assert studio.sparkle_here("remove", "keepers", "--yes").returncode == 0
    restored = studio.sparkle_here("restore", "keepers", archive)
    assert restored.returncode == 0, restored.stderr
    assert RunFolder(studio.home, "keepers").read("plan_draft") == before
    assert studio.sparkle_here("approve", "keepers", "plan_draft").returncode == 0


def test_a_draft_that_is_no_plan_any_more_is_not_approved(studio: Studio) -> None:
    draft_of(studio).write_text("title: nothing\n")
    refused = studio.sparkle_here("approve", "keepers", "plan_draft")
    assert refused.returncode == 2
    assert "base_images" in refused.stderr
    assert not (studio.plans / "keepers.yaml").exists()


def test_nothing_is_approved_of_which_nobody_knows_how_it_came_about(studio: Studio) -> None:
    shutil.rmtree(RunFolder(studio.home, "keepers").stage("plan_draft"))
    refused = studio.sparkle_here("approve", "keepers", "plan_draft")
    assert refused.returncode == 2
    assert "has not been made yet" in refused.stderr
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
        (["a film", "--run-id", "x", "--profile", "cinematic"], "`--run-id x.cinematic`"),
        (["a film", "--to", "x.yaml"], "--to: it goes with a screenplay"),
        (["--from", "x.fdx", "--approve"], "--approve: of a screenplay, a plan is made by rules"),
    ],
)
def test_wrong_input_is_named(arguments: list[str], said: str, tmp_path: Path) -> None:
    refused = Studio(tmp_path / "studio").sparkle_here("write", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
