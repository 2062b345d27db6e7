"""A story by rules: what a prompt tells, a plot that suits it, people, and what fits into time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from sparkle_motion_dagster.engines.writer.template.casting import Cast, cast_of
from sparkle_motion_dagster.engines.writer.template.dice import Dice
from sparkle_motion_dagster.engines.writer.template.moments import moments_of
from sparkle_motion_dagster.engines.writer.template.pacing import Moment, fitting, seconds_of
from sparkle_motion_dagster.engines.writer.template.plots.parts import PLOTS, plot
from sparkle_motion_dagster.engines.writer.template.reading.language import language_of, spoken
from sparkle_motion_dagster.engines.writer.template.reading.prompts import Told, told_by
from sparkle_motion_dagster.engines.writer.template.reading.words import WORD, plain
from sparkle_motion_dagster.engines.writer.template.setting import Setting, setting_of
from sparkle_motion_dagster.engines.writer.template.staging import Stage
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Thing, Tongue
from sparkle_motion_dagster.shotlist.models import ListedScene, ShotList
from sparkle_motion_dagster.shotlist.writing.brief import Brief

_ALONE = "call"
_BY_TELEPHONE = ("waiting", "secret", "promise")
"""Plots that also work between somebody and a voice."""

_BY_VOICE = "telephone"
"""Words that say that two people talk by telephone."""

_IN_WEATHER = "storm"
_OF_GROWN_UPS = "secret"
"""A plot with money in it, and love letters."""

_GENRE, _AS_MUCH_AS = "misunderstanding", 3
"""A word that asks for a comedy says more than one that tells what happens."""

_MOST_PLOTS = 4
_FILLED = 0.9
"""How much of a film its first plots must fill, or there is one more."""
_TITLE_WORDS, _LONGEST_TITLE = 3, 40
"""A prompt of so few words is its film's title."""


def story_of(brief: Brief, seed: int) -> ShotList:
    """Return a story about what a brief says.

    Args:
        brief: What it is to be about.
        seed: Decides what is left to chance: equal seeds give equal stories.

    Raises:
        EngineInputError: The prompt, or what is to be spoken, is in a language that is not written
            here.
    """
    read_in = language_of(plain(brief.prompt))
    tongue = spoken(brief.language, read_in)
    told = told_by(brief.prompt, read_in)
    dice = Dice(f"{seed}\n{brief.prompt}")
    plots = _plots(told, dice)
    setting = setting_of(told, brief.seconds, dice, clears=plots[0] == _IN_WEATHER)
    unseen = plots[0] == _ALONE
    cast = cast_of(told.people, setting.place.people, tongue, dice, unseen=unseen)
    stages = [
        Stage(cast, tongue, dice, _slots(told, setting, number, cast, tongue, dice))
        for number in range(len(plots))
    ]
    everything = _everything(told, plots, stages, setting, brief)
    told_in_short = plot(plots[0]).story
    moments = fitting(everything, brief)
    return ShotList(
        title=_title(told, plots[0], stages[0], read_in, moments),
        story=told_in_short.filled(tongue, stages[0].slots) if told_in_short else None,
        credit=tables.tongues().credit.of(tongue),
        style=brief.style,
        language=brief.language or tongue,
        characters=cast.members,
        scenes=tuple(_scenes(moments, setting)),
    )


def _everything(
    told: Told, plots: Sequence[str], stages: Sequence[Stage], setting: Setting, brief: Brief
) -> list[Moment]:
    """Return the moments of as many plots as it takes to fill the film."""
    moments: list[Moment] = []
    for count in range(1, len(plots) + 1):
        moments = list(moments_of(told, plots[:count], stages[:count], setting, brief))
        if seconds_of(moments) >= brief.seconds * _FILLED:
            break
    return moments


