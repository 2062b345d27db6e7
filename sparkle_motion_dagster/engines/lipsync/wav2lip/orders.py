"""What Wav2Lip's worker is asked for, and what it gives back: passages of clips."""

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.lipsync.base import LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.owned_faces import told
from sparkle_motion_dagster.engines.lipsync.wav2lip.detail import SIDE
from sparkle_motion_dagster.engines.lipsync.wav2lip.passages import (
    Passage,
    heard_during,
    passages_of,
    speakers_faces,
)
from sparkle_motion_dagster.engines.lipsync.wav2lip.pasting import Area, pasted
from sparkle_motion_dagster.engines.machinery.workers import WorkerError, WorkerResult
from sparkle_motion_dagster.faces.whose import Own
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.plan.shot import FaceBox
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameSize

_EARLY_S = Fraction(60, 1000)
"""How long before the middle of a frame the sound begins that its mouth was trained with.

Upstream's training (wav2lip_train.py, get_segmented_mels) gives the frame with index k, at 25
frames a second, the mel window that begins at frame k-1: 40 ms before the frame, and 60 ms before
its middle.
"""

_WINDOW_S = Fraction(2, 10)
"""The mel window of a frame: 16 steps of 200 samples at 16 kHz (hparams.py, inference.py)."""

_SOURCE = ClipEncoding(crf=1, preset="ultrafast")
"""What the model is given is as good as what was filmed."""


@dataclass(frozen=True)
class CutClip:
    """A clip whose passages have been cut out of it.

    The faces as they were followed are no part of it: each takes nearly 40 kB a frame, and the
    clips of a whole film are cut before the first one is made.

    Attributes:
        request: The clip's.
        passages: When whose mouth has to be moved.
        faces: Where its face is in each of a passage's frames.
        followed: What the clip's record says of the faces that were followed, by whose they are.
        unseen: The speakers whose faces were not found.
        folder: Where each passage lies as ``0.mp4`` and ``0.wav``, and so on.
    """

    request: LipsyncRequest
    passages: Sequence[Passage]
    faces: Sequence[Sequence[Area]]
    followed: Mapping[str, JsonValue]
    unseen: Sequence[str]
    folder: Path

    def orders(self) -> Iterator[Mapping[str, JsonValue]]:
        """Yield what the worker is asked for."""
        for number, (passage, faces) in enumerate(zip(self.passages, self.faces, strict=True)):
            yield {
                "what": f"{passage.speaker} from {_seconds(self.request, passage.first)}",
                "clip": str(self.folder / f"{number}.mp4"),
                "voice": str(self.folder / f"{number}.wav"),
                "boxes": [[face.top, face.bottom, face.left, face.right] for face in faces],
            }


@dataclass(frozen=True, eq=False)
class MovedMouth:
    """What the worker made of a passage.

    Attributes:
        passage: The passage.
        faces: Where the face is in each of its frames.
        pictures: The face with the moved mouth, (frames, 96, 96, 3), blue first.
    """

    passage: Passage
    faces: Sequence[Area]
    pictures: NDArray[np.uint8]

    @property
    def height(self) -> int:
        """How high the face is at most, in pixels."""
        return max(face.height for face in self.faces)

    def told(self) -> dict[str, JsonValue]:
        """Return what the clip's record says of it."""
        still = len(set(self.faces)) == 1
        return {
            "speaker": self.passage.speaker,
            "first_frame": self.passage.first,
            "frames": self.passage.frames,
            "boxes": [
                [face.top, face.bottom, face.left, face.right]
                for face in (self.faces[:1] if still else self.faces)
            ],
        }


def cut_clip(request: LipsyncRequest, folder: Path, pads: Sequence[int]) -> CutClip:
    """Cut a clip's passages out of it, each with what is heard in it.

    Args:
        request: The clip's.
        folder: Where they are written; it is made.
        pads: What is added to a face that was followed: top, bottom, left, right, in pixels.

    Raises:
        EngineError: The clip has another length than its shot.
    """
    import soundfile

    frames = probe(request.clip.path, "video/mp4").frames
    if frames != request.frames:
        raise EngineError(
            f"the clip {request.clip.sha256} has {frames} frames, but its shot has "
            f"{request.frames}: it cannot be lip-synced"
        )
    found = speakers_faces(request)
    passages = passages_of(request, found)
    folder.mkdir()
    for number, passage in enumerate(passages):
        with contextlib.closing(read_frames(request.clip.path)) as clip:
            write_clip(
                folder / f"{number}.mp4",
                itertools.islice(clip, passage.first, passage.first + passage.frames),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=_SOURCE,
            )
        late_s = _EARLY_S - 1 / (2 * request.frame_rate)
        voice = heard_during(request, passage, late_s=late_s, tail_s=_WINDOW_S)
        soundfile.write(folder / f"{number}.wav", voice, SAMPLE_RATE, subtype="PCM_16")
    return CutClip(
        request,
        passages,
        [areas_of(passage, found[passage.speaker], request.size, pads) for passage in passages],
        {speaker: told(face) for speaker, face in found.items() if isinstance(face, Own)},
        [speaker for speaker in request.seen if speaker not in found],
        folder,
    )


