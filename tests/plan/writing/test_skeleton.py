"""The plan to begin with: it is valid, and so is everything that its comments offer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from plan_texts import write
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.writing.formatting import formatted
from sparkle_motion_dagster.plan.writing.skeleton import skeleton

OFFERED = list(re.finditer(r"^ *(# )[a-z_]+:", skeleton(), re.MULTILINE))
NAMED = {found[0].strip(" #:") for found in re.finditer(r"(?m)^[ #-]*[a-z_]+:", skeleton())}


def test_it_is_in_order_and_every_profile_can_render_it(tmp_path: Path) -> None:
    assert formatted(skeleton()) == skeleton()
    path = write(tmp_path, skeleton())
    plan = load_plan(path).plan
    assert len(plan.shots) == 2
    assert len([line for shot in plan.shots for line in shot.dialogue]) == 2
    checked = CliRunner().invoke(main, ["plan", "check", str(path)])
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert "Please note" not in checked.stdout
    assert "cannot" not in checked.stdout


@pytest.mark.parametrize("found", OFFERED, ids=lambda found: found[0].strip(" #:"))
def test_what_it_offers_can_be_taken(tmp_path: Path, found: re.Match[str]) -> None:
    text = skeleton()
    path = write(tmp_path, text[: found.start(1)] + text[found.end(1) :])
    try:
        load_plan(path)
    except PlanError as error:
        (problem,) = error.problems
        assert problem.message.startswith("there is no file")


def test_it_offers_most_of_what_a_plan_can_say() -> None:
    assert len(OFFERED) > 25
    assert {"style", "reference_image", "soundtrack", "on_screen_text", "title_card"} <= NAMED


def test_the_command_writes_it_and_never_over_a_file(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(main, ["plan", "new"]).stdout == run(main, ["plan", "new", "-"]).stdout == skeleton()
    film = tmp_path / "film.yaml"
    made = run(main, ["plan", "new", str(tmp_path / "film")])
    assert (made.exit_code, film.read_text("utf-8")) == (0, skeleton())
    film.write_text("mine")
    again = run(main, ["plan", "new", str(film)])
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert film.read_text() == "mine"
    as_json = run(main, ["plan", "new", str(tmp_path / "film.json")])
    assert as_json.exit_code == 2
    assert "name it film.yaml" in as_json.stderr
    nowhere = run(main, ["plan", "new", str(tmp_path / "no" / "film.yaml")])
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr
