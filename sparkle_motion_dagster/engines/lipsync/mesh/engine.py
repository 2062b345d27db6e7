"""The mesh engine: the face in the picture speaks.

Its mouth is moved by what the speaker's phonemes ask for, on the face as it was followed through
the clip. The clip's first and last frames stay as they are, so that nothing jumps at a cut.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.base import (
    LipsyncEngine,
    LipsyncRequest,
    NoFaceFoundError,
    SpokenRequestT,
)
from sparkle_motion_dagster.engines.lipsync.clip_frames import numbered_frames
from sparkle_motion_dagster.engines.lipsync.real_faces.speaking_faces import (
    SpeakingFace,
    speaking_faces,
)
from sparkle_motion_dagster.engines.lipsync.speaking.blinks import blink_times, closed_at
from sparkle_motion_dagster.engines.lipsync.speaking.speaking_lines import (
    Speech,
    away_from_cuts,
    driven_by,
    place_line,
    seconds_at,
    speeches_of,
)
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.frames import YuvFrame


class MeshSettings(EngineSettings):
    """What faces do beside speaking, and what to do where there is none to move."""

    blinks: bool = Field(
        default=False,
        description="whether faces blink in clips in which only the camera moves: it suits "
        "photographs of open eyes, and no drawings",
    )
    without_face: Literal["fail", "pass"] = Field(
        default="pass",
        exclude=True,
        description="what to do where a speaker's face is not found: fail, or leave it as it is "
        "and say so",
    )


class MeshEngine(LipsyncEngine[MeshSettings]):
    """Moves the mouths of real faces, where they were found.

    Equal requests give equal frames on any number of cores.

    ``metadata["driven_by"]`` of a result is what moved the mouths: ``phonemes``, or ``loudness``
    where the lines have no phonemes, or ``loudness and phonemes`` where some have.
    ``metadata["faces"]`` says which face is each speaker's, and by what that was known;
    ``metadata["without_face"]`` names the speakers whose faces were not found.
    """

    name: ClassVar[str] = "mesh"
    version: ClassVar[int] = 3
    settings_model: ClassVar[type[MeshSettings]] = MeshSettings
    at_once = True
    usual_bytes: ClassVar[float] = 9e3
    unused_fields = frozenset({"scene", "written_left"})

    def narrowed(self, request: SpokenRequestT) -> SpokenRequestT:
        """Leave out how speakers are described; see ``LipsyncEngine.narrowed``."""
        lines = tuple(
            line.model_copy(update={"speaker": Appearance(id=line.speaker.id)})
            for line in request.lines
        )
        return request.model_copy(update={"lines": lines})

    def make(self, requests: Sequence[LipsyncRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one clip a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"clip_{index:04d}.mp4"
            faces = speaking_faces(request)
            unseen = [speaker for speaker in request.seen if speaker not in faces]
            if unseen and self.settings.without_face == "fail":
                raise NoFaceFoundError(unseen, can_be_placed=request.followed is not None)
            lines = [place_line(line) for line in request.lines]
            write_clip(
                clip,
                self._frames(request, speeches_of(lines), faces),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            metadata: dict[str, JsonValue] = {
                "faces": {speaker: face.told for speaker, face in faces.items()},
                "without_face": list(unseen),
            }
            if faces:
                metadata["driven_by"] = driven_by(lines)
            yield Made({"clip": MadeFile(clip, "video/mp4")}, metadata)

    def _frames(
        self,
        request: LipsyncRequest,
        speeches: Sequence[Speech],
        faces: Mapping[str, SpeakingFace],
    ) -> Iterator[YuvFrame]:
        """Yield the clip's frames with everybody speaking."""
        actors = [
            (faces[speech.speaker.id], speech, self._blinks(request, speech.speaker.id))
            for speech in speeches
            if speech.speaker.id in faces
        ]
        for number, frame in numbered_frames(request):
            seconds = seconds_at(request, number)
            for face, speech, blinks in actors:
                presence = min(away_from_cuts(request, number), speech.presence(seconds))
                mouth, closed = speech.strong_mouth(seconds), closed_at(blinks, seconds)
                frame = face.shown(frame, number, mouth, presence, closed)
            yield frame

    def _blinks(self, request: LipsyncRequest, speaker: str) -> tuple[float, ...]:
        """Return when a speaker's eyes blink, in seconds."""
        seed = f"{speaker}\n{request.clip.sha256}"
        seconds = float(request.frames / request.frame_rate)
        return blink_times(seed, seconds) if self.settings.blinks else ()
