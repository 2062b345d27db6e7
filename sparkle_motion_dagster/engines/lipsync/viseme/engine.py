"""The viseme engine: whoever speaks is seen speaking.

Where the picture has the speaker's face, that face speaks: a drawn one is drawn with another mouth,
and blinks; of a real one the pixels are pulled. Where it has not, a portrait of the speaker comes
into a lower corner for as long as the line lasts. The clip's first and last frames stay as they
are, so that nothing jumps at a cut.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, JsonValue

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.lipsync.base import (
    FrameLipsyncEngine,
    LipsyncRequest,
    SpokenFrames,
    SpokenRequest,
    SpokenRequestT,
)
from sparkle_motion_dagster.engines.lipsync.clip_frames import numbered_frames
from sparkle_motion_dagster.engines.lipsync.owned_faces import leaning
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
from sparkle_motion_dagster.engines.lipsync.viseme.insets import Corner, Inset, inset_presence
from sparkle_motion_dagster.engines.lipsync.viseme.sightings import (
    Pose,
    Sightings,
    pose_of,
    read_sightings,
)
from sparkle_motion_dagster.engines.lipsync.viseme.talking import TalkingFace, speaking
from sparkle_motion_dagster.engines.machinery.easing import smoothstep
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

_LEAD_S = 0.3
"""A portrait is there this long before the line and after it."""

_STAY_S = 1.0
"""Between two lines of one speaker that are no farther apart, the portrait stays."""

_EASE_S = 0.22
_SHORTEST_S = 0.5
_SEEN = 0.5
"""A face that shows less than this is not seen speaking."""

_LARGEST = 330
"""Half the height of a head, in pixels, above which mouths are enlarged, not drawn larger."""

_INWARDS = 0.3
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
        lines = [place_line(line) for line in request.lines]
        actors = _actors(request, speeches_of(lines), self._portrait)
        metadata: dict[str, JsonValue] = {
            "driven_by": driven_by(lines),
            "portraits": [actor.speech.speaker.id for actor in actors if actor.inset],
        }
        if any(actor.real for actor in actors):
            metadata["faces"] = {
                actor.speech.speaker.id: actor.real.told for actor in actors if actor.real
            }
        return SpokenFrames(_frames(request, frames, actors), metadata)


@dataclass(frozen=True)
class Actor:
    """A speaker in a clip.

    Attributes:
        speech: What is said.
        blinks: When the eyes blink, in seconds.
        faces: The speaker's drawn faces in the picture.
        real: The speaker's real one.
        inset: The portrait, where one is needed.
        presence: How much of the portrait is there in each frame, (frames,).
    """

    speech: Speech
    blinks: tuple[float, ...]
    faces: dict[Pose, TalkingFace]
    real: SpeakingFace | None
    inset: Inset | None
    presence: NDArray[np.float64]


def _being(speaker: Appearance) -> str | None:
    look = look_of(speaker.id, speaker.description)
    what = [word for word in (look.presence, look.species) if word not in ("solid", "person")]
    return " ".join(what) or None


def _frames(
    request: SpokenRequest, frames: Iterator[YuvFrame], actors: Sequence[Actor]
) -> Iterator[YuvFrame]:
    """Yield frames with everybody speaking."""
    sightings = read_sightings(request)
    for number, frame in enumerate(frames):
        if 0 < number < request.frames - 1:
            frame = _with_faces(frame, number, request, actors, sightings)
            frame = _with_insets(frame, number, request, actors)
        yield frame


def _with_faces(
    frame: YuvFrame,
    count: int,
    request: SpokenRequest,
    actors: Sequence[Actor],
    sightings: Sightings,
) -> YuvFrame:
    seconds = seconds_at(request, count)
    for actor in actors:
        present = min(away_from_cuts(request, count), actor.speech.presence(seconds))
        spoken = actor.speech.mouth(seconds)
        closed = closed_at(actor.blinks, seconds)
        for seen in sightings.of(actor.speech.speaker.id, count):
            mouth = speaking(seen.face.expression, spoken, smoothstep(present))
            talking = actor.faces[pose_of(seen.face)]
            frame = talking.shown(frame, seen.face, seen.share, mouth, closed)
        if actor.real is not None:
            # What was followed there may be the drawn face, which speaks already.
            undrawn = 1 - sightings.share(actor.speech.speaker.id, count)
            strong = actor.speech.strong_mouth(seconds)
            frame = actor.real.shown(frame, count, strong, min(present, undrawn))
    return frame


def _with_insets(
    frame: YuvFrame, count: int, request: SpokenRequest, actors: Sequence[Actor]
) -> YuvFrame:
    seconds = seconds_at(request, count)
    for actor in sorted(actors, key=lambda actor: actor.speech.precedence(seconds, _LEAD_S)):
        presence = float(actor.presence[count])
        if actor.inset is None or presence == 0:
            continue
        awake = smoothstep(actor.speech.presence(seconds))
        mouth = speaking(actor.inset.expression, actor.speech.mouth(seconds), awake)
        closed = closed_at(actor.blinks, seconds)
        frame = actor.inset.shown(frame, presence, mouth, closed)
    return frame


def _portrait(diameter: float, look: Look, frame: FrameSize, *, right: bool) -> Inset:
    place = Corner.of(frame, diameter, right=right)
    return Inset(look, place, frame, turn=-_INWARDS if right else _INWARDS)


def _actors(
    request: SpokenRequest, speeches: Sequence[Speech], portrait: Callable[..., Inset]
) -> list[Actor]:
    sightings = read_sightings(request)
    largest = sightings.largest()
    real = speaking_faces(request)
    corners = _corners(sightings.leaning() or leaning(request), written_left=request.written_left)
    actors = []
    for speech in speeches:
        person = speech.speaker
        look = look_of(person.id, person.description)
        presence = _presence(request, speech, sightings, real.get(person.id))
        inset = None
        if presence.any() and look.is_seen and not _is_left_out(request, person.id):
            inset = portrait(look, request.size, right=next(corners))
        said = next(line.audio for line in request.lines if line.speaker.id == person.id)
        faces = {
            pose: TalkingFace(
                face.model_copy(update={"size": min(face.size, _LARGEST / request.size.height)}),
                look,
                request.size,
            )
            for pose, face in largest.items()
            if face.character_id == person.id
        }
        seed = f"{person.id}\n{said.sha256}"
        blinks = blink_times(seed, float(request.frames / request.frame_rate))
        actors.append(Actor(speech, blinks, faces, real.get(person.id), inset, presence))
    return actors


def _is_left_out(request: SpokenRequest, speaker: str) -> bool:
    """Tell whether the plan says whose faces are in a real picture, and a speaker's is not."""
    told = request.faces if request.followed is not None else None
    return told is not None and speaker not in told


def _presence(
    request: SpokenRequest, speech: Speech, sightings: Sightings, real: SpeakingFace | None
) -> NDArray[np.float64]:
    """Return how much of a speaker's portrait is there in each frame of the shot.

    Before the shot begins, whoever speaks is where the shot before it shows them.
    """
    spans = speech.spans(_LEAD_S, _STAY_S)
    wanted = np.array(
        [
            count >= request.head
            and any(start <= seconds_at(request, count) <= end for start, end in spans)
            and sightings.share(speech.speaker.id, count) < _SEEN
            and not (real and real.is_seen(count))
            for count in range(request.frames)
        ]
    )
    rate = request.frame_rate
    return inset_presence(wanted, max(1, round(_EASE_S * rate)), round(_SHORTEST_S * rate))


def _corners(side: float, *, written_left: bool) -> Iterator[bool]:
    """Yield for one portrait after the other whether it gets the right corner.

    They keep away from what is written, else from the faces; where there is neither, they take
    turns.
    """
    right = side < 0 or written_left
    while True:
        yield right
        if side == 0 and not written_left:
            right = not right
