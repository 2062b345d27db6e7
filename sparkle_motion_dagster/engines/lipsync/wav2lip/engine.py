"""The Wav2Lip engine: mouths moved by the user's own checkout and checkpoint, in a worker.

Wav2Lip makes faces of 96x96 pixels. So that a clip stays as sharp as it was filmed, only the lower
half of a speaking face is taken from it, with soft edges, while its line sounds. The clip's first
and last frames stay as they are, so that nothing jumps at a cut.
"""

import contextlib
import itertools
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import EngineError, EngineInputError, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine, LipsyncRequest, TalkingShot
from sparkle_motion_dagster.engines.lipsync.owned_faces import owned_faces, told
from sparkle_motion_dagster.engines.lipsync.wav2lip import PROGRAM
from sparkle_motion_dagster.engines.lipsync.wav2lip.checkout import Checkout
from sparkle_motion_dagster.engines.lipsync.wav2lip.orders import (
    CutClip,
    MovedMouth,
    cut_clip,
    moved_mouth,
    with_mouths,
)
from sparkle_motion_dagster.engines.lipsync.wav2lip.passages import Passage
from sparkle_motion_dagster.engines.lipsync.wav2lip.settings import Wav2LipSettings
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.equipped import WorkerEngine
from sparkle_motion_dagster.engines.machinery.workers import WorkerError, WorkerResult
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.probe import probe


class NoFaceFoundError(EngineError):
    """Somebody speaks in a talking close-up, and no face is found in it."""

    retryable = False


