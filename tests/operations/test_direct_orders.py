"""Plans of the inbox that a person has rendered: the inbox orders nothing besides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inbox_keeper import Keeper
from plan_texts import PLAN, changed
from sparkle_motion_dagster.artifacts.errors import RunBusyError
from sparkle_motion_dagster.operations.inbox.direct_orders import (
    check_not_ordered,
    with_ordered_plan,
)
from sparkle_motion_dagster.operations.inbox.memory import InboxMemory
from sparkle_motion_dagster.operations.inbox.overview import Overview, overview

EDITED = changed(("Mara speaks to the storm", "Mara shouts at the storm"))
PICTURED = changed(("    prompt: lamp room\n", "    prompt: lamp room\n    local_path: lamp.png\n"))


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    monkeypatch.setenv("SPARKLE_PLANS", str(tmp_path / "plans"))
    return Keeper(tmp_path)


def order(keeper: Keeper, plan: Path) -> None:
    """Note that a person has ordered a plan."""
    memory = keeper.workbench.home.inbox_memory
    with_ordered_plan(InboxMemory.read(memory), plan).write(memory)


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_a_plan_that_a_person_ordered_is_not_ordered_again(keeper: Keeper, looks: int) -> None:
    plan = keeper.put("film.yaml")
    before = keeper.ticks(looks)
    order(keeper, plan)

    # Not even where its run is paused or fails: nothing of the film is there.
    assert keeper.ticks(4) == []
    assert before == ([] if looks < 2 else ["film"])
    assert keeper.notes == []


def test_it_does_not_wait_in_the_inbox_any_more(keeper: Keeper) -> None:
    keeper.picture()
    plan = keeper.put("film.yaml", PICTURED)
    memory = keeper.workbench.home.inbox_memory
    assert overview(keeper.plans, InboxMemory.read(memory)).waiting == ("film.yaml",)

    order(keeper, plan)

    assert overview(keeper.plans, InboxMemory.read(memory)) == Overview((), (), ())
    before = memory.read_bytes()
    assert keeper.ticks(2) == []
    assert InboxMemory.model_validate_json(before).files == InboxMemory.read(memory).files


def test_an_edit_of_it_is_ordered(keeper: Keeper) -> None:
    plan = keeper.put("film.yaml")
    order(keeper, plan)
    assert keeper.ticks(3) == []
    keeper.put("film.yaml", EDITED)
    assert keeper.ticks(3) == ["film"]


def test_an_edit_of_a_file_that_it_names_is_ordered(keeper: Keeper) -> None:
    keeper.picture(grey=10)
    plan = keeper.put("film.yaml", PICTURED)
    order(keeper, plan)
    assert keeper.ticks(3) == []
    keeper.picture(grey=200)
    assert keeper.ticks(3) == ["film"]


def test_a_film_that_was_removed_is_missed_as_one_that_the_inbox_ordered(keeper: Keeper) -> None:
    plan = keeper.put("film.yaml")
    order(keeper, plan)
    keeper.make("film", plan)
    assert keeper.ticks(2) == []
    shutil.rmtree(keeper.workbench.run_folder("film").path)
    assert keeper.ticks(3) == ["film"]


def test_of_a_plan_elsewhere_the_inbox_knows_nothing(keeper: Keeper, tmp_path: Path) -> None:
    elsewhere = tmp_path / "film.yaml"
    elsewhere.write_text(PLAN)
    before = InboxMemory()
    assert with_ordered_plan(before, elsewhere) == before


def test_an_order_of_the_inbox_on_its_way_is_seen(keeper: Keeper) -> None:
    keeper.put("film.yaml")
    keeper.tick()
    given = keeper.look().orders  # whoever took them dies before passing them on
    assert [one.run_id for one in given] == ["film"]
    memory = InboxMemory.read(keeper.workbench.home.inbox_memory)

    with pytest.raises(RunBusyError, match="The inbox has just ordered film"):
        check_not_ordered(memory, "film", keeper)
    check_not_ordered(memory, "another", keeper)

    keeper.runs |= {one.run_key for one in given}
    check_not_ordered(memory, "film", keeper)
