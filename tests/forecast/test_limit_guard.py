"""The guard: which limits a price exceeds, may exceed, or of which nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.price.guard import (
    Objection,
    OverLimitsError,
    PricedRun,
    objections,
)
from sparkle_motion_dagster.forecast.price.models import Known, Price, PricedCall
from sparkle_motion_dagster.plan.limits import Limits

MEASURED: dict[str, Any] = {"seconds": 600.0, "seconds_from": Known.MEASURED, "measured": 3}


def call(engine: str = "wan", state: ItemState = ItemState.MADE, **said: Any) -> PricedCall:
    known = {"stage": "clips", "item": "shot_001", "device": "h200", "disk_bytes": 0}
    return PricedCall.model_validate({**known, "engine": engine, "state": state, **said})


def price(*calls: PricedCall) -> Price:
    made = [one for one in calls if one.state is ItemState.MADE]
    return Price(
        run_id="film",
        profile="cinematic",
        calls=calls,
        made=len(made),
        maybe=len(calls) - len(made),
        taken=0,
        seconds=sum(one.seconds or 0 for one in made),
        seconds_most=sum(one.seconds or 0 for one in calls),
        gpu_minutes=sum(one.gpu_seconds for one in made) / 60,
        gpu_minutes_most=sum(one.gpu_seconds for one in calls) / 60,
        usd=sum(one.usd for one in made),
        usd_most=sum(one.usd for one in calls),
        disk_bytes=sum(one.disk_bytes or 0 for one in made),
        disk_bytes_most=sum(one.disk_bytes or 0 for one in calls),
    )


def test_what_stays_within_its_limits_is_not_objected_to() -> None:
    paid = price(call(**MEASURED, gpu_seconds=600, usd=2.0, disk_bytes=10**9))
    assert objections(paid, Limits()) == ()
    assert objections(paid, Limits(gpu_minutes=10, usd=2, disk_gb=1)) == ()


def test_a_limit_that_is_exceeded_names_who_exceeds_it() -> None:
    paid = price(
        call("wan", **MEASURED, gpu_seconds=600), call("sdxl", **MEASURED, gpu_seconds=300)
    )
    (found,) = objections(paid, Limits(gpu_minutes=12, usd=0))
    assert found == Objection(
        what="gpu_minutes",
        limit=12,
        price=15,
        most=15,
        mostly="wan",
        known=Known.MEASURED,
        said="It takes 15 GPU min (measured, mostly by wan), and its limit is 12 GPU min.",
    )
    assert found.certain


def test_a_limit_that_may_be_exceeded_says_at_most() -> None:
    estimated: dict[str, Any] = {"seconds": 600.0, "seconds_from": Known.ESTIMATED}
    paid = price(
        call("sdxl", **MEASURED, gpu_seconds=300),
        call("wan", ItemState.MAYBE, **estimated, gpu_seconds=600),
    )
    (found,) = objections(paid, Limits(gpu_minutes=10))
    assert not found.certain
    assert (found.price, found.most, found.known) == (5, 15, Known.ESTIMATED)
    assert str(found) == (
        "It takes 15 GPU min at most (estimated by the engine, mostly by wan), and its limit is "
        "10 GPU min."
    )


def test_what_nobody_knows_is_objected_to_only_where_it_is_limited() -> None:
    paid = price(call("wan", disk_bytes=None), call("espeak", device="cpu", disk_bytes=1000))
    assert objections(paid, Limits(usd=1)) == ()
    gpu, disk = objections(paid, Limits(gpu_minutes=60, disk_gb=1))
    assert gpu.unknown == disk.unknown == ("wan",), "what runs on the processor holds no GPU"
    assert str(gpu) == "Nobody knows how much GPU time wan takes, and its limit is 60 GPU min."
    assert str(disk) == "Nobody knows how much disk space wan takes, and its limit is 1.0 GB."


def test_what_is_exceeded_and_not_all_known_says_both() -> None:
    paid = price(call("wan", **MEASURED, gpu_seconds=600), call("sdxl"))
    (found,) = objections(paid, Limits(gpu_minutes=5))
    assert found.certain
    assert "mostly by wan; nobody knows what sdxl adds" in str(found)


@pytest.mark.parametrize("usd", [0.004, 2.0])
def test_dollars_are_limited_to_nothing(usd: float) -> None:
    assert objections(price(call("cloud", device="cpu", usd=usd, seconds=1.0)), Limits(usd=0))
    free = price(call("espeak", device="cpu", seconds=1.0))
    assert objections(free, Limits(gpu_minutes=0, usd=0, disk_gb=0)) == ()


def test_the_error_says_all_of_it_and_what_to_do() -> None:
    paid = price(call(**MEASURED, gpu_seconds=600, usd=3.0))
    priced = PricedRun.of(paid, Limits(gpu_minutes=1, usd=1))
    error = OverLimitsError(priced, "Say `--over-limits`.")
    assert len(priced.objections) == 2
    assert all(str(one) in str(error) for one in priced.objections)
    assert str(error).endswith("Say `--over-limits`.")
    assert (error.exit_code, error.retryable) == (2, False)


AMOUNTS = st.floats(min_value=0, max_value=1e6, allow_nan=False)
CALLS = st.builds(
    lambda state, device, seconds, gpu, usd, disk: call(
        state=state,
        device=device,
        seconds=seconds,
        gpu_seconds=0 if device == "cpu" or seconds is None else gpu,
        usd=usd,
        disk_bytes=disk,
    ),
    st.sampled_from([ItemState.MADE, ItemState.MAYBE]),
    st.sampled_from(["cpu", "h200"]),
    st.none() | AMOUNTS,
    AMOUNTS,
    AMOUNTS,
    st.none() | st.integers(0, 10**12),
)
LIMITS = st.builds(Limits, gpu_minutes=st.none() | AMOUNTS, usd=st.none() | AMOUNTS,
                   disk_gb=st.none() | AMOUNTS)  # fmt: skip


@given(st.lists(CALLS, max_size=6), LIMITS, LIMITS)
def test_a_lower_limit_never_has_fewer_objections(
    calls: list[PricedCall], limits: Limits, others: Limits
) -> None:
    paid = price(*calls)
    before = {one.what: one for one in objections(paid, limits)}
    lower = {one.what: one for one in objections(paid, limits.or_lower(others))}
    assert before.keys() <= lower.keys()
    for what, one in before.items():
        assert lower[what].limit <= one.limit
        assert not one.certain or lower[what].certain
        assert (lower[what].price, lower[what].most) == (one.price, one.most)


@given(LIMITS, LIMITS)
def test_the_lower_of_two_limits_holds_and_a_budget_holds_over_both(
    one: Limits, other: Limits
) -> None:
    assert one.or_lower(other) == other.or_lower(one)
    assert one.or_lower(Limits()) == one.or_lower(one) == one
    assert one.replaced_by(Limits()) == one
    for name, most in one.replaced_by(other):
        said = getattr(other, name)
        assert most == (getattr(one, name) if said is None else said)
    assert bool(one) == (one != Limits())
