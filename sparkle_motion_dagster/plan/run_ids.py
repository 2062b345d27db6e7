"""Names of runs: a run's folder, its film and its partition are called by them."""

import hashlib
import re
import unicodedata

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.fields import shown

_LONGEST = 64
_RUN_ID = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9._-]{0,63}")
_RULE = (
    "a run id is 1 to 64 lower-case letters (a-z), digits, '.', '_' and '-', begins with a letter "
    "or a digit, and has no '..' in it"
)

_ENDING = re.compile(r"(?P<name>.+)(?P<ending>\.[a-z0-9_-]{1,40})", re.DOTALL)
"""What follows the last dot may name a profile: it is never shortened."""

_UNMARKED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)
"""Latin letters that Unicode does not take apart into one of a to z and a mark."""


def check_run_id(text: str) -> str:
    """Return a run id that keeps the pattern.

    Raises:
        InputError: It does not.
    """
    if _RUN_ID.fullmatch(text) is None:
        raise InputError(f"{shown(text)} is no run id: {_RULE}")
    return text


def run_id_of(name: str) -> str:
    """Return the run id that a name of a file makes, without its suffix.

    A name that is one in lower case keeps it. Of others, letters lose their marks, and what stands
    between them becomes a hyphen. Where that loses letters, as of other scripts, or what is too
    much, it ends in a digest of the name, so that different names make different ids.
    """
    # Bytes of names that are no UTF-8 as the inbox notes them.
    name = name.encode("utf-8", "backslashreplace").decode()
    if _RUN_ID.fullmatch(plain := name.lower()):
        return plain
    parts = _ENDING.fullmatch(unicodedata.normalize("NFC", plain))
    if parts is None:
        return _derived(name, _LONGEST)
    return _derived(parts["name"], _LONGEST - len(parts["ending"])) + parts["ending"]


def _derived(name: str, longest: int) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    letters = "".join(one for one in folded if not unicodedata.combining(one)).translate(_UNMARKED)
    kept = re.sub(r"[^a-z0-9._]+", "-", letters)
    kept = re.sub(r"[.-]*-[.-]*", "-", re.sub(r"\.{2,}", ".", kept)).strip("._-")
    is_whole = not any(_says_something(one) for one in letters if not one.isascii())
    if kept and is_whole and len(kept) <= longest:
        return kept
    digest = hashlib.sha256(folded.encode()).hexdigest()[:8]
    kept = kept[: longest - len(digest) - 1].rstrip("._-")
    return f"{kept or 'film'}-{digest}"


def _says_something(character: str) -> bool:
    """Tell whether a character is more than punctuation and space: a letter, a digit, a sign."""
    return unicodedata.category(character)[0] not in "PZ"
