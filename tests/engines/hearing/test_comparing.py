"""What was written against what was heard: the fewest differences, and what makes none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from sparkle_motion_dagster.engines.hearing.comparing import by_part, compare, compared
from sparkle_motion_dagster.engines.hearing.words import Token, tokens_of

WORDS = st.lists(st.sampled_from(["a", "bee", "see", "go"]), max_size=12)


def tokens(words: list[str]) -> list[Token]:
    return [Token(word, number) for number, word in enumerate(words)]


@given(WORDS, WORDS)
@settings(max_examples=200, deadline=None)
def test_errors_are_the_distance_of_levenshtein(written: list[str], heard: list[str]) -> None:
    found = compared(tokens(written), tokens(heard))
    assert found.errors == Levenshtein.distance(written, heard)
    assert [token.text for pair in found.pairs for token in pair.written] == written
    assert [token.text for pair in found.pairs for token in pair.heard] == heard


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
@settings(max_examples=100, deadline=None)
def test_the_parts_have_all_words_and_all_errors(parts: list[list[str]], heard: list[str]) -> None:
    whole = compared(tokens([word for part in parts for word in part]), tokens(heard))
    found = by_part(whole, [len(part) for part in parts])
    assert sum(part.errors for part in found) == whole.errors
    assert [part.words for part in found] == [len(part) for part in parts]
    assert [[token.word for pair in part.pairs for token in pair.written] for part in found] == [
        [*range(len(part))] for part in parts
    ]


@pytest.mark.parametrize(
    ("written", "heard", "language"),
    [
        ("One. Two. Three.", "1, 2, 3", "en-US"),
        ("I paid $42 on the 3rd of May.", "I paid forty-two dollars on the third of May", "en-US"),
        ("In 1984.", "in nineteen eighty-four", "en-GB"),
        ("3,000 people", "three thousand people", "en-US"),
        ("You owe me twelve hundred dollars.", "You owe me $1,200.", "en-US"),
        ("one thousand two hundred", "1200", "en-GB"),
        ("Nobody for a hundred years", "nobody for 100 years", "en-US"),
        ("two hundred and five men", "205 men", "en-US"),
        ("3,300 and 2,000", "thirty-three hundred and two thousand", "en-US"),
        ("The colour of the theatre is grey!", "the color of the theater is gray", "en-GB"),
        ("I realise", "I realize", "en-GB"),
        ("Davy, I can't — won't", "Davey I cannot will not", "en-GB"),
        ("I'm gonna go", "I am going to go", "en-US"),
        ("Goodnight", "good night", "en-US"),
        ("Light house", "Lighthouse.", "en-US"),
        ("Dr. Smith’s at 10:30", "Doctor Smith's at ten thirty", "en-US"),
        ("Zoë's café", "ZOES CAFE", "en-US"),
        ("No.", "know", "en-US"),
        ("Run! 🏃 *Run*", "run, run", "en-US"),
        ("Zwölf Mal, Müller!", "12 mal Müller", "de"),
        ("Où est-elle ?", "où est elle", "fr"),
        ("日本、です。", "日本です", "ja"),
        ("Ĝi estas bona.", "ĝi estas bona", "eo"),
    ],
)
def test_what_sounds_the_same_is_the_same(written: str, heard: str, language: str) -> None:
    assert compare(written, heard, language).errors == 0


@pytest.mark.parametrize(
    ("written", "heard", "unheard", "errors"),
    [
        ("Petrel, this is the harbour light.", "petrol, this is the farmer's life", (4, 5), 2),
        ("You came.", "", (0, 1), 2),
        ("Stop", "Stop it now please", (), 3),
        ("He has a thousand.", "he has one", (3,), 1),
        ("one hundred and Mary", "100 Mary", (2,), 1),
        ("— Yes —", "yes", (), 0),
        ("...", "anything", (), 1),
        ("I told you. I told you!", "I told you", (0, 1, 2), 3),
        ("schon", "schön", (0,), 1),
    ],
)
def test_words_that_were_not_heard_are_known_by_their_place(
    written: str, heard: str, unheard: tuple[int, ...], errors: int
) -> None:
    found = compare(written, heard, "de" if written == "schon" else "en-US")
    assert (set(found.unheard), found.errors) == (set(unheard), errors)


def test_a_line_of_two_thousand_characters_is_compared(tmp_path: object) -> None:
    line = "the lighthouse keeper counts to forty-two and waits " * 40
    assert compare(line, line.replace("waits", "weights"), "en-US").error_rate == 0
    assert len(tokens_of(line, "en")) == 40 * 9
