"""All that a story could show and say, in order: what of it is told, the time decides."""

from collections.abc import Iterator, Sequence

from sparkle_motion_dagster.engines.writer.template.pacing import Moment
from sparkle_motion_dagster.engines.writer.template.plots.parts import Beat, Phase, Said, plot
from sparkle_motion_dagster.engines.writer.template.reading.prompts import Told
from sparkle_motion_dagster.engines.writer.template.setting import Setting, Spot
from sparkle_motion_dagster.engines.writer.template.staging import Stage
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import TONGUES
from sparkle_motion_dagster.shotlist.models import Camera, ListedShot, ShotSize
from sparkle_motion_dagster.shotlist.writing.brief import Brief

_OPENS, _ASKED, _ENDS, _BEGINS, _ITS_OWN, _SHOWN, _SHOWN_TOO, _THEN = range(1, 9)
"""How soon each is in the film: the turn, what is said of the prompt's subject, the end, the setup,
what the prompt names, where it is, what else is seen; then beats of rank 2 and 3."""

_FIRST: dict[Phase, int] = {"turn": _OPENS, "end": _ENDS, "setup": _BEGINS}
_SWEEPS: tuple[Camera, ...] = ("slow push in", "pan left", "pan right")
_VIEWS_FROM_S = 20
"""In shorter films nobody sees a place from outside before the story goes in."""


def moments_of(
    told: Told, plots: Sequence[str], stages: Sequence[Stage], setting: Setting, brief: Brief
) -> Iterator[Moment]:
    """Yield the moments of a story of some plots, in its order.

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
    shown: set[str] = set()
    for number, phase in parts:
        stage, spot = stages[number], setting.spot(number, phase, len(plots))
        if before is None and not spot.outside and brief.seconds >= _VIEWS_FROM_S:
            yield _view(stage, setting)
        if spot != before:
            yield _wide(stage, setting, spot, before, (number, phase))
        if before is None:
            named = list(_of_the_prompt(told, stage, spot, missing=plot(plots[0]).missing))
            shown |= {shot.shows for one in named for shot in one.shots}
            yield from named
        beats = _beats(plots[number], stage, number, phase)
        asked = len(beats) // 2 if number == 0 and told.subject else -1
        for index, beat in enumerate(beats):
            if index == asked:
                yield from _asked(stage, spot, phase)
            of_it = _beat(beat, stage, spot, number, phase, index)
            yield from (one for one in of_it if phase != "setup" or one.shots[0].shows not in shown)
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
    stage: Stage, setting: Setting, spot: Spot, before: Spot | None, part: tuple[int, Phase]
) -> Moment:
    """Return who is where: the first shot of a scene; animals are too small to be seen from far."""
    seen = stage.cast.seen
    empty = spot.outside and setting.place.empty
    who = " and ".join([", ".join(seen[:-1]), seen[-1]] if len(seen) > 1 else seen)
    view = setting.place.view if spot.outside else None
    told = [None if empty else who, view, setting.told_weather(spot)]
    shot = ListedShot(
        size="medium shot" if stage.cast.animals else "wide shot",
        shows=", ".join(part for part in told if part),
        characters=() if empty else seen,
        camera=stage.dice.pick(f"camera {spot}", _SWEEPS),
    )
    if before is None:
        return Moment((shot,), spot, (0, 0))
    number, phase = part
    return Moment((shot,), spot, (number, _SHOWN, 1, _FIRST[phase]), part)


def _of_the_prompt(told: Told, stage: Stage, spot: Spot, *, missing: bool) -> Iterator[Moment]:
    """Yield what the prompt names: the thing, if it is not gone, and what is in no vocabulary.

    That is seen from further away, in its place: drawn keyframes may not have it.
    """
    named: list[tuple[ShotSize, str]] = []
    if told.thing and not missing:
        thing = tables.things()[told.thing]
        if thing.fixed:
            named.append(("medium shot", thing.seen))
        else:
            named.append(("close-up", f"detail of {thing.seen}"))
    if told.subject and told.subject.seen:
        named.append(("medium shot", told.subject.seen))
    for number, (size, shows) in enumerate(named):
        shot = ListedShot(size=size, shows=shows, camera="slow push in")
        yield Moment((shot,), spot, (0, _ITS_OWN, number))


def _beats(name: str, stage: Stage, number: int, phase: Phase) -> Sequence[Beat]:
    """Return the beats of a phase; of those that it can be about, chance chooses one."""
    every: tuple[Beat, ...] = getattr(plot(name), phase)
    about = [beat for beat in every if beat.rank == 1]
    chosen = stage.dice.pick(f"about {number} {phase}", about)
    others = [beat for beat in about if beat != chosen]
    beats = []
    for beat in every:
        if beat == chosen and phase == "setup":
            beats.append(_naming(beat))
        elif beat in others and phase == "setup":
            beats.append(beat.model_copy(update={"rank": 2}))
        elif beat not in others and (beat.after is None or beat.after == chosen.name):
            beats.append(beat)
    if number == 0 and len(stage.cast.members) > len("AB"):
        beats += getattr(plot("third"), phase)
    return beats


def _naming(beat: Beat) -> Beat:
    """Return how a story begins: somebody is called by their name."""
    lines = [shot for shot in beat.shots if isinstance(shot, Said)]
    if any("{A}" in line.en or "{B}" in line.en for line in lines):
        return beat
    first = lines[0]
    called = "{B}" if first.who == "A" else "{A}"
    texts: dict[str, str] = {tongue: f"{called}. {first.of(tongue)}" for tongue in TONGUES}
    named = [first.model_copy(update=texts) if shot is first else shot for shot in beat.shots]
    return beat.model_copy(update={"shots": tuple(named)})


def _asked(stage: Stage, spot: Spot, phase: Phase) -> Iterator[Moment]:
    """Yield what is said about a word of the prompt that is in no vocabulary."""
    beats: tuple[Beat, ...] = getattr(plot("topic"), phase)
    beat = stage.dice.pick(f"topic {phase}", beats)
    for _, shots in stage.shots(beat, phase):
        soon = _ASKED if phase == "setup" else _THEN + beat.rank
        part = None if phase == "setup" else (0, phase)
        yield Moment(shots, spot, (0, soon), part, opens=phase == "setup")


def _beat(
    beat: Beat, stage: Stage, spot: Spot, number: int, phase: Phase, index: int
) -> Iterator[Moment]:
    """Yield a beat: its lines are taken together, its looks one by one."""
    chance = stage.dice.pick(f"{number} {phase} {index}", range(1000))
    for place, (is_look, shots) in enumerate(stage.shots(beat, phase)):
        opens = beat.rank == 1 and not is_look
        soon = _FIRST[phase] if opens else _SHOWN_TOO if beat.rank == 1 else _THEN + beat.rank
        urgency = (number, soon, chance, index, place if is_look else -1)
        yield Moment(shots, spot, urgency, (number, phase), opens)


def _last(stage: Stage, setting: Setting, spot: Spot) -> Moment:
    """Return the last picture: the place from far, and who is left in it."""
    weather = setting.told_weather(spot)
    seen = stage.cast.seen
    if spot.outside:
        who = " and ".join(seen[:2])
        shows = ", ".join(p for p in (f"{who} far away", setting.place.view, weather) if p)
    else:
        shows = ", ".join(p for p in (f"{' and '.join(seen[:2])}, quiet", weather) if p)
    shot = ListedShot(size="wide shot", shows=shows, characters=seen[:2], camera="slow pull back")
    return Moment((shot,), spot, (0, _SHOWN, 2))
