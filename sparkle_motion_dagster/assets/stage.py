"""Stages in Dagster: how an asset is declared, becomes a stage, fails readably, and is shown."""

import contextlib
import functools
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from sparkle_motion_dagster.artifacts.film_state import State
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.links import links_to
from sparkle_motion_dagster.assets.review_gates import made_in_this_run
from sparkle_motion_dagster.assets.take_sheets import shown_takes
from sparkle_motion_dagster.engines.machinery.encoded_texts import EncodedTexts
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.errors import InputError, SparkleError
from sparkle_motion_dagster.film.inputs import check_inputs
from sparkle_motion_dagster.film.intake import check_free, thaw_plan
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.stages import INPUTS, MOVIE_PLAN
from sparkle_motion_dagster.film.takes.pins import stale_pins
from sparkle_motion_dagster.gpu.events import GpuEvent, LendEvent, LoadEvent, StallEvent, WaitEvent
from sparkle_motion_dagster.operations.control import LEFT_AS, RunControl
from sparkle_motion_dagster.operations.reviews import (
    NotReviewedError,
    RejectedError,
    check_approved,
    reviews_asked,
)
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.production.halting import HaltedError, WatchedSteps
from sparkle_motion_dagster.production.manifest import StageResult
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.workers import PipesLauncher
from sparkle_motion_dagster.runs.failures import NO_PARTITION, failure_of
from sparkle_motion_dagster.runs.films import is_registered
from sparkle_motion_dagster.runs.names import PARTITION_TAG

# Data versions of outputs are young in Dagster, and each would say so in every run's log.
warnings.filterwarnings("ignore", category=dg.BetaWarning, module=__name__)

_MOST_NAMES = 40
"""An event holds no more item ids than anybody reads; the manifest has them all."""


class NoPartitionError(InputError):
    """A run does not say which film it is for, or names one that Dagster does not know."""


@contextlib.contextmanager
def stage_of(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    gpu: GpuResource,
    inputs: Mapping[str, StageManifest],
) -> Iterator[MakingStage]:
    """Give the stage that an asset's function makes; its errors become readable failures.

    Its inputs must have been made from the plan, and from each other, as they are now, and a
    person must have approved those that are to be reviewed.
    """
    with readable_failures(context, film):
        run_id = run_id_of(context)
        workbench = film.workbench()
        profile = film.profile_name
        check_free(run_id, profile, None, workbench)
        check_inputs(inputs)
        name = context.asset_key.to_user_string()
        inputs = {needed: inputs[needed] for needed in INPUTS[name]}  # in the table's order
        progress = Progress(workbench.run_folder(run_id), name, context.log.info)
        control = film.control()
        stage = MakingStage(
            name=name,
            run_id=run_id,
            profile=profile,
            settings=film.film_settings(),
            frozen=thaw_plan(inputs[MOVIE_PLAN], workbench),
            workbench=workbench,
            inputs=inputs,
            progress=progress,
            control=control,
            facilities=facilities_of(context, gpu, progress, control, workbench),
            choices=workbench.run_folder(run_id).choices.read(),
        )
        for asked in sorted(reviews_asked(stage.plan, stage.settings) & inputs.keys()):
            check_approved(workbench.run_folder(run_id), inputs[asked])
        film.check_limits(stage.plan)
        stage.control.obey(before=name)
        yield stage


def facilities_of(
    context: dg.AssetExecutionContext,
    gpu: GpuResource,
    progress: Progress,
    control: RunControl,
    workbench: Workbench,
) -> Facilities:
    """Return what engines may use in an asset: the device, steps that are watched, workers."""
    run_id, name = run_id_of(context), context.asset_key.to_user_string()
    return Facilities(
        gpu.for_stage(
            run_id,
            name,
            listener=functools.partial(_tell, progress),
            heed=functools.partial(control.obey, before=f"{name} had its model"),
        ),
        WatchedSteps(progress, control),
        PipesLauncher(context, Environments.from_environment()),
        EncodedTexts(workbench.home),
    )


def _tell(progress: Progress, event: GpuEvent) -> None:
    """Say that a stage waits for a device, until it has its model, or its worker has the device.

    Where a model hangs, that is said, too: it is what stays known of a process that ends by it.
    """
    if isinstance(event, StallEvent):
        progress.hanging(event.message)
    elif isinstance(event, WaitEvent):
        progress.waiting(event.message)
    elif isinstance(event, LoadEvent | LendEvent):
        progress.waiting("")


