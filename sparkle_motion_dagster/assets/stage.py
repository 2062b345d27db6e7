"""What the stages share: the film they work for, the loop, and failures that people can read."""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import dagster as dg

from sparkle_motion_dagster.artifacts.models import (
    Artifact,
    EngineIdentity,
    StageManifest,
    StoredFile,
)
from sparkle_motion_dagster.engines.base import Engine, Request
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.video.base import FootageEngine, FootageRequest, VideoRequest
from sparkle_motion_dagster.errors import InputError, SparkleError
from sparkle_motion_dagster.film.intake import FrozenPlan, check_profile, thaw_plan
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.gpu.events import GpuEvent, LendEvent, LoadEvent, WaitEvent
from sparkle_motion_dagster.media.sound import line_samples
from sparkle_motion_dagster.operations.reviews import (
    RejectedError,
    ReviewError,
    check_approved,
    reviews_asked,
)
from sparkle_motion_dagster.operations.state import FilmState, State
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.plan.film_format import FilmFormat, film_format
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import ReviewedStage
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.plan.speech_timings import SpeechTimings
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline
from sparkle_motion_dagster.production.control import HaltedError, RunControl, Wish
from sparkle_motion_dagster.production.loop import Item, Produced, produce
from sparkle_motion_dagster.production.manifest import StageOf, StageResult, manifest_of
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.steps import WatchedSteps
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.workers import PipesLauncher

# Data versions of outputs are young in Dagster, and each would say so in every run's log.
warnings.filterwarnings("ignore", category=dg.BetaWarning, module=__name__)

RequestT = TypeVar("RequestT", bound=Request)

GROUP = "film"
"""The asset group of all stages."""

film_asset = functools.partial(
    dg.asset,
    partitions_def=film_partitions,
    group_name=GROUP,
    owners=["team:sparkle-motion"],
)
"""Declares a stage: an asset with a partition a film."""


class StaleStageError(SparkleError):
    """A stage's inputs do not belong together any more."""

    retryable = False


class NoPartitionError(InputError):
    """A run was started without saying which film it is for."""


