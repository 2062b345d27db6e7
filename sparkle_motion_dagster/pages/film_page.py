"""A film's page as HTML: from the server, which fills it by scripts, or with all that it shows."""

from __future__ import annotations

import base64
import html
import json

from sparkle_motion_dagster.pages.film_view import FilmView
from sparkle_motion_dagster.pages.places import STATIC
from sparkle_motion_dagster.pages.shell import ServedPage, served_page

_STYLES = ("page.css",)
_MODULES = ("film",)
"""The scripts of the page, by the names by which they import each other."""


def film_page(run_id: str) -> ServedPage:
    """Return the page as the server sends it: scripts ask for what it shows."""
    return served_page(run_id, f'<film-page film="{html.escape(run_id)}"></film-page>', "film")


def film_page_on_disk(view: FilmView) -> str:
    """Return the page as it lies beside a film: it shows all of it without a server.

    Scripts of files cannot be loaded by pages of files, so that all lie in the page itself.
    """
    styles = "".join(f"<style>{(STATIC / name).read_text('utf-8')}</style>" for name in _STYLES)
    imports = {f"sparkle/{name}": _as_data(name) for name in _MODULES}
    # Not even "</script>" in a title ends it.
    data = view.model_dump_json().replace("<", "\\u003c")
    element = f'<script type="application/json" id="film">{data}</script><film-page>'
    return _page(view.title, styles, imports, element)


def _as_data(module: str) -> str:
    script = (STATIC / f"{module}.js").read_bytes()
    return f"data:text/javascript;base64,{base64.b64encode(script).decode()}"


def _page(title: str, styles: str, imports: dict[str, str], data: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title>{styles}"
        f'<script type="importmap">{json.dumps({"imports": imports})}</script></head>'
        f"<body>{data}</film-page>"
        '<script type="module">import "sparkle/film";</script></body></html>'
    )
