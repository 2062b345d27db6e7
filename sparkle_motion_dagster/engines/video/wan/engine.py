"""The cinematic footage: Wan moves from keyframe to keyframe."""

from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import JsonValue

from sparkle_motion_dagster.engines.base import Made, MadeFile
from sparkle_motion_dagster.engines.machinery.equipped import ModelEngine
from sparkle_motion_dagster.engines.machinery.prefetch import Prefetch, prefetched
from sparkle_motion_dagster.engines.machinery.rounded import located_for
from sparkle_motion_dagster.engines.machinery.weights import SECONDS_A_GIB, revision_of
from sparkle_motion_dagster.engines.video.base import (
    ConformSettings,
    FootageEngine,
    FootageRequest,
    PlannedShot,
    VideoRequest,
)
from sparkle_motion_dagster.engines.video.wan.checkpoint import check_weights
from sparkle_motion_dagster.engines.video.wan.frames import RATE
from sparkle_motion_dagster.engines.video.wan.inference import ChunkRequest, run
from sparkle_motion_dagster.engines.video.wan.keyframes import Frames
from sparkle_motion_dagster.engines.video.wan.loras import (
    DistilledLora,
    located_lora,
    lora_identity,
    pinned_lora,
)
from sparkle_motion_dagster.engines.video.wan.memory import OomRung
from sparkle_motion_dagster.engines.video.wan.models import WAN_MODELS, WanModel, wan_model
from sparkle_motion_dagster.engines.video.wan.pipeline import Ready, Recipe, load_pipeline
from sparkle_motion_dagster.engines.video.wan.sampling import Sampling, check_sampling, sampling_of
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.shots import (
    check_ends,
    check_lengths,
    footage_request,
)
from sparkle_motion_dagster.engines.video.wan.sizes import size_remark
from sparkle_motion_dagster.engines.video.wan.speed import check_speed
from sparkle_motion_dagster.engines.video.wan.take import Piece, Take, pictures
from sparkle_motion_dagster.engines.video.wan.texts import TextEncoder, Texts
from sparkle_motion_dagster.engines.video.wan.weights_size import pipeline_bytes, texts_bytes
from sparkle_motion_dagster.gpu.device import Loaded
from sparkle_motion_dagster.gpu.errors import ModelOOMError
from sparkle_motion_dagster.gpu.presets import DeviceKind, EnginePreset
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.units import FrameSize


@dataclass(frozen=True)
class _Work:
    """What holds for all footage that is asked for at once."""

    weights: Path
    lora: DistilledLora | None
    sampling: Sampling
    prefetch: Prefetch


