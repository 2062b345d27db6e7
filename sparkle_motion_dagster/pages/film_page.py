"""A film's page as HTML: from the server, which fills it by scripts, or with all that it shows."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping

from sparkle_motion_dagster.pages.embedding import as_data
from sparkle_motion_dagster.pages.film_view import FilmView
from sparkle_motion_dagster.pages.places import STATIC
from sparkle_motion_dagster.pages.shell import ServedPage, served_page, styles_of

_PAGE = "film"
_OF_SERVER = frozenset({"film/actions", "film/server"})
"""Scripts of the page that have nothing to do without a server."""

_SHARED = ("elements", "words")
"""Scripts of all pages that this one needs."""

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'unsafe-inline' data:",
        "style-src 'unsafe-inline'",
        "img-src 'self' file: data:",
        "media-src 'self' file: data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""Nothing is asked of any network, whatever stands in a plan."""


def film_page(run_id: str) -> ServedPage:
    """Return the page as the server sends it: scripts ask for what it shows."""
    return served_page(run_id, f'<film-page film="{html.escape(run_id)}"></film-page>', _PAGE)


def film_page_on_disk(view: FilmView, files: Mapping[str, str]) -> str:
    """Return the page as it lies beside a film: it shows all of it without a server.

    Scripts of files cannot be loaded by pages of files, so that all lie in the page itself. The
    film, its clips and its keyframes are shown from where they lie beside it.

    Args:
        view: What it shows.
        files: What is embedded in it: data URLs, by the digests of what they hold.
    """
    styles = "\n".join((STATIC / f"{name}.css").read_text("utf-8") for name in styles_of(_PAGE))
    imports = {f"sparkle/{name}": _script(name) for name in _scripts()}
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(view.title)}</title><style>{styles}</style>"
        f'<script type="importmap">{json.dumps({"imports": imports})}</script></head><body>'
        f"{_data('film-data', view.model_dump_json())}{_data('film-files', json.dumps(files))}"
        '<film-page></film-page><script type="module">import "sparkle/film";</script>'
        "</body></html>\n"
    )


def _scripts() -> Iterator[str]:
    """Yield the scripts of the page on disk, by the names by which they import each other."""
    yield from (*_SHARED, _PAGE)
    for script in sorted((STATIC / _PAGE).glob("*.js")):
        name = f"{_PAGE}/{script.stem}"
        if name not in _OF_SERVER:
            yield name


def _script(name: str) -> str:
    return as_data("text/javascript", (STATIC / f"{name}.js").read_bytes())


def _data(name: str, text: str) -> str:
    """Return data as an element of a page; not even "</script>" in a title ends it."""
    escaped = text.replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{escaped}</script>'