def _plots(told: Told, dice: Dice) -> list[str]:
    """Return the plots of a story: the one that the prompt asks for, and others for long films."""
    roles = [tables.roles()[one.role] for one in told.people if one.role]
    animals = any(role.kind == "animal" for role in roles)
    children = any(role.sex in ("girl", "boy", "child") for role in roles)
    asked = told.plots.get(_ALONE, 0)
    apart = asked > 1 or told.plots.get(_BY_VOICE, 0)
    alone = (asked and len(told.people) == 1) or (apart and len(told.people) == len("AB"))
    shared = [name for name in PLOTS if name != _ALONE]
    if animals or children:
        shared.remove(_OF_GROWN_UPS)
    if alone and not animals:
        return [_ALONE, *dice.shuffled("plots", _BY_TELEPHONE)]
    order = dice.shuffled("plots", shared)
    if not any(told.plots.get(name) for name in shared) and told.weather not in ("storm", "rain"):
        order.sort(key=lambda name: name == _IN_WEATHER)
    asks = {name: told.plots.get(name, 0) for name in shared}
    asks[_GENRE] *= _AS_MUCH_AS
    order.sort(key=lambda name: (-asks[name], name == _IN_WEATHER))
    return order[:_MOST_PLOTS]


def _slots(
    told: Told, setting: Setting, number: int, cast: Cast, tongue: Tongue, dice: Dice
) -> dict[str, str]:
    """Return what is filled into lines and looks; each plot turns on a thing of its own."""
    known = tables.things()
    wanted = known[told.thing] if told.thing else None
    usual = known[setting.place.thing]
    others = dice.shuffled("things", [one for one in known.values() if not one.fixed])
    thing: Thing = wanted if wanted and not wanted.fixed else usual
    if number:
        thing = [one for one in (usual, *others) if one != thing][number - 1]
    named = thing.called.of(tongue)
    word = told.subject.word if told.subject else ""
    return cast.names | {
        "thing": thing.as_object(tongue),
        "named": named,
        "Thing": named[0].upper() + named[1:],
        "seen": thing.seen,
        "at": setting.place.at.of(tongue),
        "word": word,
        "Word": word[:1].upper() + word[1:],
    }


def _title(told: Told, name: str, stage: Stage, read_in: Tongue, moments: Sequence[Moment]) -> str:
    """Return what a story is called: the prompt, where it is a title itself.

    A title that quotes a line, or names a thing, is for films in which that is said.
    """
    words = WORD.findall(told.text)
    title = " ".join(words)
    if 0 < len(words) <= _TITLE_WORDS and len(title) <= _LONGEST_TITLE and read_in == stage.tongue:
        return _capitals(title) if read_in == "en" else title[0].upper() + title[1:]
    choices = list(plot(name).titles)
    if told.subject:
        choices += plot("topic").titles
    if len(stage.cast.members) > len("AB"):
        choices += plot("third").titles
    slots = dict(stage.slots)
    if stage.tongue == "en":
        slots["Thing"] = _capitals(slots["Thing"])
        slots["named"] = slots["Thing"][0].lower() + slots["Thing"][1:]
    said = " ".join(
        _plain(line.text) for one in moments for shot in one.shots for line in shot.lines
    )
    if not told.thing and _plain(slots["named"]) not in said:
        choices = [one for one in choices if not re.search(r"\{named\}|\{Thing\}", one.en)]
    titles = [one.filled(stage.tongue, slots) for one in choices]
    unsaid = " ".join(map(_plain, plot(name).lines(stage.tongue)))
    fit = [one for one in titles if _plain(one) in said or _plain(one) not in unsaid]
    return stage.dice.pick("title", fit)


def _plain(text: str) -> str:
    """Return the words of a text, to find one in another."""
    return " ".join(WORD.findall(text.lower()))


def _capitals(title: str) -> str:
    """Return an English title as titles are written."""
    words = title.split()
    small = {"a", "an", "the", "of", "in", "on", "at", "to", "and", "with", "for"}
    told = (w if i and w.lower() in small else w[0].upper() + w[1:] for i, w in enumerate(words))
    return " ".join(told)


def _scenes(moments: Sequence[Moment], setting: Setting) -> Iterator[ListedScene]:
    """Yield scenes: what is at one place and time; one ends softly where time passes."""
    steps = sorted({one.spot.later for one in moments})
    spots = [replace(one.spot, later=steps.index(one.spot.later)) for one in moments]
    together = [list(part) for _, part in groupby(zip(spots, moments, strict=True), itemgetter(0))]
    for number, part in enumerate(together):
        spot = part[0][0]
        shots = [shot for _, moment in part for shot in moment.shots]
        last = number + 1 == len(together)
        passes = not last and together[number + 1][0][0].later != spot.later
        ending = "fade" if last else "dissolve" if passes else "cut"
        shots[-1] = shots[-1].model_copy(update={"ending": ending})
        yield setting.scene(spot, tuple(shots))
