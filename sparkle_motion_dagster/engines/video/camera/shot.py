"""One shot under the camera: its frames, and where the faces are in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.images.storyboard.scene import (
    Box,
    ClipScene,
    Face,
    KeyframeScene,
    SeenFace,
)
from sparkle_motion_dagster.engines.video.base import MoveRequest
from sparkle_motion_dagster.engines.video.camera import lens
from sparkle_motion_dagster.engines.video.camera.crossing import Crossing
from sparkle_motion_dagster.engines.video.camera.dissolve import Edge, Viewing
from sparkle_motion_dagster.engines.video.camera.following import seen_face, seen_together
from sparkle_motion_dagster.engines.video.camera.gathering import area_of, holds
from sparkle_motion_dagster.engines.video.camera.travel import Travel
from sparkle_motion_dagster.engines.video.camera.views import View, shaken
from sparkle_motion_dagster.media import blending
from sparkle_motion_dagster.media.frames import YuvFrame


@dataclass(frozen=True)
class _Sight:
    """What a frame shows: of equal sights the frames are equal.

    Attributes:
        start: How the start keyframe is viewed; None where it does not show.
        end: How the end keyframe is viewed; None where it does not show.
        share: How much of the end keyframe shows, 0 to 1.
        step: How far the picture moves in a frame's time, in pixels: right, down.
        has_arrived: Whether more of the end keyframe shows than of the start.
    """

    start: View | None
    end: View | None
    share: float
    step: tuple[float, float]
    has_arrived: bool


@dataclass(frozen=True)
class Shot:
    """One request, planned.

    Attributes:
        request: What is asked for.
        start: The start keyframe's scene.
        end: The end keyframe's scene; where there is no other than the start, that one's.
        travel: How the camera moves.
        crossing: How it sees the keyframes.
    """

    request: MoveRequest
    start: KeyframeScene
    end: KeyframeScene
    travel: Travel
    crossing: Crossing

    @property
    def has_faces(self) -> bool:
        """Whether there is a face in either keyframe."""
        return bool(self.start.faces or self.end.faces)

    def keeps_groups(self) -> bool:
        """Tell whether every frame shows all of the group in each keyframe that it shows."""
        shown = [self.request.position(index) for index in range(self.request.frames)]
        window = self.crossing.window
        return all(
            area is None
            or all(
                holds(self._view(viewing, position, scene), area, self._aspect(scene))
                for position in shown
                if first <= position <= last
            )
            for area, viewing, scene, first, last in (
                (self.start_area, self.crossing.start, self.start, 0.0, window.end),
                (self.end_area, self.crossing.end, self.end, window.begin, 1.0),
            )
        )

    @property
    def start_area(self) -> Box | None:
        """What a group takes of the start keyframe; None where there is none."""
        return self._area(self.start)

    @property
    def end_area(self) -> Box | None:
        """What a group takes of the end keyframe."""
        return self._area(self.end)

    def frames(
        self, start: lens.Picture, end: lens.Picture, wanted: Sequence[int] | None = None
    ) -> Iterator[YuvFrame]:
        """Give the frames, in order; where one shows what the last did, that once more.

        Args:
            start: The start keyframe.
            end: The end keyframe.
            wanted: The numbers of those that are wanted; None: all of them.
        """
        last: tuple[_Sight, YuvFrame] | None = None
        for index in range(self.request.frames) if wanted is None else wanted:
            sight = self._sight(index)
            if last is None or sight != last[0]:
                last = sight, self._frame(sight, start, end)
            yield last[1]

    def scene(self) -> ClipScene:
        """Return where the faces are in every frame."""
        return ClipScene(faces=tuple(map(self._faces, range(self.request.frames))))

    def _sight(self, index: int) -> _Sight:
        position = self.request.position(index)
        share = self.crossing.window.share(position)
        return _Sight(
            start=self._start_view(position) if share < 1 else None,
            end=self._end_view(position) if share > 0 else None,
            share=share,
            # The keyframes themselves stay sharp.
            step=self._step(index) if 0 < position < 1 else (0.0, 0.0),
            has_arrived=position >= self.crossing.window.middle,
        )

    def _frame(self, sight: _Sight, start: lens.Picture, end: lens.Picture) -> YuvFrame:
        strip_rows = max(start.strip_rows, end.strip_rows)
        frame = lens.swept(self._seen(sight, start, end), strip_rows, sight.step)
        strip = self._strip(sight, start, end)
        return blending.with_strip(frame, strip.frame, strip.strip_rows) if strip else frame

    def _seen(self, sight: _Sight, start: lens.Picture, end: lens.Picture) -> YuvFrame:
        seen = [
            picture.seen(view)
            for picture, view in ((start, sight.start), (end, sight.end))
            if view is not None
        ]
        if len(seen) == 1:
            return seen[0]
        leaving, arriving = seen
        if self.crossing.edge is None:
            return blending.dissolved(leaving, arriving, round(blending.SHARES * sight.share))
        return blending.wiped(leaving, arriving, self._shares(self.crossing.edge, sight.share))

    def _strip(self, sight: _Sight, start: lens.Picture, end: lens.Picture) -> lens.Picture | None:
        """Return whose caption strip a frame has; None where it has that of what is seen.

        Texts that shine through each other cannot be read: where one becomes the other, it is cut
        in the middle of the dissolve.
        """
        if sight.end is None:
            return None
        if not self.request.ends_on_keyframe:
            return start
        if not self.request.strip_changes:
            return None
        return end if sight.has_arrived else start

    def _shares(self, edge: Edge, share: float) -> NDArray[np.uint16]:
        """Return how much of the end keyframe shows across the frame, or down it, in 256ths."""
        size = self.request.size
        pixels = size.width if edge.right else size.height
        places = [(pixel + 0.5) / pixels for pixel in range(pixels)]
        shares = [round(blending.SHARES * edge.share(share, place, place)) for place in places]
        return np.array(shares, np.uint16).reshape((1, -1) if edge.right else (-1, 1))

    def _faces(self, index: int) -> tuple[SeenFace, ...]:
        position = self.request.position(index)
        return tuple(
            seen_together(
                self._faces_of(self.start, self._start_view(position)),
                self._faces_of(self.end, self._end_view(position)),
                lambda face: self.crossing.share(position, face.x, face.y),
            )
        )

    def _faces_of(self, scene: KeyframeScene, view: View) -> list[Face]:
        strip = scene.strip_rows / self.request.size.height
        seen = (seen_face(face, view, strip, self._aspect(scene)) for face in scene.faces)
        return [face for face in seen if face is not None]

    def _area(self, scene: KeyframeScene) -> Box | None:
        strip = scene.strip_rows / self.request.size.height
        return None if scene.group is None else area_of(scene.group, strip)

    def _start_view(self, position: float) -> View:
        return self._view(self.crossing.start, position, self.start)

    def _end_view(self, position: float) -> View:
        return self._view(self.crossing.end, position, self.end)

    def _view(self, viewing: Viewing, position: float, scene: KeyframeScene) -> View:
        shake = self.travel.shake(position)
        return shaken(viewing(position), shake, self._aspect(scene)).rounded()

    def _aspect(self, scene: KeyframeScene) -> float:
        size = self.request.size
        return size.width / (size.height - scene.strip_rows)

    def _step(self, index: int) -> tuple[float, float]:
        """Return how far the picture moves in a frame's time, in pixels: right, down."""
        behind, position, ahead = (
            self.request.position(min(max(index + side, 0), self.request.frames))
            for side in (-1, 0, 1)
        )
        see = self._start_view if position < self.crossing.window.middle else self._end_view
        now, one, other = see(position), see(ahead), see(behind)
        half = 0.5 / now.scale
        size = self.request.size
        return (half * (one.x - other.x) * size.width, half * (one.y - other.y) * size.height)
