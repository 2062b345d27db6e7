"""An engine against the bare diffusers pipeline, its loads, and what its speed settings gain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.gpu_cost import Cost, cost_of, tidy
from benchmarks.gpu_models import forget_pages
from benchmarks.gpu_report import Quantity, Row
from benchmarks.gpu_subject import STOCK, Subject, Variant
from sparkle_motion_dagster.engines.base import Request
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.events import InferenceEvent, LoadEvent
from sparkle_motion_dagster.gpu.presets import DevicePreset
from sparkle_motion_dagster.media.picture_review import psnr

RequestT = TypeVar("RequestT", bound=Request)

MOST_RATIO = 1.02
"""Our seconds over the bare pipeline's: the goal."""

LEAST_BUSY = 0.97
"""Share of a stage's time in which the GPU is busy: the goal."""


class Ours(Generic[RequestT]):
    """A subject's engine, run in one way, and what its device has seen of it."""

    def __init__(self, subject: Subject[RequestT], variant: Variant) -> None:
        self._subject = subject
        self._gpu = Gpu(_varied(subject, variant))
        self._engine = subject.engine(variant, Facilities(self._gpu, subject.steps))
        # As a stage does before it makes anything; a folder's weights are hashed once a process.
        self._engine.identity()

    def make(self, requests: Sequence[RequestT], folder: Path) -> list[Path]:
        """Make files, one a request."""
        made = list(self._engine.make(requests, folder))
        return [next(iter(each.outputs.values())).path for each in made]

    def warm_up(self) -> list[LoadEvent]:
        """Make what is not measured; return what was loaded for it, or found warm."""
        before = len(self._gpu.events())
        with TemporaryDirectory(prefix="bench-warm-") as folder:
            self.make(self._subject.warm_up, Path(folder))
        return [each for each in self._gpu.events()[before:] if isinstance(each, LoadEvent)]

    def measured(self, requests: Sequence[RequestT]) -> tuple[NDArray[np.uint8], Cost]:
        """Make what is measured; return the first item's pixels, and what all of them cost."""
        before = len(self._gpu.events())
        self._subject.begins()
        with TemporaryDirectory(prefix="bench-made-") as name:
            folder = Path(name)
            files, cost = cost_of(lambda: self.make(requests, folder), self._subject.device)
            first = self._subject.read(files[0])
        work = [each for each in self._gpu.events()[before:] if isinstance(each, InferenceEvent)]
        # Each piece of work looks for its peak anew.
        peak = max([cost.peak, *(each.peak_bytes or 0 for each in work)])
        return first, Cost(cost.seconds, cost.busy, peak)

    def close(self) -> None:
        """Leave the device to others."""
        self._gpu.evict()


class Bare(Generic[RequestT]):
    """The bare pipeline; while ours runs it rests in the machine's memory."""

    def __init__(self, subject: Subject[RequestT]) -> None:
        self._subject = subject
        self._pipeline, self.loading = cost_of(subject.pipeline, subject.device)
        self._move("cpu")

    def measured(
        self, subject: Subject[RequestT], batches: Sequence[Sequence[RequestT]]
    ) -> tuple[NDArray[np.uint8], Cost]:
        """Warm up, then make batches; return the first item's pixels, and what all cost."""

        def make() -> Any:
            first, *others = batches
            result = subject.ask(self._pipeline, first)
            for batch in others:
                subject.ask(self._pipeline, batch)
            return result

        self._move(subject.device)
        subject.ask(self._pipeline, subject.warm_up)
        result, cost = cost_of(make, subject.device)
        self._move("cpu")
        return subject.first_shown(result), cost

    def _move(self, device: str) -> None:
        """Take the pipeline to the device or away, unless offloading does that all the time."""
        if self._subject.engine_preset.offload == "none":
            self._pipeline.to(device)
        tidy(self._subject.device)


def loads(subject: Subject[RequestT]) -> Iterator[Row]:
    """Measure how long the engine's model takes to load: from the disk, from memory, not at all."""
    ours = Ours(subject, STOCK)
    forget_pages(subject.checkpoint)
    cold = ours.warm_up()
    ours.close()
    cached = ours.warm_up()
    warm = ours.warm_up()
    ours.close()
    taken = max(event.bytes for event in cold)
    weights = {"weights on the device": _gib(taken)}
    yield Row(what="load, cold", measured=_s(_loading(cold)), beside=weights)
    yield Row(what="load, cached", measured=_s(_loading(cached)))
    reused = sum(event.seconds for event in warm if event.reused)
    yield Row(what="load, warm", measured=_s(reused))


