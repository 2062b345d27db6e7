"""The schema of answers, and reading an answer, however it comes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sparkle_motion_dagster.shotlist.writing.answers import answer_schema, read_answer
from sparkle_motion_dagster.shotlist.writing.brief import Brief

LISTED: dict[str, Any] = {
    "title": "Light",
    "language": "en-GB",
    "scenes": [{"place": "lamp room", "shots": [{"size": "close-up", "shows": "The lamp turns."}]}],
}


def longest(schema: dict[str, Any]) -> int:
    """Return how many letters the longest answer has that keeps to a schema."""
    if "anyOf" in schema:
        return max(map(longest, schema["anyOf"]))
    if "enum" in schema:
        return max(len(json.dumps(value)) for value in schema["enum"])
    match schema["type"]:
        case "string":
            return int(schema.get("maxLength", len("abc-12345678-12345678"))) + 2
        case "array":
            return int(schema["maxItems"]) * (longest(schema["items"]) + 1) + 2
        case "object":
            parts = schema["properties"].items()
            return sum(len(name) + 4 + longest(part) for name, part in parts) + 2
    return len("false")


@pytest.mark.parametrize(("seconds", "letters"), [(8, 8_000), (30, 80_000), (600, 250_000)])
def test_an_answer_that_keeps_to_the_schema_has_an_end(seconds: float, letters: int) -> None:
    assert longest(answer_schema(Brief(prompt="a storm", seconds=seconds))) < letters


def test_a_story_that_is_changed_has_room_in_the_schema() -> None:
    shot = LISTED["scenes"][0]["shots"][0]
    long = LISTED | {"scenes": [{"place": "a pier", "shots": [shot] * 40}] * 30}
    listed = read_answer(json.dumps(long)).listed
    assert listed is not None
    scenes = answer_schema(Brief(prompt="cut shot 4"), listed)["properties"]["scenes"]
    assert scenes["maxItems"] == 32
    assert scenes["items"]["properties"]["shots"]["maxItems"] == 42


@pytest.mark.parametrize("endless", [700 * "[" + 700 * "]", 5000 * "7"])
def test_json_that_no_reader_takes_is_a_problem(endless: str) -> None:
    assert read_answer('{"title": ' + endless + "}").problems


def test_texts_are_read_as_one_line_each() -> None:
    said = LISTED | {
        "title": " Light\x00\n and\u0085da\u00e9rk\ud83d \U0001f56f",
        "style": " \t",
        "credit": "\x07",
    }
    listed = read_answer(json.dumps(said)).listed
    assert listed is not None
    assert (listed.title, listed.style, listed.credit) == (
        "Light and da\u00e9rk \U0001f56f",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": " \n"}, "title: Input should be a valid string."),
        ({"title": "\ud83d"}, "title: Input should be a valid string."),
    ],
)
def test_a_text_that_says_nothing_or_cannot_be_written_is_a_problem(
    changed: dict[str, Any], told: str
) -> None:
    reading = read_answer(json.dumps(LISTED | changed))
    assert reading.listed is None
    (problem,) = reading.problems
    assert problem.startswith(told)
