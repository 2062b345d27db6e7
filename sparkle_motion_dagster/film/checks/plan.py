"""The check of a plan, before anything is made of it."""

from __future__ import annotations

from typing import Any

from sparkle_motion_dagster.engines.video.base import VideoEngine
from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.units import FrameSize

TRAINED_SIZE = Check("trained_size", "Clips are made at a size that their model was trained on.")


def size_remark(plan: MoviePlan, size: FrameSize, video: VideoEngine[Any, Any]) -> str | None:
    """Return what people should know of the size that clips are made at; None: nothing.

    Args:
        plan: The plan, which names the model.
        size: The film's size.
        video: Who makes the clips.

    Raises:
        EngineInputError: There is no such model.
    """
    return video.rendering_with(plan.render_profile.video.model_id).size_remark(size)


def trained_size(plan: MoviePlan, size: FrameSize, video: VideoEngine[Any, Any]) -> Verdict:
    """Compare the size that clips are made at with those of the model; see `size_remark`."""
    remark = size_remark(plan, size, video)
    return TRAINED_SIZE.verdict({"size": remark or f"{size}"}, kept=remark is None)
