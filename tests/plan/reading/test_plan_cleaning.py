"""Plans as language models answer them: said what they are, and cleaned to the very same plan."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from plan_texts import PLAN, changed, problem_of, refused, write
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import cleaned_text, load_plan

JSON = json.dumps(YAML(typ="safe", pure=True).load(PLAN), indent=2)

ANSWERS = {
    "fence": (f"```json\n{JSON}\n```\n", "film.json", {"a Markdown code fence": 1}),
    "fence-yaml": (f"```yaml\n{PLAN}```", "film.yaml", {"a Markdown code fence": 1}),
    "tildes": (f"~~~\n{PLAN}~~~\n", "film.yml", {"a Markdown code fence": 1}),
    "indented": (
        textwrap.indent(f"```yml\n{PLAN}```\n", "   "),
        "film.yaml",
        {"a Markdown code fence": 1},
    ),
    "unclosed": (f"Sure!\n\n````json\n{JSON}", "film.json", {"a Markdown code fence": 3}),
    "two-fences": (
        f"Install it:\n```sh\npip install x\n```\nThen:\n```yaml\n{PLAN}```\nDone.",
        "film.yaml",
        {"a Markdown code fence": 6},
    ),
    "json-in-yaml": (f"Here:\n```json\n{JSON}\n```", "film.yaml", {"a Markdown code fence": 2}),
    "prose": (
        f"Here is your plan {{as JSON}}:\n\n{JSON}\n\nShall I add {{a shot}}?",
        "film.json",
        {"text around the plan": 1},
    ),
    "prose-one-line": (f"The plan: {JSON}", "film.json", {"text around the plan": 1}),
    "prose-yaml": (
        f"Here is your plan:\n\n{PLAN}\nLet me know what you think!\n",
        "film.yaml",
        {"text around the plan": 1},
    ),
    "label": (f"yaml\n{PLAN}", "film.yaml", {"text around the plan": 1}),
    "thinking": (
        f"<think>\ntitle of it?\n</think>\n{PLAN}",
        "film.yaml",
        {"text around the plan": 1},
    ),
    "typographic": (
        JSON.replace('"title": "Harbour Light"', "“title”: «Harbour Light»"),
        "film.json",
        {"typographic quotation marks": 3},
    ),
    "typographic-yaml": (
        changed(("  - id: mara\n", "  - “id”: „mara“\n")),
        "film.yaml",
        {"typographic quotation marks": 4},
    ),
    "typographic-flow": (
        changed(("characters: [mara]", "characters: [“mara”]")),
        "film.yaml",
        {"typographic quotation marks": 16},
    ),
    "commas": (
        JSON.replace("\n}", ",\n}").replace("\n  ]", ", // more\n  ]"),
        "film.json",
        {"comments, which JSON does not have": 16, 'a comma before the closing "]"': 17},
    ),
    "comments": (
        JSON.replace("{\n", "{ /* the\n film */\n", 1).replace(
            '  "shots"', '  # all of them\n  "shots"'
        ),
        "film.json",
        {"comments, which JSON does not have": 1},
    ),
    "python": (
        JSON.replace('"', "'").replace("true", "True").replace("Mara's face", "Mara\\'s face"),
        "film.json",
        {"single quotation marks, which JSON does not have": 2},
    ),
    "blanks": (
        JSON.replace("\n  ", "\n\u00a0 "),
        "film.json",
        {"blanks that are no spaces": 2},
    ),
    "blanks-yaml": (
        PLAN.replace("\n  - id", "\n\u00a0 - id"),
        "film.yaml",
        {"blanks that are no spaces": 4},
    ),
}


def plan_of(data: str) -> MoviePlan:
    return MoviePlan.model_validate(YAML(typ="safe", pure=True).load(data))


@pytest.mark.parametrize(("text", "name", "found"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_said_to_be_one_and_cleaned_to_the_plan_in_it(
    tmp_path: Path, text: str, name: str, found: dict[str, int]
) -> None:
    path = write(tmp_path, text, name)
    problem = problem_of(tmp_path, text, name)
    assert f"`sparkle plan fmt {path} --write`" in problem.message
    for what, line in found.items():
        assert f"{what} (line {line})" in problem.message
    assert problem.line == min(found.values())

    cleaned, findings = cleaned_text(path)
    assert {one.what: one.line for one in findings}.items() >= found.items()
    assert load_plan(write(tmp_path, cleaned, name)).plan == plan_of(PLAN)


def test_what_is_wrong_inside_is_said_with_it_on_its_own_line(tmp_path: Path) -> None:
    text = f"Here you are:\n```yaml\n{changed(('    name: Tom', '    nmae: Tom'))}```\n"
    first, *others = refused(write(tmp_path, text)).problems
    assert "a Markdown code fence (line 2)" in first.message
    line = text.count("\n", 0, text.index("nmae")) + 1
    assert {(one.field, one.line) for one in others} == {
        ("characters[1].nmae", line),
        ("characters[1].name", line - 1),
    }


def test_an_answer_that_was_cut_off(tmp_path: Path) -> None:
    first, second = refused(write(tmp_path, f"```json\n{JSON[:-200]}", "film.json")).problems
    assert "a Markdown code fence" in first.message
    assert second.message.startswith("is no JSON")


def test_yaml_in_a_json_file(tmp_path: Path) -> None:
    _, second = refused(write(tmp_path, f"```\n{PLAN}```", "film.json")).problems
    assert second.message == "is YAML: name the file film.yaml"


@pytest.mark.parametrize("text", [
    changed(("title: Harbour Light", "titel: “Harbour Light”")),
    changed(("title: Harbour Light", "title: “Harbour Light”"), ("    name: Tom", "    nme: Tom")),
    changed(("prompt: lamp room", "prompt: |\n      ```\n      lamp\n      ```\n    promt: no")),
])  # fmt: skip
def test_what_is_in_a_plan_by_right_is_not_blamed(tmp_path: Path, text: str) -> None:
    assert "fmt" not in str(refused(write(tmp_path, text)))


def test_what_stands_in_texts_stays(tmp_path: Path) -> None:
    text = JSON.replace("Mara's face", "“Mara” 🌊, // it's #1, ok,]")
    assert cleaned_text(write(tmp_path, f"```\n{text}\n```", "film.json"))[0] == text + "\n"


def test_a_plan_that_can_be_read_is_left_as_it_is(tmp_path: Path) -> None:
    text = changed(("Harbour Light", "“Harbour” ```"))
    assert cleaned_text(write(tmp_path, text)) == (text, ())


@pytest.mark.parametrize("piece", [
    "/*/", '"', "“", "{}", "{", "```\n", "~~~ x\n", ",\n", ", /* */", "title: “x\n", "\u00a0", "'",
    "- “", "{ “", "# x\n",
])  # fmt: skip
def test_a_large_file_of_nothing_is_refused_in_time(tmp_path: Path, piece: str) -> None:
    # What takes the square of its length would take hours.
    for name in ("film.json", "film.yaml"):
        refused(write(tmp_path, "{" + piece * (40_000 // len(piece.encode())), name))


def test_the_command_prints_the_plan_or_writes_it(tmp_path: Path) -> None:
    path = write(tmp_path, f"```yaml\n{PLAN}```\n")
    ran = CliRunner().invoke(main, ["plan", "fmt", str(path)])
    assert (ran.exit_code, ran.stdout) == (0, PLAN)
    assert "a Markdown code fence (line 1)" in ran.stderr
    assert path.read_text() != PLAN

    assert CliRunner().invoke(main, ["plan", "fmt", str(path), "--write"]).exit_code == 0
    assert path.read_text() == PLAN
    again = CliRunner().invoke(main, ["plan", "fmt", str(path), "--write"])
    assert (again.exit_code, path.read_text()) == (0, PLAN)
    assert "in order already" in again.stderr
