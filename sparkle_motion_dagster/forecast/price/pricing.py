"""The price of a film's next render, found out from its dry runs: nothing is made for it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from sparkle_motion_dagster.film.casting.speakers import Speaker
from sparkle_motion_dagster.forecast.calls import EngineCall
from sparkle_motion_dagster.forecast.dry_run import DryRun, PlannedFilm, likely_run
from sparkle_motion_dagster.forecast.explanation import ItemForecast, ItemState
from sparkle_motion_dagster.forecast.forecast import Foresight
from sparkle_motion_dagster.forecast.price.models import Known, Price, PricedCall, PricedStart
from sparkle_motion_dagster.forecast.price.paces import Pace, Paces, Usual
from sparkle_motion_dagster.gpu.errors import NoDeviceError

NO_DEVICE = "no device"
"""What is said of a model's device where the machine has none: nobody knows what it takes."""

Made = Literal[ItemState.MADE, ItemState.MAYBE]


def price_of(foresight: Foresight, stages: Collection[str]) -> Price:
    """Return what some stages of a film's next render take.

    Args:
        foresight: What is known of it.
        stages: The names of those.
    """
    explanation = foresight.explanation.of_stages(stages)
    pricer = Pricer(foresight.film)
    calls = tuple(_priced_calls(foresight, pricer, stages))
    return summed_up(
        explanation.run_id, explanation.profile, calls, pricer.starts, explanation.taken
    )


def _priced_calls(
    foresight: Foresight, pricer: "Pricer", stages: Collection[str]
) -> Iterator[PricedCall]:
    """Yield what some stages call, or may, in order."""
    likely = likely_run(foresight.film)
    for stage in foresight.explanation.stages:
        if stage.stage not in stages:
            continue
        forecasts = {item.id: item for item in stage.items}
        for call in _in_order(stage.stage, (likely, *reversed(foresight.runs))):
            item = forecasts.get(call.item.id)
            if item is not None and item.state in (ItemState.MADE, ItemState.MAYBE):
                is_likely = item.state is ItemState.MADE or (
                    _is_asked(call, stage.stage, likely)
                    and foresight.film.history.known(call.fingerprint).record is None
                )
                yield pricer.priced(stage.stage, _made(item), call, likely=is_likely)


def _is_asked(call: EngineCall, stage: str, run: DryRun) -> bool:
    return any(call is one for one in run.calls[stage])


def summed_up(
    run_id: str,
    profile: str,
    calls: Sequence[PricedCall],
    starts: Sequence[PricedStart],
    taken: int,
) -> Price:
    """Return what calls, and what their engines do before, come to."""
    certain, likely, most = (
        _sums([call for call in calls if counts(call)], [one for one in starts if counts(one)])
        for counts in (_is_certain, _is_likely, _may_be)
    )
    made = sum(call.state is ItemState.MADE for call in calls)
    return Price(
        run_id=run_id,
        profile=profile,
        calls=tuple(calls),
        starts=tuple(starts),
        made=made,
        maybe=len(calls) - made,
        taken=taken,
        **certain,
        **{f"{name}_likely": value for name, value in likely.items()},
        **{f"{name}_most": value for name, value in most.items()},
        unknown=tuple(dict.fromkeys(call.engine for call in calls if call.seconds is None)),
    )


Priced = PricedCall | PricedStart


def _is_certain(one: Priced) -> bool:
    return one.state is ItemState.MADE


def _is_likely(one: Priced) -> bool:
    return one.likely


def _may_be(_: Priced) -> bool:
    return True


def _sums(calls: Sequence[PricedCall], starts: Sequence[PricedStart]) -> dict[str, float]:
    everything: tuple[Priced, ...] = (*calls, *starts)
    return {
        "seconds": sum(one.seconds or 0.0 for one in everything),
        "gpu_minutes": sum(one.gpu_seconds for one in everything) / 60,
        "usd": sum(call.usd for call in calls),
        "disk_bytes": sum(call.disk_bytes or 0 for call in calls),
    }


