"""The text of a plan says something else, and stays as it is wherever it says the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from sparkle_motion_dagster.plan.editing import edited, plan_in

PLAN = """\
# The head.
title: "Two of us"   # and nobody else

characters:
  # She is first.
  - {id: ann, name: Ann}
  # He is second.
  - id: ben
    name: Ben   # short for Benedict

base_images:   # two of them
  - id: one
    prompt: |
      a lamp
      # not a comment

  - id: two
    prompt: >-
      a long and narrow room with a bed, a chair and a table in it, and one small window, that
      somebody has painted blue

shots:
# At the edge, but it is the first one's.
  - id: s1
    duration_sec: 2
    visual_description: 'It is late.'
    start_base_image_id: one
    end_base_image_id: two
    # It moves.
    motion_prompt: slow push in

    # What is said is little.
    dialogue:
      - {character_id: ann, text: "No."}
      - {character_id: ben, text: "Yes."}   # he hopes
  # The second.
  - id: s2
    duration_sec: 3.0
    visual_description: It is later.
    start_base_image_id: two
    transition: cut

# The tail.
render_profile:
  video: {model_id: wan-2.1}
metadata: {seed: "12"}   # the end
"""
LESS_INDENTED = PLAN.replace("\n  ", "\n").replace("video:", "  video:")
Change = Callable[[dict[str, Any]], None]


def gone(plan: dict[str, Any]) -> None:
    del plan["shots"][0]
    plan["base_images"].pop(0)


def new(plan: dict[str, Any]) -> None:
    image = {"id": "three", "prompt": "no: nothing # at all"}
    plan["base_images"].insert(1, image)
    shot = {"id": "s3", "duration_sec": 1.5, "visual_description": "Yes", "transition": "cut"}
    plan["shots"].append(shot | {"start_base_image_id": "three"})


def otherwise(plan: dict[str, Any]) -> None:
    plan["shots"][0]["dialogue"][0]["text"] = "Not tonight."
    plan["shots"][0]["dialogue"].insert(1, {"character_id": "ann", "text": "Never: not you"})
    plan["shots"][0]["setting"] = "here"
    plan["title"] = "One of us"
    plan["base_images"][1]["prompt"] = "a door"
    del plan["shots"][0]["motion_prompt"]


def moved(plan: dict[str, Any]) -> None:
    first, second = plan["shots"]
    plan["shots"] = [second, first | {"transition": "cut"}]


def more(plan: dict[str, Any]) -> None:
    plan["soundtrack"] = {"ambience": [{"mood": "rain"}]}
    plan["style"] = "ink"
    plan["characters"].append({"id": "cat", "name": "Cat"})


CHANGES: tuple[Change, ...] = (gone, new, otherwise, moved, more)


def changed(text: str, *changes: Change) -> tuple[dict[str, Any], str]:
    """Return what a plan says after some changes, and its text then."""
    plan = copy.deepcopy(plan_in(text)[0])
    for change in changes:
        change(plan)
    return plan, edited(text, plan)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "text",
    [
        PLAN,
        LESS_INDENTED,
        PLAN.rstrip("\n"),
        f"---\n{PLAN}",
        PLAN.replace("\n", "\r\n"),
        json.dumps(plan_in(PLAN)[0]),
        json.dumps(plan_in(PLAN)[0], indent=1).replace('"shots":', "shots:"),
        PLAN.replace("prompt: |", "prompt: &lamp |").replace("It is later.", "*lamp"),
        PLAN.replace("- {id: ann, name: Ann}", "- &ann {id: ann, name: Ann}"),
    ],
    ids=["yaml", "less", "unended", "marked", "crlf", "json", "flow", "alias", "anchor"],
)
def test_a_plan_says_what_it_is_to_say(text: str, change: Change) -> None:
    plan, made = changed(text, change)
    assert plan_in(made)[0] == plan
    assert edited(text, plan_in(text)[0]) == text


@pytest.mark.parametrize("text", [PLAN, LESS_INDENTED], ids=["yaml", "less"])
def test_only_the_lines_of_what_changes_change(text: str) -> None:
    kept = set(text.splitlines()) - {line for line in text.splitlines() if "short for" in line}
    _, made = changed(text, lambda plan: plan["characters"][1].update(name="Benno"))
    assert kept <= set(made.splitlines())
    assert "name: Benno" in made


def test_comments_go_with_what_they_stand_above() -> None:
    _, made = changed(PLAN, gone)
    assert "# The head.\n" in made
    assert "  # The second.\n  - id: s2\n" in made
    assert "# The tail.\nrender_profile:\n" in made
    assert "# It moves." not in made
    assert "# not a comment" not in made
    _, made = changed(PLAN, moved)
    assert made.index("# The second.") < made.index("id: s2") < made.index("id: s1")
    assert '      - {character_id: ben, text: "Yes."}   # he hopes\n' in made
    _, made = changed(PLAN, otherwise)
    assert '- {character_id: ann, text: "Not tonight."}\n' in made
    assert 'title: "One of us"   # and nobody else\n' in made


@pytest.mark.parametrize(
    "text",
    [
        PLAN.replace("prompt: |", "prompt: &lamp |").replace("It is later.", "*lamp"),
        PLAN.replace("name: Ben ", "name: &ben Ben ").replace("'It is late.'", "*ben"),
        f"{PLAN}...\n",
    ],
    ids=["block", "word", "ended"],
)
@pytest.mark.parametrize("change", [gone, otherwise, more])
def test_comments_stay_where_names_cannot(text: str, change: Change) -> None:
    _, made = changed(text, change, lambda plan: plan["characters"][1].update(name="Benno"))
    comments = {"# The head.", "# She is first.", "# He is second.", "# The second.", "# The tail."}
    assert {comment for comment in comments if comment not in made} == set()
