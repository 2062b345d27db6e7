"""What people may choose, or have pinned, is kept, archived and restored, whoever else names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from small_runs import (
    files_for,
    files_in,
    fingerprint_of,
    make_item,
    make_older,
    make_run,
    records_in,
)
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.archive.archiving import archive_run
from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
from sparkle_motion_dagster.artifacts.archive.restoring import OtherRun, restore_run
from sparkle_motion_dagster.artifacts.choices import (
    Choices,
    ItemChoices,
    Recipe,
    Take,
    UnreadableChoicesError,
)
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.verify import Damage, set_aside, verify_all, verify_run
from sparkle_motion_dagster.film.stages import BASE_IMAGES, VIDEO_FINAL
from sparkle_motion_dagster.operations.prune.pruning import carry_out
from sparkle_motion_dagster.operations.prune.removal import remove
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy

LONG_AGO = timedelta(days=100)
TAKES = Choices(
    items=(
        ItemChoices(
            stage=BASE_IMAGES,
            item="ship",
            takes=(
                Take(number=1, fingerprint=fingerprint_of("first")),
                Take(number=2, recipe=Recipe(seed=2), fingerprint=fingerprint_of("second")),
                Take(number=3, recipe=Recipe(seed=3)),
            ),
            chosen=1,
        ),
        ItemChoices(stage=BASE_IMAGES, item="quay", pinned=fingerprint_of("pinned")),
    )
)
"""Two takes of a ship, a third that was not made, and a quay that the plan may no longer have."""

TEXTS = ("first", "second", "pinned")


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    """A home with a film whose choices name what no manifest does."""
    home = SparkleHome(tmp_path / "home")
    folder = make_run(home, "film", {BASE_IMAGES: "shown", VIDEO_FINAL: "end"}, age=LONG_AGO)
    for text in (*TEXTS, "nobody's"):
        make_item(home, text, age=LONG_AGO)
    folder.choices.change(lambda _: TAKES)
    make_older(folder.choices.path, LONG_AGO)
    return home


def kept(*texts: str) -> tuple[set[str], set[str]]:
    return {fingerprint_of(text) for text in texts}, files_for(*texts)


def there(home: SparkleHome) -> tuple[set[str], set[str]]:
    return records_in(home), files_in(home)


def pruned(home: SparkleHome) -> None:
    carry_out(home, PrunePolicy(), datetime.now(UTC))


def test_no_take_and_nothing_pinned_is_collected_while_the_film_stays(home: SparkleHome) -> None:
    pruned(home)
    assert there(home) == kept("shown", "end", *TEXTS)
    # What is not chosen any more, nobody needs.
    RunFolder(home, "film").choices.change(lambda choices: choices.without(BASE_IMAGES, "quay"))
    pruned(home)
    assert there(home) == kept("shown", "end", "first", "second")


def test_what_another_film_has_to_choose_from_stays_when_one_is_removed(home: SparkleHome) -> None:
    other = make_run(home, "other", {VIDEO_FINAL: "other end"}, age=LONG_AGO)
    shared = Choices(items=(ItemChoices(stage="s", item="i", pinned=fingerprint_of("second")),))
    other.choices.change(lambda _: shared)
    remove(home, "film", datetime.now(UTC))
    assert there(home) == kept("other end", "second", "nobody's")


def test_a_film_goes_with_its_takes(home: SparkleHome) -> None:
    remove(home, "film", datetime.now(UTC))
    assert there(home) == kept("nobody's")


def test_an_archive_holds_every_take_and_every_pin(home: SparkleHome, tmp_path: Path) -> None:
    place = RemoteFolder(str(tmp_path / "archive"))
    archive_run(home, "film", place)
    elsewhere = SparkleHome(tmp_path / "elsewhere")
    restore_run(elsewhere, "film", place, VIDEO_FINAL)
    assert RunFolder(elsewhere, "film").choices.read() == TAKES
    assert there(elsewhere) == kept("shown", "end", *TEXTS)
    pruned(elsewhere)
    assert there(elsewhere) == kept("shown", "end", *TEXTS)
    assert not verify_all(elsewhere).findings


def test_what_was_chosen_since_stays_unless_the_archived_film_replaces_it(
    home: SparkleHome, tmp_path: Path
) -> None:
    place = RemoteFolder(str(tmp_path / "archive"))
    archive_run(home, "film", place)
    file = RunFolder(home, "film").choices
    since = file.change(lambda choices: choices.without(BASE_IMAGES, "quay"))
    restore_run(home, "film", place, VIDEO_FINAL)
    assert file.read() == since
    restore_run(home, "film", place, VIDEO_FINAL, OtherRun.IS_REPLACED)
    assert file.read() == TAKES


def test_an_archive_cannot_bring_in_what_neither_manifests_nor_choices_ask_for(
    home: SparkleHome, tmp_path: Path
) -> None:
    place, elsewhere = tmp_path / "archive", SparkleHome(tmp_path / "elsewhere")
    archive_run(home, "film", RemoteFolder(str(place)))
    choices = place / "runs" / "film" / "choices.json"
    fewer = TAKES.without(BASE_IMAGES, "quay").model_dump_json(indent=1)
    _forge(place, choices, fewer)
    with pytest.raises(UnreadableRecordError, match="which no manifest of the run asks for, nor"):
        restore_run(elsewhere, "film", RemoteFolder(str(place)), VIDEO_FINAL)
    _forge(place, choices, '{"items": 1}')
    with pytest.raises(UnreadableRecordError, match="is no choices of takes"):
        restore_run(elsewhere, "film", RemoteFolder(str(place)), VIDEO_FINAL)
    assert not list(Store(elsewhere.store).digests())


def _forge(place: Path, file: Path, text: str) -> None:
    """Change a file of an archive, and its line in the index."""
    file.write_text(text)
    index = place / "runs" / "film" / "archive.json"
    data = json.loads(index.read_text())
    for line in data["files"]:
        if line["path"] == file.relative_to(place).as_posix():
            digest = hashlib.sha256(text.encode()).hexdigest()
            line |= {"size_bytes": len(text), "sha256": digest}
    index.write_text(json.dumps(data))


def test_a_damaged_take_is_told_and_set_aside(home: SparkleHome) -> None:
    record = ActionLog(home.actions).find(fingerprint_of("second"))
    assert record is not None
    stored = Store(home.store).path_of(record.outputs["note"].sha256)
    stored.chmod(0o644)
    stored.write_text("other")
    for verified in (verify_run(home, "film"), verify_all(home)):
        assert {one.damage for one in verified.findings} == {
            Damage.STORED_FILE,
            Damage.ACTION_RECORD,
        }
    set_aside(home, verify_run(home, "film").findings)
    assert not verify_run(home, "film").findings
    # How it was made is known, so that it can be made again where it is asked for.
    assert RunFolder(home, "film").choices.read() == TAKES


@pytest.fixture(params=["", "{", '{"items": [1]}', "[]"])
def damaged(home: SparkleHome, request: pytest.FixtureRequest) -> SparkleHome:
    """That home, the film's choices damaged."""
    RunFolder(home, "film").choices.path.write_text(request.param)
    return home


def archived(home: SparkleHome) -> None:
    archive_run(home, "film", RemoteFolder(str(home.root.parent / "archive")))


def removed(home: SparkleHome) -> None:
    remove(home, "film", datetime.now(UTC))


@pytest.mark.parametrize("work", [pruned, archived, removed])
def test_damaged_choices_never_count_as_none(
    damaged: SparkleHome, work: Callable[[SparkleHome], None]
) -> None:
    before = there(damaged)
    with pytest.raises(UnreadableChoicesError, match=r"choices\.json is damaged"):
        work(damaged)
    assert there(damaged) == before


def test_damaged_choices_are_told_and_set_aside_where_that_is_asked_for(
    damaged: SparkleHome,
) -> None:
    found = verify_run(damaged, "film").findings
    assert [one.damage for one in found] == [Damage.CHOICES]
    assert [one.damage for one in verify_all(damaged).findings] == [Damage.CHOICES]
    set_aside(damaged, found)
    assert not verify_run(damaged, "film").findings
    assert RunFolder(damaged, "film").choices.read() == Choices()
    assert [path.name for path in damaged.set_aside.iterdir()] == ["film-choices.json"]
