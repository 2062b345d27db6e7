"""The face follower: where faces are in every frame of a clip."""

import contextlib
from collections.abc import Generator, Sequence
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineSettings,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.faces.following import follow
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.units import FrameRate


class FollowRequest(Request):
    """A clip of so many frames."""

    clip: StoredFile
    frames: int = Field(ge=1)
    frame_rate: FrameRate


class FaceFollower(Engine[FollowRequest, EngineSettings]):
    """Follows faces. Equal clips give equal bytes on any number of cores.

    Each result holds one output ``faces`` (``application/json``, a ``ClipFaces`` of
    ``faces/records.py``).

    ``metadata["tracks"]`` tells of each track: whose it is, by the number of the person, its first
    frame, and its frames.
    """

    name = "face-follower"
    version = 2
    settings_model = EngineSettings

    def make(self, requests: Sequence[FollowRequest], folder: Path) -> Generator[Made]:
        """Look through one clip a request; see ``Engine.make``."""
        for number, request in enumerate(requests):
            with contextlib.closing(read_frames(request.clip.path)) as frames:
                pictures = (frame.to_rgb() for frame in frames)
                followed = follow(pictures, request.frame_rate)
            if followed.frames != request.frames:
                raise EngineError(
                    f"the clip {request.clip.sha256} has {followed.frames} frames, but its shot "
                    f"has {request.frames}: faces cannot be followed through it"
                )
            path = folder / f"faces_{number:04d}.json"
            path.write_text(followed.model_dump_json(), encoding="utf-8")
            yield Made(
                {"faces": MadeFile(path, "application/json")},
                {
                    "tracks": [
                        {
                            "person": track.person,
                            "first_frame": track.start,
                            "frames": track.end - track.start,
                        }
                        for track in followed.tracks
                    ]
                },
            )
