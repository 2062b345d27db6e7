"""Drafts that fail, or are killed: what is left of them, and what another try asks for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripted_writer import STORY, install_into
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.engines.registry import declarations
from studio import REPOSITORY, Studio

SUPPORT = REPOSITORY / "tests" / "support"


class ScriptedStudio(Studio):
    """A studio whose writer answers what it is told."""

    @property
    def packages(self) -> Path:
        """Where the writer is installed."""
        return self.root / "packages"

    @property
    def environment(self) -> dict[str, str]:
        path = [self.packages, SUPPORT, REPOSITORY]
        return super().environment | {"PYTHONPATH": os.pathsep.join(map(str, path))}

    @property
    def asked(self) -> Path:
        """A line for each answer that was made: which round it was."""
        return self.root / "asked.txt"

    def writing(self, *answers: str) -> list[str]:
        """Return the command that has the writer answer so."""
        settings = [f"answers={json.dumps(answers)}", f"asked={self.asked}"]
        options = [word for setting in settings for word in ("--setting", setting)]
        words = ["a farewell at a pier", "--run-id", "pier", "--seconds", "10"]
        return ["write", *words, "--writer", "scripted", *options]

    def rounds(self) -> list[str]:
        """Return the rounds that were asked for since the last time."""
        asked = self.asked.read_text().split()
        self.asked.unlink()
        return asked


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    studio = ScriptedStudio(tmp_path / "studio")
    install_into(studio.packages)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(studio.packages)
        declarations.cache_clear()
        yield studio
    declarations.cache_clear()


def test_a_draft_that_fails_leaves_all_answers_and_a_later_one_takes_its_place(
    studio: ScriptedStudio,
) -> None:
    failed = studio.sparkle_here(*studio.writing("I would rather not."))
    assert failed.returncode == 1
    assert "scripted was asked 4 times, and no answer can be used" in failed.stderr
    assert "There is no JSON object in the answer." in failed.stderr
    assert studio.rounds() == ["1", "2", "3", "4"]
    folder = RunFolder(studio.home, "pier")
    answers = [folder.stage("plan_draft") / f"round_{number}.txt" for number in range(1, 5)]
    assert {path.read_text() for path in answers} == {"I would rather not."}
    status = folder.state.read().status
    assert status is not None
    assert status.state is State.FAILED
    assert "no answer can be used" in status.message
    assert not (studio.plans / "drafts").exists()

    assert studio.sparkle_here(*studio.writing(STORY)).returncode == 0
    assert sorted(path.name for path in folder.stage("plan_draft").iterdir()) == [
        *("draft.yaml", "manifest.json", "round_1.txt", "round_1@reading.json")
    ]
    assert "waiting for review" in studio.sparkle_here("status").stdout

    assert studio.sparkle_here(*studio.writing("Not this time.")).returncode == 1
    refused = studio.sparkle_here("approve", "pier", "plan_draft")
    assert refused.returncode == 2
    assert "is an earlier draft" in refused.stderr
    assert not list(studio.plans.glob("*.yaml"))


@pytest.mark.service
def test_a_draft_that_was_killed_between_its_rounds_goes_on_with_the_next(
    studio: ScriptedStudio,
) -> None:
    writing = studio.writing("I would rather not.", STORY)
    moments = ("os.rename", "*/actions/??/*.json", "open", "*/answer-1.txt")
    killed = studio.command("python", SUPPORT / "killing.py", "SIGKILL", *moments, "--", *writing)
    assert killed.returncode == -9, killed.stderr
    assert studio.rounds() == ["1", "2"]

    assert studio.sparkle_here(*writing).returncode == 0
    assert studio.rounds() == ["2"]
    assert (studio.plans / "drafts" / "pier.yaml").is_file()


def test_a_draft_that_nobody_can_write_says_so_where_its_film_is(studio: ScriptedStudio) -> None:
    prompt = studio.plans / "pier.prompt.md"
    prompt.write_text("---\nwriter: {engine: scripted, settings: {answers: []}}\n---\na pier")
    assert studio.sparkle_here("write", "--from", prompt).returncode == 2
    status = RunFolder(studio.home, "pier").state.read().status
    assert status is not None
    assert "does not take these settings: asked: Field required" in status.message
