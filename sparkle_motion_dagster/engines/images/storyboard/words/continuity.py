"""The same place in every frame: what a keyframe takes over from those before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary
from sparkle_motion_dagster.engines.images.storyboard.words.addresses import Address
from sparkle_motion_dagster.engines.images.storyboard.words.matching import named
from sparkle_motion_dagster.engines.images.storyboard.words.sayings import Saying, saying


@dataclass(frozen=True)
class Established:
    """What earlier keyframes established of the place and the time of a picture.

    What its own prompt says of the time is not in it.

    Attributes:
        seed: Decides what nobody says of the place: that of the keyframe which shows it first.
        places: Names of `PLACE_WORDS`: the place, and what lies around it; none if chance chose.
        world: A name of `WORLD_WORDS`.
        hour: A name of `HOUR_WORDS`.
        weather: A name of `WEATHER_WORDS`.
        season: A name of `SEASON_WORDS`.
        wet: Whether the ground is wet, in whatever weather.
    """

    seed: int
    places: tuple[str, ...] = ()
    world: str | None = None
    hour: str | None = None
    weather: str | None = None
    season: str | None = None
    wet: bool = False


@dataclass
class _Location:
    """A place of the film: what it was called first, and how it was seen last."""

    address: Address | None
    established: Established

    def is_meant_by(self, address: Address, world: str | None) -> bool:
        """Whether a prompt that names a place means this one."""
        if self.address is None or (world and world != self.established.world):
            return False
        return self.address.is_meant_by(address)

    def is_seen_again(self, said: Saying) -> None:
        """Remember what a prompt that plays here says."""
        there = _carried(self.established, said)
        if self.address and self.address.owner is None and said.address:
            self.address = replace(self.address, owner=said.address.owner, owned=said.address.owned)
        self.established = replace(
            there,
            hour=said.hour or there.hour,
            weather=said.weather or there.weather,
            season=said.season or there.season,
            wet=said.wet or there.wet,
        )


def established_before(prompts: Sequence[str], seeds: Sequence[int]) -> list[Established | None]:
    """Return what each keyframe of a film takes over from those before it.

    Args:
        prompts: What the keyframes show, in the film's order.
        seeds: Their seeds.

    Returns:
        For each what it takes over; None where that is nothing.
    """
    locations: list[_Location] = []
    here: _Location | None = None
    taken: list[Established | None] = []
    for prompt, seed in zip(prompts, seeds, strict=True):
        said = saying(prompt)
        known = _known(said, locations, here)
        if known is None:
            known = _Location(said.address, _first_seen(said, seed, here))
            locations.append(known)
        there = _unsaid(known.established, said)
        taken.append(None if there == _first_seen(said, seed, None) else there)
        known.is_seen_again(said)
        here = known
    return taken


def _known(said: Saying, locations: list[_Location], here: _Location | None) -> _Location | None:
    """Return the place of a prompt, if it was seen before: the place before, if it names none."""
    if said.address is None:
        return here
    address, world = said.address, said.world
    return next((one for one in reversed(locations) if one.is_meant_by(address, world)), None)


def _first_seen(said: Saying, seed: int, here: _Location | None) -> Established:
    """Return what is so in a place that was not seen before: the time goes on from elsewhere."""
    new = Established(seed, _places_around(said), said.world)
    if here is None or said.world != here.established.world:
        return new
    before = here.established
    return replace(new, hour=before.hour, weather=before.weather, season=before.season)


def _places_around(said: Saying) -> tuple[str, ...]:
    if said.address is not None:
        around = (one for one in said.places if one in vocabulary.OPEN_PLACES)
        return (said.address.place, *(one for one in around if one != said.address.place))
    things = {one.meaning for one in named(vocabulary.PROP_WORDS, said.text)}
    return ("room",) if said.part or things & vocabulary.INDOOR_PROPS else ()


def _carried(there: Established, said: Saying) -> Established:
    """Return what still is so: mist and puddles pass with the hour, snow and rain with winter."""
    passes = {"snow"} if said.season not in {None, "winter"} else set()
    if said.season == "winter" != there.season:
        passes = {"rain", "storm"}
    if there.weather in passes:
        there = replace(there, weather=None, wet=False)
    if said.hour in {None, there.hour}:
        return replace(there, wet=there.wet and said.weather is None)
    rains = there.weather in {"rain", "storm"} and said.weather is None
    return replace(there, weather=None if there.weather == "fog" else there.weather, wet=rains)


def _unsaid(there: Established, said: Saying) -> Established:
    """Return what is so without being said, the time that a prompt says itself left out."""
    there = _carried(there, said)
    return replace(
        there,
        hour=None if said.hour else there.hour,
        weather=None if said.weather else there.weather,
        season=None if said.season else there.season,
        wet=there.wet and not said.wet,
    )
