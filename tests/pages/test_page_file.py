"""The page that lies beside a film: when it is written, what it holds, and who minds it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import BASE_IMAGES, MOVIE_PLAN, PLAN, SHOT_CLIPS
from sparkle_motion_dagster.pages.embedding import embedded_files
from sparkle_motion_dagster.pages.film_page import film_page_on_disk
from sparkle_motion_dagster.pages.film_view import film_view
from sparkle_motion_dagster.pages.page_file import PAGE, write_page
from studio import Gallery, Studio

LARGEST_BYTES = 400_000
"""A page of a short film: styles, scripts, and a few small pictures."""


def page_of(studio: Studio) -> Path:
    return studio.home.runs / "film" / PAGE


def manifests_of(studio: Studio) -> dict[str, StageManifest]:
    return RunFolder(studio.home, "film").manifests()


class _Scripts(HTMLParser):
    """Collects the scripts of a page, by their ids or types."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = (given.get("id") or given.get("type")) if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.found[self._open] = self.found.get(self._open, "") + data


def scripts_in(page: str) -> dict[str, str]:
    parser = _Scripts()
    parser.feed(page)
    return parser.found


def test_it_is_small_and_asks_no_network(gallery: Gallery) -> None:
    page = page_of(gallery.short_film())
    assert page.stat().st_size < LARGEST_BYTES
    text = page.read_text()
    addresses = set(re.findall(r"(?:src|href)=[\"']?([^\"' >]+)", text))
    assert addresses == set()
    assert "default-src 'none'" in text
    imports = json.loads(scripts_in(text)["importmap"])["imports"]
    assert all(address.startswith("data:text/javascript;") for address in imports.values())


def test_it_holds_what_the_page_shows(gallery: Gallery) -> None:
    studio = gallery.short_film()
    folder = RunFolder(studio.home, "film")
    found = scripts_in(page_of(studio).read_text())
    view = film_view(studio.home, folder)
    assert json.loads(found["film-data"]) == json.loads(view.model_dump_json())
    files = json.loads(found["film-files"])
    assert files == embedded_files(studio.home, view)
    assert view.captions is not None
    assert files[view.captions.sha256].startswith("data:text/vtt;base64,")
    assert {shot.strip.sha256 for shot in view.shots if shot.strip} <= files.keys()


def test_no_text_of_a_plan_ends_the_script_that_holds_it(gallery: Gallery) -> None:
    studio = gallery.short_film()
    view = film_view(studio.home, RunFolder(studio.home, "film"))
    title = "</script><script>alert(1)</script><!-- \u2028 & é"
    page = film_page_on_disk(view.model_copy(update={"title": title}), {})
    found = scripts_in(page)
    assert json.loads(found["film-data"])["title"] == title
    assert found.keys() == {"importmap", "film-data", "film-files", "module"}


def test_more_pictures_are_smaller_ones(gallery: Gallery) -> None:
    studio = gallery.short_film()
    view = film_view(studio.home, RunFolder(studio.home, "film"))
    whole = sum(map(len, embedded_files(studio.home, view).values()))
    scaled = sum(map(len, embedded_files(studio.home, view, whole // 6).values()))
    assert scaled < whole / 2


def test_commands_pass_over_it(rendered: Studio) -> None:
    for command in (("verify", "film"), ("status",), ("status", "film"), ("prune",)):
        ran = rendered.sparkle_here(*command)
        assert ran.returncode == 0, ran.stderr
        assert PAGE not in ran.stdout
    assert page_of(rendered).exists()


def test_an_archive_goes_without_it_and_what_is_restored_has_it(
    rendered: Studio, tmp_path: Path
) -> None:
    before = manifests_of(rendered)
    archive = tmp_path / "archive"
    assert rendered.sparkle_here("archive", "film", archive).returncode == 0
    assert not list(archive.rglob(PAGE))
    assert rendered.sparkle_here("remove", "film", "--yes").returncode == 0
    assert not page_of(rendered).exists()
    assert rendered.sparkle_here("restore", "film", archive).returncode == 0
    assert page_of(rendered).exists()
    assert manifests_of(rendered) == before


def test_a_page_that_cannot_be_written_says_why_and_harms_nothing(rendered: Studio) -> None:
    page = page_of(rendered)
    page.unlink()
    page.mkdir()
    before = manifests_of(rendered)
    failed = write_page(rendered.home, RunFolder(rendered.home, "film"))
    assert failed is not None
    assert str(page) in failed
    assert manifests_of(rendered) == before
    assert not [left for left in page.parent.iterdir() if left.name.startswith(TEMPORARY)]


def test_a_plan_of_another_version_is_not_shown_and_said(rendered: Studio) -> None:
    folder, store = RunFolder(rendered.home, "film"), Store(rendered.home.store)
    manifest = folder.read(MOVIE_PLAN)
    assert manifest is not None
    other = {"sha256": store.write(b"{}").sha256, "size_bytes": 2}
    plan = manifest.artifact(PLAN, "plan").model_copy(update=other)
    folder.publish(manifest.model_copy(update={"artifacts": (plan,)}), store)
    failed = write_page(rendered.home, folder)
    assert failed is not None
    assert "movie_plan.json of film is one of another version" in failed


def test_a_damaged_preview_is_left_out(rendered: Studio) -> None:
    view = film_view(rendered.home, RunFolder(rendered.home, "film"))
    strip = view.shots[0].strip
    assert strip is not None
    stored = rendered.home.store / strip.sha256[:2] / strip.sha256
    stored.chmod(0o600)
    stored.write_bytes(b"no picture")
    assert write_page(rendered.home, RunFolder(rendered.home, "film")) is None
    files = json.loads(scripts_in(page_of(rendered).read_text())["film-files"])
    assert strip.sha256 not in files
    assert {BASE_IMAGES, SHOT_CLIPS} <= manifests_of(rendered).keys()
