"""The price of a film's next render, found out from its dry runs: nothing is made for it."""

from collections.abc import Collection, Iterator

from sparkle_motion_dagster.forecast.dry_stage import EngineCall
from sparkle_motion_dagster.forecast.explanation import ItemForecast, ItemState
from sparkle_motion_dagster.forecast.forecast import Foresight
from sparkle_motion_dagster.forecast.price.models import Known, Price, PricedCall


def price_of(foresight: Foresight, stages: Collection[str]) -> Price:
    """Return what some stages of a film's next render take.

    Args:
        foresight: What is known of it.
        stages: The names of those.
    """
    explanation = foresight.explanation.of_stages(stages)
    calls = tuple(_calls(foresight, stages))
    certain = [call for call in calls if call.state is ItemState.MADE]
    return Price(
        run_id=explanation.run_id,
        profile=explanation.profile,
        calls=calls,
        made=len(certain),
        maybe=len(calls) - len(certain),
        taken=explanation.taken,
        seconds=sum(call.seconds or 0 for call in certain),
        seconds_most=sum(call.seconds or 0 for call in calls),
        gpu_minutes=sum(call.gpu_seconds for call in certain) / 60,
        gpu_minutes_most=sum(call.gpu_seconds for call in calls) / 60,
        usd=sum(call.usd for call in certain),
        usd_most=sum(call.usd for call in calls),
        disk_bytes=sum(call.disk_bytes or 0 for call in certain),
        disk_bytes_most=sum(call.disk_bytes or 0 for call in calls),
        unknown=tuple(sorted({call.engine for call in calls if call.seconds is None})),
    )


def _calls(foresight: Foresight, stages: Collection[str]) -> Iterator[PricedCall]:
    for stage in foresight.explanation.of_stages(stages).stages:
        asked = {
            call.item.id: call for run in foresight.runs for call in run.calls.get(stage.stage, ())
        }
        for item in stage.items:
            if item.state in (ItemState.MADE, ItemState.MAYBE):
                yield _priced(stage.stage, item, asked[item.id])


def _priced(stage: str, item: ItemForecast, call: EngineCall) -> PricedCall:
    identity = call.engine.introduction()
    known = item.seconds is not None
    return PricedCall(
        stage=stage,
        item=item.id,
        state=item.state,
        engine=identity.name,
        model=identity.model_id,
        device=call.engine.device,
        seconds=item.seconds,
        seconds_from=Known.MEASURED if known else Known.UNKNOWN,
        measured=int(known),
    )
