"""The camera engine: a camera that moves over two keyframes, one of which becomes the other.

It needs no model. The move is read from the motion prompt; the first frame is the start keyframe
untouched and the last position the end keyframe untouched, so that shots follow each other without
a jump, and the view never leaves the picture. A shot that ends on no other keyframe is a move over
its first one, from which nothing leads back. Where a keyframe says where a group is, the camera
goes no farther than keeps all of it in the frame. Caption strips stay where they are, and are
never dissolved: a shot has its start keyframe's, and one that no other shot takes up cuts to its
end keyframe's.
"""

import functools
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from pydantic import Field, ValidationError

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineInputError, EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.storyboard.scene import KeyframeScene
from sparkle_motion_dagster.engines.video.base import FrameEngine, MoveRequest, VideoRequest
from sparkle_motion_dagster.engines.video.camera.crossing import Crossing, cross
from sparkle_motion_dagster.engines.video.camera.dissolve import Limits
from sparkle_motion_dagster.engines.video.camera.following import shared_faces
from sparkle_motion_dagster.engines.video.camera.gathering import gathered
from sparkle_motion_dagster.engines.video.camera.lens import Picture
from sparkle_motion_dagster.engines.video.camera.shot import Shot
from sparkle_motion_dagster.engines.video.camera.staying import stay
from sparkle_motion_dagster.engines.video.camera.travel import Travel, plan_travel
from sparkle_motion_dagster.engines.video.camera.views import Likeness
from sparkle_motion_dagster.engines.video.motion_prompts import read_motion
from sparkle_motion_dagster.errors import reasons
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.frames import YuvFrame, load_keyframe
from sparkle_motion_dagster.units import FrameSize

_KEPT = 8
"""Keyframes that are kept, 7 MB each at 1280x720: the next shot may begin with the one that this
one ends on, or began on, two shots may be made at the same time, and of talking close-ups the moves
are planned before their clips are made. To read one takes 45 ms of a processor."""

_STEPS = 100
"""In so many steps a move may be shortened until it leaves nobody of a group outside."""

_REST_S = 0.7
"""Time for which an end keyframe is seen that no other shot goes on from, in seconds: a camera that
pushes in has nothing to do in it, and where nothing moves for a second a film seems to stop."""


class CameraSettings(EngineSettings):
    """How far the camera travels, and how long one picture takes to become the next."""

    travel: float = Field(
        default=0.12, gt=0, le=0.2, description="farthest shift, as a share of the frame's side"
    )
    closest: float = Field(
        default=0.62, ge=0.4, lt=1, description="smallest view, as a share of the picture's side"
    )
    dissolve_s: float = Field(default=0.8, gt=0, le=2, description="longest dissolve, in seconds")
    brief_dissolve_s: float = Field(
        default=0.4, gt=0, le=2, description="where faces would shine through each other"
    )
    dissolve: float = Field(
        default=0.35, gt=0, le=1, description="longest dissolve, as a share of the shot"
    )


class CameraEngine(FrameEngine[CameraSettings]):
    """Moves a camera over the keyframes, several times as fast as the film plays.

    Equal requests give equal frames on any number of cores and every kind of CPU.
    """

    name: ClassVar[str] = "camera"
    version: ClassVar[int] = 3
    settings_model: ClassVar[type[CameraSettings]] = CameraSettings
    at_once = True
    usual_pace: ClassVar[float] = 0.0167
    """1440 frames of 1280x720 in 25.7 s, one clip at a time."""
    usual_bytes: ClassVar[float] = 9e3
    unused_fields: frozenset[str] = frozenset(
        {"seed", "negative_prompt", "visual_description", "characters", "setting"}
    )

    def __init__(self, settings: CameraSettings) -> None:
        super().__init__(settings)
        self._picture = functools.lru_cache(maxsize=_KEPT)(_load)

    def make(self, requests: Sequence[VideoRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one clip a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"clip_{index:04d}.mp4"
            write_clip(
                clip,
                self.frames(request),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            outputs = {"clip": MadeFile(clip, "video/mp4")}
            if (scene := self.scene(request)) is not None:
                file = folder / f"scene_{index:04d}.json"
                file.write_text(scene, encoding="utf-8")
                outputs["scene"] = MadeFile(file, "application/json")
            yield Made(outputs=outputs)

    def frames(self, move: MoveRequest, wanted: Sequence[int] | None = None) -> Iterator[YuvFrame]:
        """Yield the frames of a shot; see ``FrameEngine.frames``."""
        shot, arrival = self.shot(move), move.arrival or move.start
        start = self._picture(move.start, move.size, shot.start.strip_rows)
        end = self._picture(arrival, move.size, shot.end.strip_rows)
        return shot.frames(start, end, wanted)

    def scene(self, move: MoveRequest) -> str | None:
        """Return where the faces are in a shot's frames; see ``FrameEngine.scene``."""
        shot = self.shot(move)
        return shot.scene().model_dump_json(exclude_defaults=True) if shot.has_faces else None

    def shot(self, request: MoveRequest) -> Shot:
        """Plan a shot: how the camera moves, and when one keyframe becomes another."""
        start = _scene(request.start_scene)
        end = start if request.arrival is None else _scene(request.end_scene)
        chance = request.start.sha256
        travel = plan_travel(
            read_motion(request.motion_prompt, chance, request.again),
            float(request.frames / request.frame_rate),
            f"{request.motion_prompt}\n{chance if request.again is None else request.again}",
        )
        longest = self.settings.dissolve_s
        brief = min(self.settings.brief_dissolve_s, longest)
        limits = Limits(
            dissolve_s=longest,
            unmatched_s=brief if start.faces and end.faces else longest,
            share=self.settings.dissolve,
            shift=self.settings.travel,
            closest=self.settings.closest,
            rest_s=_REST_S if request.end_rests else 0.0,
        )

        def crossing(travel: Travel, shared: Sequence[Likeness] = ()) -> Crossing:
            alone = request.arrival is None
            return stay(travel, limits) if alone else cross(travel, shared, limits)

        shared = shared_faces(start, end, request.size.height)
        planned = Shot(request, start, end, travel, crossing(travel, shared))
        return planned if planned.keeps_groups() else _gathering(planned, crossing)


def _gathering(shot: Shot, crossing_of: Callable[[Travel], Crossing]) -> Shot:
    """Return a shot that cut off people, with as much of its move as leaves none outside."""

    def calmer(step: int) -> Shot:
        travel = shot.travel.calmed(1 - step / _STEPS)
        crossing = gathered(crossing_of(travel), shot.start_area, shot.end_area)
        return replace(shot, travel=travel, crossing=crossing)

    # After the last step the camera stands still, and shows all of the picture.
    keeps = bisect_left(range(_STEPS), x=True, key=lambda step: calmer(step).keeps_groups())
    return calmer(keeps)


def _load(keyframe: StoredFile, size: FrameSize, strip_rows: int) -> Picture:
    return Picture(load_keyframe(keyframe.path, size), strip_rows)


def _scene(file: StoredFile | None) -> KeyframeScene:
    """Return a keyframe's scene; pictures from elsewhere have no strip, and faces unknown."""
    if file is None:
        return KeyframeScene()
    try:
        return KeyframeScene.model_validate_json(file.path.read_bytes())
    except ValidationError as error:
        raise EngineInputError(
            f"{file.path} is no keyframe's scene: {reasons(error)}. Make the keyframe again."
        ) from error
