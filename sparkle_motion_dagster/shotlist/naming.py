"""Ids of a plan that is built from a shot list: readable, safe as file names, each of its own."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Hashable
from itertools import chain, count

_LONGEST = 40
"""Letters of an id that follow a name; ids have at most 64."""


def slug(name: str, fallback: str) -> str:
    """Return an id that says a name in ``a-z``, digits and ``_``.

    Args:
        name: What it is called.
        fallback: The id where nothing of the name can be said so.
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    words = re.findall(r"[a-z0-9]+", "".join(filter(str.isascii, plain)))
    return "_".join(words)[:_LONGEST].strip("_") or fallback


def free(wanted: str, taken: Collection[str]) -> str:
    """Return an id that nothing has yet: the wanted one, or that with a number behind it."""
    others = (f"{wanted}_{number}" for number in count(2))
    return next(one for one in chain([wanted], others) if one not in taken)


class Names:
    """Gives each thing an id of its own."""

    def __init__(self) -> None:
        self._given: dict[Hashable, str] = {}
        self._taken: set[str] = set()

    def of(self, thing: Hashable, name: str, fallback: str) -> str:
        """Return a thing's id: the same whenever it is asked for, and nobody else's.

        Args:
            thing: What it is.
            name: What it is called.
            fallback: The id where nothing of the name can be said so.
        """
        if thing not in self._given:
            self._given[thing] = free(slug(name, fallback), self._taken)
            self._taken.add(self._given[thing])
        return self._given[thing]


class Numbers:
    """Numbers the things of a name: ``lamp_room_01``, ``lamp_room_02``."""

    def __init__(self) -> None:
        self._names = Names()
        self._counts: Counter[str] = Counter()

    def next(self, name: str, fallback: str) -> str:
        """Return the id of the next thing of a name."""
        stem = self._names.of(name, name, fallback)
        self._counts[stem] += 1
        return f"{stem}_{self._counts[stem]:02}"
