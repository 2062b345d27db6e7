"""The shell of every page that the server sends: it holds no film's data; scripts ask for that.

A browser runs none but the pages' own scripts, and asks none but their server: each page comes with
a content security policy that says so, and no script, style or picture stands in the page itself
but the names by which scripts import each other.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import dataclass

from sparkle_motion_dagster.pages.places import STATIC

_STYLES = ("page", "live")
"""The styles that all pages share."""


@dataclass(frozen=True)
class ServedPage:
    """A page as it is sent.

    Attributes:
        html: The document.
        policy: Its content security policy (https://www.w3.org/TR/CSP3/).
    """

    html: str
    policy: str


def served_page(title: str, body: str, module: str | None = None) -> ServedPage:
    """Return a page of the server.

    Args:
        title: What the browser calls it, until scripts know better.
        body: What stands in it, as HTML: custom elements, which scripts fill.
        module: The script that defines them, such as "film" of static/film.js, which has the styles
            beside it; None: nothing in the page needs one.
    """
    imports = json.dumps({"imports": _imports()}, separators=(",", ":"))
    own = () if module is None else (module,)
    styles = "".join(
        f'<link rel="stylesheet" href="/static/{name}.css">'
        for name in (_STYLES if module is None else styles_of(module))
    )
    scripts = "".join(f'<script type="module" src="/static/{name}.js"></script>' for name in own)
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title>"
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        f'{styles}<script type="importmap">{imports}</script>{scripts}</head>'
        f"<body>{body}</body></html>"
    )
    return ServedPage(document, _policy(imports))


def styles_of(module: str) -> tuple[str, ...]:
    """Return the styles of a page, in their order: all pages' own, and those of its folder."""
    of_parts = sorted((STATIC / module).glob("*.css"))
    return (*_STYLES, module, *(f"{module}/{style.stem}" for style in of_parts))


def _imports() -> dict[str, str]:
    """Return the names by which scripts import each other, and where they lie on the server."""
    scripts = sorted(STATIC.rglob("*.js"))
    names = (script.relative_to(STATIC).with_suffix("").as_posix() for script in scripts)
    return {f"sparkle/{name}": f"/static/{name}.js" for name in names}


def _policy(inline: str) -> str:
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{digest}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            # Nothing becomes HTML or script that a script put together of texts.
            "require-trusted-types-for 'script'",
        )
    )
