"""A home may lie in parts, on several disks; what cannot work is refused everywhere alike."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import without
from scratch import on_another_disk
from sparkle_motion_dagster.artifacts.deleting import delete
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.keeping import set_aside_file
from sparkle_motion_dagster.artifacts.parts import UnusableHomeError, check_parts
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.transfer import link_or_copy, move
from studio import Gallery, Studio, short_film

WITHOUT = Path(without.__file__)

needs_refusals = pytest.mark.skipif(
    not without.known_here(), reason="the system calls of this machine are not known"
)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on another file system."""
    other = on_another_disk(tmp_path)
    if other is None:
        pytest.skip("there is one file system only")
    with tempfile.TemporaryDirectory(dir=other) as folder:
        yield Path(folder)


def lay(part: Path, elsewhere: Path) -> Path:
    """Move a folder to another file system, and link it back, as a person does."""
    target = elsewhere / part.name
    part.mkdir(parents=True, exist_ok=True)
    shutil.move(part, target)
    part.symlink_to(target)
    return target


def test_a_file_moves_across_file_systems_whole(tmp_path: Path, elsewhere: Path) -> None:
    source, target = tmp_path / "one", elsewhere / "two"
    source.write_bytes(b"film")
    source.chmod(0o444)
    target.write_bytes(b"older")
    move(source, target)
    assert not source.exists()
    assert target.read_bytes() == b"film"
    assert target.stat().st_mode & 0o777 == 0o444
    assert [path.name for path in elsewhere.iterdir()] == ["two"]


def test_a_move_that_fails_leaves_what_was_there(tmp_path: Path, elsewhere: Path) -> None:
    source = tmp_path / "one"
    source.write_bytes(b"film")
    (elsewhere / "two" / "inside").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        move(source, elsewhere / "two")
    assert source.read_bytes() == b"film"
    assert [path.name for path in elsewhere.iterdir()] == ["two"]


def test_a_file_is_shown_across_file_systems(tmp_path: Path, elsewhere: Path) -> None:
    source = tmp_path / "one"
    source.write_bytes(b"film")
    link_or_copy(source, elsewhere / "two")
    assert (elsewhere / "two").read_bytes() == b"film"


