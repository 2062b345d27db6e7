"""The transitions of the film: the frames in which one shot becomes the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.transition.engine import (
    ClipPart,
    TransitionEngine,
    TransitionRequest,
)
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import transition_id
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace
from sparkle_motion_dagster.plan.transitions import TransitionFrames, transition_frames
from sparkle_motion_dagster.production.loop import Item, Produced


@dataclass(frozen=True)
class PlacedClip:
    """A clip of the film, as it is before it is joined to others.

    Attributes:
        shot: The shot that it shows.
        file: The clip.
        place: Where it lies in the film, handles and all.
    """

    shot: ShotSpec
    file: StoredFile
    place: ClipPlace

    @property
    def opening(self) -> ClipPart:
        """What the transition before it takes of it."""
        frames = self.place.handles.opening
        return ClipPart(sha256=self.file.sha256, path=self.file.path, first=0, frames=frames)

    @property
    def closing(self) -> ClipPart:
        """What the transition after it takes of it."""
        frames = self.place.handles.closing
        first = self.place.frames - frames
        return ClipPart(sha256=self.file.sha256, path=self.file.path, first=first, frames=frames)


def make_transitions(stage: Stage, clips: Sequence[PlacedClip]) -> tuple[Produced, ...]:
    """Return the transitions of a film, in order, each with its frames as ``clip``.

    Args:
        stage: Who makes them.
        clips: All clips of the film, in order.
    """
    transitions = transition_frames(stage.plan, stage.format.frame_rate)
    items = [
        Item(transition_id(leaving.shot.id), _request(stage, transition, leaving, entering))
        for transition, leaving, entering in zip(
            transitions, clips, (*clips[1:], None), strict=True
        )
        if transition is not None
    ]
    return stage.produce(TransitionEngine(EngineSettings()), items)


def _request(
    stage: Stage, transition: TransitionFrames, leaving: PlacedClip, entering: PlacedClip | None
) -> TransitionRequest:
    return TransitionRequest(
        kind=transition.kind,
        leaving=leaving.closing,
        entering=None if entering is None else entering.opening,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        encoding=stage.settings.delivery,
        scenes=_scenes(stage, transition, leaving, entering),
    )


def _scenes(
    stage: Stage, transition: TransitionFrames, leaving: PlacedClip, entering: PlacedClip | None
) -> tuple[StoredFile, ...]:
    """Return what is known of pictures that are seen together, where something is of each shot.

    A card, or a clip of the plan's own, has no caption strip that could be taken for another's.
    """
    if entering is None or not transition.overlaps:
        return ()
    shots = leaving.shot, entering.shot
    return stage.scenes(shots) if all(stage.scenes([shot]) for shot in shots) else ()
