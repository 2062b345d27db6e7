"""Plans in the one form: they say the same, with every comment where it belongs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import random_plans
from plan_texts import PLAN, write
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.plan.writing.formatting import formatted
from studio import EXAMPLES, Plan
from written_yaml import YamlWriter


@st.composite
def written_plans(draw: st.DrawFn) -> tuple[str, Plan, list[str]]:
    """Draw a plan in a form that somebody may give it, what it says, and its comments."""
    plan = draw(random_plans.plans())
    writer = YamlWriter(draw)
    return writer.document(plan), plan, writer.comments


def says_the_same_with_all_comments(text: str, plan: Plan, comments: list[str]) -> None:
    try:
        assert read_yaml(text).root.data() == plan
    except PlanError:
        reject()  # notes may hold numbers that are too large
    result = formatted(text)
    assert read_yaml(result).root.data() == plan
    assert [comment for comment in comments if result.count(comment) != 1] == []
    assert formatted(result) == result


@settings(max_examples=8)
@given(written_plans())
def test_a_plan_says_the_same_with_all_comments(written: tuple[str, Plan, list[str]]) -> None:
    says_the_same_with_all_comments(*written)


@pytest.mark.service
@settings(max_examples=300, derandomize=False, print_blob=True)
@given(written_plans())
def test_many_plans_say_the_same_with_all_comments(written: tuple[str, Plan, list[str]]) -> None:
    says_the_same_with_all_comments(*written)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_in_order(path: Path) -> None:
    text = path.read_text("utf-8")
    assert formatted(text) == text


SLOPPY = """\
# What the film is about,
# and who made it.

# How it looks.
style:   'a "look"'   # woodcut
shots:
- duration_sec:   4.50
  id: one   # the first
  # who
  start_base_image_id: f1
  visual_description: >
      a lamp,
      lit

      and the sea
  dialogue: [ {text: "No.", character_id: mara},  # she says
     {character_id: mara, text: 'It''s late.'} ]
  # told by nobody

# all pictures
base_images:
    # the only one
    - prompt: |
        lamp
          room
      id:   f1


    # no more
'title': &name Light
metadata: {note: *name, seed: 0o17, b: ~, a: , "null": "1"}
render_profile: {video: {model_id: wan}} # at the end
# bye
"""

IN_ORDER = """\
# What the film is about,
# and who made it.

title: &name Light
# How it looks.
style: 'a "look"'  # woodcut

# all pictures
base_images:
  # the only one
  - id: f1
    prompt: |
      lamp
        room

  # no more
shots:
  - id: one  # the first
    duration_sec: 4.50
    visual_description: >
      a lamp, lit

      and the sea
    # who
    start_base_image_id: f1
    dialogue:
      - {character_id: mara, text: "No."}  # she says
      - {character_id: mara, text: "It's late."}
    # told by nobody
render_profile: {video: {model_id: wan}}  # at the end
metadata: {seed: 0o17, note: *name, b: ~, a: null, "null": "1"}
# bye
"""


def test_what_the_form_is() -> None:
    assert formatted(SLOPPY) == IN_ORDER
    assert formatted(SLOPPY.replace("\n", "\r\n")) == IN_ORDER


@pytest.mark.parametrize(("text", "result"), [
    # What an alias stands for is written where it first stands.
    ("shots: &a [x]\nbase_images: *a\n", "base_images: &a [x]\nshots: *a\n"),
    ("a: &x 1\nb: &x 2\nc: *x\n", "a: &x 1\nb: &x_2 2\nc: *x_2\n"),
    ("a:\n- &x\n  # c\n  id: 1\n- *x\n", "a:\n  - &x\n    # c\n    id: 1\n  - *x\n"),
    # A text is broken between its words, and only where it stays one.
    (f"a: {'word ' * 24}", f"a: >-\n  {'word ' * 18}word\n  word word word word word\n"),
    (f"a: \"{'x' * 120}\"", f"a: \"{'x' * 120}\"\n"),
    (f"a: \"{'word  ' * 20}\"", f"a: \"{'word  ' * 20}\"\n"),
    ("a: {b: [" + "word, " * 20 + "]}", "a:\n  b:\n" + "    - word\n" * 20),
    # Where a text cannot be written as it was, it is quoted.
    ("a: |+\n  b\n\n", "a: \"b\\n\\n\"\n"),
    ("a: >\n  b\n   c\n", "a: |\n  b\n   c\n"),
    ("a: |2-\n   b\n", "a: |2-\n   b\n"),
    ('a: "\\u2028\\uD83D\\uDE00\\t"', 'a: "\\u2028😀\\t"\n'),
    ("? a\n: - - b\n    - c", "a:\n  - - b\n    - c\n"),
    ("? " + "k" * 2000 + "\n: 1", "? " + "k" * 2000 + "\n: 1\n"),
    ("--- # c\n{}\n... # d", "{}\n# c\n# d\n"),
])  # fmt: skip
def test_single_forms(text: str, result: str) -> None:
    assert formatted(text) == result
    assert formatted(result) == result
    assert read_yaml(result).root.data() == read_yaml(text).root.data()


def test_json_stays_json() -> None:
    plan = read_yaml(PLAN).root.data()
    turned = {key: plan[key] for key in reversed(plan)}
    result = formatted(json.dumps(turned))
    assert list(json.loads(result)) == list(plan)
    assert json.loads(result) == plan
    assert formatted(result) == result
    assert result.startswith('{\n  "schema_version": "1",\n')


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a: 1\na: 2\n", "given twice"),
        ('{"a": 1, "a": 2}', "given twice"),
        ("- a\n", "a mapping"),
        ("a: [", "no YAML"),
    ],
)
def test_what_would_not_say_the_same_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(PlanError, match=wrong):
        formatted(text)


def test_the_command_writes_a_plan_that_renders_the_same(tmp_path: Path) -> None:
    path = write(
        tmp_path, PLAN.replace("  - id: mara\n    name: Mara", "  - name: Mara\n    id: mara")
    )
    before = load_plan(path).plan
    ran = CliRunner().invoke(main, ["plan", "fmt", str(path), "--write"])
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert path.read_text() == PLAN
    assert load_plan(path).plan == before
