"""Encoding clips: how a clip is written, and the writer that frames are handed to."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from pydantic import Field

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import feed_ffmpeg
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize, Record, format_rate

_KEYFRAME_EVERY_S = 2


class ClipEncoding(Record):
    """H.264 settings of a clip. All of them decide its bytes, the thread count included."""

    crf: int = Field(ge=1, le=51, description="x264's constant quality: lower is better")
    preset: str = Field(pattern="^[a-z]+$", description="x264's speed preset")
    threads: int = Field(
        default=2, ge=1, le=16, description="in how many threads x264 works: other bytes each"
    )


def ticks_per_second(frame_rate: Fraction) -> int:
    """Return the time scale of a clip's track, in which a frame is a whole number of ticks.

    24 fps has 24000 ticks a second, 1000 a frame; 24000/1001 fps has 24000, 1001 a frame.
    """
    return frame_rate.numerator * (1 if frame_rate.numerator >= 1000 else 1000)


def write_clip(
    path: Path,
    frames: Iterable[YuvFrame],
    *,
    size: FrameSize,
    frame_rate: Fraction,
    encoding: ClipEncoding,
    splices: Sequence[int] = (),
) -> int:
    """Encode frames as a silent MP4 with one H.264 stream, and return how many they were.

    Equal frames and settings give equal bytes on any number of cores of one kind of CPU (the last
    bit of a sample may differ between CPU generations). Clips of one film, encoded alike, share
    their stream headers (SPS, PPS), so that they can be joined without encoding again. Nothing is
    left behind where writing fails.

    Args:
        path: Where the clip is written.
        frames: At least one, all of `size`; taken one at a time.
        size: Size of the clip in pixels.
        frame_rate: Frames per second; the clip's timestamps hold it exactly.
        encoding: Quality, preset and thread count.
        splices: Frames before which the stream can be cut: what comes before, and from there on,
            can each be decoded by itself.

    Raises:
        MediaError: A frame has another size, or there is none.
        FfmpegError: ffmpeg failed.
    """
    count = 0
    with (
        removed_on_failure(path),
        tempfile.TemporaryFile() as log,
        feed_ffmpeg(_arguments(path, size, frame_rate, encoding, splices), log=log) as pipe,
    ):
        for frame in frames:
            if frame.shape != (size.height, size.width):
                height, width = frame.shape
                raise MediaError(
                    f"frame {count} of {path} is {width}x{height}, but the clip is {size}"
                )
            for plane in frame.planes:
                pipe.write(np.ascontiguousarray(plane).data)
            count += 1
        if not count:
            raise MediaError(f"{path} would have no frame")
    return count


@contextlib.contextmanager
def removed_on_failure(path: Path) -> Iterator[None]:
    """Remove the file that the block was writing when it fails: half a film plays like a whole."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _arguments(
    path: Path,
    size: FrameSize,
    frame_rate: Fraction,
    encoding: ClipEncoding,
    splices: Sequence[int],
) -> list[str]:
    import ffmpeg

    source = ffmpeg.input(
        "pipe:",
        format="rawvideo",
        pixel_format="yuv420p",
        video_size=(size.width, size.height),
        framerate=format_rate(frame_rate),
    ).filter(
        # Says what the planes are. Left to output options, ffmpeg would convert to it instead.
        "setparams",
        range="tv",
        colorspace="bt709",
        color_primaries="bt709",
        color_trc="bt709",
    )
    output: list[str] = ffmpeg.output(
        source,
        f"file:{path}",
        format="mp4",
        vcodec="libx264",
        pix_fmt="yuv420p",
        crf=encoding.crf,
        preset=encoding.preset,
        # x264's bytes may depend on its thread count, which it would take from the machine.
        threads=encoding.threads,
        **{
            "profile:v": "high",
            # Headers that do not follow from the content; GOPs are closed by x264's default. Its
            # lookahead, run ahead in a thread of its own, gives other bytes now and then when the
            # machine is busy.
            "x264-params": "stitchable=1:sync-lookahead=0",
            "g": round(_KEYFRAME_EVERY_S * frame_rate),
            **_forced_keyframes(splices),
            "fps_mode": "passthrough",
            # x264 writes its version and options into each clip (SEI, NAL unit type 6).
            "bsf:v": "filter_units=remove_types=6",
            "flags:v": "+bitexact",
            "fflags": "+bitexact",
            "video_track_timescale": ticks_per_second(frame_rate),
        },
    ).get_args()
    return output


def _forced_keyframes(splices: Sequence[int]) -> dict[str, str]:
    """Return what makes x264 begin a group of pictures at frames; its groups are closed."""
    if not splices:
        return {}
    return {"force_key_frames": "expr:" + "+".join(f"eq(n,{frame})" for frame in splices)}
