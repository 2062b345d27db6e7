"""The check of who listens: whether what is said is understood."""

from collections.abc import Sequence

from sparkle_motion_dagster.film.checks.promises import WORDS_HEARD
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.hearing.listening import HeardLine

_MOST_WRONG = 1 / 3
"""Word error rate up to which a line counts as understood: recognisers mistake names, too."""

_MOST_LINES = 8
"""Lines that are named; the table shows them all."""


def words_heard(lines: Sequence[HeardLine] | None) -> Verdict:
    """Hold what was heard against what is written.

    Args:
        lines: What was heard of each line, in order; None: nobody listens.
    """
    if lines is None:
        return WORDS_HEARD.verdict({"listening": "nobody, under this profile"}, kept=True)
    compared = [line.comparison for line in lines if line.comparison is not None]
    words = sum(one.words for one in compared)
    errors = sum(one.errors for one in compared)
    misheard = [
        f"line {number} ({line.error_rate:.0%} wrong: {line.unheard or 'more than is written'})"
        for number, line in enumerate(lines, start=1)
        if line.error_rate > _MOST_WRONG
    ]
    languages = sorted({line.language for line in lines if line.comparison is None})
    more = len(misheard) - _MOST_LINES
    named = [*misheard[:_MOST_LINES], *([f"{more} more lines"] if more > 0 else [])]
    return WORDS_HEARD.verdict(
        {
            "lines": len(compared),
            "words": words,
            "word_error_rate": round(errors / words, 3) if words else 0.0,
            "not_understood": "; ".join(named) or "none",
            "not_listened_to": f"lines in {', '.join(languages)}" if languages else "none",
        },
        kept=not misheard,
    )
