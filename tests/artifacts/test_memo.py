"""A memo answers a question once, and only the very same question."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.errors import StorageError
from sparkle_motion_dagster.artifacts.memo import Memo


def finding(found: list[bytes], answer: bytes) -> Callable[[], bytes]:
    """Return what finds an answer, and takes down that it did."""

    def find() -> bytes:
        found.append(answer)
        return answer

    return find


def test_a_question_is_answered_once(tmp_path: Path) -> None:
    found: list[bytes] = []
    for _ in range(3):
        memo = Memo(tmp_path / "memo")
        assert memo.answer("sheet.jpeg", [1, "abc"], finding(found, b"one\n\ntwo")) == b"one\n\ntwo"
    assert len(found) == 1


def test_another_question_under_the_name_is_found_out_anew(tmp_path: Path) -> None:
    memo, found = Memo(tmp_path), list[bytes]()
    asked: list[tuple[JsonValue, bytes]] = [
        ([1, "abc"], b"a"),
        ([1, "abd"], b"b"),
        ([2, "abd"], b"c"),
    ]
    for question, answer in asked:
        assert memo.answer("sheet", question, finding(found, answer)) == answer
    assert found == [b"a", b"b", b"c"]
    assert [path.name for path in tmp_path.iterdir()] == ["sheet"]


@pytest.mark.parametrize("kept", [0, 40, 130, 200, -1])
def test_what_is_torn_is_found_out_again(tmp_path: Path, kept: int) -> None:
    memo, answer = Memo(tmp_path), b"long" * 50
    memo.answer("sheet", ["abc"], lambda: answer)
    path = tmp_path / "sheet"
    path.write_bytes(path.read_bytes()[:kept])
    assert memo.answer("sheet", ["abc"], lambda: answer) == answer
    assert path.read_bytes().endswith(answer)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    somebodys = tmp_path / "somebodys"
    somebodys.write_bytes(b"mine")
    memo = Memo(tmp_path / "memo")
    memo.answer("sheet", ["abc"], lambda: b"sheet")
    path = tmp_path / "memo" / "sheet"
    path.unlink()
    path.symlink_to(somebodys)
    assert memo.answer("sheet", ["abc"], lambda: b"sheet") == b"sheet"
    assert somebodys.read_bytes() == b"mine"
    assert not path.is_symlink()


def folder_in_place_of_file(memos: Path) -> Path:
    (memos / "stage" / "sheet" / "within").mkdir(parents=True)
    return memos / "stage" / "sheet"


def file_in_place_of_folder(memos: Path) -> Path:
    memos.mkdir()
    (memos / "stage").write_bytes(b"")
    return memos / "stage"


def file_in_place_of_all_folders(memos: Path) -> Path:
    memos.write_bytes(b"")
    return memos


def link_to_nothing(memos: Path) -> Path:
    memos.mkdir()
    (memos / "stage").symlink_to(memos / "gone")
    return memos / "stage"


@pytest.mark.parametrize(
    "damage",
    [
        folder_in_place_of_file,
        file_in_place_of_folder,
        file_in_place_of_all_folders,
        link_to_nothing,
    ],
)
def test_what_stands_in_the_way_is_told_with_what_to_do(
    tmp_path: Path, damage: Callable[[Path], Path]
) -> None:
    in_the_way = damage(tmp_path / "memos")
    memo = Memo(tmp_path / "memos" / "stage")
    with pytest.raises(StorageError, match=f"remove {re.escape(str(in_the_way))}, and") as refused:
        memo.answer("sheet", ["abc"], lambda: b"sheet")
    assert str(tmp_path / "memos" / "stage" / "sheet") in str(refused.value)


def test_nobody_is_told_to_remove_the_folders_that_it_lies_in(tmp_path: Path) -> None:
    name = "n" * 300  # longer than a file's name may be
    with pytest.raises(StorageError, match=f"make {re.escape(str(tmp_path))} writable, and"):
        Memo(tmp_path).answer(name, ["abc"], lambda: b"sheet")


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    memo = Memo(tmp_path)
    memo.measured("likeness", ["abc"], lambda: 0.91)
    path = tmp_path / "likeness"
    path.write_bytes(path.read_bytes().replace(b"0.91", b"0.99"))
    assert memo.measured("likeness", ["abc"], lambda: 0.91) == 0.91


@pytest.mark.parametrize("value", [1 / 3, [0.1, None, -45.25], math.inf, {"a": 1e-17}])
def test_measures_come_back_to_the_last_bit(tmp_path: Path, value: float) -> None:
    for _ in range(2):
        assert Memo(tmp_path).measured("measure", [], lambda: value) == value