def compared(subject: Subject[RequestT], bare: Bare[RequestT], what: str) -> Iterator[Row]:
    """Measure the engine against the bare pipeline: half of that before, half of it after."""
    count = len(subject.requests)
    batches = [
        subject.requests[start : start + subject.batch] for start in range(0, count, subject.batch)
    ]
    middle = ceil(len(batches) / 2)
    shown, first_cost = bare.measured(subject, batches[:middle])
    ours = Ours(subject, STOCK)
    ours.warm_up()
    made, cost = ours.measured(subject.requests)
    ours.close()
    bare_costs = [first_cost]
    if batches[middle:]:
        bare_costs.append(bare.measured(subject, batches[middle:])[1])
    bare_s = sum(each.seconds for each in bare_costs) / count
    ours_s = cost.seconds / count
    peak = max(each.peak for each in bare_costs)
    yield Row(what=f"{what}: {subject.unit}, bare", measured=_s(bare_s))
    yield Row(what=f"{what}: {subject.unit}, ours", measured=_s(ours_s))
    yield Row(
        what=f"{what}: ours over bare",
        measured=Quantity(value=ours_s / bare_s, unit="x"),
        goal=f"at most {MOST_RATIO} x",
        met=ours_s / bare_s <= MOST_RATIO,
        beside={"PSNR of both": _db(psnr(made, shown))},
    )
    yield _busy(what, cost.busy)
    yield Row(
        what=f"{what}: peak memory, ours",
        measured=_gib(cost.peak),
        beside={"bare": _gib(peak)},
    )
    yield from subject.explained(what, ours_s, bare_s)


def speeds(subject: Subject[RequestT], variants: Mapping[str, Variant]) -> Iterator[Row]:
    """Measure what each way to run the engine gains against stock, and what it changes."""
    stock, stock_cost = _once(subject, STOCK)
    yield Row(
        what="stock",
        measured=_s(stock_cost.seconds / len(subject.requests)),
        beside={"peak memory": _gib(stock_cost.peak)},
    )
    for name, variant in variants.items():
        yield _gain(subject, name, variant, stock, stock_cost)


def _gain(
    subject: Subject[RequestT],
    name: str,
    variant: Variant,
    stock: NDArray[np.uint8],
    stock_cost: Cost,
) -> Row:
    """Return what a way to run the engine gains, or why it does not run."""
    try:
        made, cost = _once(subject, variant)
    except Exception as error:  # noqa: BLE001 - the table says so
        return Row(what=name, measured=None, failure=f"{type(error).__name__}: {error}"[:300])
    return Row(
        what=name,
        measured=Quantity(value=stock_cost.seconds / cost.seconds, unit="x"),
        beside={
            "taking": _s(cost.seconds / len(subject.requests)),
            "peak memory": _gib(cost.peak),
            "PSNR": _db(psnr(made, stock)),
        },
    )


def _once(subject: Subject[RequestT], variant: Variant) -> tuple[NDArray[np.uint8], Cost]:
    ours = Ours(subject, variant)
    try:
        ours.warm_up()
        return ours.measured(subject.requests)
    finally:
        ours.close()


def _varied(subject: Subject[Any], variant: Variant) -> DevicePreset:
    """Return the device's preset with what a variant changes about the engine's."""
    varied = subject.engine_preset.model_copy(update=dict(variant.preset))
    return subject.preset.model_copy(update={"engines": {subject.engine_class.name: varied}})


def _busy(what: str, share: float | None) -> Row:
    if share is None:
        return Row(
            what=f"{what}: GPU busy",
            measured=None,
            failure="NVML does not say how busy the GPU is; is nvidia-ml-py installed?",
        )
    return Row(
        what=f"{what}: GPU busy",
        measured=Quantity(value=share, unit="share"),
        goal=f"at least {LEAST_BUSY:.0%}",
        met=share >= LEAST_BUSY,
    )


def _loading(events: Sequence[LoadEvent]) -> float:
    return sum(event.seconds for event in events if not event.reused)


def _s(seconds: float) -> Quantity:
    return Quantity(value=seconds, unit="s")


def _gib(amount: int) -> Quantity:
    return Quantity(value=amount / 2**30, unit="GiB")


def _db(ratio: float) -> Quantity:
    return Quantity(value=ratio, unit="dB")
