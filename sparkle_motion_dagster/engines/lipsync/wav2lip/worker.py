"""Runs the inference script of the user's own Wav2Lip checkout, once for each passage.

The script is imported and its ``main`` is called as it is, in a folder of the passage's own (it
reads and writes where it stands). Around it the model is loaded once, the boxes of faces are noted,
and its frames are kept as it makes them: the lossy film that it would write of them, and the shell
that would add sound to it, are left out.
"""

from __future__ import annotations

import functools
import importlib
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.machinery.worker_program.protocol import Job, serve, working_in
from sparkle_motion_dagster.engines.machinery.worker_program.weights import readable

Box = tuple[int, int, int, int]
"""Top, bottom, left, right of a face in pixels, as the script has them."""

_CLIP, _VOICE, _SPOKEN = "clip.mp4", "voice.wav", "spoken.mp4"
"""Names that the script does not stumble over."""

_DETECTOR = Path("face_detection", "detection", "sfd", "s3fd.pth")

_NO_FACE = "face not detected"
"""What the script says of a picture without a face."""


class NoFaceError(Exception):
    """A picture of the passage shows no face."""


@dataclass
class Passage:
    """What is noted while the script works: where faces are, and its frames there.

    Attributes:
        frames: How many of its frames are wanted; the script may make a few more.
        boxes: The faces' boxes, one a frame.
        pictures: The part of each frame that holds all boxes, (h, w, 3), blue first.
    """

    frames: int
    boxes: Sequence[Box] = ()
    pictures: list[NDArray[np.uint8]] = field(default_factory=list)

    def keep(self, picture: NDArray[np.uint8]) -> None:
        """Note a finished frame."""
        if len(self.pictures) < self.frames:
            top, bottom, left, right = self.window(picture.shape[:2])
            self.pictures.append(picture[top:bottom, left:right].copy())

    def window(self, size: Sequence[int]) -> Box:
        """Return the part of a frame of (height, width) that holds all boxes, on even pixels.

        The film's colours come in blocks of two by two pixels.
        """
        tops, bottoms, lefts, rights = zip(*self.boxes, strict=True)
        return (
            _even(min(tops)),
            min(_even(max(bottoms) + 1), size[0]),
            _even(min(lefts)),
            min(_even(max(rights) + 1), size[1]),
        )


def _even(pixels: int) -> int:
    return pixels - pixels % 2


def work(job: Job) -> None:
    """Let the script move the mouth of each passage."""
    script = Script(job)
    for index, request in enumerate(job.requests):
        job.begin(index, request["what"])
        folder = job.folder / f"passage_{index:04d}"
        (folder / "temp").mkdir(parents=True)
        (folder / _CLIP).symlink_to(request["clip"])
        (folder / _VOICE).symlink_to(request["voice"])
        started = time.monotonic()
        try:
            passage = script.spoken(folder, request)
        except NoFaceError:
            job.log(f"no face was found in {request['what']}")
            job.finished(index, {}, {"boxes": None})
            continue
        seconds = time.monotonic() - started
        pictures = folder / "pictures.npy"
        np.save(pictures, np.stack(passage.pictures))
        facts = {
            "boxes": passage.boxes,
            "window": passage.window(request["size"]),
            "seconds": round(seconds, 3),
        }
        job.finished(index, {"pictures": pictures}, facts)
    job.metrics(script.measured)


