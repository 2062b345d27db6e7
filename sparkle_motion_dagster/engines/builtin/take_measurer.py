"""The take measurer: how sharp, how alike and how well said takes are, from their files alone.

What finds faces and compares words is loaded when something is measured: most films have one take.
"""

from __future__ import annotations

import statistics
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.engines.hearing.base import Transcript
from sparkle_motion_dagster.engines.images.base import OwnPicture
from sparkle_motion_dagster.engines.video.fitting import padding, shown_size
from sparkle_motion_dagster.media.clip_review import sample_clip
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.picture_review import psnr, sharpness
from sparkle_motion_dagster.media.pictures import WHITE, open_picture
from sparkle_motion_dagster.units import FrameSize, Record

if TYPE_CHECKING:
    from sparkle_motion_dagster.faces.square import Picture

_SAMPLES = 9
"""How many frames of a clip are looked at."""


class TakeMeasures(Record):
    """What was measured of a take; what could not be is None, and ``missing`` says why, by name.

    Attributes:
        sharpness: The variance of the Laplacian at a fixed size; of a clip the median of its
            frames. More is sharper.
        seam_start_db: How alike a clip's first frame is to its keyframe: luma PSNR in dB.
        seam_end_db: How alike its last frame is to its end keyframe, in dB.
        words_wrong: The word error rate of what was heard of a line; 0 is every word.
        face_difference: How different the faces are from those that they are to be, by
            ``faces.looks.difference``: about 1 for two sights of one person. Less is more alike.
        phash: The perceptual hash of a picture, or of a clip's middle frame: 64 bits in
            hexadecimal.
        missing: Why something was not measured.
    """

    sharpness: float | None = None
    seam_start_db: float | None = None
    seam_end_db: float | None = None
    words_wrong: float | None = Field(default=None, ge=0)
    face_difference: float | None = Field(default=None, ge=0)
    phash: str | None = None
    missing: dict[str, str] = Field(default={})


class MeasureRequest(Request):
    """A take, and what it is held against.

    Attributes:
        take: Its picture, clip or sound.
        kind: Which of them it is.
        frames: How many frames a clip has.
        first: The keyframe that a clip begins with.
        last: The keyframe that its last frame is.
        people: Pictures of those whose faces it shows.
        heard: What was heard of a sound.
        text: What is written for it.
        language: The language tag of that.
        missing: What cannot be measured of it, and why.
    """

    take: StoredFile
    kind: Literal["picture", "clip", "sound"]
    frames: int = 0
    first: StoredFile | None = None
    last: StoredFile | None = None
    people: tuple[OwnPicture, ...] = ()
    heard: StoredFile | None = None
    text: str = ""
    language: str = ""
    missing: dict[str, str] = Field(default={})


class TakeMeasurer(Engine[MeasureRequest, EngineSettings]):
    """Measures takes.

    Each result holds one output ``measures`` (``application/json``, `TakeMeasures`).
    """

    name = "take-measurer"
    version = 1
    settings_model = EngineSettings
    usual_pace = 0.02
    """A clip of 48 frames in 0.3 to 1.5 s, a picture in 0.02 s, at 320x180 on two busy cores."""
    usual_bytes = 200

    def make(self, requests: Sequence[MeasureRequest], folder: Path) -> Generator[Made]:
        """Measure one take a request; see ``Engine.make``."""
        for number, request in enumerate(requests):
            path = folder / f"measures_{number:04d}.json"
            path.write_text(measure(request).model_dump_json(), encoding="utf-8")
            yield Made({"measures": MadeFile(path, "application/json")})


def measure(request: MeasureRequest) -> TakeMeasures:
    """Return what there is to measure of a take.

    Raises:
        MediaError: Its file, or one that it is held against, cannot be read.
    """
    if request.kind == "sound":
        return _of_sound(request)
    return _of_clip(request) if request.kind == "clip" else _of_picture(request)


def _of_sound(request: MeasureRequest) -> TakeMeasures:
    from sparkle_motion_dagster.engines.hearing.comparing import compare

    if request.heard is None:
        return TakeMeasures(missing=request.missing)
    heard = Transcript.model_validate_json(request.heard.path.read_bytes())
    rate = compare(request.text, heard.text, request.language).error_rate
    return TakeMeasures(words_wrong=round(rate, 4), missing=request.missing)


def _of_picture(request: MeasureRequest) -> TakeMeasures:
    picture = np.asarray(open_picture(request.take.path).convert("RGB"), np.uint8)
    faces, missing = _faces(picture, request)
    return TakeMeasures(
        sharpness=round(sharpness(_even(picture).y), 2),
        face_difference=faces,
        phash=_phash(picture),
        missing=missing,
    )


def _of_clip(request: MeasureRequest) -> TakeMeasures:
    clip = sample_clip(request.take.path, request.frames, _SAMPLES)
    middle = clip.middle.to_rgb()
    faces, missing = _faces(middle, request)
    return TakeMeasures(
        sharpness=round(statistics.median(sharpness(frame.y) for frame in clip.between), 2),
        seam_start_db=_seam(clip.first, request.first),
        seam_end_db=_seam(clip.last, request.last),
        face_difference=faces,
        phash=_phash(middle),
        missing=missing,
    )


def _seam(shown: YuvFrame, keyframe: StoredFile | None) -> float | None:
    """Return how alike a frame is to a keyframe, laid over it as engines do, in dB."""
    if keyframe is None:
        return None
    from PIL import Image

    picture = open_picture(keyframe.path).convert("RGB")
    rows, columns = shown.shape
    film = FrameSize(width=picture.width, height=picture.height)
    width, height = shown_size(columns, rows, film)
    if (width, height) != picture.size:
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    wanted = YuvFrame.from_rgb(np.asarray(picture, np.uint8))
    top, left = padding(height, rows), padding(width, columns)
    return psnr(shown.y[top : top + height, left : left + width], wanted.y)


def _faces(picture: Picture, request: MeasureRequest) -> tuple[float | None, dict[str, str]]:
    """Return how different faces are from those of people's pictures, and what is missing."""
    from sparkle_motion_dagster.engines.lipsync.owned_faces import looks_by
    from sparkle_motion_dagster.faces.finding import faces_in
    from sparkle_motion_dagster.faces.looks import difference

    known = [looks_by(one.path, one.background or WHITE) for one in request.people]
    wanted = [looks for looks in known if looks is not None]
    if not request.people:
        return None, request.missing
    found = [face.looks for face in faces_in(picture).faces]
    if not wanted or not found:
        why = "no face is found in it" if wanted else "no face is found in the picture of them"
        return None, {**request.missing, "face_difference": why}
    nearest: Iterable[float] = (min(difference(one, face) for face in found) for one in wanted)
    return round(statistics.fmean(nearest), 3), request.missing


def _phash(picture: Picture) -> str:
    import imagehash
    from PIL import Image

    return str(imagehash.phash(Image.fromarray(picture)))


def _even(picture: Picture) -> YuvFrame:
    """Return a picture as a frame, without a last row or column that makes its sides odd."""
    rows, columns = (side - side % 2 for side in picture.shape[:2])
    return YuvFrame.from_rgb(picture[:rows, :columns])
