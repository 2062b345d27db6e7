"""The index of hashes follows what films have, and can be made anew from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from keyframe_films import picture_file, pictures_plan, publish_keyframes
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.operations.similar import SimilarItems, similar_to
from sparkle_motion_dagster.similar.index import PICTURES, SimilarIndex
from sparkle_motion_dagster.similar.thumbnails import Thumbnail, thumbnail_of

SEA = {"sea": "a ship on a stormy sea at night"}
BOTH = {**SEA, "kitchen": "a bright kitchen at noon"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> SparkleHome:
    home = SparkleHome(tmp_path_factory.mktemp("drawn") / "home")
    publish_keyframes(home, "ash", pictures_plan(SEA))
    publish_keyframes(home, "birch", pictures_plan(BOTH))
    return home


@pytest.fixture
def home(drawn: SparkleHome, tmp_path: Path) -> SparkleHome:
    shutil.copytree(drawn.root, tmp_path / "home")
    return SparkleHome(tmp_path / "home")


def picture(home: SparkleHome, film: str, item: str) -> Thumbnail:
    with Image.open(picture_file(home, film, item)) as opened:
        return thumbnail_of(opened)


def films(found: SimilarItems) -> set[str]:
    return {one.run_id for one in found.items}


def manifest(home: SparkleHome, film: str) -> StageManifest:
    found = RunFolder(home, film).read(BASE_IMAGES)
    assert found is not None
    return found


def test_every_picture_is_hashed_once_whoever_has_it(home: SparkleHome) -> None:
    sea, index = picture(home, "ash", "sea"), SimilarIndex(home)
    assert index.follow(PICTURES).hashed == 2
    assert index.follow(PICTURES).hashed == 0
    found = similar_to(home, [sea], 6, index=index)
    assert films(found) == {"ash", "birch"}
    assert [(one.distance, one.width) for one in found.items] == [(0, 320)] * 2


def test_one_that_has_read_the_index_follows_what_comes(home: SparkleHome) -> None:
    index = SimilarIndex(home)
    index.follow(PICTURES)
    assert index.alike([picture(home, "birch", "kitchen")])
    publish_keyframes(home, "cedar", pictures_plan({"hill": "a castle on a hill at dawn"}))
    hill = picture(home, "cedar", "hill")
    assert films(similar_to(home, [hill], 6, index=index)) == {"cedar"}
    # Another process forgets everything, and hashes it in another order.
    SimilarIndex(home).rebuild()
    assert films(similar_to(home, [hill], 6, index=index)) == {"cedar"}
    assert films(similar_to(home, [picture(home, "ash", "sea")], 6, index=index)) == {
        "ash",
        "birch",
    }


def test_a_film_that_is_removed_is_answered_with_no_more(home: SparkleHome) -> None:
    sea, kitchen = picture(home, "ash", "sea"), picture(home, "birch", "kitchen")
    similar_to(home, [sea], 6)
    shutil.rmtree(RunFolder(home, "birch").detach())
    assert films(similar_to(home, [sea], 6)) == {"ash"}
    assert films(similar_to(home, [kitchen], 6)) == set()


def test_it_is_made_anew_where_it_is_missing_or_damaged(home: SparkleHome) -> None:
    sea = picture(home, "ash", "sea")
    before = similar_to(home, [sea], 6)
    for damage in (b"no database at all", b"", None):
        for name in (home.similar, *home.root.glob("similar.sqlite-*")):
            name.unlink(missing_ok=True)
        if damage is not None:
            home.similar.write_bytes(damage)
        again = similar_to(home, [sea], 6)
        assert again.items == before.items
        assert again.hashed == 2
    assert (home.set_aside / "similar.sqlite").read_bytes() == b"no database at all"


def test_the_index_of_manifests_may_be_made_anew_in_between(home: SparkleHome) -> None:
    index = SimilarIndex(home)
    assert index.follow(PICTURES).hashed == 2
    ArtifactIndex(home).rebuild()
    publish_keyframes(home, "cedar", pictures_plan({"hill": "a castle on a hill at dawn"}))
    assert index.follow(PICTURES).hashed == 1


def test_a_stored_picture_that_is_damaged_is_said_and_leaves_the_others(home: SparkleHome) -> None:
    damaged = manifest(home, "birch").artifact("kitchen", "image").sha256
    path = Store(home.store).path_of(damaged)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:400])
    found = similar_to(home, [picture(home, "ash", "sea")], 6)
    assert (found.hashed, found.unreadable) == (1, (damaged,))
    assert films(found) == {"ash", "birch"}
