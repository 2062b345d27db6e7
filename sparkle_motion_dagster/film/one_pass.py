"""Talking close-ups in one pass: mouths are drawn on a shot's frames before any is encoded."""

from dataclasses import dataclass
from typing import Any, Self

from sparkle_motion_dagster.engines.builtin.move_planner import MovePlanner
from sparkle_motion_dagster.engines.builtin.talking_clips import TalkingClips
from sparkle_motion_dagster.engines.lipsync.base import FrameLipsyncEngine, LipsyncEngine
from sparkle_motion_dagster.engines.video.base import FrameEngine, VideoEngine
from sparkle_motion_dagster.film.moves import is_drawn
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import SHOT_CLIPS
from sparkle_motion_dagster.plan.shot import ShotSpec


@dataclass(frozen=True)
class OnePass:
    """Who plans the moves of talking close-ups, and who makes their clips in one pass."""

    planner: MovePlanner
    maker: TalkingClips

    @classmethod
    def of(cls, video: VideoEngine[Any, Any], lipsync: LipsyncEngine[Any]) -> Self | None:
        """Return who does, where both engines work frame by frame; None: they do not."""
        if isinstance(video, FrameEngine) and isinstance(lipsync, FrameLipsyncEngine):
            return cls(MovePlanner(video), TalkingClips(video, lipsync))
        return None


def is_for_one_pass(stage: Stage, shot: ShotSpec) -> bool:
    """Tell whether a talking close-up may be made in one pass, as far as the shot says.

    Faces that nobody drew are looked for in a clip, and takes are told apart by their clips: one
    that a person has chosen, or pinned, or that a rule chooses, is made as a clip of its own.
    """
    rule = stage.settings.takes
    is_ruled = rule is not None and "clips" in rule.kinds
    is_decided = stage.choices.known(SHOT_CLIPS, shot.id).is_decided
    return is_drawn(stage, shot) and not is_decided and not is_ruled
