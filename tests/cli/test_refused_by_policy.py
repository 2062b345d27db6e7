"""The policy wherever plans and prompts come in: commands, the inbox, runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance

from plan_texts import PLAN
from refusals import refused_alike, sparkle
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.definitions import film_job
from sparkle_motion_dagster.partitions import film_partitions

POLICY = 'schema_version: "1"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SparkleHome:
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPARKLE_POLICY", str(tmp_path / "policy.yaml"))
    monkeypatch.setenv("SPARKLE_PLANS", str(tmp_path))
    (tmp_path / "film").mkdir()
    (tmp_path / "policy.yaml").write_text(POLICY)
    return SparkleHome(tmp_path / "home")


def noted(home: SparkleHome) -> list[dict[str, Any]]:
    return [json.loads(line) for line in home.audit.read_text().splitlines()]


BLOCKED = '{name: storms, reason: no bad weather, terms: [Storm], patterns: ["t[oö]night"]}'


@pytest.mark.parametrize(
    ("rules", "parts"),
    [
        pytest.param(
            f"blocked: [{BLOCKED}]",
            [
                "base_images[0].prompt: the rule 'storms'",
                "line 13, ",
                "(no bad weather)",
                "shots[1].dialogue[0].text",
                "dialogue_timeline[1].text",
            ],
            id="words",
        ),
        pytest.param(
            "blocked: [{name: moods, terms: [calm]}]",
            ["base_images[1].metadata.mood: the rule 'moods'"],
            id="notes",
        ),
        pytest.param("longest_film_sec: 8.5", ["line 20, shots", "'longest_film_sec'", "9 s"]),
        pytest.param("languages: [de]", ["line 8, ", "'languages'", "'en-US': it allows de"]),
    ],
)
def test_all_refuse_it_alike(home: SparkleHome, rules: str, parts: list[str]) -> None:
    plan = home.root.parent / "film" / "film.yaml"
    plan.write_text(PLAN)
    (home.root.parent / "policy.yaml").write_text(POLICY + rules)
    refused_alike(plan, *parts)
    assert "is refused by the policy" in (plan.parent / "rejected" / "film.yaml.txt").read_text()
    # A look is not noted; the inbox, which looks again and again, refuses it once.
    assert [line["via"] for line in noted(home)] == ["add", "render", "inbox"]
    assert {line["verdict"] for line in noted(home)} == {"refused"}
    assert len({line["digest"] for line in noted(home)}) == 1


def test_engines_that_are_not_allowed_leave_other_profiles(home: SparkleHome) -> None:
    plan = home.root.parent / "film" / "film.yaml"
    plan.write_text(PLAN)
    engines = "engines: [storyboard, camera, kokoro, espeak, viseme, procedural]"
    (home.root.parent / "policy.yaml").write_text(POLICY + engines)
    checked = sparkle("plan", "check", plan)
    assert checked.exit_code == 0, checked.stderr
    assert "Profiles that can render it: animatic." in checked.stdout
    assert "refuses the images engine sdxl" in checked.stdout
    added = sparkle("add", plan, "--profile", "cinematic")
    assert added.exit_code == 2
    assert "the rule 'engines'" in added.stderr
    assert noted(home)[-1]["rules"] == ["engines"]


def test_a_policy_that_is_not_there_lets_nothing_in(home: SparkleHome) -> None:
    plan = home.root.parent / "film" / "film.yaml"
    plan.write_text(PLAN)
    (home.root.parent / "policy.yaml").unlink()
    for command in (("plan", "check"), ("add",), ("render",)):
        result = sparkle(*command, plan)
        assert result.exit_code == 2
        assert "$SPARKLE_POLICY names it" in result.stderr
    assert not home.audit.exists()


def test_a_film_that_was_added_is_held_against_the_policy_of_its_run(home: SparkleHome) -> None:
    plan = home.root.parent / "film.yaml"
    plan.write_text(PLAN)
    assert sparkle("add", plan).exit_code == 0
    (home.root.parent / "policy.yaml").write_text(f"{POLICY}blocked: [{BLOCKED}]")

    # What the web UI's button does.
    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(film_partitions.name), ["film"])
        result = film_job("stills_only").execute_in_process(
            partition_key="film", instance=instance, raise_on_error=False
        )

    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert failed.step_key == "movie_plan"
    told = failed.step_failure_data.user_failure_data
    assert told is not None
    assert "base_images[0].prompt: the rule 'storms'" in (told.description or "")
    assert [(line["via"], line["verdict"], line["run_id"]) for line in noted(home)] == [
        ("add", "allowed", "film"),
        ("run", "refused", "film"),
    ]
    assert len({line["digest"] for line in noted(home)}) == 1
    assert len({line["policy"] for line in noted(home)}) == 2


def test_no_writer_is_asked_for_what_is_refused(home: SparkleHome) -> None:
    rules = (
        "longest_film_sec: 20\nblocked: [{name: weapons, terms: [bomb]}]\naudit: {prompts: text}"
    )
    (home.root.parent / "policy.yaml").write_text(f"{POLICY}{rules}")
    order = ("write", "--run-id", "film", "--seconds", "12")
    prompt = "a keeper finds\na bomb in a lighthouse"

    refused = sparkle(*order, prompt, "--style", "noir with b\u00f6mbs")
    assert refused.exit_code == 2
    assert "line 2: the rule 'weapons'" in refused.stderr
    plan = home.root.parent / "film" / "film.yaml"
    plan.write_text(PLAN.replace("the storm", "the bomb"))
    changing = sparkle(*order, "a happier end", "--from", plan)
    assert changing.exit_code == 2
    assert "plan.shots[1].visual_description: the rule 'weapons'" in changing.stderr
    assert not list(home.actions.glob("*/*"))
    assert sparkle(*order, "a keeper finds a letter").exit_code == 0

    assert [
        (line["via"], line["kind"], line["verdict"], line["rules"]) for line in noted(home)
    ] == [
        ("write", "prompt", "refused", ["weapons"]),
        ("write", "prompt", "refused", ["weapons"]),
        ("write", "prompt", "allowed", []),
    ]
    assert noted(home)[0]["prompt"] == prompt
