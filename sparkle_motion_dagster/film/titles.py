"""Texts of a plan where there is room for a few words only: chapters, cells of tables."""


def shortened(text: str, most: int) -> str:
    """Return a text on one line of at most `most` characters.

    It is cut off between words, but within one where that would leave less than half a line: not
    every script has spaces.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    words = line[: most - 1].rpartition(" ")[0]
    return f"{words} …" if len(words) >= most // 2 else f"{line[: most - 1]}…"