def moved_mouth(passage: Passage, faces: Sequence[Area], result: WorkerResult) -> MovedMouth:
    """Return what the worker made of a passage.

    Args:
        passage: The passage.
        faces: Where its face is in each of its frames.
        result: What the worker answered.

    Raises:
        WorkerError: It is not what was asked for.
    """
    try:
        pictures = np.load(result.files["pictures"], mmap_mode="r", allow_pickle=False)
        # Its space is free as soon as nobody looks at it.
        result.files["pictures"].unlink()
    except (KeyError, ValueError) as error:
        raise WorkerError(f"wav2lip's worker did not hand over what it made: {error}") from error
    shape = (passage.frames, SIDE, SIDE, 3)
    if pictures.shape != shape or pictures.dtype != np.uint8:
        raise WorkerError(
            f"wav2lip made {pictures.dtype} pictures of {pictures.shape}, where bytes of {shape} "
            "are due"
        )
    return MovedMouth(passage, faces, pictures)


def with_mouths(request: LipsyncRequest, mouths: Sequence[MovedMouth]) -> Iterator[YuvFrame]:
    """Yield the clip's frames with everybody speaking."""
    with contextlib.closing(read_frames(request.clip.path)) as frames:
        for count, frame in enumerate(frames):
            for mouth in mouths:
                share = mouth.passage.share(count)
                if share > 0:
                    place = count - mouth.passage.first
                    picture = np.ascontiguousarray(mouth.pictures[place][..., ::-1])
                    frame = pasted(frame, picture, mouth.faces[place], share)
            yield frame


def areas_of(
    passage: Passage, face: FaceBox | Own, size: FrameSize, pads: Sequence[int]
) -> list[Area]:
    """Return where a face is in each frame of a passage.

    Args:
        passage: The passage.
        face: Its speaker's.
        size: Its clip's.
        pads: What is added to a face that was followed: top, bottom, left, right, in pixels.
    """
    if isinstance(face, FaceBox):
        return [_placed(face, size)] * passage.frames
    return list(_followed(passage, face, size, pads))


def _followed(passage: Passage, own: Own, size: FrameSize, pads: Sequence[int]) -> Iterator[Area]:
    """Yield where a face is; in frames in which it is not seen, where it is seen next to them."""
    more = np.array(pads)[[2, 0, 3, 1]] * (-1, -1, 1, 1)
    seen = [frame for track in own.tracks for frame in range(track.start, track.end)]
    for frame in range(passage.first, passage.first + passage.frames):
        nearest = min(seen, key=lambda one: abs(one - frame))
        points = next(
            points for track in own.tracks if (points := track.points_at(nearest)) is not None
        )
        box = np.concatenate([points.min(axis=0), points.max(axis=0)]) + more
        left, top, right, bottom = np.rint(box).astype(int).tolist()
        yield _area(top, bottom, left, right, size)


def _placed(face: FaceBox, size: FrameSize) -> Area:
    """Return where the plan places a face."""
    return _area(
        int(face.top * size.height),
        round((face.top + face.height) * size.height),
        int(face.left * size.width),
        round((face.left + face.width) * size.width),
        size,
    )


def _area(top: int, bottom: int, left: int, right: int, size: FrameSize) -> Area:
    """Return the even area around a box of at least a pixel, as far as it lies in the picture."""
    top, bottom = _even(top, bottom, size.height)
    left, right = _even(left, right, size.width)
    return Area(top, bottom, left, right)


def _even(start: int, end: int, side: int) -> tuple[int, int]:
    first = min(max(start, 0), side - 2) // 2 * 2
    return first, max(min(end + end % 2, side), first + 2)


def _seconds(request: LipsyncRequest, frame: int) -> str:
    return f"{float(frame / request.frame_rate):.2f} s"
