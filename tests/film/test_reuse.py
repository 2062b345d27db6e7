"""A keyframe that came out like an older one gives way to it, once and for all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from keyframe_films import REUSING, pictures_plan, publish_keyframes
from sparkle_motion_dagster.artifacts.choices import ItemChoices, Take
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import BASE_IMAGES

SEA = {"sea": "a ship on a stormy sea at night"}
OTHER_SEA = {"sea": "a ship on a stormy sea at noon"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> SparkleHome:
    """A home in which ash was first, and birch, whose strips say otherwise, took its picture."""
    home = SparkleHome(tmp_path_factory.mktemp("drawn") / "home")
    publish_keyframes(home, "ash", pictures_plan(SEA))
    publish_keyframes(home, "birch", pictures_plan(SEA, shots="t"), REUSING)
    return home


@pytest.fixture
def home(drawn: SparkleHome, tmp_path: Path) -> SparkleHome:
    shutil.copytree(drawn.root, tmp_path / "home")
    return SparkleHome(tmp_path / "home")


def manifest(home: SparkleHome, film: str) -> StageManifest:
    found = RunFolder(home, film).read(BASE_IMAGES)
    assert found is not None
    return found


def sea(home: SparkleHome, film: str) -> Artifact:
    return manifest(home, film).artifact("sea", "image")


def records(home: SparkleHome) -> int:
    return len(list(home.actions.glob("*/*.json")))


def test_the_older_picture_is_taken_and_said_and_the_own_one_is_kept(home: SparkleHome) -> None:
    ash, birch = sea(home, "ash"), sea(home, "birch")
    own = manifest(home, "birch").artifact("sea@drawn", "image")
    assert birch.sha256 == ash.sha256
    assert birch.fingerprint == ash.fingerprint
    assert own.sha256 != ash.sha256
    assert birch.metadata["reused"] == {
        "film": "ash",
        "item": "sea",
        "distance": 0,
        "instead_of": own.fingerprint,
    }
    assert "reused" not in ash.metadata
    assert manifest(home, "birch").provenance.made == ("sea",)
    assert Store(home.store).is_sound(own.sha256)


def test_the_log_says_it(home: SparkleHome) -> None:
    said: list[str] = []
    made = publish_keyframes(home, "cedar", pictures_plan(SEA, shots="u"), REUSING, said.append)
    assert "sea: sea of ash, 0 bits apart, is taken instead." in said
    assert {item: str(reuse) for item, reuse in made.reused.items()} == {
        "sea": "sea of ash, 0 bits apart"
    }


def test_progress_counts_a_replaced_keyframe_once(home: SparkleHome) -> None:
    publish_keyframes(home, "cedar", pictures_plan(SEA, shots="u"), REUSING)
    for _ in range(2):
        progress = RunFolder(home, "cedar").state.read().progress
        assert progress is not None
        assert (progress.done, progress.total) == (1, 1)
        # The next time it is replaced as it was decided, without being asked for first.
        publish_keyframes(home, "cedar", pictures_plan(SEA, shots="u"), REUSING)


def test_an_identical_rerun_decides_the_same_whatever_was_made_since(home: SparkleHome) -> None:
    before, plan = manifest(home, "birch"), pictures_plan(SEA, shots="t")
    # Pictures that are like it, too, one of which claims to be older than all others.
    for shots in ("v", "w"):
        publish_keyframes(home, f"film_{shots}", pictures_plan(SEA, shots=shots))
    older = Path(home.actions) / (print_ := sea(home, "film_v").fingerprint)[:2] / f"{print_}.json"
    text = older.read_text()
    made_at = text.split('"made_at": "')[1][:4]
    older.write_text(text.replace(f'"made_at": "{made_at}', '"made_at": "2001'))
    count = records(home)
    for _ in range(2):
        publish_keyframes(home, "birch", plan, REUSING)
        after = manifest(home, "birch")
        assert after.artifacts == before.artifacts
        assert after.provenance.made == ()
    assert records(home) == count
    # Who has not decided yet takes the oldest.
    publish_keyframes(home, "late", pictures_plan(SEA, shots="z"), REUSING)
    assert sea(home, "late").sha256 == sea(home, "film_v").sha256


def test_a_film_that_decided_for_its_own_picture_keeps_it(home: SparkleHome) -> None:
    before = manifest(home, "ash")
    publish_keyframes(home, "ash", pictures_plan(SEA), REUSING)
    assert manifest(home, "ash").artifacts == before.artifacts


def test_without_the_film_that_had_it_first_the_film_goes_on(home: SparkleHome) -> None:
    before = manifest(home, "birch")
    shutil.rmtree(RunFolder(home, "ash").detach())
    publish_keyframes(home, "birch", pictures_plan(SEA, shots="t"), REUSING)
    assert manifest(home, "birch").artifacts == before.artifacts


@pytest.mark.parametrize("loss", ["record", "picture gone", "picture damaged"])
def test_where_the_older_picture_is_gone_the_film_has_its_own(home: SparkleHome, loss: str) -> None:
    ash, own = sea(home, "ash"), manifest(home, "birch").artifact("sea@drawn", "image")
    path = Store(home.store).path_of(ash.sha256)
    if loss == "record":
        (home.actions / ash.fingerprint[:2] / f"{ash.fingerprint}.json").unlink()
    elif loss == "picture gone":
        path.unlink()
    else:
        path.chmod(0o644)
        path.write_bytes(b"\x89PNG and then nothing")
    for _ in range(2):
        publish_keyframes(home, "birch", pictures_plan(SEA, shots="t"), REUSING)
        assert sea(home, "birch").sha256 == own.sha256
        assert manifest(home, "birch").provenance.made == ()
        assert not manifest(home, "birch").find("sea@drawn", "image")


def test_without_the_setting_the_film_has_its_own_again(home: SparkleHome) -> None:
    own = manifest(home, "birch").artifact("sea@drawn", "image")
    publish_keyframes(home, "birch", pictures_plan(SEA, shots="t"))
    assert sea(home, "birch").sha256 == own.sha256
    assert manifest(home, "birch").provenance.made == ()


def test_another_size_another_scene_and_the_plans_own_picture_are_never_replaced(
    home: SparkleHome, tmp_path: Path
) -> None:
    publish_keyframes(home, "small", pictures_plan(SEA, size="160x90"), REUSING)
    publish_keyframes(home, "noon", pictures_plan(OTHER_SEA), REUSING)
    shutil.copy(home.runs / "ash" / BASE_IMAGES / "sea.png", tmp_path / "plans" / "mine.png")
    publish_keyframes(home, "mine", pictures_plan({"sea": "mine.png"}, own=["sea"]), REUSING)
    for film in ("small", "noon", "mine"):
        assert "reused" not in sea(home, film).metadata, film


def test_what_a_person_made_again_is_never_replaced(home: SparkleHome) -> None:
    folder = RunFolder(home, "cedar")
    takes = (Take(number=1), Take(number=2))
    redone = ItemChoices(stage=BASE_IMAGES, item="sea", takes=takes)
    folder.choices.change(lambda choices: choices.with_item(redone))
    publish_keyframes(home, "cedar", pictures_plan(SEA, shots="u"), REUSING)
    assert "reused" not in sea(home, "cedar").metadata


def test_a_shot_never_ends_as_it_begins_because_of_it(home: SparkleHome) -> None:
    plan = pictures_plan({"sea": SEA["sea"], "again": SEA["sea"]}, shots="x")
    goes_on, follows = plan["shots"]
    plan["shots"] = [{**goes_on, "end_base_image_id": "again", "duration_sec": 2}, follows]
    # Drawn with one seed, but for what their strips say, both are like the picture of another film.
    first = pictures_plan(SEA)
    for image in (*plan["base_images"], *first["base_images"]):
        image["metadata"] = {"seed": 5}
    publish_keyframes(home, "seed", first)
    publish_keyframes(home, "both", plan, REUSING)
    assert "reused" in sea(home, "both").metadata
    digests = {sea(home, "both").sha256, manifest(home, "both").artifact("again", "image").sha256}
    assert len(digests) == 2


def test_what_a_person_makes_again_after_it_was_replaced_is_the_films_own(
    home: SparkleHome,
) -> None:
    own = manifest(home, "birch").artifact("sea@drawn", "image")
    redone = ItemChoices(stage=BASE_IMAGES, item="sea", takes=(Take(number=1), Take(number=2)))
    RunFolder(home, "birch").choices.change(lambda choices: choices.with_item(redone))
    publish_keyframes(home, "birch", pictures_plan(SEA, shots="t"), REUSING)
    assert sea(home, "birch").sha256 == own.sha256


def test_a_picture_never_gives_way_to_one_that_was_made_later(home: SparkleHome) -> None:
    publish_keyframes(home, "later", pictures_plan(SEA, shots="v"))
    # What ash asked for, too: taken from the store, and older than all others.
    publish_keyframes(home, "third", pictures_plan(SEA), REUSING)
    assert sea(home, "third").sha256 == sea(home, "ash").sha256
    assert "reused" not in sea(home, "third").metadata


def test_a_picture_of_somebody_else_is_never_taken(home: SparkleHome) -> None:
    people = {}
    for film, who in (("mine", "mara"), ("yours", "nora")):
        plan = pictures_plan({"sea": "a ship on a stormy sea at night, empty"}, shots=film[0])
        plan["characters"] = [{"id": who, "name": "Somebody", "description": "an old man"}]
        plan["base_images"][0] |= {"characters": [who], "metadata": {"seed": 5}}
        people[film] = plan
    publish_keyframes(home, "mine", people["mine"])
    publish_keyframes(home, "yours", people["yours"], REUSING)
    assert "reused" not in sea(home, "yours").metadata
