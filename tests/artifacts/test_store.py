"""The store keeps bytes by digest, and never hands out bytes that are not what they were."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.errors import CorruptFileError
from sparkle_motion_dagster.artifacts.store import Store


def damage(path: Path) -> None:
    """Change a byte of a stored file, keeping its size and its time."""
    times = path.stat()
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(bytes(data))
    while path.stat().st_ctime_ns == times.st_ctime_ns or path.stat().st_mtime_ns != (
        times.st_mtime_ns
    ):  # the file system's clock ticks every few milliseconds
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def openings_of(path: Path) -> list[object]:
    """Return a list to which each opening of a file is added from now on."""
    opened: list[object] = []

    def heard(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and args[0] == str(path):
            opened.append(args)

    sys.addaudithook(heard)
    return opened


def test_a_file_is_moved_in_under_its_digest_and_becomes_read_only(tmp_path: Path) -> None:
    source = tmp_path / "new.bin"
    source.write_bytes(b"film")
    store = Store(tmp_path / "store")
    stored = store.take_in(source)
    digest = hashlib.sha256(b"film").hexdigest()
    assert stored.sha256 == digest
    assert stored.path == tmp_path / "store" / digest[:2] / digest
    assert stored.path.read_bytes() == b"film"
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o444
    assert not source.exists()
    assert list(store.digests()) == [digest]


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    first, second = store.write(b"same"), store.write(b"same")
    assert first == second
    files = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert files == [first.path]


def test_a_damaged_file_is_never_handed_out(tmp_path: Path) -> None:
    digest = Store(tmp_path).write(b"good bytes").sha256
    damage(Store(tmp_path).path_of(digest))
    with pytest.raises(CorruptFileError, match=digest):
        Store(tmp_path).file(digest)


def test_damage_after_the_first_check_is_noticed_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored = store.write(b"good bytes")
    assert store.file(stored.sha256) == stored
    stored.path.chmod(0o644)
    stored.path.write_bytes(b"evil bytes, longer")
    with pytest.raises(CorruptFileError):
        store.file(stored.sha256)


def test_content_that_is_taken_in_takes_the_place_of_a_damaged_copy(tmp_path: Path) -> None:
    damage(Store(tmp_path).write(b"good bytes").path)
    assert Store(tmp_path).write(b"good bytes").path.read_bytes() == b"good bytes"


def test_a_file_is_taken_back_from_a_whole_copy(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    stored = store.write(b"good bytes")
    (tmp_path / "copy").write_bytes(b"good bytes")
    damage(stored.path)
    store = Store(store.root)
    assert not store.is_sound(stored.sha256)
    store.take_back(stored.sha256, tmp_path / "copy")
    assert store.file(stored.sha256).path.read_bytes() == b"good bytes"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"never stored").hexdigest()
    with pytest.raises(CorruptFileError, match=f"{digest} is missing"):
        Store(tmp_path).file(digest)


def test_what_is_shown_elsewhere_needs_no_second_look(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    stored = store.write(b"film")
    store.show(stored.sha256, tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").samefile(stored.path)
    opened = openings_of(stored.path)
    for each in (store, Store(store.root, store.checked)):
        assert each.file(stored.sha256) == stored
    assert not opened
    Store(store.root).file(stored.sha256)
    assert len(opened) == 1


def test_stores_that_share_their_checks_notice_damage_that_keeps_size_and_time(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "store")
    stored = store.write(b"film")
    store.show(stored.sha256, tmp_path / "film.mp4")
    damage(stored.path)
    for each in (store, Store(store.root, store.checked)):
        with pytest.raises(CorruptFileError):
            each.file(stored.sha256)