class Script:
    """The script of a checkout, imported once.

    Attributes:
        measured: What it cost so far.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._doing = "the model"
        self._passage = Passage(0)
        self.measured: dict[str, float] = {"frames": 0, "seconds": 0.0, "load_s": 0.0}
        checkout = Path(job.settings["checkout"])
        self._module = _imported(checkout, _command(job.settings))
        self._module.device = job.device
        self._module.load_model = functools.cache(self._loading(self._module.load_model))
        self._module.face_detect = self._noting(self._module.face_detect)
        self._module.tqdm = self._counted
        # The detector's weights are read once, too.
        detection = self._module.face_detection
        detector = functools.cache(readable(checkout / _DETECTOR)(detection.FaceAlignment))
        self._module.face_detection = _but(detection, FaceAlignment=detector)
        self._module.cv2 = _keeping(self._module.cv2, lambda picture: self._passage.keep(picture))
        self._module.subprocess = _but(subprocess, call=lambda *_, **__: 0)

    def spoken(self, folder: Path, request: Mapping[str, Any]) -> Passage:
        """Let the script work on one passage, in its folder.

        Raises:
            NoFaceError: A picture shows no face.
            WrongRequestError: The checkpoint does not fit the checkout.
        """
        boxes, frames = request["boxes"], request["frames"]
        self._doing = request["what"]
        self._passage = Passage(frames, boxes * frames if len(boxes) == 1 else boxes)
        self._module.args.box = boxes[0] if len(boxes) == 1 else [-1, -1, -1, -1]
        started, loading = time.monotonic(), self.measured["load_s"]
        with working_in(folder):
            self._module.main()
        if len(self._passage.pictures) != frames:
            message = f"inference.py made {len(self._passage.pictures)} of {frames} frames"
            raise RuntimeError(message)
        spent = time.monotonic() - started - (self.measured["load_s"] - loading)
        self.measured["frames"] += frames
        self.measured["seconds"] = round(self.measured["seconds"] + spent, 3)
        return self._passage

    def _loading(self, load: Callable[[str], Any]) -> Callable[[str], Any]:
        """Return the script's loading, which says what it does, and what to do where it fails."""

        def loaded(path: str) -> Any:
            started = time.monotonic()
            self._job.log(f"loading {Path(path).name} onto {self._job.device}")
            with readable(Path(path)):
                model = load(path)
            self.measured["load_s"] = round(time.monotonic() - started, 3)
            return model

        return loaded

    def _noting(
        self, detect: Callable[[Sequence[NDArray[np.uint8]]], list[Any]]
    ) -> Callable[[Sequence[NDArray[np.uint8]]], list[Any]]:
        """Return the script's detection, which notes where faces are, unless that is known."""

        def detected(images: Sequence[NDArray[np.uint8]]) -> list[Any]:
            if self._passage.boxes:
                return [
                    [image[top:bottom, left:right], (top, bottom, left, right)]
                    for image, (top, bottom, left, right) in zip(
                        images, self._passage.boxes, strict=False
                    )
                ]
            try:
                found = detect(images)
            except ValueError as error:
                if _NO_FACE in str(error).lower():
                    raise NoFaceError from error
                raise
            self._passage.boxes = [
                (int(top), int(bottom), int(left), int(right))
                for _, (top, bottom, left, right) in found
            ]
            return found

        return detected

    def _counted(
        self, items: Iterable[Any], *, total: float | None = None, **_: Any
    ) -> Iterator[Any]:
        """Yield what the script goes through, and say how far it is; takes tqdm's place."""
        whole = math.ceil(len(items) if total is None else total)  # type: ignore[arg-type]
        for done, item in enumerate(items, start=1):
            yield item
            self._job.step(min(done, whole), whole, self._doing)


def _but(module: ModuleType, **others: Any) -> Any:
    """Return a module with some other things in it."""
    return SimpleNamespace(**vars(module) | others)


def _keeping(cv2: ModuleType, keep: Callable[[NDArray[np.uint8]], None]) -> Any:
    """Return OpenCV with a video writer that hands its frames over, and writes nothing."""

    class Writer:
        def __init__(self, *_: Any) -> None:
            pass

        def write(self, picture: NDArray[np.uint8]) -> None:
            keep(picture)

        def release(self) -> None:
            pass

    return _but(cv2, VideoWriter=Writer)


def _imported(checkout: Path, arguments: Sequence[str]) -> Any:
    """Import a checkout's inference.py, which reads its arguments as it is imported."""
    # Nothing is written into the checkout; and whatever it asks for, weights are only ever data.
    sys.dont_write_bytecode = True
    os.environ.pop("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", None)
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    sys.path.insert(0, str(checkout))
    before, sys.argv = sys.argv, ["inference.py", *arguments]
    try:
        return importlib.import_module("inference")
    finally:
        sys.argv = before


def _command(settings: Mapping[str, Any]) -> list[str]:
    return [
        *("--checkpoint_path", settings["checkpoint"]),
        *("--face", _CLIP, "--audio", _VOICE, "--outfile", _SPOKEN),
        *("--pads", *map(str, settings["pads"])),
        *("--face_det_batch_size", str(settings["detector_batch"])),
        *("--wav2lip_batch_size", str(settings["batch"])),
        *(() if settings["smooth"] else ("--nosmooth",)),
    ]


def ready() -> dict[str, str]:
    """Import what the script needs, and return the versions of what decides how mouths come out."""
    for name in ("cv2", "librosa", "scipy", "torch", "tqdm"):
        importlib.import_module(name)
    packages = ("torch", "librosa", "numpy", "opencv-python-headless")
    return {name: metadata.version(name) for name in packages}


if __name__ == "__main__":
    serve(work, ready)
