"""The front page: all films, and how new ones begin."""

from sparkle_motion_dagster.pages.shell import ServedPage, served_page


def front_page() -> ServedPage:
    """Return the page as the server sends it."""
    return served_page("Sparkle Motion", "<front-page></front-page>", "front")
