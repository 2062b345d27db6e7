"""Where and when the scenes of a story are: it goes in and out, and time passes."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.writer.template.dice import Dice
from sparkle_motion_dagster.engines.writer.template.plots.parts import Phase
from sparkle_motion_dagster.engines.writer.template.reading.prompts import Told
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Place
from sparkle_motion_dagster.shotlist.models import ListedScene, ListedShot, Mood

_OUTSIDE = {
    "storm": "a storm, lightning",
    "rain": "rain",
    "snow": "snow falling",
    "fog": "fog",
    "wind": "wind, clouds",
    "clear": "a clear sky",
}
_BEHIND_WINDOWS = {
    "storm": "a storm outside the windows",
    "rain": "rain outside the windows",
    "snow": "snow falling outside the windows",
    "fog": "fog outside the windows",
    "wind": "clouds outside the windows",
    "clear": "a clear sky outside the windows",
}
_SOUNDS: dict[str, Mood] = {"storm": "rain", "rain": "rain", "wind": "wind", "snow": "wind"}
_USUAL_TIMES = ("dawn", "morning", "afternoon", "sunset", "dusk", "night")
_STORMY_TIMES = ("sunset", "dusk", "night")
_ANY_PLACES = (
    "harbour", "beach", "forest", "garden", "park", "street", "rooftops", "station", "road",
    "lake", "kitchen", "house", "bar", "library", "theatre", "lighthouse",
)  # fmt: skip

_FEW_SCENES = 2
_ONE_SCENE_S, _TWO_SCENES_S = 16, 40
"""Below these seconds a story is one scene, and two."""

_LEAVES_FROM_S = 28
"""In shorter films there is no time to show a second place before somebody speaks there."""


@dataclass(frozen=True)
class Spot:
    """Where and when a scene is.

    Attributes:
        outside: Whether it is under the sky.
        later: How many times of day after the story's beginning.
        cleared: Whether the weather has passed.
    """

    outside: bool
    later: int = 0
    cleared: bool = False


@dataclass(frozen=True)
class Setting:
    """Where and when a story happens.

    Attributes:
        place: The place.
        time: When it begins.
        weather: The weather; None: nothing is said of it.
        scenes: How many scenes a plot has: 1 to 3.
        clears: Whether the weather passes before the end.
        leaves: Whether a story of two scenes goes out, or in, for its end.
    """

    place: Place
    time: str
    weather: str | None
    scenes: int
    clears: bool
    leaves: bool

    def spot(self, number: int, phase: Phase, plots: int) -> Spot:
        """Return where and when a phase is.

        Args:
            number: The number of its plot: the first one is told around all others.
            phase: Which one.
            plots: How many plots there are.
        """
        begins = self.place.starts == "outside"
        if number:
            away = phase != "turn"
        elif self.scenes == _FEW_SCENES:
            away = phase == "end" and self.leaves
        else:
            away = phase == "turn" and self.scenes > _FEW_SCENES
        outside = not begins and not self.place.empty if away else begins
        if number:
            return Spot(outside, number)
        ended = phase == "end" and self.scenes > 1
        return Spot(outside, plots if ended else 0, ended and self.clears)

    def scene(self, spot: Spot, shots: tuple[ListedShot, ...]) -> ListedScene:
        """Return a scene of shots."""
        weather = self._weather(spot)
        if spot.outside:
            mood = _SOUNDS.get(weather or "", self.place.mood)
        else:
            lasting = self.place.mood if self.place.mood not in (None, "wind") else "room tone"
            mood = "rain" if weather in ("storm", "rain") else lasting
        return ListedScene(
            place=self.place.outside if spot.outside else self.place.inside,
            time=self.time_at(spot),
            interior=not spot.outside,
            mood=mood,
            shots=shots,
        )

    def time_at(self, spot: Spot) -> str:
        """Return which time of day it is."""
        times = tuple(tables.times())
        return times[(times.index(self.time) + spot.later) % len(times)]

    def told_weather(self, spot: Spot) -> str | None:
        """Return the weather as a picture shows it; None: it shows none."""
        weather = self._weather(spot)
        told = _OUTSIDE if spot.outside else _BEHIND_WINDOWS
        return None if weather is None else told[weather]

    def _weather(self, spot: Spot) -> str | None:
        return "clear" if spot.cleared else self.weather


def setting_of(told: Told, seconds: float, dice: Dice, *, clears: bool) -> Setting:
    """Return where and when a story happens, and of how many scenes it is.

    Args:
        told: What the prompt says.
        seconds: How long the film is to be.
        dice: Decides what is open.
        clears: Whether the story ends in better weather.
    """
    roles = [tables.roles()[one.role] for one in told.people if one.role]
    homes = [role.place for role in roles if role.place]
    near = [tables.things()[told.thing].place] if told.thing else []
    passing = told.place is not None and tables.places()[told.place].passing
    usual = [*homes, told.place] if passing else [told.place, *near, *homes]
    place = next(filter(None, usual), None) or dice.pick("place", _ANY_PLACES)
    scenes = 1 if seconds < _ONE_SCENE_S else 2 if seconds < _TWO_SCENES_S else 3
    weather = told.weather or ("storm" if clears else None)
    leaves = (
        seconds >= _LEAVES_FROM_S
        and tables.places()[place].starts == "inside"
        and dice.happens("leaves", 2)
    )
    times = _STORMY_TIMES if weather == "storm" else _USUAL_TIMES
    time = told.time or dice.pick("time", times)
    return Setting(tables.places()[place], time, weather, scenes, clears, leaves)
