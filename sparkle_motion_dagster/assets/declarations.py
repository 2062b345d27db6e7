"""The assets as Dagster knows them. What makes one, its own module, is imported when it is made."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import check_spec
from sparkle_motion_dagster.assets.config import DraftConfig, IntakeConfig, TakesConfig
from sparkle_motion_dagster.film.checks.promises import CHECKS
from sparkle_motion_dagster.film.stages import INPUTS, PLAN_DRAFT, STAGES, TAKES
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.resources.engine_resources import (
    AmbienceResource,
    HearingResource,
    ImagesResource,
    LipsyncResource,
    SpeechResource,
    VideoResource,
    WriterResource,
)
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource

GROUP = "film"
"""The asset group of all stages."""

_PRIORITY = "dagster/priority"
"""The tag by which Dagster knows which of several stages comes first."""

_OWNERS = ["team:sparkle-motion"]

_Made: TypeAlias = Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]
"""What its checks found of a stage, and what it leaves behind."""


def film_asset(
    kinds: set[str], description: str, after: Sequence[str] = ()
) -> Callable[[Callable[..., _Made]], dg.AssetsDefinition]:
    """Declare the stage that a function makes and is named like: an asset with a partition a film.

    Its inputs, which the function takes by name, are those of the table in ``film/stages.py``;
    `after` names what comes before it where it is there, and need not be.
    """

    def declare(stage: Callable[..., _Made]) -> dg.AssetsDefinition:
        name = stage.__name__
        return dg.asset(
            ins={needed: dg.AssetIn(dagster_type=StageManifest) for needed in INPUTS[name]},
            deps=after,
            check_specs=[check_spec(check, name) for check in CHECKS[name]],
            partitions_def=film_partitions,
            group_name=GROUP,
            owners=_OWNERS,
            kinds=kinds,
            code_version="1",
            description=description,
            # Of what could be made next, Dagster takes what is first by the alphabet.
            op_tags={_PRIORITY: str(-STAGES.index(name))},
            output_required=False,  # see _ending_at_reviews
        )(_ending_at_reviews(stage))

    return declare


def _ending_at_reviews(make: Callable[..., _Made]) -> Callable[..., Iterator[Any]]:
    """Have a stage that must not go on from another one yet end without output, and green.

    Dagster skips what is downstream of it. The stage under review cannot stop them itself: Dagster
    hands on what is materialized, and materializes only what is handed on.
    """

    @functools.wraps(make)
    def made(context: dg.AssetExecutionContext, **inputs: Any) -> Iterator[Any]:
        from sparkle_motion_dagster.operations.reviews import NotReviewedError

        try:
            yield from make(context, **inputs)
        except NotReviewedError as waits:
            context.log.warning("Nothing is made here yet: %s", waits)
            # Dagster demands an output of every check; without a result, none is recorded.
            for check in context.op_def.output_defs:
                if check.is_required:
                    yield dg.Output(None, output_name=check.name)

    return made


@dg.asset(
    name=PLAN_DRAFT,
    check_specs=[check_spec(check, PLAN_DRAFT) for check in CHECKS[PLAN_DRAFT]],
    partitions_def=film_partitions,
    group_name="writing",
    owners=_OWNERS,
    kinds={"yaml"},
    code_version="1",
    description=(
        "A plan that was written from a prompt. Look at it, edit it, and approve it.\n\nTo have "
        "one written: *Open launchpad*, in the menu beside *Materialize*; add a partition, which "
        "is what the film is called, or pick one; fill in `prompt`."
    ),
)
def plan_draft(
    context: dg.AssetExecutionContext,
    config: DraftConfig,
    film: FilmResource,
    writer: WriterResource,
    speech: SpeechResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[Any]]:
    """Have a plan written, and lay it down where people find it."""
    from sparkle_motion_dagster.assets import plan_draft

    yield from plan_draft.plan_draft(context, config, film, writer, speech, gpu)


@film_asset(
    {"json"},
    "The validated plan, frozen for this run, and the files that it refers to.",
    after=(PLAN_DRAFT,),
)
def movie_plan(
    context: dg.AssetExecutionContext,
    config: IntakeConfig,
    film: FilmResource,
    images: ImagesResource,
    video: VideoResource,
    speech: SpeechResource,
    lipsync: LipsyncResource,
    ambience: AmbienceResource,
    hearing: HearingResource,
    gpu: GpuResource,
) -> _Made:
    """Validate the plan of a run and freeze it, with the files that it refers to."""
    from sparkle_motion_dagster.assets import movie_plan

    return movie_plan.movie_plan(
        context, config, film, images, video, speech, lipsync, ambience, hearing, gpu
    )


@film_asset({"wav"}, "One take a spoken line: WAV, and the times of its words and phonemes.")
def dialogue_wavs(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    speech: SpeechResource,
    hearing: HearingResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> _Made:
    """Speak every line once, and listen to it where the profile has somebody who does."""
    from sparkle_motion_dagster.assets import dialogue_wavs

    return dialogue_wavs.dialogue_wavs(context, film, speech, hearing, gpu, **inputs)


@film_asset(
    {"wav", "json"},
    "One WAV as long as the film, and the measured timeline that all else follows. Where the plan "
    "has a soundtrack, the mix, which the film sounds like, and its stems.",
)
def timeline_track(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    speech: SpeechResource,
    ambience: AmbienceResource,
    hearing: HearingResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> _Made:
    """Lay the lines out, speak again faster what does not fit, and mix the track."""
    from sparkle_motion_dagster.assets import timeline_track

    return timeline_track.timeline_track(context, film, speech, ambience, hearing, gpu, **inputs)


@film_asset({"png"}, "The keyframes: the pictures that shots start on, and where they end.")
def base_images(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    images: ImagesResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> _Made:
    """Draw the keyframes; fit those that the user brings."""
    from sparkle_motion_dagster.assets import base_images

    return base_images.base_images(context, film, images, gpu, **inputs)


@film_asset({"mp4"}, "One silent clip a shot, with exactly as many frames as the timeline says.")
def shot_clips(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    video: VideoResource,
    lipsync: LipsyncResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> _Made:
    """Move from keyframe to keyframe, or over one."""
    from sparkle_motion_dagster.assets import shot_clips

    return shot_clips.shot_clips(context, film, video, lipsync, gpu, **inputs)


@film_asset({"mp4"}, "Talking close-ups with moving mouths; other shots pass through untouched.")
def lipsync_clips(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    lipsync: LipsyncResource,
    video: VideoResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> _Made:
    """Move the mouths of talking close-ups."""
    from sparkle_motion_dagster.assets import lipsync_clips

    return lipsync_clips.lipsync_clips(context, film, lipsync, video, gpu, **inputs)


@film_asset(
    {"mp4"}, "The film: one MP4 with sound, captions and chapters, measured before it counts."
)
def video_final(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    hearing: HearingResource,
    gpu: GpuResource,
    **inputs: StageManifest,
) -> _Made:
    """Assemble the film, let it count only if it is as promised, and listen to it."""
    from sparkle_motion_dagster.assets import video_final

    return video_final.video_final(context, film, hearing, gpu, **inputs)


@dg.asset(
    name=TAKES,
    partitions_def=film_partitions,
    group_name="takes",
    owners=_OWNERS,
    code_version="1",
    description="Items of the film made in further ways, to choose from.",
)
def takes(
    context: dg.AssetExecutionContext, config: TakesConfig, film: FilmResource, gpu: GpuResource
) -> Iterator[dg.Output[StageManifest]]:
    """Make further takes of an item, and show all that there are.

    Executed once more, it makes those that it was asked for and that are not there yet.
    """
    from sparkle_motion_dagster.assets import takes

    yield from takes.takes(context, config, film, gpu)
