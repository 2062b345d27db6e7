"""The viseme engine: whoever speaks is seen speaking.

Where the picture has the speaker's face, that face speaks: a drawn one is drawn with another mouth,
and blinks; of a real one the pixels are pulled. Where it has not, a portrait of the speaker comes
into a lower corner for as long as the line lasts. The clip's first and last frames stay as they
are, so that nothing jumps at a cut.

What draws is loaded when somebody is to be seen speaking: of a film that is looked up, nobody is.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, JsonValue

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.lipsync.base import (
    FrameLipsyncEngine,
    LipsyncRequest,
    SpokenFrames,
    SpokenRequest,
    SpokenRequestT,
)
from sparkle_motion_dagster.engines.lipsync.clip_frames import numbered_frames
from sparkle_motion_dagster.engines.lipsync.speaking.speaking_lines import (
    driven_by,
    place_line,
    speeches_of,
)
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.frames import YuvFrame

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
    from sparkle_motion_dagster.engines.lipsync.viseme.insets import Inset
    from sparkle_motion_dagster.units import FrameSize

_KEPT_PORTRAITS = 4
"""Each holds up to 6 MB at 1280x720, with 45 mouths drawn in it."""


class VisemeSettings(EngineSettings):
    """How large the portrait is."""

    diameter: float = Field(default=0.36, ge=0.1, le=0.6, description="share of the frame's height")


class VisemeEngine(FrameLipsyncEngine[VisemeSettings]):
    """Moves the mouths of drawn faces and of real ones, and shows in a portrait who is not seen.

    Who has no body to be seen (a voice on the radio, a ship's computer) is only heard, and so is
    whom the plan leaves out where it says whose real faces are in the picture.

    Equal requests give equal frames on any number of cores.

    ``metadata["driven_by"]`` of a result is what moved the mouths: ``phonemes``, or ``loudness``
    where the lines have no phonemes, or ``loudness and phonemes`` where some have.
    ``metadata["portraits"]`` lists whose portrait was shown, ``metadata["faces"]`` which face is
    each speaker's who has a real one, and by what that was known.
    """

    name: ClassVar[str] = "viseme"
    version: ClassVar[int] = 7
    settings_model: ClassVar[type[VisemeSettings]] = VisemeSettings
    at_once = True
    usual_pace: ClassVar[float] = 0.0226
    """480 frames of 1280x720 in 11.6 s, one clip at a time."""
    usual_bytes: ClassVar[float] = 9e3

    def __init__(self, settings: VisemeSettings) -> None:
        super().__init__(settings)
        # A portrait and its mouths are drawn once for all the clips that it is in.
        self._portrait = lru_cache(_KEPT_PORTRAITS)(partial(_portrait, settings.diameter))

    def narrowed(self, request: SpokenRequestT) -> SpokenRequestT:
        """Say of every line as what its speaker is drawn; see ``LipsyncEngine.narrowed``.

        Where faces are, the plan need only say of those that nobody drew.
        """
        lines = tuple(
            line.model_copy(update={"drawn_as": _being(line.speaker)}) for line in request.lines
        )
        faces = None if request.followed is None else request.faces
        return request.model_copy(update={"lines": lines, "faces": faces})

    def make(self, requests: Sequence[LipsyncRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one clip a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"clip_{index:04d}.mp4"
            spoken = self.spoken(request, (frame for _, frame in numbered_frames(request)))
            write_clip(
                clip,
                spoken.frames,
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            yield Made({"clip": MadeFile(clip, "video/mp4")}, spoken.metadata)

    def unload(self) -> None:
        """Free the portraits; see ``Engine.unload``."""
        self._portrait.cache_clear()

    def spoken(self, request: SpokenRequest, frames: Iterator[YuvFrame]) -> SpokenFrames:
        """Return frames with everybody speaking; see ``FrameLipsyncEngine.spoken``."""
        from sparkle_motion_dagster.engines.lipsync.viseme.actors import acted, actors_of

        lines = [place_line(line) for line in request.lines]
        actors = actors_of(request, speeches_of(lines), self._portrait)
        metadata: dict[str, JsonValue] = {
            "driven_by": driven_by(lines),
            "portraits": [actor.speech.speaker.id for actor in actors if actor.inset],
        }
        if any(actor.real for actor in actors):
            metadata["faces"] = {
                actor.speech.speaker.id: actor.real.told for actor in actors if actor.real
            }
        return SpokenFrames(acted(request, frames, actors), metadata)


def _being(speaker: Appearance) -> str | None:
    look = look_of(speaker.id, speaker.description)
    what = [word for word in (look.presence, look.species) if word not in ("solid", "person")]
    return " ".join(what) or None


def _portrait(diameter: float, look: Look, frame: FrameSize, *, right: bool) -> Inset:
    from sparkle_motion_dagster.engines.lipsync.viseme.actors import portrait_of

    return portrait_of(diameter, look, frame, right=right)