class Pricer:
    """Prices the calls of a film, in the order in which they are made."""

    def __init__(self, film: PlannedFilm) -> None:
        self._paces = Paces(film.workbench.measurements.recent().of)
        self._speakers = film.engines.speech.by_name
        self._starts: dict[tuple[str, ...], PricedStart] = {}

    @property
    def starts(self) -> tuple[PricedStart, ...]:
        """What their engines do but once, before the first of the most certain calls of each."""
        return tuple(self._starts.values())

    def priced(self, stage: str, state: Made, call: EngineCall, *, likely: bool) -> PricedCall:
        """Return what a call takes, which is made after those that were asked for before."""
        engine, request = call.engine, call.item.request
        identity, device = engine.identity(), _device_of(call)
        size = request.extent.get("size")
        usual = _usual(call, device, self._speakers.get(call.item.charge.provider or ""))
        pace = self._paces.pace(identity, device, None if size is None else str(size), usual)
        seconds, known = _seconds(call, pace, usual)
        made = PricedCall(
            stage=stage,
            item=call.item.id,
            state=state,
            engine=identity.name,
            model=identity.model_id,
            asked=dict(request.extent),
            device=device,
            seconds=seconds,
            seconds_from=known,
            measured=pace.items if pace else 0,
            gpu_seconds=(seconds or 0.0) if engine.holds_device else 0.0,
            usd=call.item.charge.usd,
            disk_bytes=_disk_bytes(call, pace),
            likely=likely,
        )
        self._start(made, call, pace.start_s if pace else usual.start_s)
        return made

    def _start(self, made: PricedCall, call: EngineCall, seconds: float) -> None:
        """Add what the engine does before this call, unless it does so before a likelier one."""
        key = (made.engine, made.model or "", *([made.stage] * call.engine.starts_each_time))
        before = self._starts.get(key)
        if not seconds or (before is not None and _certainty(before) >= _certainty(made)):
            return
        self._starts[key] = PricedStart(
            **made.model_dump(include={"stage", "item", "state", "engine", "model"}),
            device=made.device,
            seconds=seconds,
            seconds_from=made.seconds_from,
            gpu_seconds=seconds if call.engine.holds_device else 0.0,
            likely=made.likely,
        )


def _certainty(one: Priced) -> tuple[bool, bool]:
    return _is_certain(one), _is_likely(one)


def _in_order(stage: str, runs: Sequence[DryRun]) -> list[EngineCall]:
    """Return what a stage is asked for in any of some runs, each item once, as the first has it.

    What the first does not ask for follows what it follows in another one.
    """
    found = {call.item.id: call for call in runs[0].calls[stage]}
    order = list(found)
    for run in runs[1:]:
        place = 0
        for call in run.calls[stage]:
            if call.item.id in found:
                place = order.index(call.item.id) + 1
            else:
                found[call.item.id] = call
                order.insert(place, call.item.id)
                place += 1
    return [found[item] for item in order]


def _made(item: ItemForecast) -> Made:
    return ItemState.MADE if item.state is ItemState.MADE else ItemState.MAYBE


def _device_of(call: EngineCall) -> str:
    try:
        return call.engine.device
    except NoDeviceError:
        return NO_DEVICE


def _usual(call: EngineCall, device: str, speaker: Speaker | None) -> Usual:
    """Return what the engine says of itself; of one that speaks, the voice catalogue may say it."""
    if device == NO_DEVICE:
        return Usual()
    engine, request = call.engine, call.item.request
    seconds = engine.estimate(request)
    if seconds is None and speaker is not None:
        seconds = speaker.provider.latency_s
    a_unit = None if seconds is None else seconds / engine.work_of(request)
    return Usual(a_unit, engine.estimated_start())


def _seconds(call: EngineCall, pace: Pace | None, usual: Usual) -> tuple[float | None, Known]:
    """Return how long a call takes, and how anybody knows."""
    work = call.engine.work_of(call.item.request)
    if pace is not None:
        return pace.seconds_of(work), Known.MEASURED if pace.alike else Known.SCALED
    if usual.seconds is not None:
        return usual.seconds * work, Known.ESTIMATED
    return None, Known.UNKNOWN


def _disk_bytes(call: EngineCall, pace: Pace | None) -> int | None:
    if pace is not None:
        return round(pace.size_bytes * call.engine.work_of(call.item.request))
    return call.engine.estimated_bytes(call.item.request)
