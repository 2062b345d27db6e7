"""Damage is told from an edit by a file's beginning and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.wholeness import is_whole

MP4 = b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x0cmdatabcd" + b"\0\0\0\x08moov"
LARGE_MP4 = b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x01moov\0\0\0\0\0\0\0\x10"
WAV = b"RIFF\x0c\0\0\0WAVEdata\0\0\0\0"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nÀ demain.\n".encode()


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("video/mp4", MP4),
        ("video/mp4", LARGE_MP4),
        ("audio/wav", WAV),
        ("image/png", PNG),
        ("image/jpeg", JPEG),
        ("application/json", b'{"a": 1}'),
        ("application/x-subrip", SRT),
    ],
)
def test_a_whole_file_is_told_from_every_part_of_it(
    tmp_path: Path, media_type: str, data: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert is_whole(path, media_type)
    ends_a_line = [n for n in range(len(data)) if data[:n].endswith(b"\n")]
    for length in set(range(len(data))) - set(ends_a_line):
        path.write_bytes(data[:length])
        assert not is_whole(path, media_type), length


def test_of_other_kinds_all_is_whole_that_is_not_empty(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"?")
    assert is_whole(path, "image/avif")
    path.write_bytes(b"")
    assert not is_whole(path, "image/avif")
