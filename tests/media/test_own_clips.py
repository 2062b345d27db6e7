"""Clips that people bring: refused with a reason, or shown as a player shows them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from own_clips import COUNTING, H264, QUARTERS, make_clip, number_of, turned
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.media.hdr import WideColours, to_film_colours
from sparkle_motion_dagster.media.own_clips import (
    check_frames,
    frames_at,
    sees_through,
    survey_clip,
)
from sparkle_motion_dagster.media.pictures import WHITE
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=64, height=64)
BT709, BT601 = ("setparams=colorspace=" + name for name in ("bt709", "smpte170m"))
PQ = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"


def shown(clip: Path, *seconds: float, size: FrameSize = SIZE) -> list[YuvFrame]:
    return list(frames_at(clip, [Fraction(each) for each in seconds], size, WHITE))


def numbers(clip: Path, *seconds: float) -> list[int]:
    return [number_of(frame) for frame in shown(clip, *seconds)]


# What a clip holds


def test_a_clip_is_surveyed_as_it_is_shown(tmp_path: Path) -> None:
    plain = make_clip(tmp_path / "plain.mp4", filters=f"{COUNTING},setsar=4/3")
    portrait = turned(plain, tmp_path / "portrait.mov", "-display_rotation:v:0", "90")
    facts = survey_clip(plain)
    assert (facts.width, facts.height, facts.frames) == (85, 48, 48)
    assert facts.seconds == 2
    assert not facts.has_sound
    assert not sees_through(plain)
    assert (survey_clip(portrait).width, survey_clip(portrait).height) == (48, 85)


@pytest.mark.parametrize(
    ("name", "options", "media_type"),
    [
        ("a.mkv", H264, "video/x-matroska"),
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime"), "video/x-matroska"),
        ("a.avi", ("-c:v", "mpeg4", "-bf", "2", "-q:v", "2"), "video/x-msvideo"),
        ("a.ts", ("-c:v", "mpeg2video", "-r", "25", "-q:v", "2"), "video/mp2t"),
        ("a.mov", ("-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"), "video/mp4"),
    ],
)
def test_containers(tmp_path: Path, name: str, options: tuple[str, ...], media_type: str) -> None:
    clip = make_clip(tmp_path / name, *options, rate="25")
    facts = survey_clip(clip)
    assert (facts.media_type, facts.frames) == (media_type, 50)
    assert float(facts.seconds) == pytest.approx(2, abs=0.002)
    assert numbers(clip, 0.02, 1.0, 1.02, 1.98, 5) == [0, 25, 25, 49, 49]


def truncated(path: Path, whole: Path, share: float) -> Path:
    data = whole.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def one_picture(folder: Path) -> Path:
    return make_clip(folder / "clip.mp4", "-frames:v", "1")


def sound_alone(folder: Path) -> Path:
    clip = folder / "clip.mp4"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=d=1", f"file:{clip}"], timeout_s=60)
    return clip


def song_with_a_cover(folder: Path) -> Path:
    song, clip = sound_alone(folder).rename(folder / "song.mp4"), folder / "clip.mp4"
    cover = ["-f", "lavfi", "-i", "color=red:s=64x64", "-map", "0", "-map", "1", "-frames:v", "1"]
    made = ["-c:v", "mjpeg", "-disposition:v", "attached_pic", f"file:{clip}"]
    run_ffmpeg(["-i", f"file:{song}", *cover, *made], timeout_s=60)
    return clip


def of_an_unknown_codec(folder: Path) -> Path:
    clip = make_clip(folder / "clip.mp4")
    data = clip.read_bytes()
    entry = data.index(b"avc1", data.index(b"stsd"))
    clip.write_bytes(data[:entry] + b"zzzz" + data[entry + 4 :])
    return clip


def empty(folder: Path) -> Path:
    (folder / "clip.mp4").touch()
    return folder / "clip.mp4"


def without_its_end(folder: Path) -> Path:
    return truncated(folder / "clip.mp4", make_clip(folder / "whole.mp4"), 0.6)


def cut_off(folder: Path) -> Path:
    whole = make_clip(folder / "whole.mp4", "-movflags", "+faststart")
    return truncated(folder / "clip.mp4", whole, 0.6)


def cut_off_matroska(folder: Path) -> Path:
    return truncated(folder / "clip.mkv", make_clip(folder / "whole.mkv"), 0.5)


def text(folder: Path) -> Path:
    (folder / "clip.mp4").write_text("no clip")
    return folder / "clip.mp4"


def playlist(folder: Path) -> Path:
    """One that leads to a file that is no part of the plan."""
    make_clip(folder / "other.ts", "-c:v", "mpeg2video")
    (folder / "clip.mp4").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nother.ts\n#EXT-X-ENDLIST\n"
    )
    return folder / "clip.mp4"


def animation(folder: Path) -> Path:
    return make_clip(folder / "clip.gif", "-c:v", "gif")


def interlaced(folder: Path) -> Path:
    return make_clip(
        folder / "clip.mp4",
        *(*H264, "-flags", "+ilme+ildct"),
        filters=f"{COUNTING},tinterlace=4,setfield=tff",
    )


def logarithmic(folder: Path) -> Path:
    return make_clip(folder / "clip.mp4", filters=f"{COUNTING},setparams=color_trc=log100")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (one_picture, "holds a single picture"),
        (sound_alone, "holds sound alone"),
        (song_with_a_cover, "holds sound alone"),
        (of_an_unknown_codec, "in a codec that ffmpeg does not know"),
        (empty, "is empty"),
        (without_its_end, "no clip that can be read: Invalid data"),
        (cut_off, "is cut off"),
        (cut_off_matroska, "is cut off: it ends after"),
        (text, "no clip that can be read"),
        (playlist, "no clip that can be read"),
        (animation, "no clip that can be read"),
        (interlaced, "is interlaced"),
        (logarithmic, "is in logarithmic light"),
    ],
)
def test_what_is_no_clip_is_refused_with_a_reason(
    tmp_path: Path, make: Callable[[Path], Path], reason: str
) -> None:
    clip = make(tmp_path)
    with pytest.raises(MediaError, match=reason) as refusal:
        survey_clip(clip)
    assert str(refusal.value).startswith(str(clip))


def test_damage_in_the_middle_is_found_where_it_is_shown(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", filters="geq=random(1)*255:128:128,format=yuv420p")
    data = bytearray(clip.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = b"\x55" * 2000
    clip.write_bytes(data)
    survey_clip(clip)
    check_frames(clip, Fraction(0), Fraction(1, 4))
    with pytest.raises(MediaError, match=r"damaged: after 0\.\d+ s|is not whole"):
        check_frames(clip, Fraction(0), Fraction(2))


# When its pictures show


def test_a_clip_of_uneven_pace_shows_in_its_own_time(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "clip.mp4",
        *(*H264, "-fps_mode", "vfr"),
        filters=f"{COUNTING},select='not(mod(n\\,5))+not(mod(n\\,7))'",
    )
    kept = [number for number in range(48) if not (number % 5 and number % 7)]
    assert survey_clip(clip).frames == len(kept)
    moments = [(number + 0.5) / 24 for number in range(48)]
    assert numbers(clip, *moments) == [
        max(each for each in kept if each <= number) for number in range(48)
    ]


def test_a_clip_that_does_not_begin_at_0_is_shown_from_its_first_picture(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mkv", "-output_ts_offset", "7.5")
    assert numbers(clip, 0.02, 0.5, 1.99) == [0, 12, 47]


def test_where_decoding_begins_changes_nothing(tmp_path: Path) -> None:
    """Far into a clip whose pictures need each other, from behind."""
    clip = make_clip(
        tmp_path / "clip.mp4",
        *("-c:v", "libx264", "-bf", "3", "-g", "30", "-x264-params", "open-gop=1"),
        seconds=4,
        source="testsrc2",
        filters="format=yuv420p",
    )
    every = shown(clip, *((number + 0.5) / 24 for number in range(96)))
    for number in (25, 59, 60, 61, 95):
        (alone,) = shown(clip, (number + 0.5) / 24)
        assert np.array_equal(alone.y, every[number].y)


# How they are shown


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        ((), [0, 1, 2, 3]),
        (("-display_rotation:v:0", "90"), [1, 3, 0, 2]),
        (("-display_rotation:v:0", "180"), [3, 2, 1, 0]),
        (("-display_rotation:v:0", "-90"), [2, 0, 3, 1]),
        (("-display_hflip:v:0",), [1, 0, 3, 2]),
        (("-display_vflip:v:0",), [2, 3, 0, 1]),
    ],
)
def test_a_clip_is_upright(tmp_path: Path, display: tuple[str, ...], expected: list[int]) -> None:
    """Its quarters lie where a player shows them; ffmpeg turns counterclockwise."""
    flat = make_clip(tmp_path / "flat.mp4", filters=QUARTERS, seconds=0.2)
    clip = turned(flat, tmp_path / "turned.mp4", *display)
    (frame,) = shown(clip, 0.1)
    quarters = [frame.y[row, column] for row in (16, 48) for column in (16, 48)]
    assert [round((float(luma) - 60) / 40) for luma in quarters] == expected


@pytest.mark.parametrize(
    ("size", "clip_size", "crop"),
    [
        ((64, 64), "96x48", (16, 0)),
        ((64, 64), "48x96", (0, 16)),
        ((154, 64), "64x48", (0, 25)),
        ((66, 118), "65x49", (45, 0)),
    ],
)
def test_a_clip_fills_the_frame_and_what_sticks_out_is_cropped_evenly(
    tmp_path: Path, size: tuple[int, int], clip_size: str, crop: tuple[int, int]
) -> None:
    """A ramp's middle is the frame's middle, whatever was cropped."""
    axis = "X/(W-1)" if crop[0] else "Y/(H-1)"
    clip = make_clip(
        tmp_path / "clip.mov",
        *("-c:v", "ffv1"),
        size=clip_size,
        seconds=0.2,
        filters=f"format=yuv444p,geq=lum='40+160*{axis}':cb=128:cr=128",
    )
    (frame,) = shown(clip, 0.1, size=FrameSize(width=size[0], height=size[1]))
    assert frame.shape == size[::-1]
    means = frame.y.mean(axis=0 if crop[0] else 1)
    assert float(means[0] + means[-1]) / 2 == pytest.approx(120, abs=1.5)
    assert means[0] > 42
    assert np.all(np.diff(means) >= 0)


def test_a_clip_of_the_films_own_kind_is_shown_sample_for_sample(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "clip.mp4",
        size="64x64",
        source="testsrc2",
        filters="format=yuv420p,setparams=colorspace=bt709:range=tv",
        seconds=0.5,
    )
    (frame,) = shown(clip, 0.3)
    for kept, plane in zip(list(read_frames(clip))[7].planes, frame.planes, strict=True):
        assert np.array_equal(kept, plane)


@pytest.mark.parametrize(
    ("options", "filters"),
    [
        ((), f"scale=out_color_matrix=bt709,format=yuv444p,{BT709}"),
        ((), f"scale=out_color_matrix=smpte170m,format=yuv444p,{BT601}"),
        ((), "scale=out_color_matrix=smpte170m,format=yuv444p"),
        ((), f"scale=out_color_matrix=bt709:out_range=pc,format=yuv444p,{BT709}:range=pc"),
        ((), f"scale=out_color_matrix=bt709,format=yuv422p10le,{BT709}"),
        (("-c:v", "libx264rgb", "-crf", "1"), "format=rgb24"),
        (("-c:v", "qtrle"), "format=argb"),
    ],
)
def test_colours_are_the_same_however_they_are_coded(
    tmp_path: Path, options: tuple[str, ...], filters: str
) -> None:
    clip = make_clip(
        tmp_path / "clip.mov",
        *options,
        seconds=0.2,
        filters=f"format=gbrp,geq=r=200:g=60:b=120,{filters}",
    )
    (frame,) = shown(clip, 0.1)
    wanted = YuvFrame.from_rgb(np.full((64, 64, 3), (200, 60, 120), np.uint8))
    for plane, expected in zip(frame.planes, wanted.planes, strict=True):
        assert np.abs(plane.astype(int) - expected.astype(int)).max() <= 3


def test_what_is_transparent_shows_the_background(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "clip.mov",
        *("-c:v", "qtrle"),
        seconds=0.2,
        filters="format=argb,geq=r=255:g=0:b=0:a='255*gte(X,W/2)'",
    )
    assert sees_through(clip)
    (frame,) = frames_at(clip, [Fraction(1, 10)], SIZE, "#00ff00")
    green, red = (
        YuvFrame.from_rgb(np.full((2, 2, 3), colour, np.uint8)).y[0, 0]
        for colour in ((0, 255, 0), (255, 0, 0))
    )
    assert frame.y[32, 8] == green
    assert frame.y[32, 56] == red


# A wider range


def level(signal: float, transfer: str) -> int:
    grey = np.full((1, 1, 3), round(signal * 65535), np.uint16)
    colours = WideColours(transfer, "bt2020")  # type: ignore[arg-type]
    red, green, blue = to_film_colours(grey, colours)[0, 0].tolist()
    assert max(red, green, blue) - min(red, green, blue) <= 1
    return int(green)


def test_pq_and_hlg_show_the_same_light_alike() -> None:
    """BT.2408-7, table 1: white of 203 cd/m2 is 58 % of PQ and 75 % of HLG; grey is 38 %."""
    white = level(0.5807, "pq")
    assert level(0.75, "hlg") == pytest.approx(white, abs=2)
    assert 215 <= white <= 235
    assert level(0.38, "pq") == pytest.approx(level(0.38, "hlg"), abs=4)
    assert 90 <= level(0.38, "pq") <= 110
    assert level(0.7518, "pq") == level(1.0, "hlg") == level(1.0, "pq") == 255
    assert level(0, "pq") == level(0, "hlg") == 0


@pytest.mark.parametrize("transfer", ["pq", "hlg", "sdr"])
def test_brighter_is_never_darker(transfer: str) -> None:
    levels = [level(step / 64, transfer) for step in range(65)]
    assert levels == sorted(levels)


def test_an_hdr_clip_is_seen_in_the_films_colours(tmp_path: Path) -> None:
    """A grey of 58 % PQ, in 10 bits, is a white that is not clipped; read raw it were grey."""
    clip = make_clip(
        tmp_path / "clip.mp4",
        *("-c:v", "libx265", "-x265-params", "log-level=none", "-crf", "4"),
        seconds=0.2,
        filters=f"format=yuv420p10le,geq=lum='64+876*0.5807':cb=512:cr=512,{PQ}",
    )
    (frame,) = shown(clip, 0.1)
    expected = 16 + 219 * level(0.5807, "pq") / 255
    assert float(frame.y.mean()) == pytest.approx(expected, abs=2)
    assert float(frame.u.mean()) == pytest.approx(128, abs=1)
