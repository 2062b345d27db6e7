"""Title pages that are typed like the script: the title first, then who wrote it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

_BY = re.compile(r"(?:(?:story|screenplay|teleplay|written|script)\s+)*by:?", re.IGNORECASE)
_WITH_NAME = re.compile(rf"{_BY.pattern}\s+(?P<name>\S.*)", re.IGNORECASE)
_ENTRY = re.compile(r"(?P<key>title|author|language):\s*(?P<said>\S.*)", re.IGNORECASE)


def typed_title_page(lines: Sequence[str]) -> Mapping[str, str]:
    """Return what a title page says, by the names that Fountain has for it.

    Args:
        lines: Its lines that are not blank.
    """
    return dict(reversed(list(_entries([" ".join(line.split()) for line in lines]))))


def _entries(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what each line tells, what is to be believed first."""
    title = [line for line in lines[:1] if not _ENTRY.fullmatch(line)]
    for line, after in zip_longest(lines[len(title) :], lines[len(title) + 1 :]):
        if (entry := _ENTRY.fullmatch(line)) is not None:
            yield entry["key"].lower(), entry["said"]
        elif (named := _WITH_NAME.fullmatch(line)) is not None:
            yield "author", named["name"]
        elif after is not None and _BY.fullmatch(line):
            yield "author", after
    yield from (("title", line) for line in title)
