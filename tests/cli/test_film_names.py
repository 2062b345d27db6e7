"""A plan may be called anything: its run's name is made of that, and is the same everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from plan_texts import PLAN
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.film.intake import find_plan

RUN_ID = "mon-film-ete-2026-cote"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPARKLE_PLANS", str(tmp_path))
    path = tmp_path / "Mon film été 2026 – côté.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_every_command_calls_a_film_by_the_same_name_and_says_it(plan: Path) -> None:
    for command in (("plan", "check"), ("add",)):
        said = CliRunner().invoke(main, [*command, str(plan)])
        assert said.exit_code == 0, said.output
        assert f"Its run is called {RUN_ID}." in said.output
    assert "Its plan lies in the inbox" in said.output
    for film in (str(plan), RUN_ID):
        explained = CliRunner().invoke(main, ["explain", film])
        assert explained.output.startswith(f"{RUN_ID}, profile animatic, plan {plan}\n")


def test_a_plan_is_found_by_the_name_of_its_run(plan: Path) -> None:
    plan.with_name(f".{RUN_ID}.yaml").touch()  # hidden
    plan.with_name(f"{RUN_ID}.txt").touch()
    assert find_plan(RUN_ID) == plan
    assert find_plan("another") is None
