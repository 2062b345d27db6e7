"""The film, once: what each stage does, in order, with the engines that answer.

Whoever takes a film through its stages (the benchmark's plain loop, a dry run) does it with
`run_stages`; each asset makes one of them. All differ only in the stage objects that they bring.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.ambience.base import AmbienceEngine
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.engines.images.base import ImageEngine
from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine
from sparkle_motion_dagster.engines.video.base import VideoEngine
from sparkle_motion_dagster.film import stages
from sparkle_motion_dagster.film.assembly import assemble
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.film.keyframes import make_keyframes
from sparkle_motion_dagster.film.mouths import move_mouths
from sparkle_motion_dagster.film.shots import make_shots
from sparkle_motion_dagster.film.sound.dialogue import speak_lines
from sparkle_motion_dagster.film.sound.track import make_track
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.production.manifest import StageResult


@dataclass(frozen=True)
class Engines:
    """Who answers under a profile. Nobody need listen."""

    images: ImageEngine[Any]
    video: VideoEngine[Any, Any]
    speech: Speakers
    lipsync: LipsyncEngine[Any]
    ambience: AmbienceEngine[Any]
    hearing: HearingEngine[Any] | None = None


PIPELINE: Mapping[str, Callable[[Stage, Engines], StageResult]] = {
    stages.DIALOGUE_WAVS: lambda stage, engines: (
        speak_lines(stage, engines.speech, engines.hearing).result
    ),
    stages.TIMELINE_TRACK: lambda stage, engines: (
        make_track(stage, engines.speech, engines.ambience, engines.hearing).result
    ),
    stages.BASE_IMAGES: lambda stage, engines: make_keyframes(stage, engines.images).result,
    stages.SHOT_CLIPS: lambda stage, engines: (
        make_shots(stage, engines.video, engines.lipsync).result
    ),
    stages.LIPSYNC_CLIPS: lambda stage, engines: (
        move_mouths(stage, engines.lipsync, engines.video).result
    ),
    stages.VIDEO_FINAL: lambda stage, engines: assemble(stage, engines.hearing).result,
}
"""What is made in each stage after the plan's, in order."""


def run_stages(begin: Callable[[str], Stage], engines: Engines) -> Iterator[StageManifest]:
    """Take a film whose plan is frozen through its stages, one after the other.

    Args:
        begin: Gives a stage by its name, with what the stages before it have left.
        engines: Who answers.

    Yields:
        What each stage leaves; the next one begins when the caller has taken it.
    """
    for name, made_in in PIPELINE.items():
        stage = begin(name)
        yield stage.manifest(made_in(stage, engines))
