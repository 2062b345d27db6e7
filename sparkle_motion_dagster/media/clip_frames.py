"""Single frames of a clip, as pictures: RGB, (rows, columns, 3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.errors import MediaError


def frames_between(path: Path, count: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield some frames of a clip with their numbers: the first, the last, and some between.

    Args:
        path: The clip.
        count: How many; of a shorter clip, each frame once.

    Raises:
        MediaError: The file is no video, or is damaged.
    """
    import av

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            last = max(stream.frames - 1, 0)
            wanted = {round(step * last / max(count - 1, 1)) for step in range(count)}
            for number, frame in enumerate(container.decode(stream)):
                if number in wanted:
                    yield number, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    except (av.FFmpegError, IndexError) as error:
        raise MediaError(f"{path} is no clip that can be read: {error}") from error
