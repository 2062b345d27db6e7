"""The page that is shown where there is no film."""

from __future__ import annotations

import html

from sparkle_motion_dagster.pages.shell import ServedPage, served_page


def missing_page(reason: str) -> ServedPage:
    """Return the page that says why there is nothing to be shown, and leads to the films.

    Args:
        reason: In a sentence or two.
    """
    return served_page(
        "No such film",
        '<header class="masthead"><a class="home" href="/">Sparkle Motion</a></header>'
        f'<main><div class="stack"><h1>No such film</h1><p>{html.escape(reason)}</p>'
        '<p><a class="button" href="/">All films</a></p></div></main>',
    )
