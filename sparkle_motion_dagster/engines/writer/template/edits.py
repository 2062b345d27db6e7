"""Changing a story by rules: which requests are understood, told in plain words."""

import re
from collections.abc import Callable

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.writer.template import changes
from sparkle_motion_dagster.engines.writer.template.changes import Changing
from sparkle_motion_dagster.engines.writer.template.dice import Dice
from sparkle_motion_dagster.shotlist.models import ShotList

_KNOWN = (
    'cut shot 4; cut shots 4 and 6-8; change line 3 to "Not tonight."; call Anna Berta; set it at '
    "night; make the ending happier, or sadder; make it shorter, or longer. Shots and lines are "
    "counted through the whole film, from 1; title cards do not count"
)
_CLAUSES = re.compile(
    r"\s*(?:[;\n]|\.(?=\s|$)|,?\s+(?:and|then)\s+(?=(?:then\s+)?(?:cut|delete|remove|drop|make|call"
    r"|rename|set|change|at)\b))\s*(?:then\s+)?(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)(?![^“]*”)",
    re.IGNORECASE,
)
_LONGEST = 2_000
"""Letters of a request."""

_TIMES = "dawn|morning|noon|afternoon|sunset|dusk|night"
_MAKE = r"(?:please )?(?:make|set|let) (?:it|the film|the story|everything)(?: be| play)?"
_MOOD = r"(?:a bit |much |more )?(?P<how>happ(?:ier|y)|sad(?:der)?)"
_QUOTED = r"[\"“](?P<text>[^\"”]*\w[^\"”]*)[\"”]"
_EDITS: tuple[tuple[str, Callable[[Changing, re.Match[str]], Changing]], ...] = (
    (r"(?:cut|delete|remove|drop) shots? (?P<which>\d(?:[\d,\s–-]|and|to)*)", changes.cut),
    (rf"change line (?P<number>\d+) (?:to|into)[: ]*{_QUOTED}", changes.change_line),
    (
        r"(?:call|rename) (?P<old>[\w'’-]+) (?:to |as |into )?(?P<new>[^\W\d_][\w'’-]*)",
        changes.rename,
    ),
    (rf"(?:(?:{_MAKE} )?(?:at|in the)|{_MAKE}) (?P<time>{_TIMES})", changes.set_time),
    (rf"(?:make )?(?:the |a )?end(?:ing)? (?:be )?{_MOOD}", changes.other_ending),
    (rf"(?:give it )?(?:an? )?{_MOOD} end(?:ing)?", changes.other_ending),
    (rf"(?:{_MAKE} )?(?:a bit |much )?shorter", changes.shorter),
    (rf"(?:{_MAKE} )?(?:a bit |much )?longer", changes.longer),
)
"""What is understood, each with what it does."""


def edited(before: ShotList, request: str, seed: int) -> ShotList:
    """Return a story, changed as a request says.

    Args:
        before: The story.
        request: What is to be changed, in English.
        seed: Decides what is left to chance.

    Raises:
        EngineInputError: The request is too long, is none of those that the rules know, or names
            what is not in the story.
    """
    if len(request) > _LONGEST:
        raise EngineInputError(
            f"The request has {len(request)} letters. The template writer changes a story by "
            f"short requests, of at most {_LONGEST} letters: {_KNOWN}."
        )
    numbers = iter(range(1, 1 + sum(len(scene.shots) for scene in before.scenes)))
    shots = [[(next(numbers), shot) for shot in scene.shots] for scene in before.scenes]
    story = Changing(before, shots, Dice(f"{seed}\n{request}"))
    for clause in filter(None, _CLAUSES.split(request.strip())):
        story = _changed(story, clause)
    return story.told()


def _changed(story: Changing, clause: str) -> Changing:
    asked = re.sub(r"^please,? |[.!]+$", "", clause.strip(), flags=re.IGNORECASE)
    for words, change in _EDITS:
        if match := re.fullmatch(words, asked, re.IGNORECASE | re.DOTALL):
            return change(story, match)
    raise EngineInputError(
        f"The template writer changes a story by rules, and does not understand {clause!r}. It "
        f"understands: {_KNOWN}. A model understands more."
    )
