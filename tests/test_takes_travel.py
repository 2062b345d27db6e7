"""A film's takes and choices go where it goes, and none is lost or made unasked on the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from disks import read_only
from films_client import studio_client
from sparkle_motion_dagster.artifacts.choices import Choices
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import BASE_IMAGES, MOVIE_PLAN, SHOT_CLIPS, TAKES
from studio import Gallery, Plan, Rendered, Studio, short_film

KEYFRAME, PINNED, UNCHOSEN = "frame_000", "shot_001", "frame_001"
"""A keyframe whose second take is chosen, a pinned shot, a keyframe with a take to spare."""


@pytest.fixture(scope="module")
def directed(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio with the short film, of which there are takes: one is chosen, a shot is pinned."""
    studio = gallery.short_film().copy(tmp_path_factory.mktemp("takes"))
    said(studio, "redo", "film", KEYFRAME)
    said(studio, "redo", "film", UNCHOSEN)
    said(studio, "take", "film", KEYFRAME, "2")
    make(studio)
    said(studio, "pin", "film", PINNED)
    return studio


@pytest.fixture
def copy(directed: Studio, tmp_path: Path) -> Studio:
    return directed.copy(tmp_path)


def said(studio: Studio, *words: str | Path) -> str:
    done = studio.sparkle_here(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make(studio: Studio, plan: Plan | None = None) -> Rendered:
    return studio.make(short_film() if plan is None else plan)


def choices(studio: Studio) -> Choices:
    return RunFolder(studio.home, "film").choices.read()


def listed(studio: Studio) -> StageManifest:
    manifest = RunFolder(studio.home, "film").read(TAKES)
    assert manifest is not None
    return manifest


def decided(known: Choices) -> set[tuple[object, ...]]:
    """Return what people have decided, and their takes: the first of an item follows the plan."""
    return {
        (item.item, item.chosen, item.pinned, take.number, take.number > 1 and take.fingerprint)
        for item in known.items
        for take in item.takes
    }


def take_files(studio: Studio, item: str, number: int) -> tuple[Path, Path]:
    """Return where the store has the picture of a take, and where the film's folder does."""
    (artifact,) = [
        one
        for one in listed(studio).artifacts
        if (one.metadata.get("item"), one.metadata.get("take"), one.name) == (item, number, "image")
    ]
    shown = studio.home.runs / "film" / TAKES / artifact.file
    return Store(studio.home.store).path_of(artifact.sha256), shown


def take_ids(studio: Studio) -> set[str]:
    """Return the takes that the film's folder has, and which are measured, by their ids."""
    return {f"{one.id}: {one.name}" for one in listed(studio).artifacts}


def test_takes_come_back_from_an_archive_and_nothing_is_made(copy: Studio, tmp_path: Path) -> None:
    before, takes = choices(copy), listed(copy)
    said(copy, "archive", "film", tmp_path / "archive")
    elsewhere = Studio(tmp_path / "elsewhere")
    said(elsewhere, "restore", "film", tmp_path / "archive")
    assert choices(elsewhere) == before
    assert listed(elsewhere).artifacts == takes.artifacts
    for artifact in takes.artifacts:
        assert (elsewhere.home.runs / "film" / TAKES / artifact.file).is_file()
    assert "all is as it should be" in said(elsewhere, "verify")
    again = make(elsewhere)
    assert (again.made, again.new_actions) == ({}, 0)
    assert choices(elsewhere) == before
    # Another take is there to choose: it is taken, not made.
    said(elsewhere, "take", "film", UNCHOSEN, "2")
    assert BASE_IMAGES not in make(elsewhere).made


def test_pruning_and_indexing_lose_no_take_nor_what_is_pinned(copy: Studio) -> None:
    before = choices(copy)
    plan = short_film()
    # The shot that is pinned leaves the plan, and with it all that the film shows of it.
    del plan["shots"][0], plan["base_images"][0]
    plan["shots"][0]["start_base_image_id"] = "frame_001"
    plan["dialogue_timeline"] = None
    make(copy, plan)
    said(copy, "prune", "--records-older-than", "0d", "--yes")
    assert "all is as it should be" in said(copy, "verify")
    assert decided(choices(copy)) == decided(before)
    said(copy, "index", "rebuild")
    made = make(copy).made
    assert KEYFRAME not in made.get(BASE_IMAGES, [])
    assert PINNED not in made.get(SHOT_CLIPS, [])
    said(copy, "take", "film", UNCHOSEN, "2")
    assert BASE_IMAGES not in make(copy).made


def test_a_damaged_take_is_told_and_made_again_only_where_it_is_asked_for(copy: Studio) -> None:
    files = take_files(copy, UNCHOSEN, 2)
    whole = files[0].read_bytes()
    for file in files:
        file.chmod(0o644)
        file.write_bytes(whole[:100])
    told = copy.sparkle_here("verify", "film")
    assert told.returncode == 1
    assert f"base_images.{UNCHOSEN}@take2" in told.stdout
    damaged = f"base_images.{UNCHOSEN}@take2"
    others = {one for one in take_ids(copy) if not one.startswith(damaged)}
    assert others < take_ids(copy)
    said(copy, "verify", "film", "--repair")
    assert take_ids(copy) == others
    again = make(copy)
    assert (again.made, again.new_actions) == ({}, 0)
    said(copy, "take", "film", UNCHOSEN, "2")
    assert make(copy).made[BASE_IMAGES] == [UNCHOSEN]
    assert [file.read_bytes() for file in take_files(copy, UNCHOSEN, 2)] == [whole, whole]


def test_nothing_is_chosen_nor_varied_on_a_read_only_disk(directed: Studio) -> None:
    before = choices(directed)
    with read_only(directed.home.root):
        for words in (
            ("take", "film", KEYFRAME, "1"),
            ("unpin", "film", PINNED),
            ("redo", "film", KEYFRAME),
            ("vary", "film", "--set", "title=X", "--run-id", "x"),
        ):
            refused = directed.sparkle_here(*words)
            assert refused.returncode == 1
            assert "read-only" in refused.stderr.lower()
            assert "Traceback" not in refused.stderr
        assert KEYFRAME in said(directed, "takes", "film")
    assert choices(directed) == before
    assert not (directed.plans / "x.yaml").exists()


def test_a_film_is_removed_with_its_takes(copy: Studio) -> None:
    picture, _ = take_files(copy, UNCHOSEN, 2)
    said(copy, "remove", "film", "--yes")
    assert not picture.exists()
    assert not (copy.home.runs / "film").exists()


def test_a_film_that_is_taken_over_begins_without_choices(copy: Studio) -> None:
    before = choices(copy)
    plan = short_film()
    plan["base_images"][0]["prompt"] = "a desert at noon"
    other = copy.write(plan, "other")
    refused = copy.sparkle_here("render", other, "--run-id", "film")
    assert refused.returncode == 2
    assert choices(copy) == before
    taken = copy.sparkle_here("render", other, "--run-id", "film", "--replace")
    assert taken.returncode == 0, taken.stderr
    assert "what was chosen of takes was chosen of the film that film was before" in taken.stderr
    assert choices(copy) == Choices()
    assert RunFolder(copy.home, "film").read(TAKES) is None
    kept = copy.home.runs / "film" / "kept" / "choices.json"
    assert Choices.model_validate_json(kept.read_bytes()) == before
    # The same plan once more is no other film: what is chosen now stays.
    said(copy, "redo", "film", KEYFRAME)
    again = copy.sparkle_here("render", other, "--run-id", "film", "--replace")
    assert again.returncode == 0, again.stderr
    assert len(choices(copy).items) == 1


def test_a_film_that_asks_for_what_it_was_is_foreseen_without_choices_of_another(
    copy: Studio,
) -> None:
    other = copy.write(short_film() | {"title": "Another"}, "other")
    told = said(copy, "explain", "film", "--plan", other)
    assert "Run film belongs to the plan" in told
    assert "pinned" not in told


@pytest.fixture
def damaged(copy: Studio) -> Studio:
    """That film, its choices damaged."""
    path = copy.home.runs / "film" / "choices.json"
    path.write_bytes(path.read_bytes()[:200])
    return copy


@pytest.mark.parametrize(
    "words",
    [
        ("render", "PLAN"),
        ("explain", "film"),
        ("redo", "film", KEYFRAME),
        ("take", "film", KEYFRAME, "1"),
        ("pin", "film", KEYFRAME),
        ("unpin", "film", PINNED),
        ("takes", "film"),
        ("vary", "film", "--set", "title=X"),
        ("archive", "film", "../archive"),
        ("prune",),
    ],
    ids=lambda words: words[0],
)
def test_damaged_choices_are_told_in_a_sentence(damaged: Studio, words: tuple[str, ...]) -> None:
    plan = str(damaged.plans / "film.yaml")
    told = damaged.sparkle_here(*(plan if word == "PLAN" else word for word in words))
    assert told.returncode == 1
    assert "choices.json is damaged" in told.stderr
    assert "`sparkle verify --repair`" in told.stderr
    assert "Traceback" not in told.stderr


def test_damaged_choices_are_no_reason_not_to_look_at_the_film(damaged: Studio) -> None:
    assert "film" in said(damaged, "status")
    shown = damaged.sparkle_here("status", "film")
    assert BASE_IMAGES in shown.stdout
    assert "choices.json is damaged" in shown.stderr


def test_the_server_tells_of_damaged_choices_and_goes_on_listing_the_film(damaged: Studio) -> None:
    with studio_client(damaged) as client:
        for told in (
            client.get("/runs/film/takes"),
            client.put(f"/runs/film/takes/{BASE_IMAGES}/{KEYFRAME}/choice", json={"take": 1}),
        ):
            assert told.status_code == 409
            assert "choices.json is damaged" in told.json()["detail"]
        for shown in ("/runs", "/runs/film", "/films/film", "/runs/film/view", "/"):
            assert client.get(shown).status_code == 200, shown


def test_the_server_lists_all_takes_among_the_artifacts(directed: Studio) -> None:
    with studio_client(directed) as client:
        found = client.get("/artifacts", params={"run_id": "film", "limit": 1000}).json()
        takes = {one["item"] for one in found["artifacts"] if one["stage"] == TAKES}
        second = f"{BASE_IMAGES}.{KEYFRAME}@take2"
        assert takes >= {f"{BASE_IMAGES}.{KEYFRAME}@take1", second}
        sent = client.get(f"/artifacts/film/{TAKES}/{second}/image")
        assert sent.status_code == 200
        assert sent.content == take_files(directed, KEYFRAME, 2)[0].read_bytes()


def test_where_choices_are_given_up_all_takes_are_there_to_choose_from(damaged: Studio) -> None:
    said(damaged, "verify", "film", "--repair")
    found = choices(damaged)
    assert {one.item: len(one.takes) for one in found.items} == {
        KEYFRAME: 2,
        UNCHOSEN: 2,
        PINNED: 1,
    }
    assert {(one.chosen, one.pinned) for one in found.items} == {(None, None)}
    said(damaged, "take", "film", KEYFRAME, "2")
    again = make(damaged)
    assert (again.made, again.new_actions) == ({}, 0)


def test_a_film_without_choices_has_no_file_of_them(copy: Studio, tmp_path: Path) -> None:
    shutil.rmtree(copy.home.runs / "film")
    again = make(copy)
    assert MOVIE_PLAN in again.manifests
    assert not (copy.home.runs / "film" / "choices.json").exists()