def test_a_shelf_of_the_store_may_lie_elsewhere(tmp_path: Path, elsewhere: Path) -> None:
    store = Store(tmp_path / "store")
    first = store.write(b"film")
    lay(first.path.parent, elsewhere)
    first.path.unlink()
    again = Store(store.root).write(b"film")
    assert again == first
    assert again.path.read_bytes() == b"film"


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(["store", "runs/film"], id="store, film"),
        pytest.param(
            ["runs", "actions", "work", "dagster"], id="the others", marks=pytest.mark.service
        ),
    ],
)
def test_a_home_in_parts_renders_an_edit(
    gallery: Gallery, tmp_path: Path, elsewhere: Path, parts: list[str]
) -> None:
    studio = gallery.short_film().copy(tmp_path)
    home = studio.home
    for part in parts:
        lay(home.root / part, elsewhere)
    plan = short_film()
    plan["base_images"][0]["prompt"] += ", a red boat"
    edited = studio.render(plan)
    assert edited.made["base_images"] == ["frame_000"]
    assert "dialogue_wavs" not in edited.made
    assert studio.film().stat().st_size > 10_000
    assert studio.sparkle_here("verify").returncode == 0
    removed = studio.sparkle_here("remove", "film", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert not any(home.runs.iterdir())
    assert not list(elsewhere.rglob("*.mp4"))


def test_what_is_damaged_is_set_aside_across_file_systems(tmp_path: Path, elsewhere: Path) -> None:
    home = SparkleHome(tmp_path)
    stored = Store(home.store).write(b"seven b")
    lay(home.root / "store", elsewhere)
    set_aside_file(home, stored.path)
    assert (home.set_aside / stored.sha256).read_bytes() == b"seven b"
    assert not stored.path.exists()


def test_a_run_that_lies_elsewhere_is_deleted_there(tmp_path: Path, elsewhere: Path) -> None:
    home = SparkleHome(tmp_path)
    folder = RunFolder(home, "film")
    folder.path.mkdir(parents=True)
    (folder.path / "clip.mp4").touch()
    target = lay(folder.path, elsewhere)
    delete(folder.detach())
    assert not target.exists()
    assert not any(home.runs.iterdir())


def unplugged(folder: Path) -> None:
    """Be a link to a disk that is not mounted."""
    folder.symlink_to("/nowhere/disk")


IS_UNPLUGGED = "is a link to /nowhere/disk, which is not there. Mount the disk"
IS_A_FILE = "is a file, where a folder belongs. Move it away"


@pytest.mark.parametrize("part", ["store", "runs", "actions", "dagster", "work"])
@pytest.mark.parametrize(("spoil", "said"), [(unplugged, IS_UNPLUGGED), (Path.touch, IS_A_FILE)])
def test_a_part_that_cannot_be_used_is_refused(
    tmp_path: Path, part: str, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(tmp_path / part)
    with pytest.raises(UnusableHomeError) as refused:
        check_parts(SparkleHome(tmp_path))
    assert f"{tmp_path / part} {said}" in str(refused.value)


@pytest.mark.parametrize(
    ("part", "spoil", "said"),
    [
        ("store", unplugged, IS_UNPLUGGED),
        pytest.param("runs", unplugged, IS_UNPLUGGED, marks=pytest.mark.service),
        pytest.param("dagster", unplugged, IS_UNPLUGGED, marks=pytest.mark.service),
        pytest.param("work", Path.touch, IS_A_FILE, marks=pytest.mark.service),
        pytest.param("store", Path.touch, IS_A_FILE, marks=pytest.mark.service),
    ],
)
def test_all_commands_refuse_in_the_same_words(
    studio: Studio, part: str, spoil: Callable[[Path], None], said: str
) -> None:
    studio.home.root.mkdir()
    spoil(studio.home.root / part)
    told = f"{studio.home.root / part} {said}"
    plan = studio.write(short_film())
    doctor = studio.sparkle_here("doctor")
    assert told in doctor.stdout
    assert doctor.returncode == 1
    for command in ("render", "add", "explain", "verify", "status"):
        refused = studio.sparkle_here(command, *([] if command in {"verify", "status"} else [plan]))
        assert f"Error: {told}" in refused.stderr, command
        assert refused.returncode == 1


@needs_refusals
@pytest.mark.parametrize(
    "reason",
    ["ENOLCK", *(pytest.param(one, marks=pytest.mark.service) for one in ("ENOSYS", "ENOTSUP"))],
)
def test_a_file_system_without_locks_is_refused_by_both(studio: Studio, reason: str) -> None:
    plan = studio.write(short_film())
    told = f"The file system of {studio.home.root} cannot lock files"
    doctor = studio.python(WITHOUT, "flock", reason, "doctor")
    render = studio.python(WITHOUT, "flock", reason, "render", plan)
    assert told in doctor.stdout
    assert f"Error: {told}" in render.stderr
    assert not studio.home.runs.exists()


@needs_refusals
def test_a_film_is_rendered_where_there_are_no_hard_links(studio: Studio) -> None:
    rendered = studio.python(WITHOUT, "link", "ENOSYS", "render", studio.write(short_film()))
    assert rendered.returncode == 0, rendered.stderr
    assert studio.film().stat().st_nlink == 1
    assert studio.sparkle_here("verify").returncode == 0
    doctor = studio.python(WITHOUT, "link", "ENOSYS", "doctor")
    assert "run folders will hold copies" in doctor.stdout


def test_what_is_tried_leaves_nothing_behind(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path / "home")
    check_parts(home)
    assert not [path for path in home.root.rglob("*") if path.is_file()]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(UnusableHomeError, match="cannot be written"):
        check_parts(SparkleHome(tmp_path))
