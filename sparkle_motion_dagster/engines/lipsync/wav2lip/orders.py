"""What Wav2Lip's worker is asked for, and what it gives back: passages of clips."""

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue, TypeAdapter, ValidationError

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.lipsync.base import LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.wav2lip.passages import (
    Passage,
    heard_during,
    passages_of,
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

_BOXES = TypeAdapter(list[tuple[int, int, int, int]])
_WINDOW = TypeAdapter(tuple[int, int, int, int])


@dataclass(frozen=True)
class CutClip:
    """A clip whose passages have been cut out of it.

    Attributes:
        request: The clip's.
        passages: When whose mouth has to be moved.
        folder: Where each passage lies as ``0.mp4`` and ``0.wav``, and so on.
    """

    request: LipsyncRequest
    passages: Sequence[Passage]
    folder: Path

    def orders(self, pads: Sequence[int]) -> Iterator[Mapping[str, JsonValue]]:
        """Yield what the worker is asked for.

        Args:
            pads: What is added to a face that was found: top, bottom, left, right, in pixels.
        """
        for number, passage in enumerate(self.passages):
            size = self.request.size
            yield {
                "what": f"{passage.speaker} from {_seconds(self.request, passage.first)}",
                "clip": str(self.folder / f"{number}.mp4"),
                "voice": str(self.folder / f"{number}.wav"),
                "frames": passage.frames,
                "size": [size.height, size.width],
                "boxes": [list(box) for box in _boxes(passage, self.request, pads)],
            }


@dataclass(frozen=True, eq=False)
class MovedMouth:
    """What the worker made of a passage.

    Attributes:
        passage: The passage.
        faces: Where the face is in each of its frames; empty where none was found.
        window: The part of the frames that `pictures` show.
        pictures: The frames' parts with the moved mouth, (frames, h, w, 3), blue first.
    """

    passage: Passage
    faces: Sequence[Area]
    window: Area
    pictures: NDArray[np.uint8]

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


def cut_clip(request: LipsyncRequest, folder: Path) -> CutClip:
    """Cut a clip's passages out of it, each with what is heard in it.

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
    passages = passages_of(request)
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
    return CutClip(request, passages, folder)


def moved_mouth(passage: Passage, request: LipsyncRequest, result: WorkerResult) -> MovedMouth:
    """Return what the worker made of a passage.

    Raises:
        WorkerError: It is not what was asked for.
    """
    nothing = np.zeros((0, 0, 0, 3), np.uint8)
    if result.facts.get("boxes") is None:
        return MovedMouth(passage, (), Area(0, 0, 0, 0), nothing)
    try:
        faces = [Area(*box) for box in _BOXES.validate_python(result.facts["boxes"])]
        window = Area(*_WINDOW.validate_python(result.facts["window"]))
        pictures = np.load(result.files["pictures"], mmap_mode="r", allow_pickle=False)
        # A film of faces would fill a disk: its space is free as soon as nobody looks at it.
        result.files["pictures"].unlink()
    except (KeyError, ValueError, ValidationError) as error:
        raise WorkerError(f"wav2lip's worker did not say what it made: {error}") from error
    shape = (passage.frames, window.bottom - window.top, window.right - window.left, 3)
    if pictures.shape != shape or pictures.dtype != np.uint8 or len(faces) != passage.frames:
        raise WorkerError(
            f"wav2lip made {pictures.dtype} pictures of {pictures.shape} and {len(faces)} boxes, "
            f"where bytes of {shape} are due"
        )
    if window.bottom > request.size.height or window.right > request.size.width:
        raise WorkerError(f"wav2lip moved a mouth outside of the picture: {window}")
    return MovedMouth(passage, faces, window, pictures)


def with_mouths(request: LipsyncRequest, mouths: Sequence[MovedMouth]) -> Iterator[YuvFrame]:
    """Yield the clip's frames with everybody speaking."""
    with contextlib.closing(read_frames(request.clip.path)) as frames:
        for count, frame in enumerate(frames):
            for mouth in mouths:
                share = mouth.passage.share(count)
                if share > 0:
                    place = count - mouth.passage.first
                    picture = np.ascontiguousarray(mouth.pictures[place][..., ::-1])
                    frame = pasted(frame, picture, mouth.window, mouth.faces[place], share)
            yield frame


_Box = tuple[int, int, int, int]
"""Top, bottom, left and right, in pixels."""


def _boxes(passage: Passage, request: LipsyncRequest, pads: Sequence[int]) -> list[_Box]:
    """Return where a face is: one box for all frames, one a frame, or none: nobody knows."""
    if passage.face is not None:
        return [_placed(passage.face, request.size)]
    return [] if passage.own is None else list(_followed(passage, passage.own, request.size, pads))


def _followed(passage: Passage, own: Own, size: FrameSize, pads: Sequence[int]) -> Iterator[_Box]:
    """Yield the box of a face for each frame of a passage; where it is hidden, the last one."""
    more = np.array(pads)[[2, 0, 3, 1]] * (-1, -1, 1, 1)
    points = None
    for frame in range(passage.first, passage.first + passage.frames):
        track = own.at(frame)
        points = points if track is None else track.points_at(frame)
        if points is None:
            raise EngineError(f"{passage.speaker} is not seen in frame {frame}")
        box = np.concatenate([points.min(axis=0), points.max(axis=0)]) + more
        left, top, right, bottom = np.rint(box).astype(int).tolist()
        yield max(top, 0), min(bottom, size.height), max(left, 0), min(right, size.width)


def _placed(face: FaceBox, size: FrameSize) -> _Box:
    """Return the box of a face that the plan places."""
    top, left = int(face.top * size.height), int(face.left * size.width)
    bottom = max(round((face.top + face.height) * size.height), top + 2)
    right = max(round((face.left + face.width) * size.width), left + 2)
    return top, min(bottom, size.height), left, min(right, size.width)


def _seconds(request: LipsyncRequest, frame: int) -> str:
    return f"{float(frame / request.frame_rate):.2f} s"
