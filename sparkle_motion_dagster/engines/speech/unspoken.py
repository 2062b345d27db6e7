"""What of a written line nobody speaks."""

import re

from sparkle_motion_dagster.plan.captioning import graphemes

UNSPOKEN = re.compile(
    "[\u2190-\u21ff\u2300-\u245f\u2500-\u2bff\U0001f000-\U0001faff]"  # arrows, pictures, emoji
    r"|[*_~^|`#\\<>\[\]{}]"  # marks of emphasis and markup: written, never said
)
"""A character that is passed over."""


def unspoken(line: str) -> list[str]:
    """Return what of a line is passed over when it is spoken, each once: emoji, marks of markup."""
    return list(dict.fromkeys(one for one in graphemes(line) if UNSPOKEN.match(one)))