class WanEngine(ModelEngine[FootageRequest, WanSettings], FootageEngine[WanSettings]):
    """Makes footage from the first keyframe to the last, or from the first alone, by Wan.

    Footage of VACE that is longer than the model can make at once is made in chunks, each from the
    real last frames of the one before, the last one to the end keyframe, where there is one.

    While frames are encoded the model makes the next ones. Each result says how it came about:
    ``model``, ``chunks`` (frames of each), ``flow_shift``, ``flow_shift_from``, ``solver``,
    ``guidance`` and, of two experts, ``guidance_low_noise`` (see `Sampling`), ``weights_wait`` (see
    `Waiting`), ``oom`` (what was done because memory ran out) and the seams, measured in the frames
    as they were generated, in dB, at most 100, which is "equal": ``keyframe_psnr_start`` and
    ``keyframe_psnr_end`` against the keyframes, and ``join_psnr``, for each chunk but the first how
    well it shows again what it was given; ``join_colour`` is by how much its colours were moved
    then, to be those of the frames before: the mean of all samples, in levels of 255.
    """

    name: ClassVar[str] = "wan"
    version: ClassVar[int] = 2
    settings_model: ClassVar[type[WanSettings]] = WanSettings
    usual_presets: ClassVar[Mapping[DeviceKind, EnginePreset]] = {
        "cuda": EnginePreset(precision="bfloat16"),
        "cpu": EnginePreset(precision="float32"),
    }
    footage_rate: Fraction = RATE

    @property
    def chosen(self) -> WanModel:
        """The model that is rendered with.

        Raises:
            EngineInputError: There is none of that name.
        """
        named = self.settings.model_id
        return WAN_MODELS[0] if named is None else wan_model(named)

    def model(self) -> tuple[str, str]:
        """Return the model's repository and its pinned revision (or a digest, of a folder)."""
        weights = self.chosen.weights
        return weights.repository, revision_of(weights, self.settings.weights)

    def weights(self) -> Mapping[str, JsonValue]:
        """Return which LoRAs take part: the revisions of pinned ones, or the files' digests."""
        lora = self.settings.speed.lora
        return {} if lora is None else lora_identity(lora, self.chosen)

    def influences(self) -> Mapping[str, JsonValue]:
        """Return what else changes the result; settings that change nothing are as by default."""
        return {**super().influences(), **self.settings.idle(in_chunks=self.chosen.in_chunks)}

    def host_bytes(self) -> int:
        """Return what the larger of its two loads takes; see ``ModelEngine.host_bytes``."""
        weights = self._weights_folder()
        precision = self.preset.precision
        return max(texts_bytes(weights, precision), pipeline_bytes(weights, precision))

    def _weights_folder(self) -> Path:
        precision, folder = self.preset.precision, self.settings.weights
        return located_for(precision, self.chosen.weights, folder, self.name)

    def rendering_with(self, model_id: str) -> Self:
        """Return the engine with the model that a plan names; a profile's own choice stays.

        Raises:
            EngineInputError: There is no such model; the message lists those that there are.
        """
        named = wan_model(self.settings.model_id or model_id).name
        return type(self)(self.settings.model_copy(update={"model_id": named}), self.facilities)

    def check_shots(self, shots: Sequence[PlannedShot]) -> None:
        """Make sure that the model can make these shots; see ``VideoEngine``.

        Raises:
            EngineInputError: It cannot, or not as fast as it is asked to.
        """
        check_speed(self.settings.speed, self.chosen)
        check_sampling(self.settings, self.chosen)
        check_ends(shots, self.chosen)
        check_lengths(shots, self.chosen, self.settings)

    def check_ready(self) -> None:
        """Make sure that its device, its weights and its LoRA are here; see ``VideoEngine``."""
        self.influences()
        self._located()

    def size_remark(self, film: FrameSize) -> str | None:
        """Return what to know where the model was not trained on the size that it makes."""
        return size_remark(film, self.chosen, self.settings)

    def footage_of(self, shot: VideoRequest) -> FootageRequest:
        """Return the footage that a shot needs; see ``FootageEngine``.

        Raises:
            EngineInputError: The model cannot make so long a shot.
        """
        return footage_request(shot, self.chosen, self.settings)

    def conforming(self) -> ConformSettings:
        """Return how footage is cut and retimed to the film's frames."""
        return self.settings.conform

    def work_of(self, request: FootageRequest) -> float:
        """Return frames times megapixels times how often the model looks; see ``Engine.work_of``.

        With guidance it looks twice in a step.
        """
        settings, lora = self.settings, self.settings.speed.lora
        sampled = pinned_lora(self.chosen) if lora == "distilled" else lora or settings
        guidance = self.chosen.guidance if sampled.guidance is None else sampled.guidance
        return request.work * sampled.steps * (2 if guidance > 1 else 1)

    def estimate(self, request: FootageRequest) -> float | None:
        """Return the seconds of footage on a GPU, as its authors publish them; see ``Engine``.

        On a processor it is for tests, and nobody knows.
        """
        if self.facilities.gpu.preset.device != "cuda":
            return None
        return self.chosen.seconds_a_unit * self.work_of(request)

    def estimated_start(self) -> float:
        """Return how long its weights are read from a disk; see ``Engine.estimated_start``.

        On a processor it is for tests, with other weights, and nobody knows.
        """
        if self.facilities.gpu.preset.device != "cuda":
            return 0.0
        return self.chosen.weights.size_gib * SECONDS_A_GIB

    def make(self, requests: Sequence[FootageRequest], folder: Path) -> Generator[Made, None, None]:
        """Make one piece of footage a request; see ``Engine.make``."""
        check_speed(self.settings.speed, self.chosen)
        weights, lora = self._located()
        sampling = sampling_of(self.settings, self.chosen, weights, lora)
        with closing(
            prefetched(lambda ahead: self._pieces(requests, _Work(weights, lora, sampling, ahead)))
        ) as pieces:
            for index, request in enumerate(requests):
                footage = folder / f"footage_{index:04d}.mp4"
                facts: dict[str, JsonValue] = {}
                write_clip(
                    footage,
                    pictures(pieces, facts),
                    size=request.size,
                    frame_rate=RATE,
                    encoding=self.settings.encoding,
                )
                yield Made(outputs={"footage": MadeFile(footage, "video/mp4")}, metadata=facts)

    def run_chunk(self, pipeline: Any, request: ChunkRequest) -> Frames:
        """Call the model once: (frames, rows, columns, 3), RGB."""
        return run(pipeline, request)

    def _located(self) -> tuple[Path, DistilledLora | None]:
        """Return where the weights are, the right ones, and the LoRA that is added to them."""
        weights = self._weights_folder()
        check_weights(weights, self.chosen)
        return weights, located_lora(self.settings.speed.lora, self.chosen, self.name)

    def _pieces(
        self, requests: Sequence[FootageRequest], work: _Work
    ) -> Generator[Piece, None, None]:
        """Make everything, chunk by chunk; where memory runs out, with less of it from there.

        The model stays on its device where the next try asks for the same one.
        """
        texts = self._texts(requests, work)
        takes = deque(
            Take(request, number, len(requests), self.settings.overlap)
            for number, request in enumerate(requests, 1)
        )
        rung = self._first_rung()
        while takes:
            recipe = self._recipe(work, rung)
            try:
                with self._pipeline(recipe, work.prefetch) as loaded:
                    while takes:
                        take = takes[0]
                        try:
                            yield self._chunk(take, loaded, rung, texts[take.request], work)
                        except ModelOOMError as error:
                            following = _after(rung, error, take)
                            if following is None or self._recipe(work, following) != recipe:
                                raise
                            rung = following
                        if take.complete:
                            takes.popleft()
            except ModelOOMError as error:
                rung = self._next_rung(rung, error, takes[0])

    def _texts(
        self, requests: Sequence[FootageRequest], work: _Work
    ) -> Mapping[FootageRequest, Texts]:
        """Return what is to be read for each request, each distinct text encoded once."""
        guided = work.sampling.guidance > 1
        prompts = {request.prompt for request in requests}
        unwanted = {request.negative_prompt or "" for request in requests} if guided else set()
        encoder = TextEncoder(
            work.weights, self.chosen.family, *self.model(), self.preset.precision
        )
        encoded = encoder.encode(prompts | unwanted, self.facilities, work.prefetch)
        return {
            request: Texts(
                encoded[request.prompt], encoded[request.negative_prompt or ""] if guided else None
            )
            for request in requests
        }

    def _first_rung(self) -> OomRung:
        most = self.settings.most_frames
        shortest = self.settings.overlap + 4 if self.chosen.in_chunks else most
        return OomRung(most, shortest, self.preset.vae_tiling, self.preset.offload)

    def _next_rung(self, rung: OomRung, error: ModelOOMError, take: Take) -> OomRung:
        """Return how to go on after memory ran out.

        Raises:
            ModelOOMError: There is nothing left to give up.
        """
        if (following := _after(rung, error, take)) is not None:
            return following
        given_up = "; ".join(step.change for step in rung.steps) or "nothing"
        raise error.explained(
            f"{error} It was tried again with less, in vain: {given_up}. Generate a smaller "
            f"picture (the setting size of the video engine wan, such as 832x480), take the model "
            f"wan-2.1-vace-1.3b, or a device with more memory."
        ) from error

    def _recipe(self, work: _Work, rung: OomRung) -> Recipe:
        return Recipe(
            model=self.chosen,
            folder=work.weights,
            precision=self.preset.precision,
            attention=self.preset.attention,
            tiling=rung.tiling,
            offload=rung.offload,
            speed=self.settings.speed,
            lora=work.lora,
            steps=work.sampling.steps,
        )

    def _pipeline(
        self, recipe: Recipe, prefetch: Prefetch
    ) -> AbstractContextManager[Loaded[Ready]]:
        _, revision = self.model()
        return self.facilities.gpu.model_context(
            recipe.key(revision, " ".join(map(str, self.weights().values()))),
            lambda device: load_pipeline(recipe, device),
            expected_bytes=pipeline_bytes(recipe.folder, recipe.precision),
            given_up=prefetch.abandoned,
        )

    def _chunk(
        self, take: Take, loaded: Loaded[Ready], rung: OomRung, texts: Texts, work: _Work
    ) -> Piece:
        """Make a take's next chunk."""
        sampling, prefetch = work.sampling, work.prefetch
        chunk = take.next_chunk(rung.most_frames)
        doing = take.doing(rung.most_frames)

        def stepped(step: int) -> None:
            prefetch.check()
            self.facilities.steps.done(step, sampling.steps, doing)

        request = ChunkRequest(
            chunk=chunk,
            head=take.head(chunk),
            end=take.end if chunk.ends else None,
            texts=texts.on(loaded.device),
            sampling=sampling,
            seed=take.seed,
            stepped=stepped,
        )
        prefetch.check()
        with loaded.inference(doing):
            shown = self.run_chunk(loaded.model.pipeline, request)
        frames = take.took(chunk, shown)
        if not take.complete:
            return Piece(frames, None)
        oom: list[JsonValue] = [step.record() for step in rung.steps]
        facts = {
            "model": self.chosen.name,
            **sampling.facts(),
            "weights_wait": loaded.model.waiting,
            **take.facts(),
            "oom": oom,
        }
        return Piece(frames, facts)


def _after(rung: OomRung, error: ModelOOMError, take: Take) -> OomRung | None:
    """Return how to go on after memory ran out; None: there is nothing left to give up."""
    return rung.after(error, take.next_chunk(rung.most_frames).frames)
