"""HTML of what widgets show: everything that comes from films or people is escaped."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence

STYLES = """<style>
.sparkle { font-size: 13px; line-height: 1.45; }
.sparkle table { border-collapse: collapse; width: 100%; }
.sparkle th, .sparkle td { text-align: left; vertical-align: top; padding: 3px 10px 3px 0;
  border-bottom: 1px solid rgba(128, 128, 128, .3); white-space: normal; }
.sparkle td.sparkle-number, .sparkle th.sparkle-number { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.sparkle td:first-child { white-space: nowrap; }
.sparkle details { margin: 0 12px 6px 0; }
.sparkle figure { display: inline-block; vertical-align: top; margin: 0 12px 12px 0;
  max-width: 100%; }
.sparkle figure img, .sparkle figure video { max-width: 100%; border-radius: 3px; }
.sparkle figcaption, .sparkle-dim { opacity: .7; }
.sparkle pre { max-height: 320px; overflow: auto; white-space: pre-wrap; line-height: 1.35; }
.sparkle-messages { max-height: 180px; overflow-y: auto; white-space: pre-line; }
.sparkle-error { color: #c62828; }
.sparkle-warning { color: #a15c00; }
.sparkle-ok { color: #2e7d32; }
:is([data-jp-theme-light="false"], [theme="dark"]) .sparkle-error { color: #ff8a80; }
:is([data-jp-theme-light="false"], [theme="dark"]) .sparkle-warning { color: #ffb74d; }
:is([data-jp-theme-light="false"], [theme="dark"]) .sparkle-ok { color: #81c784; }
</style>"""
"""Styles of all of it; they come with each widget, so that any cell can be cleared."""


def escaped(text: str) -> str:
    """Return a text as HTML shows it."""
    return html.escape(text)


def block(*parts: str) -> str:
    """Return HTML in our styles."""
    return f'{STYLES}<div class="sparkle">{"".join(parts)}</div>'


def paragraph(text: str, level: str = "") -> str:
    """Return a text as a paragraph; its level may be ``ok``, ``warning``, ``error`` or ``dim``."""
    return f'<p class="{level and f"sparkle-{level}"}">{escaped(text)}</p>'


def table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()
) -> str:
    """Return a table of texts.

    Args:
        headers: A header a column.
        rows: A text a column.
        numbers: Which columns hold numbers, counted from 0: they stand at the right.
    """
    head = "".join(_cell("th", text, column in numbers) for column, text in enumerate(headers))
    body = "".join(
        f"<tr>{''.join(_cell('td', text, n in numbers) for n, text in enumerate(row))}</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def data_url(data: bytes, media_type: str) -> str:
    """Return an address that holds the bytes themselves: browsers need no server for it."""
    return f"data:{escaped(media_type)};base64,{base64.b64encode(data).decode()}"


def picture(data: bytes, media_type: str, alt: str, width: int) -> str:
    """Return a picture, at most so many pixels wide; ``alt`` says what is on it."""
    address = data_url(data, media_type)
    return f'<img src="{address}" alt="{escaped(alt)}" style="width: min({width}px, 100%)">'


def figure(content: str, caption: str) -> str:
    """Return something with a caption under it."""
    return f"<figure>{content}<figcaption>{escaped(caption)}</figcaption></figure>"


def _cell(tag: str, text: str, is_number: bool) -> str:  # noqa: FBT001 - a cell is one or is none
    scope = ' scope="col"' if tag == "th" else ""
    number = ' class="sparkle-number"' if is_number else ""
    return f"<{tag}{scope}{number}>{escaped(text)}</{tag}>"
