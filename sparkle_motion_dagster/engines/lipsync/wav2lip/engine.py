"""The Wav2Lip engine: mouths moved by the user's own checkout and checkpoint, in a worker.

Wav2Lip makes faces of 96x96 pixels. So that a clip stays as sharp as it was filmed, only the lower
half of a speaking face is taken from it, with soft edges, while its line sounds, and the filmed
face's detail is kept wherever nothing moved. The clip's first and last frames stay as they are, so
that nothing jumps at a cut.
"""

import contextlib
import itertools
import tempfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineError, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.base import (
    LipsyncEngine,
    LipsyncRequest,
    NoFaceFoundError,
    SpokenRequestT,
)
from sparkle_motion_dagster.engines.lipsync.wav2lip import PROGRAM
from sparkle_motion_dagster.engines.lipsync.wav2lip.checkout import Checkout
from sparkle_motion_dagster.engines.lipsync.wav2lip.detail import SOFT_FROM
from sparkle_motion_dagster.engines.lipsync.wav2lip.orders import (
    CutClip,
    MovedMouth,
    cut_clip,
    moved_mouth,
    with_mouths,
)
from sparkle_motion_dagster.engines.lipsync.wav2lip.settings import Wav2LipSettings
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.equipped import WorkerEngine
from sparkle_motion_dagster.engines.machinery.workers import WorkerError, WorkerResult
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.probe import probe


class Wav2LipEngine(WorkerEngine[LipsyncRequest, Wav2LipSettings], LipsyncEngine[Wav2LipSettings]):
    """Moves the mouths of filmed faces.

    ``metadata["passages"]`` of a result tells of each stretch in which a mouth was moved: whose,
    its first frame and its frames, and the face's boxes (top, bottom, left, right, in pixels): one
    a frame, or one for all. ``metadata["faces"]`` says which face that was followed is each
    speaker's, and by what that is known. ``metadata["without_face"]`` names the speakers whose
    faces were not found, ``metadata["soft_mouths"]`` those whose faces are so large that their
    mouths are seen to be softer, and how high these are, in pixels.
    """

    name: ClassVar[str] = "wav2lip"
    version: ClassVar[int] = 2
    settings_model: ClassVar[type[Wav2LipSettings]] = Wav2LipSettings
    usual_start_s: ClassVar[float] = 10.0
    """Importing torch in its worker takes some 10 s where nothing is cached."""
    program = PROGRAM
    unused_fields = frozenset({"scene", "written_left"})

    def model(self) -> tuple[str, str]:
        """Return the digest of the user's checkout and checkpoint; see ``WorkerEngine.model``."""
        return "wav2lip", f"sha256:{self._checkout().digest()}"

    def narrowed(self, request: SpokenRequestT) -> SpokenRequestT:
        """Leave out who is not seen, and of the others all but their voices."""
        seen = request.seen
        lines = tuple(
            line.model_copy(update={"speaker": Appearance(id=line.speaker.id), "timings": None})
            for line in request.lines
            if line.speaker.id in seen
        )
        return request.model_copy(update={"lines": lines or request.lines})

    def check_ready(self) -> None:
        """Look for a device and through the checkout; see ``LipsyncEngine``."""
        _ = self.facilities.gpu.preset  # there is a device
        self._checkout().check()
        Environments.from_environment().of(PROGRAM).ready_python()

    def make(self, requests: Sequence[LipsyncRequest], folder: Path) -> Generator[Made]:
        """Make one clip a request; see ``Engine.make``."""
        checkout = self._checkout()
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            shots = list(self._cut(requests, Path(scratch)))
            if any(shot.passages for shot in shots):
                checkout.check()
            made = Path(scratch) / "made"
            made.mkdir()
            with contextlib.closing(self._moved(checkout, shots, made)) as results:
                for index, shot in enumerate(shots):
                    theirs = itertools.islice(results, len(shot.passages))
                    moved = [
                        moved_mouth(passage, faces, result)
                        for passage, faces, result in zip(
                            shot.passages, shot.faces, theirs, strict=True
                        )
                    ]
                    yield self._film(shot, moved, folder / f"clip_{index:04d}.mp4")
                if next(results, None) is not None:
                    raise WorkerError("wav2lip made more than it was asked for")

    def _checkout(self) -> Checkout:
        return Checkout.located(self.settings.checkout, self.settings.checkpoint)

    def _cut(self, requests: Sequence[LipsyncRequest], scratch: Path) -> Iterator[CutClip]:
        for index, request in enumerate(requests):
            self.facilities.steps.waiting(f"clip {index + 1} of {len(requests)}, cut for Wav2Lip,")
            yield cut_clip(request, scratch / f"shot_{index:04d}", self.settings.pads)

    def _moved(
        self, checkout: Checkout, shots: Sequence[CutClip], folder: Path
    ) -> Generator[WorkerResult]:
        """Yield what the worker makes of all passages; it is not started where there are none."""
        orders = [order for shot in shots for order in shot.orders()]
        if not orders:
            return
        settings: dict[str, JsonValue] = {
            "checkout": str(checkout.folder),
            "checkpoint": str(checkout.checkpoint),
            "batch": self.settings.batch,
        }
        yield from self.worked(settings, orders, folder)

    def _film(self, shot: CutClip, mouths: Sequence[MovedMouth], clip: Path) -> Made:
        """Write a clip with its moved mouths."""
        request = shot.request
        if shot.unseen and self.settings.without_face == "fail":
            raise NoFaceFoundError(shot.unseen, can_be_placed=True)
        count = write_clip(
            clip,
            with_mouths(request, mouths),
            size=request.size,
            frame_rate=request.frame_rate,
            encoding=request.encoding,
            splices=request.splices,
        )
        facts = probe(clip, "video/mp4")
        if not count == facts.frames == request.frames:
            raise EngineError(
                f"{clip.name} has {facts.frames} of {request.frames} frames after it was written"
            )
        # Of several heights the last one stays, which is the largest.
        heights = sorted((mouth.height, mouth.passage.speaker) for mouth in mouths)
        soft: dict[str, JsonValue] = {
            speaker: height for height, speaker in heights if height >= SOFT_FROM
        }
        return Made(
            outputs={"clip": MadeFile(clip, "video/mp4")},
            metadata={
                **({"faces": dict(shot.followed)} if shot.followed else {}),
                **({"soft_mouths": soft} if soft else {}),
                "passages": [mouth.told() for mouth in mouths],
                "without_face": list(shot.unseen),
            },
        )
