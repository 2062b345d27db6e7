"""Actors: whoever speaks in a clip, and how its frames show it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.lipsync.base import SpokenRequest
from sparkle_motion_dagster.engines.lipsync.owned_faces import leaning
from sparkle_motion_dagster.engines.lipsync.real_faces.speaking_faces import (
    SpeakingFace,
    speaking_faces,
)
from sparkle_motion_dagster.engines.lipsync.speaking.blinks import blink_times, closed_at
from sparkle_motion_dagster.engines.lipsync.speaking.speaking_lines import (
    Speech,
    away_from_cuts,
    seconds_at,
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


def acted(
    request: SpokenRequest, frames: Iterator[YuvFrame], actors: Sequence[Actor]
) -> Iterator[YuvFrame]:
    """Yield a clip's frames with everybody speaking; the first and the last stay as they are."""
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


def portrait_of(diameter: float, look: Look, frame: FrameSize, *, right: bool) -> Inset:
    """Return a portrait for a lower corner of a frame, looking inwards."""
    place = Corner.of(frame, diameter, right=right)
    return Inset(look, place, frame, turn=-_INWARDS if right else _INWARDS)


def actors_of(
    request: SpokenRequest, speeches: Sequence[Speech], portrait: Callable[..., Inset]
) -> list[Actor]:
    """Return who speaks in a clip.

    Args:
        request: The clip.
        speeches: What is said, by speaker.
        portrait: Returns a portrait, as `portrait_of` does.
    """
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
