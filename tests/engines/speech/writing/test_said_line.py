"""What is said of a written line, word by word."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.speech.writing.said_line import SaidWord, said_line


def test_each_word_has_what_is_said_for_it() -> None:
    line = said_line("Prof. *Smith*  paid $5.50 🙂", "en-US")
    assert line.words == (
        SaidWord("Prof.", "Professor"),
        SaidWord("*Smith*", "Smith"),
        SaidWord("paid", "paid"),
        SaidWord("$5.50", "5 dollars 50"),
        SaidWord("🙂", ""),
    )
    assert line.text == "Professor Smith paid 5 dollars 50"
    assert line.passed_over == ("*", "🙂")


@pytest.mark.parametrize("line", ["", "  \n ", "\u200b", "*** <>"])
def test_nothing_may_be_said(line: str) -> None:
    assert said_line(line, "en-US").text == ""