class Wav2LipEngine(WorkerEngine[LipsyncRequest, Wav2LipSettings], LipsyncEngine[Wav2LipSettings]):
    """Moves the mouths of filmed faces.

    ``metadata["passages"]`` of a result tells of each stretch in which a mouth was moved: whose,
    its first frame and its frames, and the face's boxes (top, bottom, left, right, in pixels): one
    a frame, or one for all. ``metadata["faces"]`` says which face that was followed is each
    speaker's, and by what that is known. ``metadata["without_face"]`` names the speakers whose
    faces were not found; where nobody's was, the clip's pictures are those that came in.
    """

    name: ClassVar[str] = "wav2lip"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[Wav2LipSettings]] = Wav2LipSettings
    program = PROGRAM
    unused_fields = frozenset({"scene", "written_left"})

    def model(self) -> tuple[str, str]:
        """Return the digest of the user's checkout and checkpoint; see ``WorkerEngine.model``."""
        return "wav2lip", f"sha256:{self._checkout().digest()}"

    def narrowed(self, request: LipsyncRequest) -> LipsyncRequest:
        """Leave out who is not seen, and of the others all but their voices."""
        seen = request.seen
        lines = tuple(
            line.model_copy(update={"speaker": Appearance(id=line.speaker.id), "timings": None})
            for line in request.lines
            if line.speaker.id in seen
        )
        return request.model_copy(update={"lines": lines or request.lines})

    def check_talking(self, shots: Sequence[TalkingShot]) -> None:
        """Refuse shots with several speakers whose places nobody knows; see ``LipsyncEngine``."""
        unclear = [shot for shot in shots if _is_unclear(shot.seen, shot.faces)]
        if unclear:
            raise EngineInputError(_whose_faces(unclear[0].seen, [shot.id for shot in unclear]))

    def check_ready(self, shots: Sequence[TalkingShot]) -> None:
        """Look for a device and through the checkout; see ``LipsyncEngine``."""
        _ = self.facilities.gpu.preset  # there is a device
        checkout = self._checkout()
        checkout.check()
        boxes = ((shot.faces or {}).get(speaker) for shot in shots for speaker in shot.seen)
        if None in boxes:
            checkout.check_detector()
        Environments.from_environment().of(PROGRAM).ready_python()

    def make(self, requests: Sequence[LipsyncRequest], folder: Path) -> Generator[Made]:
        """Make one clip a request; see ``Engine.make``."""
        checkout = self._checkout()
        for request in requests:
            placed: dict[str, object] = {**(request.faces or {}), **owned_faces(request)}
            if _is_unclear(request.seen, placed):
                raise EngineInputError(_whose_faces(request.seen, ["this shot"]))
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            shots = list(self._cut(requests, Path(scratch)))
            passages = [passage for shot in shots for passage in shot.passages]
            if passages:
                checkout.check()
            if any(passage.is_hidden for passage in passages):
                checkout.check_detector()
            made = Path(scratch) / "made"
            made.mkdir()
            with contextlib.closing(self._moved(checkout, shots, made)) as results:
                for index, shot in enumerate(shots):
                    theirs = itertools.islice(results, len(shot.passages))
                    moved = [
                        moved_mouth(passage, shot.request, result)
                        for passage, result in zip(shot.passages, theirs, strict=True)
                    ]
                    yield self._film(shot.request, moved, folder / f"clip_{index:04d}.mp4")
                if next(results, None) is not None:
                    raise WorkerError("wav2lip made more than it was asked for")

    def _checkout(self) -> Checkout:
        return Checkout.located(self.settings.checkout, self.settings.checkpoint)

    def _cut(self, requests: Sequence[LipsyncRequest], scratch: Path) -> Iterator[CutClip]:
        for index, request in enumerate(requests):
            self.facilities.steps.waiting(f"clip {index + 1} of {len(requests)}, cut for Wav2Lip,")
            yield cut_clip(request, scratch / f"shot_{index:04d}")

    def _moved(
        self, checkout: Checkout, shots: Sequence[CutClip], folder: Path
    ) -> Generator[WorkerResult]:
        """Yield what the worker makes of all passages; it is not started where there are none."""
        orders = [order for shot in shots for order in shot.orders(self.settings.pads)]
        if not orders:
            return
        settings: dict[str, JsonValue] = {
            "checkout": str(checkout.folder),
            "checkpoint": str(checkout.checkpoint),
            "pads": list(self.settings.pads),
            "smooth": self.settings.smooth,
            "batch": self.settings.batch,
            "detector_batch": self.settings.detector_batch,
        }
        yield from self.worked(settings, orders, folder)

    def _film(self, request: LipsyncRequest, mouths: Sequence[MovedMouth], clip: Path) -> Made:
        """Write a clip with its moved mouths."""
        unseen = [mouth.passage for mouth in mouths if not mouth.faces]
        if unseen and self.settings.without_face == "fail":
            raise NoFaceFoundError(_no_face(unseen, request.frame_rate))
        count = write_clip(
            clip,
            with_mouths(request, [mouth for mouth in mouths if mouth.faces]),
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
        faces: dict[str, JsonValue] = {
            speaker: told(own) for speaker, own in owned_faces(request).items()
        }
        return Made(
            outputs={"clip": MadeFile(clip, "video/mp4")},
            metadata={
                **({"faces": faces} if faces else {}),
                "passages": [mouth.told() for mouth in mouths if mouth.faces],
                "without_face": list(dict.fromkeys(passage.speaker for passage in unseen)),
            },
        )


def _is_unclear(seen: Sequence[str], faces: Mapping[str, object] | None) -> bool:
    """Tell whether several people are seen speaking, and nobody says which face is whose."""
    return len(seen) > 1 and any((faces or {}).get(speaker) is None for speaker in seen)


def _whose_faces(speakers: Sequence[str], shots: Sequence[str]) -> str:
    example = ", ".join(
        f"{speaker}: {{left: {0.1 + 0.4 * index:.1f}, top: 0.2, width: 0.3, height: 0.5}}"
        for index, speaker in enumerate(speakers)
    )
    return (
        f"{' and '.join(speakers)} are seen speaking in {' and '.join(shots)}, and Wav2Lip cannot "
        f"tell whose face is where. Say so in the shot's metadata: faces: {{{example}}} (shares of "
        "the picture's width and height). Whoever is left out there is taken to be out of the "
        "picture. Or make a shot of each speaker, or is_talking_closeup: false."
    )


def _no_face(passages: Sequence[Passage], frame_rate: Fraction) -> str:
    where = " and ".join(
        f"{passage.speaker} speaks, from {float(passage.first / frame_rate):.2f} s to "
        f"{float((passage.first + passage.frames) / frame_rate):.2f} s of the clip"
        for passage in passages
    )
    return (
        f"No face was found where {where}. Say in the plan where it is (the shot's metadata: "
        f"faces: {{{passages[0].speaker}: {{left: 0.3, top: 0.2, width: 0.3, height: 0.5}}}}), or "
        "is_talking_closeup: false; or let such clips pass as they are: without_face: pass in the "
        "profile's lipsync settings."
    )
