"""What a prompt is read as."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import PLACES
from sparkle_motion_dagster.engines.images.storyboard.words.hours import clock_time
from sparkle_motion_dagster.engines.images.storyboard.words.prompt_vocabulary import (
    INDOORS,
    PLACE_WORDS,
)
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import (
    Angle,
    Framing,
    Hour,
    Reading,
    Season,
    Weather,
    World,
    read,
)
from sparkle_motion_dagster.engines.images.storyboard.words.shown_vocabulary import PLACE_SHOWS


def reading(prompt: str) -> Reading:
    return read(prompt, Dice(prompt))


def test_every_place_that_has_a_word_can_be_set_up() -> None:
    assert set(PLACE_WORDS) == set(PLACES) == set(PLACE_SHOWS)
    assert set(PLACES) > INDOORS


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("storm over a stone lighthouse on a black cliff, waves breaking", "lighthouse"),
        ("close-up of a lighthouse keeper's face at sea", "sea"),
        ("storm beyond the window of a lamp room, interior", "lamp room"),
        ("kitchen window sill with a pie, the market square beyond", "sill"),
        ("interior of a bakery kitchen", "bakery"),
        ("narrow town street at dawn, bakery shutters half open", "street"),
        ("market square of a small town", "square"),
        ("a lit train at the station", "station"),
        ("a village in the mountains", "village"),
        ("lake under snowy peaks", "lake"),
        ("a starship near a planet", "space"),
        ("a letter by candlelight", "room"),
        ("the palace kitchen", "kitchen"),
        ("a village street", "street"),
        ("old garden trees", "garden"),
        ("greenhouse on Mars", "greenhouse"),
        ("a Martian greenhouse", "greenhouse"),
        ("a restaurant underwater", "bar"),
        ("bedroom on a space station", "bedroom"),
        ("Mara aboard a space station", "cockpit"),
        ("a lighthouse on the moon", "lighthouse"),
        ("a castle above the clouds", "castle"),
        ("above the clouds", "sky"),
        ("a valley on Mars", "planet"),
        ("a spaceship lands in a meadow", "meadow"),
        ("a police station", "office"),
        ("a beach, shallow depth of field", "beach"),
        ("she waves on the platform, flat light", "station"),
        ("a Mars bar in the kitchen", "kitchen"),
        ("a cell phone on a bench in the park", "park"),
        ("wide shot of the bakery", "bakery"),
        ("smoke from the bakery over the street", "street"),
        ("cabin of the spaceship", "cockpit"),
        ("cabin in the woods", "cabin"),
    ],
)
def test_the_precise_place_decides(prompt: str, place: str) -> None:
    assert reading(prompt).place == place


def test_inside_keeps_what_is_outside_for_its_windows() -> None:
    inside = reading("a kitchen at the sea in the rain")
    assert (inside.place, inside.view, inside.indoors) == ("kitchen", "sea", True)
    assert not reading("a beach").indoors


@pytest.mark.parametrize(
    ("prompt", "hour", "weather", "season"),
    [
        ("a field at dawn in the fog, autumn", Hour.DAWN, Weather.FOG, Season.AUTUMN),
        ("a field at midnight, snow is falling", Hour.NIGHT, Weather.SNOW, Season.WINTER),
        ("a field under a full moon in summer", Hour.MOONLIT, Weather.CLEAR, Season.SUMMER),
        ("golden hour, a windy field in spring", Hour.GOLDEN, Weather.WIND, Season.SPRING),
        ("a field at noon in summer, no rain, no clouds", Hour.NOON, Weather.CLEAR, Season.SUMMER),
        ("summer dusk without storm or rain", Hour.DUSK, Weather.CLEAR, Season.SUMMER),
    ],
)
def test_hour_weather_and_season(prompt: str, hour: Hour, weather: Weather, season: Season) -> None:
    result = reading(prompt)
    assert (result.hour, result.weather, result.season) == (hour, weather, season)


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("at 3 a.m.", Hour.NIGHT),
        ("at three in the morning", Hour.NIGHT),
        ("03:10", Hour.NIGHT),
        ("at half past four in the afternoon", Hour.GOLDEN),
        ("at quarter to seven in the evening", Hour.SUNSET),
        ("14:30", Hour.NOON),
        ("10 o'clock at night", Hour.NIGHT),
        ("0530 hours", Hour.DAWN),
        ("8:15 am", Hour.MORNING),
        ("before dawn", Hour.NIGHT),
        ("after closing time", Hour.NIGHT),
        ("late at night", Hour.NIGHT),
        ("after sunset", Hour.DUSK),
        ("in the evening rain", Hour.SUNSET),
        ("on a winter morning", Hour.MORNING),
        ("at noon, a night nurse", Hour.NOON),
        ("at noon, playing the moonlight sonata", Hour.NOON),
        ("at noon, 16:9", Hour.NOON),
        ("on the moon at noon", Hour.NOON),
    ],
)
def test_the_hour_in_words_and_digits(words: str, hour: Hour) -> None:
    assert reading(f"a bakery {words}").hour is hour


@pytest.mark.parametrize("words", ["at 3:10", "at six o'clock", "16:9", "one evening star", ""])
def test_a_time_that_may_be_either_half_of_the_day_is_none(words: str) -> None:
    assert clock_time(f"a bakery {words}") is None


@pytest.mark.parametrize(
    ("prompt", "world", "weather"),
    [
        ("a greenhouse on Mars", World.MARS, Weather.CLEAR),
        ("a village on Mars in a dust storm", World.MARS, Weather.FOG),
        ("a kitchen on a moon base in the rain", World.MOON, Weather.CLEAR),
        ("a road on an alien planet in the rain", World.PLANET, Weather.RAIN),
        ("a Mars bar", None, Weather.CLEAR),
        ("full moon over a village", None, Weather.CLEAR),
        ("birds in the sky", None, Weather.CLEAR),
    ],
)
def test_other_worlds(prompt: str, world: World | None, weather: Weather) -> None:
    assert (reading(prompt).world, reading(prompt).weather) == (world, weather)


def test_after_rain_is_wet_but_dry_from_above() -> None:
    after, during, never = (
        reading(f"a street at dusk {text}") for text in ("after rain", "in the rain", "")
    )
    assert (after.weather, after.wet) == (Weather.CLEAR, True)
    assert (during.weather, during.wet) == (Weather.RAIN, True)
    assert not never.wet


@pytest.mark.parametrize(
    ("prompt", "framing"),
    [
        ("extreme wide shot of a desert", Framing.EXTREME_WIDE),
        ("a desert, wide, 35mm", Framing.WIDE),
        ("close-up of her face, wide honest eyes", Framing.CLOSE),
        ("portrait of a keeper, medium close-up", Framing.MEDIUM_CLOSE),
        ("medium shot, face to face", Framing.MEDIUM),
        ("medium close-up over the shoulder", Framing.OVER_SHOULDER),
        ("extreme close-up of her eyes", Framing.EXTREME_CLOSE),
        ("extreme close-up of a pocket watch", Framing.INSERT),
        ("close-up of an old key on a table", Framing.INSERT),
        ("a man walks along a street", Framing.FULL),
    ],
)
def test_framing(prompt: str, framing: Framing) -> None:
    assert reading(prompt).framing is framing


def test_angles_people_and_things() -> None:
    assert reading("towers, seen from below").angle is Angle.LOW
    assert reading("bird's eye view of roofs").angle is Angle.HIGH
    assert len(reading("two old women on a bench").strangers) == 2
    assert len(reading("a fisherman mends his net").strangers) == 1
    assert not reading("a beach without people").strangers
    crowd = reading("three officers before forty soldiers on a hill")
    assert (len(crowd.strangers), crowd.crowd.size) == (3, 43)
    assert reading("a beach, faces like moons").hour is not Hour.MOONLIT
    assert reading("a bicycle and a dog at the gate").props == ("bicycle", "dog", "gate")
    assert reading("crumbs where a pie has been").props == ("crumbs",)
    assert reading("silhouette of a rider").silhouette


def test_what_is_left_open_is_left_to_chance() -> None:
    hours = {read("hills", Dice(str(seed))).hour for seed in range(30)}
    assert len(hours) > 2
    assert read("hills", Dice("1")) == read("hills", Dice("1"))
