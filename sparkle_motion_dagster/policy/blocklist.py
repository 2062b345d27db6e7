"""Blocked words and patterns, looked for in texts of any size in a time linear in their length.

Everything runs on RE2, which cannot backtrack. Terms are looked for as whole words in the folded
text; patterns, whatever the case, in the text as it is written and in the folded one.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sparkle_motion_dagster.policy.folding import fold

_WORD = r"\pL\pM\pN"
"""What words consist of. The underscore parts them: ids are written with it."""

_UNSPACED = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\p{Tibetan}ー〆]"
)
"""Letters of scripts that put no spaces between words, or, as Hangul, none before particles: words
in them begin and end anywhere. The last two are of no script by Unicode, and Japanese."""

_ASCII_ALONE = re.compile(r"(?<!\\)(?:\\\\)*\\[bBwW]")
"""What knows no other letters than a to z in RE2."""

_MOST_MEMORY = 256 * 2**20
"""What an expression may take, in bytes: where thousands of terms have too little, RE2 is slow."""


@dataclass(frozen=True)
class BlockedTexts:
    """The terms and patterns of one rule, by its name."""

    name: str
    terms: Sequence[str]
    patterns: Sequence[str]


@dataclass(frozen=True)
class _Expressions:
    """What to look for in folded texts and in those as written; None: nothing."""

    folded: Any
    written: Any

    @classmethod
    def of(cls, terms: Iterable[str], patterns: Iterable[str]) -> Self:
        written = [f"(?:{pattern})" for pattern in patterns]
        return cls(_compiled([*_words(terms), *written]), _compiled(written))

    def match(self, text: str, folded: str) -> bool:
        """Tell whether a text has any of it in it."""
        if self.folded is not None and self.folded.search(folded) is not None:
            return True
        # Where they are the same, it has been looked at.
        return self.written is not None and text != folded and self.written.search(text) is not None


class Blocklist:
    """All blocked terms and patterns."""

    def __init__(self, rules: Sequence[BlockedTexts]) -> None:
        """Compile them.

        Raises:
            ValueError: They are more than RE2 takes at once.
        """
        self._any = _Expressions.of(
            (term for rule in rules for term in rule.terms),
            (pattern for rule in rules for pattern in rule.patterns),
        )
        self._rules = {rule.name: _Expressions.of(rule.terms, rule.patterns) for rule in rules}

    def rules_in(self, text: str) -> tuple[str, ...]:
        """Return the names of the rules that a text breaks."""
        folded = fold(text)
        if not self._any.match(text, folded):
            return ()
        return tuple(name for name, rule in self._rules.items() if rule.match(text, folded))


def check_term(term: str) -> str:
    """Return a term of which something is left when it is folded.

    Raises:
        ValueError: Nothing is.
    """
    if not fold(term):
        raise ValueError("is blank, or consists of characters alone that do not count")
    return term


def check_pattern(pattern: str) -> str:
    """Return a pattern that RE2 takes.

    Raises:
        ValueError: It does not, or the pattern is found in every text, or not where it seems to be.
    """
    if not pattern.isascii() and _ASCII_ALONE.search(pattern) is not None:
        raise ValueError(
            f"the pattern {pattern!r} has letters beside a to z, which \\b, \\B, \\w and \\W do "
            "not know in RE2: write a term, or (^|\\PL) and ($|\\PL) for the edges of a word"
        )
    compiled = _compiled([f"(?:{pattern})"])
    if compiled.search("") is not None:
        raise ValueError(f"the pattern {pattern!r} is found in every text, the empty one included")
    return pattern


def _compiled(alternatives: Sequence[str]) -> Any:
    """Return an expression for any of some alternatives; None: there are none.

    Raises:
        ValueError: RE2 does not take it.
    """
    import re2

    if not alternatives:
        return None
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        return re2.compile("|".join(alternatives), options)
    except re2.error as error:
        (reason,) = error.args
        raise ValueError(
            f"RE2 does not take it ({reason.decode('utf-8', 'replace')}): it has neither "
            "look-around nor back-references, and repeats at most 1000 times"
        ) from error


def _words(terms: Iterable[str]) -> Iterator[str]:
    """Yield expressions for terms as whole words in folded text.

    A term ends where its word ends, if it ends in a letter of a script that parts words.
    """
    import re2

    by_edges = defaultdict(list)
    for term in sorted({fold(term) for term in terms}):
        by_edges[_is_spaced(term[0]), _is_spaced(term[-1])].append(re2.escape(term))
    outside = rf"[^{_WORD}]|{_UNSPACED}"
    for (begins_word, ends_word), alike in by_edges.items():
        before = f"(?:^|{outside})" if begins_word else ""
        after = f"(?:$|{outside})" if ends_word else ""
        yield f"{before}(?:{'|'.join(alike)}){after}"


@functools.lru_cache(maxsize=4096)
def _is_spaced(character: str) -> bool:
    """Tell whether a character belongs to a word that spaces part from others."""
    import re2

    return (
        re2.fullmatch(f"[{_WORD}]", character) is not None
        and re2.fullmatch(_UNSPACED, character) is None
    )
