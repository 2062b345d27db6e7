"""Comparing what people write: whether a text says something already."""

import re
import unicodedata

_WORD_BEGINS, _WORD_ENDS = r"(?<!\w)", r"(?!\w)"


def phrase(text: str) -> str:
    """Return a text on one line, without what ends its last sentence: others follow it."""
    return " ".join(text.split()).rstrip(".,:; ")


def says(text: str, wanted: str) -> bool:
    """Tell whether a text holds all of a phrase, as whole words, in any case.

    Args:
        text: Where it is looked for, on one line; see `phrase`.
        wanted: What is looked for, likewise.
    """
    if not wanted:
        return True
    folded = wanted.casefold()
    begins = _WORD_BEGINS if _sets_words_apart(folded[0]) else ""
    ends = _WORD_ENDS if _sets_words_apart(folded[-1]) else ""
    return re.search(f"{begins}{re.escape(folded)}{ends}", text.casefold()) is not None


def _sets_words_apart(letter: str) -> bool:
    """Tell whether a letter's script may part words by spaces; Chinese, Japanese and Thai do not.

    Unicode calls the letters of these "other" (Lo), beside those of some that do.
    """
    return unicodedata.category(letter) != "Lo"
