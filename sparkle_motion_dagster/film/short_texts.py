"""Texts of a plan where there is room for a few words only: chapters, cells of tables."""

from sparkle_motion_dagster.plan.captions.captioning import graphemes

_MOST_BYTES = 255
"""An MP4 counts a chapter's title in one byte (its ``chpl`` box), in UTF-8."""


def shortened(text: str, most: int) -> str:
    """Return a text on one line of at most `most` characters, which a chapter's title can hold.

    It is cut off between words, but within one where that would leave less than half a line: not
    every script has spaces. What readers take for one character stays whole.
    """
    line = " ".join(text.split())
    if _fits(line, most):
        return line
    kept = ""
    for grapheme in graphemes(line):
        if not _fits(f"{kept}{grapheme}…", most):
            break
        kept += grapheme
    words = kept.rpartition(" ")[0]
    return f"{words} …" if len(words) >= most // 2 else f"{kept}…"


def _fits(line: str, most: int) -> bool:
    return len(line) <= most and len(line.encode()) <= _MOST_BYTES
