"""`sparkle similar`: what shows the same as a file, or as an item of a film."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from keyframe_films import picture_file, pictures_plan, publish_keyframes
from studio import Studio

SCENES = {"sea": "a ship on a stormy sea at night", "kitchen": "a bright kitchen at noon"}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """Two films with the same sea: the second one's strip says another shot."""
    studio = Studio(tmp_path_factory.mktemp("similar"))
    publish_keyframes(studio.home, "ash", pictures_plan(SCENES))
    publish_keyframes(studio.home, "birch", pictures_plan({"sea": SCENES["sea"]}, shots="t"))
    return studio


def test_a_file_finds_all_films_that_have_it(films: Studio, tmp_path: Path) -> None:
    with Image.open(picture_file(films.home, "ash", "sea")) as picture:
        picture.crop((20, 14, 300, 172)).save(tmp_path / "crop.webp")
    listed = films.sparkle_here("similar", tmp_path / "crop.webp")
    assert listed.returncode == 0, listed.stderr
    header, *rows = (line.split() for line in listed.stdout.splitlines())
    assert header == ["distance", "film", "item", "size", "file"]
    assert [row[1:4] for row in sorted(rows, key=lambda row: row[1])] == [
        ["ash", "base_images/sea", "320x180"],
        ["birch", "base_images/sea", "320x180"],
    ]
    assert {Path(row[4]) for row in rows} == {
        picture_file(films.home, film, "sea") for film in ("ash", "birch")
    }


def test_an_item_finds_the_others_and_not_itself(films: Studio) -> None:
    for name in ("sea", "base_images/sea"):
        found = json.loads(films.sparkle_here("similar", "ash", name, "--json").stdout)
        assert [(one["run_id"], one["item"]) for one in found["items"]] == [("birch", "sea")]
        assert found["items"][0]["distance"] <= 6
    assert films.sparkle_here("similar", "ash", "kitchen").stdout == "Nothing shows the same.\n"


def test_only_the_nearest_are_shown_where_that_is_asked_for(films: Studio) -> None:
    picture = picture_file(films.home, "birch", "sea")
    listed = films.sparkle_here("similar", picture, "--most", "1").stdout.splitlines()
    assert listed[1].split()[:2] == ["0", "birch"]
    assert listed[2:] == ["And 1 more: --most 2."]


def test_making_the_indexes_anew_hashes_everything(films: Studio) -> None:
    said = films.sparkle_here("index", "rebuild").stdout.splitlines()[-1]
    assert f"{films.home.similar}: 3 pictures and clips, hashed" in said


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("missing.png",), "There is no file missing.png"),
        (("ash", "moon"), "ash has no picture or clip 'moon'"),
        (("oak", "sea"), "There is no film 'oak'"),
        (("plan.yaml",), "is no picture that can be read"),
        (("cut.png",), "is no picture that can be read"),
        (("bomb.png",), "could be decompression bomb"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_readably(
    films: Studio,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    reason: str,
) -> None:
    monkeypatch.chdir(films.root)
    Path("plan.yaml").write_text("title: none")
    Path("cut.png").write_bytes(picture_file(films.home, "ash", "sea").read_bytes()[:2000])
    Path("bomb.png").write_bytes(bomb())
    refused = films.sparkle_here("similar", *words)
    assert refused.returncode == 2
    assert reason in refused.stderr
    assert "Traceback" not in refused.stderr


def bomb() -> bytes:
    """Return a small PNG that says of itself that it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rows + chunk(b"IEND", b"")
