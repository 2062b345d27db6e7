"""Runs the inference script of the user's own Wav2Lip checkout, once for each passage.

The script is imported and its ``main`` is called as it is, in a folder of the passage's own (it
reads and writes where it stands). Around it the model is loaded once, faces are where the engine
says instead of where the checkout's detector finds them, and those that the model makes are kept as
it makes them: the lossy film that the script would write with them, and the shell that would add
sound to it, are left out.
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


@dataclass
class Passage:
    """What the script works on, and what its model made of it.

    Attributes:
        boxes: The faces' boxes, one a frame.
        pictures: The faces that the model made, (96, 96, 3), blue first.
    """

    boxes: Sequence[Box] = ()
    pictures: list[NDArray[np.uint8]] = field(default_factory=list)

    def keep(self, faces: NDArray[np.floating[Any]]) -> None:
        """Note faces that the model made, (n, 3, 96, 96), 0 to 1; it may make more than frames."""
        pictures = np.rint(np.clip(faces, 0, 1) * 255).astype(np.uint8).transpose(0, 2, 3, 1)
        self.pictures += list(pictures[: len(self.boxes) - len(self.pictures)])


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
        made = script.spoken(folder, request)
        seconds = time.monotonic() - started
        pictures = folder / "pictures.npy"
        np.save(pictures, np.stack(made))
        job.finished(index, {"pictures": pictures}, {"seconds": round(seconds, 3)})
    job.metrics(script.measured)


class Script:
    """The script of a checkout, imported once.

    Attributes:
        measured: What it cost so far.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._doing = "the model"
        self._passage = Passage()
        self.measured: dict[str, float] = {"frames": 0, "seconds": 0.0, "load_s": 0.0}
        self._module = _imported(Path(job.settings["checkout"]), _command(job.settings))
        self._module.device = job.device
        self._module.load_model = functools.cache(self._loading(self._module.load_model))
        self._module.face_detect = self._detected
        self._module.tqdm = self._counted
        self._module.cv2 = _but(self._module.cv2, VideoWriter=_NoWriter)
        self._module.subprocess = _but(subprocess, call=lambda *_, **__: 0)

    def spoken(self, folder: Path, request: Mapping[str, Any]) -> list[NDArray[np.uint8]]:
        """Let the script work on one passage, in its folder; return the faces, one a frame.

        Raises:
            WrongRequestError: The checkpoint does not fit the checkout.
        """
        boxes = request["boxes"]
        self._doing = request["what"]
        self._passage = Passage(boxes)
        started, loading = time.monotonic(), self.measured["load_s"]
        with working_in(folder):
            self._module.main()
        made = self._passage.pictures
        if len(made) != len(boxes):
            message = f"inference.py made {len(made)} of {len(boxes)} frames"
            raise RuntimeError(message)
        spent = time.monotonic() - started - (self.measured["load_s"] - loading)
        self.measured["frames"] += len(made)
        self.measured["seconds"] = round(self.measured["seconds"] + spent, 3)
        return made

    def _loading(self, load: Callable[[str], Any]) -> Callable[[str], Any]:
        """Return the script's loading, which says what it does, and what to do where it fails.

        What is loaded keeps the faces that it makes.
        """

        def loaded(path: str) -> Any:
            started = time.monotonic()
            self._job.log(f"loading {Path(path).name} onto {self._job.device}")
            with readable(Path(path)):
                model = load(path)
            self.measured["load_s"] = round(time.monotonic() - started, 3)
            return functools.partial(self._made, model)

        return loaded

    def _made(self, model: Callable[[Any, Any], Any], sounds: Any, faces: Any) -> Any:
        made = model(sounds, faces)
        self._passage.keep(made.cpu().numpy())
        return made

    def _detected(self, images: Sequence[NDArray[np.uint8]]) -> list[Any]:
        """Return each picture's face and where it is; takes the place of the script's detection."""
        return [
            [image[top:bottom, left:right], (top, bottom, left, right)]
            for image, (top, bottom, left, right) in zip(images, self._passage.boxes, strict=False)
        ]

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


class _NoWriter:
    """What takes the place of OpenCV's video writer, and writes nothing."""

    def __init__(self, *_: Any) -> None:
        pass

    def write(self, picture: NDArray[np.uint8]) -> None:
        """Leave a frame out."""

    def release(self) -> None:
        """Leave the film out."""


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
        *("--wav2lip_batch_size", str(settings["batch"])),
    ]


def ready() -> dict[str, str]:
    """Import what the script needs, and return the versions of what decides how mouths come out."""
    for name in ("cv2", "librosa", "scipy", "torch", "tqdm"):
        importlib.import_module(name)
    packages = ("torch", "librosa", "numpy", "opencv-python-headless")
    return {name: metadata.version(name) for name in packages}


if __name__ == "__main__":
    serve(work, ready)
