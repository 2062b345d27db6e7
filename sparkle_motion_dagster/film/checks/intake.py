"""The checks of a plan that was taken in, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sparkle_motion_dagster.engines.video.base import VideoEngine
from sparkle_motion_dagster.film.checks.promises import TRAINED_SIZE
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.units import FrameSize


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


def verdicts(plan: MoviePlan, size: FrameSize, video: VideoEngine[Any, Any]) -> Iterator[Verdict]:
    """Compare what a plan asks for with what is known of its engines; see `size_remark`."""
    remark = size_remark(plan, size, video)
    yield TRAINED_SIZE.verdict({"size": remark or f"{size}"}, kept=remark is None)
