"""What a server's message looks like without what it quotes of the question."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest

from sparkle_motion_dagster.engines.writer.openai.quotes import without_quotes

PROMPT = 'Две сестры\nпродают "последнюю" сельдь & никто <не> платит \N{FISH}'

WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False),
    "Python": repr,
    "HTML": html.escape,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("prompt", [PROMPT, "сельдь"], ids=["long", "short"])
def test_a_quotation_is_hidden_and_nothing_else(prompt: str, way: Callable[[str], str]) -> None:
    quoted = way(prompt).strip("\"'")
    message = f"The value {quoted} of messages[1] is not allowed."
    hidden = without_quotes(message, [prompt])
    assert hidden == "The value (what was asked) of messages[1] is not allowed."


def test_a_part_of_a_quotation_is_one() -> None:
    hidden = without_quotes(f"near {PROMPT[12:40]}…", [PROMPT])
    assert hidden == "near (what was asked)…"


@pytest.mark.parametrize("private", ["a", "", "The model gpt-9 writes"])
def test_what_is_said_in_other_words_stays(private: str) -> None:
    message = "The model gpt-9 does not exist."
    assert without_quotes(message, [private]) == message
