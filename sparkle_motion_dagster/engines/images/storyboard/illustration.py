"""A whole picture: a place under its sky, the people in it, what is near and what is far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import (
    Frame,
    Layers,
    Rgb,
    blurred,
    enlarged,
    grained,
)
from sparkle_motion_dagster.engines.images.storyboard.composition import Composition, compose
from sparkle_motion_dagster.engines.images.storyboard.people.figures import (
    draw_figure,
    draw_from_behind,
    draw_portrait,
)
from sparkle_motion_dagster.engines.images.storyboard.people.looks import Look, look_of
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Light
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import (
    land_of,
    mood_of,
    under_roof,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import PLACES
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.growth import low_wall
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import verge
from sparkle_motion_dagster.engines.images.storyboard.scenery.setting import set_near, set_props
from sparkle_motion_dagster.engines.images.storyboard.scenery.site import Site
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import (
    paint_vignette,
    paint_weather,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.worlds import land_on, mood_on
from sparkle_motion_dagster.engines.images.storyboard.words.continuity import Established
from sparkle_motion_dagster.engines.images.storyboard.words.expressions import expression_of
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Framing, Reading, read

_READABLE = 0.07
"""The least size of a face whose mouth can be read, as a share of the frame's height."""

_BACKGROUND_REDUCTION = 2
"""What is out of focus is drawn at half the size: nobody sees the difference."""

_WITHOUT_GROUND = {"sea", "lighthouse", "harbour", "cliffs", "lake", "underwater"}
"""Places where people stand on a bank in the foreground."""

_FILL: Colour = (176, 172, 186)
_FILL_SHARE = 0.22
"""A fill light, as on any film set: people are to be recognised in the dark as well."""

_INSERT_FOCUS = 0.012
"""How far the background of a near thing is out of focus: a blur as a share of the height."""

_STRANGER = "stranger"


@dataclass(frozen=True)
class Person:
    """Somebody in a picture.

    Attributes:
        id: Whose face it is.
        look: What they look like.
        known: Whether it is a character of the film; if not, the prompt alone speaks of them.
    """

    id: str
    look: Look
    known: bool = True


def illustrate(
    prompt: str,
    seed: int,
    characters: Sequence[Person],
    frame: Frame,
    there: Established | None = None,
) -> tuple[Rgb, tuple[Face, ...]]:
    """Draw a picture.

    Args:
        prompt: What it shows.
        seed: Decides all that nobody says: of the place alone, of the camera with the prompt.
        characters: Who is in it; where nobody is, strangers are whom the prompt speaks of.
        frame: Where it lies in the keyframe.
        there: What earlier pictures say of its place; None: it shows its place first.

    Returns:
        The picture, and the faces of its characters that are near in it.
    """
    text = f"{seed}\n{prompt}"
    dice = Dice(str(there.seed if there else seed))
    reading = read(prompt, dice, there)
    people = characters or _strangers(prompt, reading.strangers)
    plan = compose(reading, frame, len(people), Dice(text).apart("composition"))
    insert = reading.framing is Framing.INSERT and reading.place not in {"sill", "floor"}
    if not plan.faces and not insert:
        site = _site(Layers(frame), reading, plan, dice)
        _set_up(site, people)
        _figures(site, plan, people)
        _finish(site)
        return grained(site.layers.pixels(), text), ()
    behind = _site(Layers(frame.reduced(_BACKGROUND_REDUCTION)), reading, plan, dice)
    _set_up(behind, people)
    focus = plan.focus if plan.faces else _INSERT_FOCUS
    far = blurred(behind.layers.pixels(), focus * behind.frame.height)
    front = _site(Layers(frame), reading, plan, dice)
    faces = _portraits(front, plan, people, expression_of(prompt))
    if insert:
        set_near(front)
    _finish(front)
    picture = front.layers.painted_on(enlarged(far, frame.size))
    known = {person.id for person in people if person.known}
    read_from = tuple(f for f in faces if f.character_id in known and f.size >= _READABLE)
    return grained(picture, text), read_from


def _strangers(prompt: str, count: int) -> list[Person]:
    ids = [f"{_STRANGER} {number} {prompt}" for number in range(count)]
    return [Person(name, look_of(name, prompt), known=False) for name in ids]


def _site(layers: Layers, reading: Reading, plan: Composition, dice: Dice) -> Site:
    outside, land = mood_of(reading, dice.apart("mood")), land_of(reading, dice.apart("land"))
    if reading.world:
        outside, land = mood_on(reading.world, outside, dice), land_on(reading.world, land, dice)
    mood = under_roof(outside, reading) if reading.indoors else outside
    return Site(layers, reading, mood, outside, land, dice, plan.horizon, plan.eye)


def _set_up(site: Site, people: Sequence[Person]) -> None:
    PLACES[site.reading.place](site)
    set_props(site, peopled=bool(people))


def _finish(site: Site) -> None:
    if not site.reading.indoors:
        paint_weather(site)
    paint_vignette(site)


def _light(site: Site) -> Light:
    if site.reading.silhouette:
        return Light((30, 26, 40), site.mood.key, 0.16, site.sunward)
    light = site.mood.light(site.sunward * 0.8)
    return replace(light, ambient=mix(light.ambient, _FILL, _FILL_SHARE))


def _figures(site: Site, plan: Composition, people: Sequence[Person]) -> None:
    light = _light(site)
    if plan.figures and site.reading.place in _WITHOUT_GROUND:
        verge(site, min(place.feet for place in plan.figures) - 0.04)
    for place, person in zip(plan.figures, people, strict=True):
        feet = (site.x(place.x), site.y(place.feet))
        height = place.height * site.frame.rows
        facing = max(-1.0, min(1.0, place.facing))
        draw_figure(site.drawing, feet, height, person.look, facing, light)


def _portraits(
    site: Site, plan: Composition, people: Sequence[Person], expression: Expression
) -> list[Face]:
    """Draw who is near, and return their faces: who is seen from behind has none."""
    light = _light(site)
    faces = [
        Face(
            character_id=person.id,
            x=place.x,
            y=place.y,
            size=place.size,
            turn=place.turn,
            tilt=place.tilt,
            expression=expression,
            light=light,
        )
        for place, person in zip(plan.faces, people, strict=False)
    ]
    pairs = list(zip(faces, people, strict=False))
    over_shoulder = site.reading.framing is Framing.OVER_SHOULDER and len(people) > 1
    seen = pairs[:1] if over_shoulder else sorted(pairs, key=lambda pair: pair[0].y)
    for face, person in seen:
        draw_portrait(site.drawing, face, person.look, site.frame.size)
    if site.reading.peeping and seen:
        low_wall(site, max(face.y + 1.15 * face.size for face, _ in seen))
    if over_shoulder:
        back, person = pairs[1]
        draw_from_behind(site.drawing, back, person.look, site.frame.size)
    return [face for face, _ in seen]
