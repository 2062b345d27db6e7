"""How well a voice suits who speaks with it: whether it is a woman's, and how old it sounds."""

import re

_FEMALE = frozenset({"woman", "girl", "female"})
_MALE = frozenset({"man", "boy", "male"})
_CHILD = frozenset({"girl", "boy", "child"})
_OTHER_GENDER = 10
"""How badly a voice of the other gender suits; one that sounds a stage of life off: 1, two: 4."""

_CHILD_STAGE, _YOUNG_STAGE, _GROWN_STAGE, _OLD_STAGE = range(4)


def misfit(description: str, feminine: bool | None, age: float | None) -> int:  # noqa: FBT001
    """Return how badly a voice suits somebody: 0 where nothing that is known speaks against it.

    Args:
        description: What the catalogue says of the voice: "old man, slow and frail".
        feminine: Whether it is to be a woman's or girl's (True), a man's or boy's (False).
        age: Of who speaks, in years.
    """
    words = frozenset(re.findall(r"\w+", description.casefold()))
    unfit = _MALE if feminine else _FEMALE
    wrong = 0 if feminine is None or words.isdisjoint(unfit) else _OTHER_GENDER
    return wrong if age is None else wrong + (_stage_of_age(age) - _stage_of_voice(words)) ** 2


def _stage_of_age(age: float) -> int:
    return sum(age >= limit for limit in (13, 30, 60))


def _stage_of_voice(words: frozenset[str]) -> int:
    if not words.isdisjoint(_CHILD):
        return _CHILD_STAGE
    if "young" in words:
        return _YOUNG_STAGE
    return _OLD_STAGE if "old" in words else _GROWN_STAGE
