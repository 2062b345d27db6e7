"""All that a story could show and say, in order: what of it is told, the time decides."""

from collections.abc import Iterator, Sequence

from sparkle_motion_dagster.engines.writer.template.pacing import Moment
from sparkle_motion_dagster.engines.writer.template.plots.parts import Beat, Phase, plot
from sparkle_motion_dagster.engines.writer.template.reading.prompts import Told
from sparkle_motion_dagster.engines.writer.template.setting import Setting, Spot
from sparkle_motion_dagster.engines.writer.template.staging import Stage
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.shotlist.brief import Brief
from sparkle_motion_dagster.shotlist.models import Camera, ListedShot

_OPENS, _ENDS, _BEGINS, _ITS_OWN, _SHOWN, _SHOWN_TOO, _THEN = range(1, 8)
"""How soon each is in the film: the turn, the end, the setup, the prompt's own words, where it is,
what else is seen; then beats of rank 2 and 3."""

_FIRST: dict[Phase, int] = {"turn": _OPENS, "end": _ENDS, "setup": _BEGINS}
_SWEEPS: tuple[Camera, ...] = ("slow push in", "pan left", "pan right")
_VIEWS_FROM_S = 20
"""In shorter films nobody sees a place from outside before the story goes in."""


def moments_of(
    told: Told, plots: Sequence[str], stages: Sequence[Stage], setting: Setting, brief: Brief
) -> Iterator[Moment]:
    """Yield the moments of a story, in its order.

    Args:
        told: What the prompt says.
        plots: The plots: the first one is told around the others.
        stages: The stage of each.
        setting: Where and when it happens.
        brief: How long the film is to be.
    """
    parts: list[tuple[int, Phase]] = [(0, "setup"), (0, "turn")]
    for number in range(1, len(plots)):
        parts += [(number, "setup"), (number, "turn"), (number, "end")]
    parts.append((0, "end"))
    before: Spot | None = None
    for number, phase in parts:
        stage, spot = stages[number], setting.spot(number, phase, len(plots))
        if before is None and not spot.outside and brief.seconds >= _VIEWS_FROM_S:
            yield _view(stage, setting)
        if spot != before:
            yield _wide(stage, setting, spot, before, number)
        if before is None:
            yield from _of_the_prompt(told, stage, spot)
        beats = _beats(told, plots[number], stage, number, phase)
        for index, beat in enumerate(beats):
            yield from _beat(beat, stage, spot, number, phase, index)
        before = spot
    yield _last(stages[0], setting, spot)


def _view(stage: Stage, setting: Setting) -> Moment:
    """Return the place from outside, before the story goes in."""
    spot = Spot(outside=True)
    weather = setting.told_weather(spot)
    shows = ", ".join(part for part in (setting.place.view, weather) if part)
    shot = ListedShot(size="wide shot", shows=shows, camera="slow push in")
    return Moment((shot,), spot, (0, _SHOWN, 0))


def _wide(
    stage: Stage, setting: Setting, spot: Spot, before: Spot | None, number: int
) -> Moment:
    """Return who is where: the first shot of a scene."""
    seen = stage.cast.seen
    empty = spot.outside and setting.place.empty
    who = " and ".join([", ".join(seen[:-1]), seen[-1]] if len(seen) > 1 else seen)
    view = setting.place.view if spot.outside else None
    told = [None if empty else who, view, setting.told_weather(spot)]
    shot = ListedShot(
        size="wide shot",
        shows=", ".join(part for part in told if part),
        characters=() if empty else seen,
        camera=stage.dice.pick(f"camera {spot}", _SWEEPS),
    )
    return Moment((shot,), spot, (number, 0 if before is None else _SHOWN, 1))


def _of_the_prompt(told: Told, stage: Stage, spot: Spot) -> Iterator[Moment]:
    """Yield what the prompt names: the thing, and what is in no vocabulary."""
    shown = [tables.things()[told.thing].seen] if told.thing else []
    shown += [told.subject.seen] if told.subject and told.subject.seen else []
    for number, shows in enumerate(shown):
        shot = ListedShot(size="close-up", shows=shows, camera="slow push in")
        yield Moment((shot,), spot, (0, _ITS_OWN, number))


def _beats(told: Told, name: str, stage: Stage, number: int, phase: Phase) -> Sequence[Beat]:
    """Return the beats of a phase: the plot's, and in the first plot what else the prompt asks."""
    beats = list(getattr(plot(name), phase))
    if phase == "setup":
        beats = _one_opening(beats, stage, number)
    if number == 0 and told.subject:
        own = getattr(plot("topic"), phase)
        beats.insert(len(beats) // 2, stage.dice.pick(f"topic {phase}", own))
    if number == 0 and len(stage.cast.members) > len("AB"):
        beats += getattr(plot("third"), phase)
    return beats


def _one_opening(beats: Sequence[Beat], stage: Stage, number: int) -> list[Beat]:
    """Return the beats of a setup, of which one opens the story: any of those of rank 1 can."""
    openings = [beat for beat in beats if beat.rank == 1]
    chosen = stage.dice.pick(f"opening {number}", openings)
    return [
        beat.model_copy(update={"rank": 2}) if beat in openings and beat != chosen else beat
        for beat in beats
    ]


def _beat(
    beat: Beat, stage: Stage, spot: Spot, number: int, phase: Phase, index: int
) -> Iterator[Moment]:
    chance = stage.dice.pick(f"{number} {phase} {index}", range(1000))
    for is_look, shots in stage.shots(beat, phase):
        opens = beat.rank == 1 and not is_look
        soon = _FIRST[phase] if opens else _SHOWN_TOO if beat.rank == 1 else _THEN + beat.rank
        yield Moment(shots, spot, (number, soon, chance), (number, phase), opens)


def _last(stage: Stage, setting: Setting, spot: Spot) -> Moment:
    """Return the last picture: the place from far, and who is left in it."""
    weather = setting.told_weather(spot)
    seen = stage.cast.seen
    if spot.outside:
        who = " and ".join(seen[:2])
        shows = ", ".join(p for p in (f"{who} far away", setting.place.view, weather) if p)
    else:
        shows = ", ".join(p for p in (f"{' and '.join(seen[:2])}, quiet", weather) if p)
    shot = ListedShot(
        size="wide shot", shows=shows, characters=seen[:2], camera="slow pull back"
    )
    return Moment((shot,), spot, (0, _SHOWN, 2))
