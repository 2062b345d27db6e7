"""How well a voice suits who speaks: whether it is a woman's or a robot's, how old it sounds."""

import re

from sparkle_motion_dagster.engines.speech.performances import Role

_FEMALE = frozenset({"woman", "girl", "female"})
_MALE = frozenset({"man", "boy", "male"})
_CHILD = frozenset({"girl", "boy", "child"})
_WEIGHED = _FEMALE | _MALE | _CHILD | {"old", "young"}
"""Words of a description that count by themselves."""

_ROBOT = "robot"

_OTHER_KIND = 20
"""How badly a robot's voice suits a person."""

_OTHER_GENDER = 10
"""How badly a voice of the other gender suits; one that sounds a stage of life off: 1, two: 4."""

_NO_ROBOT = 3
"""How badly a person's voice suits a robot: it has one rather than share a robot's with two."""

_AS_DESCRIBED = 2
"""How well a voice suits for each word by which both it and who speaks are described: "deep"."""

_CHILD_STAGE, _YOUNG_STAGE, _GROWN_STAGE, _OLD_STAGE = range(4)


def misfit(description: str, role: Role) -> int:
    """Return how badly a voice suits somebody: 0 where nothing that is known speaks against it.

    It is less than that where a voice is as somebody's voice is described who is not seen.

    Args:
        description: What the catalogue says of the voice: "old man, slow and frail".
        role: Who speaks; how old a robot is, no voice tells.
    """
    words = frozenset(re.findall(r"\w+", description.casefold()))
    unfit = _MALE if role.feminine else _FEMALE
    wrong = 0 if role.feminine is None or words.isdisjoint(unfit) else _OTHER_GENDER
    wrong -= _AS_DESCRIBED * len(words & role.manner - _WEIGHED)
    if _ROBOT in words:
        return wrong if role.robot else wrong + _OTHER_KIND
    if role.robot:
        wrong += _NO_ROBOT
    return (
        wrong
        if role.age is None
        else wrong + (_stage_of_age(role.age) - _stage_of_voice(words)) ** 2
    )


def _stage_of_age(age: float) -> int:
    return sum(age >= limit for limit in (13, 30, 60))


def _stage_of_voice(words: frozenset[str]) -> int:
    if not words.isdisjoint(_CHILD):
        return _CHILD_STAGE
    if "young" in words:
        return _YOUNG_STAGE
    return _OLD_STAGE if "old" in words else _GROWN_STAGE
