"""Treatment: takes as they are heard through a telephone, in a hall, as a thought."""

from collections.abc import Mapping, Sequence

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.treatment.engine import TakeTreater, TreatRequest
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import line_id, treated_id
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine
from sparkle_motion_dagster.production.loop import Item, Produced


def treated(
    stage: Stage, lines: Sequence[PlannedLine], takes: Sequence[StoredFile]
) -> Mapping[PlannedLine, Produced]:
    """Return the takes of those lines that are heard through something.

    The timeline and the mouths go by the takes as they were spoken: another treatment changes
    what is heard, and nothing else.

    Args:
        stage: The stage in which the track is mixed.
        lines: The film's lines.
        takes: The take that is in the film of each of them, at its final pace.
    """
    requests = {
        line: TreatRequest(audio=take, effect=line.effect)
        for line, take in zip(lines, takes, strict=True)
        if line.effect is not None
    }
    items = [Item(treated_id(line_id(line)), request) for line, request in requests.items()]
    made = stage.produce(TakeTreater(EngineSettings()), items)
    return dict(zip(requests, made, strict=True))
