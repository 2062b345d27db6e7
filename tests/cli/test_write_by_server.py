"""`sparkle write --writer openai`: drafts by a server, and what is told where it does not write."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from openai_server import KEY, KEY_VARIABLE, OpenaiServer, Room
from openai_server_chat import NO_STORY
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.plan.reading.loading import load_plan
from studio import Studio


@pytest.fixture
def room(openai_server: OpenaiServer, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room of the server, for which there is a key."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return openai_server.room()


def written(studio: Studio, room: Room, model: str) -> subprocess.CompletedProcess[str]:
    """Have a server write; neither what is said nor what is left behind may hold the key."""
    told = {"base_url": room.base_url, "model": model, "api_key_env": KEY_VARIABLE, "retries": "0"}
    settings = [part for one in told.items() for part in ("--setting", "=".join(one))]
    order = ["a farewell", "--run-id", "pier", "--writer", "openai", *settings]
    ended = studio.sparkle_here("write", *order)
    assert KEY not in ended.stdout + ended.stderr
    files = [file for file in studio.root.rglob("*") if file.is_file()]
    assert [file for file in files if KEY.encode() in file.read_bytes()] == []
    return ended


def test_a_server_is_told_what_is_wrong_until_its_draft_is_right(
    room: Room, tmp_path: Path
) -> None:
    studio = Studio(tmp_path / "studio")
    ended = written(studio, room, "right_at_third")
    assert ended.returncode == 0, ended.stderr
    load_plan(studio.plans / "drafts" / "pier.yaml")
    folder = RunFolder(studio.home, "pier")
    for number in (1, 2):
        assert (folder.path / "plan_draft" / f"round_{number}.txt").read_text() == NO_STORY
    manifest = folder.read("plan_draft")
    assert manifest is not None
    third = manifest.artifact("round_3", "answer").metadata
    assert (third["ended"], third["structured"]) == ("done", "json_schema")
    assert third["answer_tokens"] == 321
    assert len(room.asked()) == 3


@pytest.mark.parametrize(
    ("model", "code", "says"),
    [("busy", 75, "Rate limit reached."), ("unauthorized", 1, f"variable {KEY_VARIABLE}")],
)
def test_a_server_that_does_not_write_is_no_draft(
    room: Room, model: str, code: int, says: str, tmp_path: Path
) -> None:
    studio = Studio(tmp_path / "studio")
    ended = written(studio, room, model)
    assert ended.returncode == code
    assert says in " ".join(ended.stderr.split())
    assert not (studio.plans / "drafts").exists()
