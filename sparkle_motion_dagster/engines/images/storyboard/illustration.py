"""A whole picture: a place under its sky, the people in it, what is near and what is far."""

from collections.abc import Sequence
from dataclasses import replace

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
from sparkle_motion_dagster.engines.images.storyboard.company import (
    Person,
    deepest_first,
    leads_in,
    others_in,
    with_present,
)
from sparkle_motion_dagster.engines.images.storyboard.composition import (
    Composition,
    FacePlace,
    compose,
    group_of,
)
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import GROWN_UP, PERSON_HEAD
from sparkle_motion_dagster.engines.images.storyboard.people.figures import (
    draw_figure,
    draw_from_behind,
    draw_portrait,
)
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.scene import (
    Expression,
    Face,
    KeyframeScene,
    Light,
)
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
    paint_weather,
    vignetted,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.worlds import land_on, mood_on
from sparkle_motion_dagster.engines.images.storyboard.words.continuity import Established
from sparkle_motion_dagster.engines.images.storyboard.words.crowds import FEW
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

_ROOM = 0.94
"""How much of what is above its feet a giant fills at most."""

_SHORTER = 0.25
"""How much less tall a child of six is, as a share of how tall a grown-up is."""


def illustrate(
    prompt: str,
    seed: int,
    characters: Sequence[Person],
    frame: Frame,
    there: Established | None = None,
) -> tuple[Rgb, KeyframeScene]:
    """Draw a picture.

    Args:
        prompt: What it shows.
        seed: Decides all that nobody says: of the place alone, of the camera with the prompt.
        characters: Who is in it, seen or not; where nobody is, strangers are whom the prompt
            speaks of. Whoever else is in a crowd is a stranger, too.
        frame: Where it lies in the keyframe.
        there: What earlier pictures say of its place; None: it shows its place first.

    Returns:
        The picture; and the faces of its characters that are near in it, and where its people are.
    """
    text = f"{seed}\n{prompt}"
    dice = Dice(str(there.seed if there else seed))
    reading = read(prompt, dice, there)
    leads = leads_in(reading, prompt, characters)
    reading = with_present(reading, [person.look.species for person in leads])
    people = [*leads, *others_in(reading.crowd, prompt, leads)]
    plan = compose(reading, frame, len(people), Dice(text).apart("composition"), len(leads))
    others = people[len(plan.faces) :]
    if len(people) > FEW:
        others = deepest_first(others, leads)
    insert = reading.framing is Framing.INSERT and reading.place not in {"sill", "floor"}
    scene = KeyframeScene(strip_rows=frame.top, group=None if insert else group_of(plan, frame))
    if not plan.faces and not insert:
        site = _site(Layers(frame), reading, plan, dice)
        _set_up(site, people)
        _figures(site, plan, others)
        _paint_air(site)
        return grained(vignetted(site.layers.pixels(), site), text), scene
    behind = _site(Layers(frame.reduced(_BACKGROUND_REDUCTION)), reading, plan, dice)
    _set_up(behind, people)
    if plan.faces and plan.figures:
        _figures(behind, _lifted(plan, others), others)
    focus = plan.focus if plan.faces else _INSERT_FOCUS
    far = blurred(behind.layers.pixels(), focus * behind.frame.height)
    front = _site(Layers(frame), reading, plan, dice)
    faces = _portraits(front, plan, people, expression_of(prompt))
    if insert:
        set_near(front)
    _paint_air(front)
    picture = vignetted(front.layers.painted_on(enlarged(far, frame.size)), front)
    known = {person.id for person in people if person.known}
    read_from = tuple(f for f in faces if f.character_id in known and f.size >= _READABLE)
    return grained(picture, text), scene.model_copy(update={"faces": read_from})


def _lifted(plan: Composition, people: Sequence[Person]) -> Composition:
    """Return a plan in which children behind others stand so high that they are seen."""
    figures = tuple(
        replace(place, feet=place.feet - _SHORTER * person.look.youth * place.height)
        for place, person in zip(plan.figures, people, strict=True)
    )
    return replace(plan, figures=figures)


def _site(layers: Layers, reading: Reading, plan: Composition, dice: Dice) -> Site:
    outside, land = mood_of(reading, dice.apart("mood")), land_of(reading, dice.apart("land"))
    if reading.world:
        outside, land = mood_on(reading.world, outside, dice), land_on(reading.world, land, dice)
    mood = under_roof(outside, reading) if reading.indoors else outside
    return Site(layers, reading, mood, outside, land, dice, plan.horizon, plan.eye)


def _set_up(site: Site, people: Sequence[Person]) -> None:
    PLACES[site.reading.place](site)
    set_props(site, peopled=bool(people))


def _paint_air(site: Site) -> None:
    if not site.reading.indoors:
        paint_weather(site)


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
        if person.look.creature is not None:
            room = _ROOM * (feet[1] - site.frame.top) * GROWN_UP / person.look.creature.stature
            height = min(height, room)
        facing = max(-1.0, min(1.0, place.facing))
        draw_figure(site.drawing, feet, height, person.look, facing, light)


def _near(place: FacePlace, look: Look, company: int) -> FacePlace:
    """Return where a face goes, for whom the place of a person's does not suit.

    Beside others a creature is as large as it is, and its head as high as it is, as far as that is
    still in the picture; alone it is as near as its head is a person's. Its feet are not seen.
    """
    creature, size, y = look.creature, place.size, place.y
    if creature is None:
        return place
    if company > 1:
        metre = size / PERSON_HEAD
        size *= min(max(look.head / PERSON_HEAD, 0.55), 1.35)
        lower = (0.92 * GROWN_UP - look.head * creature.soles / 100) * metre
        y = max(y + min(max(lower, -0.06), 0.22), 1.03 - size * creature.soles / 100)
        y = min(y, 0.98 - size)
    elif not creature.floats:
        size = max(size, 100 * (1.03 - y) / creature.soles)
    return replace(place, size=size, y=y)


def _portraits(
    site: Site, plan: Composition, people: Sequence[Person], expression: Expression
) -> list[Face]:
    """Draw who is near, and return their faces: who is seen from behind has none."""
    light = _light(site)
    faces = [
        Face(
            character_id=person.id,
            x=near.x,
            y=near.y,
            size=near.size,
            turn=near.turn,
            tilt=near.tilt,
            expression=expression,
            light=light,
        )
        for place, person in zip(plan.faces, people, strict=False)
        for near in (_near(place, person.look, len(plan.faces)),)
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
