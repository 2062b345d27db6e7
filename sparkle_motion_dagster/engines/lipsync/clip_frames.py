"""The frames of a clip whose mouths are moved."""

import contextlib
from collections.abc import Iterator

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.lipsync.base import LipsyncRequest
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames


def numbered_frames(request: LipsyncRequest) -> Iterator[tuple[int, YuvFrame]]:
    """Yield the frames of a request's clip, each with its number, from 0.

    Raises:
        EngineError: They are not as many as the request says.
        MediaError: The clip cannot be read.
    """
    count = 0
    with contextlib.closing(read_frames(request.clip.path)) as frames:
        for frame in frames:
            yield count, frame
            count += 1
    if count != request.frames:
        raise EngineError(
            f"the clip {request.clip.sha256} has {count} frames, but its shot has "
            f"{request.frames}: it cannot be lip-synced"
        )
