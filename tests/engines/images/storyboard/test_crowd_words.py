"""How many people a prompt speaks of."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.images.storyboard.words.crowds import Headcount, count_people


@pytest.mark.parametrize(
    ("prompt", "few", "crowd"),
    [
        ("forty soldiers in the rain", 0, 40),
        ("40 tired, hungry soldiers", 0, 40),
        ("Sixty Villagers on a square", 0, 60),
        ("1,000 demonstrators in the street", 0, 60),
        ("twenty-five dancers", 0, 25),
        ("a dozen sailors on deck", 0, 12),
        ("two dozen nuns", 0, 24),
        ("half a dozen children", 0, 6),
        ("dozens of tourists", 0, 36),
        ("hundreds of pilgrims", 0, 60),
        ("many people at a station", 0, 30),
        ("a group of friends", 0, 7),
        ("a crowd of fans", 0, 40),
        ("a crowd of about fifty", 0, 50),
        ("an army of two hundred on a hill", 0, 60),
        ("an audience in a theatre", 0, 40),
        ("a 40-piece orchestra", 0, 40),
        ("the orchestra tunes", 0, 30),
        ("the whole village on the square", 0, 40),
        ("group portrait of sixty villagers", 0, 60),
        ("twenty men and twenty women", 0, 40),
        ("a singer before a packed hall", 1, 60),
        ("close-up of three faces in a crowd of forty", 3, 40),
        ("close-up of 3 of a crowd of 40", 3, 40),
        ("three of the soldiers", 3, 0),
        ("two women and three men at a table", 5, 0),
        ("two women on a bench, the two women look up", 2, 0),
        ("two brothers, both men laugh", 2, 0),
        ("two lamps and three women", 3, 0),
        ("a man and his dog", 1, 0),
    ],
)
def test_people_are_counted(prompt: str, few: int, crowd: int) -> None:
    count = count_people(prompt)
    assert (len(count.few), count.crowd.size) == (few, crowd)
    assert bool(count.crowd.words) == bool(crowd)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("an old man before forty soldiers in red coats, dusk", ("soldier in red coat",)),
        ("40 tired, hungry soldiers and an old woman", ("tired, hungry soldier",)),
        ("a bearded singer facing a crowd of girls", ("crowd of girl",)),
        ("twenty men and twenty women", ("man", "woman")),
        ("sixty ladies with glasses and long scarves", ("lady with glasses and long scarf",)),
        ("a dozen children in dresses", ("child in dress",)),
        ("three women and four men", ("woman", "man")),
        ("a crowd of soldiers cheers the king", ("crowd of soldier cheer",)),
        ("a crowd of the richest merchants", ("crowd of the richest merchant",)),
    ],
)
def test_a_crowd_is_told_of_apart(prompt: str, words: tuple[str, ...]) -> None:
    told = count_people(prompt).crowd.words
    assert told == words


@pytest.mark.parametrize(
    ("prompt", "few"),
    [
        ("three nuns and two sailors in a bar", 3 * ("nun",) + 2 * ("sailor in a bar",)),
        ("two nuns, tired, with glasses", 2 * ("two nun, tired, with glasses",)),
        ("two nuns before forty soldiers in red coats", 2 * ("nun",)),
        ("a nun on a bench", ("a nun on a bench",)),
    ],
)
def test_few_are_told_of_apart_where_they_are_of_several_kinds(
    prompt: str, few: tuple[str, ...]
) -> None:
    assert count_people(prompt).few == few


@pytest.mark.parametrize(
    "prompt",
    [
        "forty candles on an altar",
        "40 soldiers' boots in a row",
        "the children's room",
        "three specimens in jars",
        "an army coat on a hook",
        "choir stalls in a church",
        "the orchestra pit, empty",
        "1944, a village street",
        "Route 66, boys' hats in a window",
        "many windows, folk art on the walls",
    ],
)
def test_other_things_are_not_counted(prompt: str) -> None:
    assert count_people(prompt) == Headcount()
