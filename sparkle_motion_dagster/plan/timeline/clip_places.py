"""Where the clips of a film lie: each as long as its shot, and as its transitions need."""

from dataclasses import dataclass

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.plan.transitions import Handles, clip_handles


@dataclass(frozen=True)
class ClipPlace:
    """Where the clip of a shot lies in the film, handles and all.

    Attributes:
        shot: Where the shot lies.
        handles: What the clip has beyond it.
    """

    shot: TimelineShot
    handles: Handles

    @property
    def start_frame(self) -> int:
        """The frame of the film that the clip's first frame belongs to."""
        return self.shot.start_frame - self.handles.head

    @property
    def frames(self) -> int:
        """How many frames the clip has."""
        return self.handles.head + self.shot.frames + self.handles.tail

    @property
    def shown(self) -> range:
        """The frames of the clip that are shown by themselves, outside of any transition."""
        return range(self.handles.opening, self.frames - self.handles.closing)

    @property
    def splices(self) -> tuple[int, ...]:
        """The frames before which its stream has to be cut."""
        inner = sorted({self.shown.start, self.shown.stop})
        return tuple(frame for frame in inner if 0 < frame < self.frames)


def clip_places(plan: MoviePlan, timeline: MeasuredTimeline) -> tuple[ClipPlace, ...]:
    """Return where the clips of a film lie, in order."""
    handles = clip_handles(plan, timeline.fps)
    return tuple(map(ClipPlace, timeline.shots, handles))
