"""How a clip is encoded: as the film shows it, or for a step that encodes it again."""

from dataclasses import dataclass

from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace


@dataclass(frozen=True)
class ClipCoding:
    """How a clip is encoded, and the frames before which its stream can be cut."""

    encoding: ClipEncoding
    splices: tuple[int, ...]


def clip_coding(stage: Stage, place: ClipPlace, *, is_final: bool) -> ClipCoding:
    """Return how the clip of a shot is encoded.

    Args:
        stage: Who makes it.
        place: Where it lies in the film.
        is_final: Whether the film takes its stream as it is; else a later step encodes it again.
    """
    if is_final:
        return ClipCoding(stage.settings.delivery, place.splices)
    return ClipCoding(stage.settings.intermediate, ())