@dataclass(frozen=True)
class Stage:
    """One stage of one film, while it is being made."""

    name: str
    run_id: str
    profile: str
    settings: FilmSettings
    frozen: FrozenPlan
    workbench: Workbench
    progress: Progress
    control: RunControl
    facilities: Facilities

    @property
    def plan(self) -> MoviePlan:
        """The film's plan."""
        return self.frozen.plan

    @property
    def model_id(self) -> str:
        """What the plan wants its clips to be rendered with, where the engine has a choice."""
        return self.plan.render_profile.video.model_id

    @property
    def format(self) -> FilmFormat:
        """The film's frame rate and size."""
        return film_format(self.plan, self.settings.frame_rate, self.settings.size)

    def produce(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Make items, or take them from the store."""
        return produce(engine, items, self.workbench, self.progress, self.control)

    def footage(self, engine: FootageEngine[Any], shot: VideoRequest) -> FootageRequest:
        """Return the footage that a shot needs.

        Raises:
            EngineInputError: The engine cannot make so long a shot.
        """
        return engine.footage_of(shot)

    def file(self, manifest: StageManifest, item_id: str, name: str) -> StoredFile:
        """Return an output of an upstream stage."""
        return self.workbench.store.file(manifest.artifact(item_id, name).sha256)

    def optional_file(self, manifest: StageManifest, item_id: str, name: str) -> StoredFile | None:
        """Return an output of an upstream stage that not every engine gives."""
        artifact = manifest.find(item_id, name)
        return None if artifact is None else self.workbench.store.file(artifact.sha256)

    def preview(self, artifact: Artifact, name: str) -> StoredFile:
        """Return a preview that was made with an artifact.

        Raises:
            StaleStageError: How the artifact was made is not known any more.
        """
        record = self.workbench.actions.find(artifact.fingerprint)
        if record is None or name not in record.previews:
            raise StaleStageError(
                f"How {artifact.id} of {self.run_id} was made is not known any more: its action "
                f"record {artifact.fingerprint} is gone. Render the film again."
            )
        return self.workbench.store.file(record.previews[name].sha256)

    def timeline(self, timeline_track: StageManifest) -> MeasuredTimeline:
        """Return the measured timeline."""
        file = self.file(timeline_track, TIMELINE, "timeline")
        return MeasuredTimeline.model_validate_json(file.path.read_bytes())

    def take_samples(self, take: StoredFile) -> int:
        """Return how long a take is on the film's track, in samples at ``units.SAMPLE_RATE``."""
        return line_samples(take.path)

    def take_timings(self, timings: StoredFile) -> SpeechTimings:
        """Return when a take's words and phonemes sound."""
        return SpeechTimings.model_validate_json(timings.path.read_bytes())

    def output(
        self,
        engine: EngineIdentity,
        result: StageResult,
        upstream: Mapping[str, StageManifest],
        metadata: Mapping[str, Any] | None = None,
    ) -> dg.Output[StageManifest]:
        """Return what the stage leaves behind, and what the web UI shows of it."""
        stage = StageOf(self.name, self.run_id, self.profile, self.frozen.digest)
        spared = {"seconds_spared": round(result.seconds_spared, 3)} if result.taken else {}
        manifest = manifest_of(stage, engine, upstream, result, self._device())
        return output_of(manifest, {**(metadata or {}), **spared, **self._device_metadata()})

    def _device(self) -> str:
        """Return what the stage was made on: the device's preset, where a model was used."""
        gpu = self.facilities.gpu
        return gpu.preset.name if gpu.events() else "cpu"

    def _device_metadata(self) -> Mapping[str, Any]:
        """Return what the web UI shows of the device, where a model was used."""
        gpu = self.facilities.gpu
        if not gpu.events():
            return {}
        used = {
            name: value if isinstance(value, int) else round(value, 3)
            for name, value in gpu.summary().model_dump(exclude_none=True).items()
        }
        return {"device": {"preset": gpu.preset.name, **used}}


_MOST_NAMES = 40
"""An event holds no more item ids than anybody reads; the manifest has them all."""

TIMELINE = "timeline"
"""Item id of the track and its timeline."""


def output_of(
    manifest: StageManifest, metadata: Mapping[str, Any] | None = None
) -> dg.Output[StageManifest]:
    """Return a manifest as an asset's value; its content digest is the data version."""
    provenance = manifest.provenance
    return dg.Output(
        manifest,
        data_version=dg.DataVersion(manifest.content_digest),
        metadata={
            **(metadata or {}),
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


@contextlib.contextmanager
def stage_of(
    context: dg.AssetExecutionContext,
    film: FilmResource,
    gpu: GpuResource,
    movie_plan: StageManifest,
    *upstream: StageManifest,
) -> Iterator[Stage]:
    """Give the stage that an asset's function makes; its errors become readable failures.

    The upstream stages must have been made from the plan, and from each other, as they are now, and
    a person must have approved those that are to be reviewed.
    """
    with readable_failures(context, film):
        run_id = run_id_of(context)
        workbench = film.workbench()
        check_profile(run_id, film.profile, workbench)
        check_upstream(movie_plan, upstream)
        name = context.asset_key.to_user_string()
        progress, control = Progress(workbench.run_folder(run_id), name), film.control()
        stage = Stage(
            name=name,
            run_id=run_id,
            profile=film.profile,
            settings=film.film_settings(),
            frozen=thaw_plan(movie_plan, workbench),
            workbench=workbench,
            progress=progress,
            control=control,
            facilities=Facilities(
                gpu.for_stage(
                    run_id,
                    name,
                    listener=functools.partial(_tell, progress),
                    heed=functools.partial(control.obey, before=f"{name} had its model"),
                ),
                WatchedSteps(progress, control),
                PipesLauncher(context, Environments.from_environment()),
            ),
        )
        inputs = {manifest.stage: manifest for manifest in (movie_plan, *upstream)}
        for asked in sorted(reviews_asked(stage.plan, stage.settings) & inputs.keys()):
            check_approved(workbench.run_folder(run_id), asked, inputs[asked])
        stage.control.obey(before=name)
        yield stage


def _tell(progress: Progress, event: GpuEvent) -> None:
    """Say that a stage waits for a device, until it has its model, or its worker has the device."""
    if isinstance(event, WaitEvent):
        progress.waiting(event.message)
    elif isinstance(event, LoadEvent | LendEvent):
        progress.waiting("")


def check_upstream(movie_plan: StageManifest, upstream: Sequence[StageManifest]) -> None:
    """Make sure that a stage's inputs belong together.

    Raises:
        StaleStageError: One was made from another plan, or from another state of another one.
    """
    current = {manifest.stage: manifest.content_digest for manifest in upstream}
    for manifest in upstream:
        stale = [
            stage
            for stage, digest in manifest.upstream.items()
            if current.get(stage, digest) != digest
        ]
        plan_and_profile = (manifest.plan_digest, manifest.profile)
        if plan_and_profile != (movie_plan.plan_digest, movie_plan.profile):
            stale.append(movie_plan.stage)
        if stale:
            raise StaleStageError(
                f"{manifest.stage} of {manifest.run_id} was made before {' and '.join(stale)} "
                f"changed. Materialize {manifest.stage} first, or render the whole film: what did "
                "not change is taken from the store."
            )


def run_id_of(context: dg.AssetExecutionContext) -> str:
    """Return the film that a run is for.

    Raises:
        NoPartitionError: Nobody said.
        InputError: The partition's key cannot be a run_id.
    """
    if context.has_partition_key:
        return check_run_id(str(context.partition_key))
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
    retried. A run that a person asked to pause or to stop ends as canceled, not as failed.
    """

    def conclude(state: State, message: str, waits_for: ReviewedStage | None = None) -> None:
        run = context.run.run_id
        film.conclude(FilmState(state=state, message=message, dagster_run=run, waits_for=waits_for))

    stage = context.asset_key.to_user_string()
    try:
        yield
    except HaltedError as halted:
        conclude(State.PAUSED if halted.wish is Wish.PAUSE else State.STOPPED, str(halted))
        context.instance.report_run_canceling(context.run, str(halted))
        raise dg.DagsterExecutionInterruptedError(str(halted)) from halted
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError) as interrupt:
        message = f"Interrupted in {stage}. Everything finished is kept."
        conclude(State.STOPPED, message)
        raise dg.DagsterExecutionInterruptedError(message) from interrupt
    except SparkleError as error:
        if isinstance(error, ReviewError):
            state = State.REJECTED if isinstance(error, RejectedError) else State.WAITING
            conclude(state, str(error), error.stage)
        else:
            conclude(State.FAILED, f"{stage}: {error}")
        raise dg.Failure(
            description=str(error),
            metadata={"exit_code": error.exit_code, "error": type(error).__name__},
            allow_retries=error.retryable,
        ) from error
