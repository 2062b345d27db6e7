"""Prompt files in the inbox: orders for drafts, beside the plans that come of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from inbox_keeper import Keeper
from plan_texts import PLAN
from sparkle_motion_dagster.operations.inbox.memory import DraftOrder, FilmOrder
from sparkle_motion_dagster.operations.inbox.orders import PATIENCE
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment
from sparkle_motion_dagster.shotlist.writing.prompt_files import MAX_BYTES
from studio import Studio

PROMPT = "---\nseconds: 12\n---\nTwo keepers argue.\n"
ASKED = Assignment(prompt="Two keepers argue.", seconds=12)
NAME = "keepers.prompt.md"


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path)


def test_a_prompt_is_ordered_once_with_its_options(keeper: Keeper) -> None:
    keeper.put("Keepers.cinematic.Prompt.md", PROMPT)
    assert keeper.tick() == ()  # it may be half-written
    (order,) = keeper.tick()

    assert isinstance(order, DraftOrder)
    assert (order.run_id, order.profile) == ("keepers.cinematic", "cinematic")
    assert order.asked == ASKED
    assert keeper.ticks(4) == []
    assert keeper.notes == []


def test_an_order_that_nobody_passed_on_is_handed_out_again(keeper: Keeper) -> None:
    keeper.put(NAME, PROMPT)
    keeper.tick()
    assert keeper.look().orders == keeper.look().orders != ()


def test_a_prompt_and_its_plan_are_no_rivals_and_go_one_after_the_other(keeper: Keeper) -> None:
    keeper.put(NAME, PROMPT)
    keeper.put("keepers.yaml", PLAN)
    keeper.tick()
    tick = keeper.look()
    (first,) = keeper.tick()
    assert isinstance(first, DraftOrder)
    assert tick.waiting == ("keepers",)
    keeper.busy = {"keepers"}
    assert keeper.ticks(2) == []
    keeper.busy = ()
    (second,) = keeper.tick()

    assert isinstance(second, FilmOrder)
    assert keeper.ticks(3) == []
    assert keeper.notes == []


def test_two_prompts_of_one_film_are_left_alone(keeper: Keeper) -> None:
    keeper.put("night train.prompt.md", PROMPT)
    keeper.put("Night-Train.prompt.md", PROMPT)
    assert keeper.ticks(3) == []
    assert "they would make the same draft, night-train." in keeper.notes[0]


def test_an_edit_is_ordered_and_a_touch_too(keeper: Keeper) -> None:
    path = keeper.put(NAME, PROMPT)
    (first,) = [*keeper.tick(), *keeper.tick()]
    path.write_text(PROMPT.replace("12", "16"))
    (second,) = [*keeper.tick(), *keeper.tick()]
    os.utime(path, ns=(5, 5))  # as whoever wants what failed once more
    (third,) = [*keeper.tick(), *keeper.tick()]

    assert isinstance(second, DraftOrder)
    assert second.asked.seconds == 16
    assert len({first.run_key, second.run_key, third.run_key}) == 3
    assert second.digest == third.digest != first.digest


def test_an_edit_waits_for_the_run_that_goes_on(keeper: Keeper) -> None:
    path = keeper.put(NAME, PROMPT)
    assert keeper.ticks(2) == ["keepers"]
    keeper.busy = {"keepers"}
    path.write_text(PROMPT.replace("12", "16"))
    assert keeper.ticks(3) == []
    keeper.busy = ()
    assert keeper.ticks(3) == ["keepers"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PROMPT.replace("seconds", "second"), "line 2, second: unknown key"),
        (PROMPT.replace("seconds: 12", "writer: templat"), "writer: There is no writer engine"),
        (PROMPT.replace("seconds: 12", "writer: {settings: {x: 1}}"), "writer: The writer engine"),
        (
            PROMPT.replace("seconds: 12", "writer: {engine: openai, settings: {base_url: x}}"),
            "writer: A prompt file or a request does not say base_url of openai",
        ),
        (
            PROMPT.replace("seconds: 12", "writer: {engine: transformers, settings: {weights: /}}"),
            "writer: A prompt file or a request does not say weights of transformers",
        ),
        ("x " * MAX_BYTES, "is larger than"),
        ("caf\udce9", "line 1: is not UTF-8"),
    ],
)
def test_what_is_wrong_is_moved_aside_with_its_reasons(
    keeper: Keeper, content: str, said: str
) -> None:
    path = keeper.plans / NAME
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert keeper.ticks(1 + PATIENCE) == []
    assert path.exists()
    assert keeper.notes == []
    keeper.tick()

    assert not path.exists()
    report = (keeper.plans / "rejected" / f"{NAME}.txt").read_text()
    assert report.startswith(f"{NAME} is no valid prompt file: it has a problem.")
    assert said in report
    (note,) = keeper.notes
    assert note.startswith(f"{NAME} is no valid prompt file: ")
    keeper.put(NAME, PROMPT)
    assert keeper.ticks(2) == ["keepers"]


def test_a_run_that_was_deleted_before_it_ended_is_asked_for_again(keeper: Keeper) -> None:
    keeper.put(NAME, PROMPT)
    (first,) = [*keeper.tick(), *keeper.tick()]
    keeper.runs = set()
    (again,) = keeper.tick()
    assert again.run_key != first.run_key
    assert keeper.ticks(3) == []


def test_what_is_written_is_not_asked_for(keeper: Keeper) -> None:
    """It was written by hand, or the inbox has lost its memory; an approval is asked for."""
    studio, path = Studio(keeper.root), keeper.put(NAME, PROMPT)
    assert studio.sparkle_here("write", "--from", path).returncode == 0
    assert keeper.ticks(4) == []

    path.write_text(PROMPT.replace("---\n", "---\napprove: true\n", 1))
    assert keeper.ticks(4) == ["keepers"]
    assert studio.sparkle_here("write", "--from", path).returncode == 0
    assert (keeper.plans / "keepers.yaml").exists()
    keeper.workbench.home.inbox_memory.unlink()
    orders = [order for _ in range(4) for order in keeper.tick()]
    assert [type(order) for order in orders] == [FilmOrder]  # the plan, which is new

    shutil.rmtree(keeper.workbench.run_folder("keepers").path)
    orders = [order for _ in range(4) for order in keeper.tick()]
    assert [type(order) for order in orders] == [FilmOrder]
