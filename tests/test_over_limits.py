"""A film over its limits: whoever starts its run is asked, or refused before anything is made."""

from __future__ import annotations

import pytest
from dagster import DagsterInstance, DagsterRun

import forked
from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.runs.names import configured
from studio import Plan, Studio, silent_shot

FORBIDDEN = {"disk_gb": 1e-9}
"""A byte: whatever is made is over it."""

FROM_THE_UI = ("job", "execute", "-m", "sparkle_motion_dagster.definitions", "-j", "render_movie")


def limited() -> Plan:
    plan = silent_shot()
    plan["render_profile"]["limits"] = FORBIDDEN
    return plan


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    studio = Studio(tmp_path_factory.mktemp("limits"))
    studio.write(limited())
    return studio


def at_a_terminal(studio: Studio, answer: str, *arguments: str) -> tuple[int | None, str]:
    """Run `sparkle` at a terminal at which somebody answers, and return what is shown there."""
    command = ["sparkle", *arguments]
    return forked.run_at_a_terminal(command, studio.environment, studio.root, f"{answer}\n")


def runs(studio: Studio) -> list[DagsterRun]:
    """Return the runs of the film, the newest first."""
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        return list(instance.get_runs())


def is_allowed(run: DagsterRun) -> bool:
    return configured(run.run_config, "resources", "film", "config", "over_limits") is True


def test_where_nobody_can_answer_it_is_refused(studio: Studio) -> None:
    refused = studio.sparkle("render", "plans/film.yaml")
    assert refused.returncode == 2
    assert "film is over its limits: nothing is made." in refused.stderr
    assert "its limit is 0 kB" in refused.stderr
    assert "`--over-limits`" in refused.stderr
    assert not studio.home.store.exists()
    assert not studio.home.dagster.exists(), "no run was begun"


def test_at_a_terminal_it_is_asked_and_no_is_no(studio: Studio) -> None:
    code, shown = at_a_terminal(studio, "n", "render", "plans/film.yaml")
    assert code == 2
    assert "items to make" in shown
    assert "its limit is 0 kB" in shown
    assert "Make it all the same? [y/N]" in shown
    assert "Nothing is made." in shown
    assert not studio.home.store.exists()


@pytest.mark.parametrize("budget", ["disk_gb", "euros=3", "usd=-1", "usd=much"])
def test_a_budget_that_is_none_is_told_as_such(studio: Studio, budget: str) -> None:
    refused = studio.sparkle("render", "plans/film.yaml", "--budget", budget)
    assert refused.returncode == 2
    assert "budget" in refused.stderr
    assert not studio.home.store.exists()


def test_a_run_of_the_web_ui_fails_in_its_first_stage_and_may_be_allowed(studio: Studio) -> None:
    assert studio.sparkle("add", "plans/film.yaml").returncode == 0
    tags = '{"dagster/partition": "film"}'
    failed = studio.dagster(*FROM_THE_UI, "--tags", tags)
    assert failed.returncode != 0
    assert "film is over its limits: nothing is made." in failed.stdout + failed.stderr
    assert set(studio.manifests()) == {"movie_plan"}, "it was added, and nothing was made of it"
    assert studio.actions() == 0
    (run,) = runs(studio)
    assert not is_allowed(run)
    status = RunFolder(studio.home, "film").state.read().status
    assert status is not None
    assert (status.state, status.dagster_run) == (State.FAILED, run.run_id)
    assert "its limit is 0 kB" in status.message
    assert "`sparkle resume film --over-limits`" in status.message

    again = studio.sparkle("resume", "film")
    assert again.returncode == 2
    assert "film is over its limits" in again.stderr
    assert len(runs(studio)) == 1, "a run that would be refused is not begun"


def test_whoever_resumes_it_all_the_same_has_the_film(studio: Studio) -> None:
    resumed = studio.sparkle("resume", "film", "--over-limits")
    assert resumed.returncode == 0, resumed.stderr
    assert studio.film().exists()
    assert is_allowed(runs(studio)[0])


def test_what_is_in_the_store_costs_nothing(studio: Studio) -> None:
    actions = studio.actions()
    again = studio.sparkle("render", "plans/film.yaml", "--replace")  # a run, though all is there
    assert again.returncode == 0, again.stderr
    assert studio.actions() == actions
    assert not is_allowed(runs(studio)[0])


def test_further_takes_are_made_within_the_limits_of_their_film(studio: Studio) -> None:
    asked = ("redo", "film", "frame_001", "--prompt", "lamp room at night, brass lens")
    choices = RunFolder(studio.home, "film").choices
    refused = studio.sparkle(*asked)
    assert refused.returncode == 2
    assert "film is over its limits" in refused.stderr
    assert "mostly by storyboard" in refused.stderr
    config = studio.root / "takes.yaml"
    config.write_text("ops: {takes: {config: {item: frame_001, prompt: a lamp at noon}}}")
    job = (*FROM_THE_UI[:-1], "make_takes", "-c", config)
    failed = studio.dagster(*job, "--tags", '{"dagster/partition": "film"}')
    assert failed.returncode != 0
    assert "film is over its limits" in failed.stdout + failed.stderr
    assert choices.read().items == ()

    made = studio.sparkle(*asked, "--over-limits")
    assert made.returncode == 0, made.stderr
    (item,) = choices.read().items
    assert [take.number for take in item.takes if take.fingerprint] == [1, 2]


def edited(prompt: str) -> Plan:
    plan = limited()
    plan["base_images"][0]["prompt"] = prompt
    return plan


def test_yes_at_a_terminal_renders_what_an_edit_touches(studio: Studio) -> None:
    studio.write(edited("calm sea before a stone lighthouse, noon, 35mm"))
    assert studio.sparkle("render", "plans/film.yaml").returncode == 2
    code, shown = at_a_terminal(studio, "y", "render", "plans/film.yaml")
    assert code == 0, shown
    assert "frame_000" in studio.rendered().made["base_images"]
    assert is_allowed(runs(studio)[0])


def test_a_budget_holds_in_place_of_the_limits(studio: Studio) -> None:
    studio.write(edited("fog over a stone lighthouse, dawn, 35mm"))
    assert studio.sparkle("render", "plans/film.yaml", "--budget", "usd=5").returncode == 2
    rendered = studio.sparkle("render", "plans/film.yaml", "--budget", "disk_gb=50")
    assert rendered.returncode == 0, rendered.stderr
    assert "frame_000" in studio.rendered().made["base_images"]
    assert not is_allowed(runs(studio)[0])
