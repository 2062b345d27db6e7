"""The store keeps bytes by digest, and never hands out bytes that are not what they were."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scratch import on_another_disk
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


def when_renamed(path: Path, do: Callable[[], object]) -> None:
    """Have something done just before a file is given another name."""

    def heard(event: str, args: tuple[object, ...]) -> None:
        if event == "os.rename" and str(args[0]) == str(path):
            do()

    sys.addaudithook(heard)


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


def test_what_somebody_still_writes_into_while_it_is_taken_in_is_noticed(tmp_path: Path) -> None:
    source, store = tmp_path / "source", Store(tmp_path / "store")
    source.write_bytes(b"film")
    with source.open("ab", buffering=0) as file:
        when_renamed(source, lambda: file.write(b", and what came late"))
        digest = store.take_in(source).sha256
    for each in (store, Store(store.root, store.checked)):
        with pytest.raises(CorruptFileError):
            each.file(digest)


def test_what_was_taken_in_is_not_read_again_unless_it_was_copied(tmp_path: Path) -> None:
    disk = on_another_disk(tmp_path)
    if disk is None:
        pytest.skip("there is only one disk here")
    with tempfile.TemporaryDirectory(dir=disk) as other:
        read = []
        for folder in (tmp_path, Path(other)):
            (folder / "source").write_bytes(str(folder).encode())
            store = Store(tmp_path / "store")
            stored = store.take_in(folder / "source")
            opened = openings_of(stored.path)
            assert store.file(stored.sha256) == stored
            read.append(len(opened))
    assert read == [0, 1]


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