def output_of(
    stage: MakingStage,
    result: StageResult,
    metadata: Mapping[str, Any],
    warnings: tuple[str, ...] = (),
) -> dg.Output[StageManifest]:
    """Return what a stage leaves behind and warns of, and what the web UI shows of it."""
    spared = {"seconds_spared": round(result.seconds_spared, 3)} if result.taken else {}
    manifest = stage.manifest(result)
    taken = shown_takes(stage.workbench, manifest)
    facts = {**metadata, **taken, **spared, **_device_metadata(stage)}
    stale = tuple(stale_pins(stage.run_id, manifest.artifacts))
    for line in stale:
        stage.progress.say(line)
    manifest = manifest.model_copy(update={"warnings": (*warnings, *stale)})
    return manifest_output(manifest, facts, stage.workbench.home)


def manifest_output(
    manifest: StageManifest, metadata: Mapping[str, Any], home: SparkleHome
) -> dg.Output[StageManifest]:
    """Return a manifest as an asset's value; its content digest is the data version."""
    provenance = manifest.provenance
    return dg.Output(
        manifest,
        data_version=dg.DataVersion(manifest.content_digest),
        metadata={
            **links_to(home, manifest),
            **metadata,
            "engine": str(manifest.engine),
            **({"engine_settings": manifest.engine.settings} if manifest.engine.settings else {}),
            "made": len(provenance.made),
            "taken_from_store": len(provenance.taken),
            "seconds_making": round(provenance.seconds, 3),
            "made_items": _listed(provenance.made),
            "files": len(manifest.artifacts),
            "bytes": sum(artifact.size_bytes for artifact in manifest.artifacts),
            "content_digest": manifest.content_digest,
        },
    )


def _listed(items: Sequence[str]) -> str:
    further = len(items) - _MOST_NAMES
    names = ", ".join(items[:_MOST_NAMES]) or "none"
    return f"{names} and {further} more" if further > 0 else names


def _device_metadata(stage: MakingStage) -> Mapping[str, Any]:
    """Return what the web UI shows of the device, where a model was used."""
    gpu = stage.facilities.gpu
    if not gpu.events():
        return {}
    used = {
        name: value if isinstance(value, int) else round(value, 3)
        for name, value in gpu.summary().model_dump(exclude_none=True).items()
    }
    return {"device": {"preset": gpu.preset.name, **used}}


def run_id_of(context: dg.AssetExecutionContext) -> str:
    """Return the film that a run is for.

    Raises:
        NoPartitionError: Nobody said, or the film's partition was removed.
        InputError: The partition's key cannot be a run_id.
    """
    if PARTITION_TAG in context.run.tags:
        run_id = check_run_id(str(context.run.tags[PARTITION_TAG]))
        if not is_registered(context.instance, run_id):
            raise NoPartitionError(NO_PARTITION.format(run_id))
        return run_id
    raise NoPartitionError(
        "This run does not say which film it is for. Add the film with `sparkle add PLAN`, then "
        "pick its partition in the web UI, or type `dg launch --job render_movie --partition "
        "RUN_ID`, or `dagster job execute --job render_movie --tags "
        """'{"dagster/partition": "RUN_ID"}'`. The shortest way is `sparkle render PLAN`."""
    )


@contextlib.contextmanager
def readable_failures(context: dg.AssetExecutionContext, film: FilmResource) -> Iterator[None]:
    """Turn our errors into Dagster failures that show their text and carry their exit code.

    What fails again however often it is tried (wrong input, a film that fails its checks) is never
    retried. A run that a person asked to pause or to stop ends as canceled, not as failed. A
    stage that waits for the review of another one, which this very run has made, is no failure.
    """
    stage = context.asset_key.to_user_string()
    try:
        yield
    except NotReviewedError as waits:
        if not made_in_this_run(context, waits.stage):
            film.conclude(State.WAITING, str(waits), waits.stage)
            raise failure_of(waits) from waits
        raise
    except HaltedError as halted:
        film.conclude(LEFT_AS[halted.wish], str(halted))
        context.instance.report_run_canceling(context.run, str(halted))
        raise dg.DagsterExecutionInterruptedError(str(halted)) from halted
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError) as interrupt:
        message = f"Interrupted in {stage}. Everything finished is kept."
        film.conclude(State.STOPPED, message)
        raise dg.DagsterExecutionInterruptedError(message) from interrupt
    except SparkleError as error:
        if isinstance(error, RejectedError):
            film.conclude(State.REJECTED, str(error), error.stage)
        else:
            film.conclude(State.FAILED, f"{stage}: {error}")
        raise failure_of(error) from error
