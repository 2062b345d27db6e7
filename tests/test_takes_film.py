"""A film whose items are redone, chosen, pinned and let go: what each render makes, counted."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.actions import read_action
from sparkle_motion_dagster.artifacts.choices import Choices
from sparkle_motion_dagster.artifacts.film_state import Status
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import BASE_IMAGES, TAKES
from studio import REPOSITORY, Gallery, Plan, Studio, short_film

KILLING = REPOSITORY / "tests" / "support" / "killing.py"
RECORDED = ("os.rename", "*/actions/??/*.json")


@pytest.fixture
def film(gallery: Gallery, tmp_path: Path) -> Studio:
    return gallery.short_film().copy(tmp_path / "studio")


def say(film: Studio, *words: str) -> str:
    """Type a `sparkle` command, which must succeed; return what it answers."""
    result = film.sparkle_here(*words)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(film: Studio, *words: str) -> str:
    result = film.sparkle_here(*words)
    assert result.returncode != 0
    return result.stderr


def folder(film: Studio) -> RunFolder:
    return RunFolder(film.home, "film")


def choices(film: Studio) -> Choices:
    return folder(film).choices.read()


def status(film: Studio) -> Status | None:
    return folder(film).state.read().status


def drawn(film: Studio) -> int:
    """Return how many pictures were ever drawn."""
    paths = (film.home.actions).glob("*/*.json")
    return sum(read_action(path).engine.name == "storyboard" for path in paths)


def render(film: Studio, edit: Callable[[Plan], object] = lambda _: None) -> dict[str, list[str]]:
    """Render the film, its plan edited, with a command; return what was made."""
    plan = short_film()
    edit(plan)
    return film.render(plan).made


def make(film: Studio, edit: Callable[[Plan], object] = lambda _: None) -> dict[str, list[str]]:
    """Make the film so, without a command; return what was made."""
    plan = short_film()
    edit(plan)
    return film.make(plan).made


def at_noon(plan: Plan) -> None:
    plan["base_images"][2]["prompt"] = "close-up of Mara's face at noon"


def longer(plan: Plan) -> None:
    plan["shots"][0]["duration_sec"] = 1.5
    plan["dialogue_timeline"] = None
    plan["shots"][1]["dialogue"] = [{"character_id": "mara", "text": "Not tonight."}]


def test_takes_are_chosen_and_pinned_and_all_of_it_is_undone(film: Studio) -> None:
    before, pictures = status(film), drawn(film)
    said = say(film, "redo", "film", "frame_001", "--takes", "2")
    assert drawn(film) == pictures + 2
    assert "take 2 of frame_001: seed " in said
    assert "`sparkle take film frame_001 3` has the film show take 3" in said
    assert status(film) == before
    assert make(film) == {}

    # The chosen take is drawn already; what shows it is made.
    assert "take 2 of frame_001 from its next render on." in say(
        film, "take", "film", "frame_001", "2"
    )
    assert "frame_001  from the store (take 2, chosen)" in say(film, "explain", "film")
    chosen = make(film)
    assert BASE_IMAGES not in chosen
    assert chosen["shot_clips"] == ["shot_001", "shot_002"]
    manifest = film.manifests()[BASE_IMAGES]
    assert manifest.artifact("frame_001", "image").metadata["take"] == 2

    say(film, "take", "film", "frame_001", "1")
    assert make(film) == {}

    # What is pinned stays, and says so, until it is let go.
    say(film, "pin", "film", "frame_002")
    assert "shot_002" not in str(render(film, at_noon))
    image = film.manifests()[BASE_IMAGES].artifact("frame_002", "image")
    assert image.metadata["pinned"] is True
    assert "prompt" in str(image.metadata["stale"])
    told = say(film, "status", "film")
    assert "Pinned: frame_002." in told
    assert "frame_002 is pinned and stale" in told
    explained = say(film, "explain", "film")
    assert "frame_002  pinned" in explained
    assert "stale: it would be made otherwise now" in explained
    say(film, "unpin", "film", "frame_002")
    unpinned = make(film, at_noon)
    assert unpinned[BASE_IMAGES] == ["frame_002"]
    assert unpinned["shot_clips"] == ["shot_002"]
    assert make(film) == {}


def test_a_take_that_is_stale_is_made_again_or_pinned_as_it_is(film: Studio) -> None:
    say(film, "redo", "film", "frame_002", "--seed", "5")
    (known,) = choices(film).items
    as_it_was = known.further[0].fingerprint
    make(film, at_noon)
    said = say(film, "take", "film", "frame_002", "2")
    assert "It is stale: what it is made from was edited since." in said
    assert "`sparkle take film frame_002 2 --pin` has it as it is." in said
    say(film, "take", "film", "frame_002", "2", "--pin")
    assert BASE_IMAGES not in make(film, at_noon)
    has = film.manifests()[BASE_IMAGES].artifact("frame_002", "image")
    assert has.fingerprint == as_it_was
    say(film, "unpin", "film", "frame_002")
    assert make(film, at_noon)[BASE_IMAGES] == ["frame_002"]
    (known,) = choices(film).items
    assert known.further[0].fingerprint != as_it_was


def test_a_pin_that_does_not_fit_stops_the_film_and_says_what_to_do(film: Studio) -> None:
    say(film, "pin", "film", "shot_001")
    plan = short_film()
    longer(plan)
    path = str(film.write(plan))
    assert "it does not fit: it has 12 frames, and its shot needs 18, which is 6 more" in say(
        film, "explain", path
    )
    why = refused(film, "render", path)
    assert "it has 12 frames, and its shot needs 18, which is 6 more" in why
    assert "`sparkle unpin film shot_001`" in why
    say(film, "unpin", "film", "shot_001")
    assert make(film, longer)["shot_clips"] == ["shot_001"]


def test_what_nobody_makes_has_no_takes_and_names_are_helped_with(film: Studio) -> None:
    assert "Did you mean 'frame_001'" in refused(film, "redo", "film", "frame_01")
    assert "has no prompt" in refused(film, "redo", "film", "line_0001", "--prompt", "hi")
    assert "Name an item" in refused(film, "redo", "film")
    assert "Say of which ITEM" in refused(film, "redo", "film", "--seed", "5")


def test_takes_survive_a_kill_and_those_that_are_missing_are_made_once(film: Studio) -> None:
    before, pictures = status(film), drawn(film)
    killed = film.python(
        KILLING, "SIGKILL", *RECORDED, *RECORDED, "--", "redo", "film", "frame_001", "--takes", "3"
    )
    assert killed.returncode == -signal.SIGKILL
    (known,) = choices(film).items
    # They are made at the same time: any of them may be there first.
    (kept,) = (take.number for take in known.further if take.fingerprint)
    missing = [number for number in (2, 3, 4) if number != kept]
    assert [take.number for take in known.missing] == missing
    listed = folder(film).read(TAKES)
    assert listed is not None
    assert f"base_images.frame_001@take{kept}" in {artifact.id for artifact in listed.artifacts}
    assert "2 takes of frame_001 that somebody asked for are still to be made" in say(
        film, "status", "film"
    )
    say(film, "prune", "--records-older-than", "0d", "--yes")
    assert drawn(film) == pictures + 1

    said = say(film, "resume", "film")
    assert all(f"take {number} of frame_001" in said for number in missing)
    assert f"take {kept} " not in said
    assert drawn(film) == pictures + 3
    assert status(film) == before
    assert "are there" in refused(film, "redo", "film")
    assert make(film) == {}
