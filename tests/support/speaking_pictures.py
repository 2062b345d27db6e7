"""Clips with real faces in them that are made to speak, and what is to be seen of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from clips import stored
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.face_follower import FaceFollower, FollowRequest
from sparkle_motion_dagster.engines.builtin.mouth_reader import MouthReader, ReadMouthsRequest
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest, Pictured
from sparkle_motion_dagster.engines.lipsync.mesh.engine import MeshEngine, MeshSettings
from sparkle_motion_dagster.faces.readings import MouthReadings
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

RATE = Fraction(24)
DELIVERY = ClipEncoding(crf=18, preset="veryfast")


def write_frames(path: Path, frames: Iterable[YuvFrame], size: FrameSize) -> Path:
    """Write a clip as a film's clips are written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_clip(path, frames, size=size, frame_rate=RATE, encoding=DELIVERY)
    return path


def request_of(
    clip: Path, frames: int, size: FrameSize, lines: Sequence[LipsyncLine], people: Sequence[str]
) -> LipsyncRequest:
    """Follow faces, of people from left to right; return what the clip is lip-synced by."""
    folder = clip.parent / f"{clip.stem}-faces"
    folder.mkdir()
    following = FollowRequest(clip=stored(clip), frames=frames, frame_rate=RATE)
    [followed] = FaceFollower(EngineSettings()).make([following], folder)
    return LipsyncRequest(
        clip=stored(clip),
        followed=stored(followed.outputs["faces"].path),
        pictured=(tuple(Pictured(id=name) for name in people),),
        lines=tuple(lines),
        frames=frames,
        frame_rate=RATE,
        size=size,
        encoding=DELIVERY,
    )


def speak(request: LipsyncRequest, folder: Path) -> tuple[Path, dict[str, int]]:
    """Return a clip in which real faces speak, and whose face is whose."""
    folder.mkdir(parents=True)
    [made] = MeshEngine(MeshSettings(without_face="fail")).make([request], folder)
    faces = made.metadata["faces"]
    assert isinstance(faces, dict)
    people = {name: face["person"] for name, face in faces.items() if isinstance(face, dict)}
    return made.outputs["clip"].path, {
        name: person for name, person in people.items() if isinstance(person, int)
    }


def read_anew(request: LipsyncRequest, finished: Path) -> MouthReadings:
    """Return what is read of the faces in a finished clip."""
    assert request.followed is not None
    folder = finished.parent / f"{finished.stem}-mouths"
    folder.mkdir()
    reading = ReadMouthsRequest(
        before=request.clip, after=stored(finished), followed=request.followed
    )
    [read] = MouthReader(EngineSettings()).make([reading], folder)
    return MouthReadings.model_validate_json(read.outputs["mouths"].path.read_bytes())
