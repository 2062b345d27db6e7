"""The same place is the same in every frame of a film."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.words.continuity import (
    Established,
    established_before,
)
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import (
    Hour,
    Reading,
    Season,
    Weather,
    read,
)


def taken(*prompts: str) -> list[Established | None]:
    return established_before(prompts, range(len(prompts)))


def readings(*prompts: str) -> list[Reading]:
    return [
        read(prompt, Dice(str(there.seed if there else seed)), there)
        for seed, (prompt, there) in enumerate(zip(prompts, taken(*prompts), strict=True))
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a kitchen at night", "close-up of Rosa in the kitchen"),
        ("Rosa's kitchen", "Rosa in the kitchen"),
        ("a small kitchen, Rosa at the stove", "Rosa's kitchen, close-up"),
        ("the palace kitchen", "close-up in the palace kitchen"),
        ("kitchen of the palace", "kitchen of the palace, wide shot"),
        ("interior of a bakery kitchen", "kitchen window sill with a pie"),
        ("a railway station in the rain", "under the clock of the station"),
        ("greenhouse on Mars", "Mara waters plants in the greenhouse"),
        ("a beach at noon", "close-up of Mara, surprised"),
        ("close-up of Mara, surprised", "close-up of Davy, angry"),
        ("insert of a letter", "Mara reads"),
        ("Baker Street at night", "a cab in Baker Street"),
    ],
)
def test_it_is_the_same_place(one: str, other: str) -> None:
    first, second = readings(one, other)
    assert taken(one, other)[0] is None
    there = taken(one, other)[1]
    assert there is not None
    assert there.seed == 0
    assert second.place in {first.place, "sill"}
    assert second.world is first.world


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rosa's kitchen", "the palace kitchen"),
        ("Rosa's kitchen", "Davy's kitchen"),
        ("a kitchen", "another kitchen"),
        ("a kitchen", "the kitchen of a ship"),
        ("a tavern", "a restaurant"),
        ("Baker Street at night", "Elm Street at night"),
        ("a kitchen", "a kitchen on Mars"),
        ("a beach", "a forest"),
    ],
)
def test_it_is_another_place(one: str, other: str) -> None:
    assert taken(one, other) == [None, None]


def test_hour_weather_and_season_stay_until_a_prompt_says_others() -> None:
    night, silent, dawn, after, elsewhere, back = readings(
        "winter night, a street in the rain",
        "close-up of Mara in the street",
        "the street at dawn",
        "the street after the rain",
        "a kitchen in the afternoon",
        "Mara walks along the street",
    )
    assert (silent.hour, silent.weather, silent.season) == (Hour.NIGHT, Weather.RAIN, Season.WINTER)
    assert (dawn.hour, dawn.weather) == (Hour.DAWN, Weather.RAIN)
    assert (after.weather, after.wet, after.hour) == (Weather.CLEAR, True, Hour.DAWN)
    assert elsewhere.hour is Hour.GOLDEN
    assert (back.hour, back.weather, back.wet) == (Hour.DAWN, Weather.CLEAR, True)
    assert night.season is back.season


def test_time_goes_on_in_a_place_that_was_not_seen_before() -> None:
    _, indoors, mars = readings(
        "storm over a lighthouse, winter dusk", "lamp room, brass lens", "a lake on Mars"
    )
    assert (indoors.hour, indoors.weather, indoors.season) == (
        *(Hour.DUSK, Weather.STORM),
        Season.WINTER,
    )
    assert mars.weather is Weather.CLEAR
    assert taken("a street at night", "a kitchen")[1] == Established(1, ("kitchen",), hour="night")
    assert taken("a street at night", "a kitchen at noon") == [None, None]


def test_mist_lifts_when_the_hour_changes() -> None:
    _, still, noon = readings("dawn mist in a garden", "the garden gate", "the garden at noon")
    assert (still.weather, noon.weather) == (Weather.FOG, Weather.CLEAR)


def test_rain_has_passed_where_snow_lies() -> None:
    _, snow, thaw = readings("a street in the rain", "the street, snow on the roofs", "the street")
    assert (snow.weather, snow.wet, snow.season) == (Weather.CLEAR, False, Season.WINTER)
    assert (thaw.weather, thaw.season) == (Weather.CLEAR, Season.WINTER)


def test_what_nobody_says_is_the_same_by_chance() -> None:
    first, second = readings("hills", "Mara on the hills")
    assert (first.hour, first.season, first.view) == (second.hour, second.season, second.view)


def test_a_window_shows_what_it_showed_before() -> None:
    first, second = readings("a kitchen, the sea beyond the window", "close-up in the kitchen")
    assert first.view == second.view == "sea"
