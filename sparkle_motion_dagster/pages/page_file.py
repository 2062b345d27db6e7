"""The film's page as a file: ``index.html`` in the run folder, beside what it shows."""

from __future__ import annotations

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.errors import explained_full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.pages.embedding import embedded_files
from sparkle_motion_dagster.pages.film_page import film_page_on_disk
from sparkle_motion_dagster.pages.film_view import film_view

PAGE = "index.html"
"""What the page is called. It follows from all else that is known of the film: no manifest lists
it, no digest holds it, and nobody misses it where it is gone."""


def has_page(folder: RunFolder) -> bool:
    """Tell whether a page lies in a film's folder."""
    return (folder.path / PAGE).exists()


def write_page(home: SparkleHome, folder: RunFolder) -> str | None:
    """Write the page of a film into its folder, or write it anew.

    A film is finished with or without its page.

    Returns:
        Why it could not be written, in a sentence; None: it was.
    """
    path = folder.path / PAGE
    try:
        view = film_view(home, folder)
        page = film_page_on_disk(view, embedded_files(home, view))
        with explained_full_disk(folder.path):
            write_atomically(path, page.encode())
    except (SparkleError, OSError) as error:
        return f"The film's page {path} could not be written: {error}"
    return None
