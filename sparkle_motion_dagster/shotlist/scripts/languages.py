"""Which language is spoken, where the letters say so."""

import re
import unicodedata
from collections import Counter

_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)


def language_of_letters(text: str) -> str | None:
    """Return the language of a text, as a tag; None: its letters are those of several.

    Greek letters are Greek; Cyrillic ones Russian, or Ukrainian where it has letters of its own.
    """
    scripts = Counter(unicodedata.name(one, "").partition(" ")[0] for one in text if one.isalpha())
    most = scripts.most_common(1)
    if most and most[0][0] == "GREEK":
        return "el"
    if most and most[0][0] == "CYRILLIC":
        return "uk" if _UKRAINIAN.search(text) else "ru"
    return None
