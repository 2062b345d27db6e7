"""A whole picture: a place under its sky, the people in it, what is near and what is far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.drawing import Drawing
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import (
    Frame,
    Layers,
    Rgb,
    blurred,
    enlarged,
    grained,
)
from sparkle_motion_dagster.engines.images.storyboard.canvas.light import Light
from sparkle_motion_dagster.engines.images.storyboard.composition import (
    Composition,
    FacePlace,
    compose,
)
from sparkle_motion_dagster.engines.images.storyboard.people.figures import (
    draw_figure,
    draw_from_behind,
    draw_portrait,
)
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.scene import Face
from sparkle_motion_dagster.engines.images.storyboard.scenery.ground import Stage
from sparkle_motion_dagster.engines.images.storyboard.scenery.moods import (
    land_of,
    mood_of,
    under_roof,
)
from sparkle_motion_dagster.engines.images.storyboard.scenery.places import PLACES
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.growth import low_wall
from sparkle_motion_dagster.engines.images.storyboard.scenery.places.terrain import verge
from sparkle_motion_dagster.engines.images.storyboard.scenery.setting import set_near, set_props
from sparkle_motion_dagster.engines.images.storyboard.scenery.sky import (
    paint_vignette,
    paint_weather,
)
from sparkle_motion_dagster.engines.images.storyboard.words.expressions import expression_of
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import Framing, Reading, read
from sparkle_motion_dagster.units import FrameSize

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
class _Cast:
    """Who is in the picture: the plan's characters, else whom the prompt speaks of."""

    people: tuple[Appearance, ...]
    known: frozenset[str]


def illustrate(request: ImageRequest, frame: Frame) -> tuple[Rgb, tuple[Face, ...]]:
    """Draw a picture; return it with the faces of the plan's characters that are near in it."""
    text = f"{request.seed}\n{request.prompt}"
    dice = Dice(text)
    reading = read(request.prompt, dice.apart("reading"))
    cast = _cast(request, reading)
    plan = compose(reading, frame, len(cast.people), dice.apart("composition"))
    insert = reading.framing is Framing.INSERT and reading.place not in {"sill", "floor"}
    if not plan.faces and not insert:
        stage = _stage(Layers(frame), reading, plan, dice)
        _set_up(stage, cast)
        _figures(stage, plan, cast)
        _finish(stage)
        return grained(stage.layers.pixels(), text), ()
    behind = _stage(Layers(frame.reduced(_BACKGROUND_REDUCTION)), reading, plan, dice)
    _set_up(behind, cast)
    focus = plan.focus if plan.faces else _INSERT_FOCUS
    far = blurred(behind.layers.pixels(), focus * behind.frame.height)
    front = _stage(Layers(frame), reading, plan, dice)
    faces = _portraits(front, plan, cast, request)
    if insert:
        set_near(front)
    _finish(front)
    picture = front.layers.painted_on(enlarged(far, (frame.width, frame.height)))
    known = tuple(f for f in faces if f.character_id in cast.known and f.size >= _READABLE)
    return grained(picture, text), known


def _cast(request: ImageRequest, reading: Reading) -> _Cast:
    known = frozenset(person.id for person in request.characters)
    if request.characters:
        return _Cast(request.characters, known)
    strangers = tuple(
        Appearance(id=f"{_STRANGER} {number} {request.prompt}", description=request.prompt)
        for number in range(reading.strangers)
    )
    return _Cast(strangers, known)


def _stage(layers: Layers, reading: Reading, plan: Composition, dice: Dice) -> Stage:
    outside = mood_of(reading, dice.apart("mood"))
    mood = under_roof(outside, reading) if reading.indoors else outside
    land = land_of(reading, dice.apart("land"))
    return Stage(layers, reading, mood, outside, land, dice, plan.horizon, plan.eye)


def _set_up(stage: Stage, cast: _Cast) -> None:
    PLACES[stage.reading.place](stage)
    set_props(stage, peopled=bool(cast.people))


def _finish(stage: Stage) -> None:
    if not stage.reading.indoors:
        paint_weather(stage)
    paint_vignette(stage)


def _light(stage: Stage) -> Light:
    if stage.reading.silhouette:
        return Light((30, 26, 40), stage.mood.key, 0.16, stage.sunward)
    light = stage.mood.light(stage.sunward * 0.8)
    return replace(light, ambient=mix(light.ambient, _FILL, _FILL_SHARE))


def _figures(stage: Stage, plan: Composition, cast: _Cast) -> None:
    light = _light(stage)
    if plan.figures and stage.reading.place in _WITHOUT_GROUND:
        verge(stage, min(place.feet for place in plan.figures) - 0.04)
    for place, person in zip(plan.figures, cast.people, strict=True):
        feet = (stage.x(place.x), stage.y(place.feet))
        height = place.height * stage.frame.rows
        facing = max(-1.0, min(1.0, place.facing))
        draw_figure(stage.drawing, feet, height, look_of(person), facing, light)


def _portraits(stage: Stage, plan: Composition, cast: _Cast, request: ImageRequest) -> list[Face]:
    drawing, size = stage.drawing, request.size
    light, expression = _light(stage), expression_of(request.prompt)
    over_shoulder = stage.reading.framing is Framing.OVER_SHOULDER and len(cast.people) > 1
    people: Sequence[Appearance] = cast.people[:2] if over_shoulder else cast.people
    pairs = list(zip(plan.faces, people, strict=False))
    faces = []
    for place, person in pairs[:1] if over_shoulder else sorted(pairs, key=lambda pair: pair[0].y):
        face = _face(place, person).model_copy(update={"expression": expression, "light": light})
        draw_portrait(drawing, face, look_of(person), size, expression, light)
        faces.append(face)
    if stage.reading.peeping and faces:
        low_wall(stage, max(face.y + 1.15 * face.size for face in faces))
    if over_shoulder:
        _from_behind(drawing, pairs[1][0], pairs[1][1], size, light)
    return faces


def _face(place: FacePlace, person: Appearance) -> Face:
    return Face(
        character_id=person.id,
        x=place.x,
        y=place.y,
        size=place.size,
        turn=place.turn,
        tilt=place.tilt,
    )


def _from_behind(
    drawing: Drawing, place: FacePlace, person: Appearance, size: FrameSize, light: Light
) -> None:
    draw_from_behind(drawing, _face(place, person), look_of(person), size, light)
