"""Who speaks, as captions name them: in one line, and told apart."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sparkle_motion_dagster.plan.captions import captioning

_LONGEST_NAME = 30
"""Columns of a name: what is said begins beside it."""


@dataclass(frozen=True)
class SpeakerName:
    """Who speaks: the name that captions show, and the language tag, such as ``en-US``.

    ``number`` tells one from another who would be shown by the same name; None: nobody would.
    """

    name: str
    language: str
    number: int | None = None

    @property
    def shown(self) -> str:
        """The name as captions show it: in one line, and cut off where it would fill that line."""
        number = "" if self.number is None else f" ({self.number})"
        return _cut(self.name, _LONGEST_NAME - len(number)) + number


def told_apart(
    speakers: Mapping[str, SpeakerName], speaking: Collection[str]
) -> Mapping[str, SpeakerName]:
    """Return speakers, numbered in their order where captions would show the same name of several.

    Args:
        speakers: By character id, in the plan's order.
        speaking: Ids of those who say anything: nobody else is shown.
    """
    names = {id_: _look(speakers[id_].shown) for id_ in speakers if id_ in speaking}
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    numbers: Counter[str] = Counter()
    numbered = dict(speakers)
    for id_, name in names.items():
        if name in shared:
            numbers[name] += 1
            numbered[id_] = replace(speakers[id_], number=numbers[name])
    return numbered


def _look(name: str) -> str:
    """Return what readers see of a name: neither its case nor how it is encoded."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in plain if unicodedata.category(each) != "Cf")


def _cut(name: str, most: int) -> str:
    line = " ".join(captioning.without_markup(name).split())
    if captioning.columns(line) <= most:
        return line
    kept = ""
    for grapheme in captioning.graphemes(line):
        if captioning.columns(kept + grapheme) >= most:
            break
        kept += grapheme
    return f"{kept.rstrip()}…"
