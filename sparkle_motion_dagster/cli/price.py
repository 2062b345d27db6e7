"""`sparkle render --dry-run`: what the next render calls, and what that takes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.cli.console import stdout
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.price.models import Known, Price, PricedCall, PricedStart
from sparkle_motion_dagster.forecast.price.wording import (
    amount,
    bytes_in_words,
    seconds_in_words,
    span,
)

if TYPE_CHECKING:
    from rich.table import Table

    from sparkle_motion_dagster.cli.render_order import RenderOrder


DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Make nothing: say what would be made, and what that takes."
)
WITH_CALLS = click.option(
    "--calls", "with_calls", is_flag=True, help="With --dry-run: list what is called, in order."
)


_WIDE = 160
"""Characters of a line at most."""


def show_dry_run(order: RenderOrder, *, as_json: bool, with_calls: bool) -> None:
    """Print the price of renders, of which nothing is made, nor written.

    For programs that is one record, of several plans a list of them.
    """
    from sparkle_motion_dagster.api.batches import distinct_films
    from sparkle_motion_dagster.api.pricing import price

    films = distinct_films(order.plan_files, profile=order.profile, run_id=order.run_id)
    prices = [
        price(film, plan=plan, profile=order.profile, job=order.job) for plan, film in films.items()
    ]
    if not as_json:
        for one in prices:
            show_price(one, with_calls=with_calls)
    elif len(prices) == 1:
        click.echo(prices[0].model_dump_json(indent=1))
    else:
        click.echo(json.dumps([one.model_dump(mode="json") for one in prices], indent=1))


def show_price(price: Price, *, with_calls: bool) -> None:
    """Print a price as a table, and what it comes to."""
    console = stdout()
    console.width = _WIDE
    if price.calls:
        console.print(_table(price))
    if with_calls:
        for number, call in enumerate(price.calls, start=1):
            console.print(f"{number:4}. {_call(call)}")
    for line in _sums(price):
        console.print(line)


def _table(price: Price) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table("stage", "items", "by", "on", "each", "together", "that is", box=SIMPLE)
    groups: dict[tuple[str, str, str], list[PricedCall]] = defaultdict(list)
    for call in price.calls:
        groups[call.stage, call.engine, call.device].append(call)
    for (stage, engine, device), calls in groups.items():
        starts = [
            one
            for one in price.starts
            if (one.stage, one.engine, one.device) == (stage, engine, device)
        ]
        table.add_row(stage, _count(calls), engine, device, *_times(calls, starts))
    return table


def _count(calls: Sequence[PricedCall]) -> str:
    made = sum(call.state is ItemState.MADE for call in calls)
    maybe = len(calls) - made
    return " + ".join(filter(None, [str(made) if made else "", f"{maybe} maybe" if maybe else ""]))


def _times(calls: Sequence[PricedCall], starts: Sequence[PricedStart]) -> tuple[str, str, str]:
    known = [call.seconds for call in calls if call.seconds is not None]
    if not known:
        return "", "", str(Known.UNKNOWN)
    together = sum(known) + sum(start.seconds for start in starts)
    sources = ", ".join(dict.fromkeys(_source(call) for call in calls))
    each = seconds_in_words(sum(known) / len(known))
    return each, seconds_in_words(together), sources


def _source(call: PricedCall) -> str:
    if call.seconds_from in (Known.MEASURED, Known.SCALED):
        return f"{call.seconds_from} ({amount(call.measured, 'item')})"
    return str(call.seconds_from)


def _call(call: PricedCall) -> str:
    asked = ", ".join(f"{name} {value}" for name, value in call.asked.items())
    maybe = "" if call.state is ItemState.MADE else f", {call.state}"
    seconds = "?" if call.seconds is None else seconds_in_words(call.seconds)
    model = f" ({call.model})" if call.model else ""
    return (
        f"{call.stage}/{call.item}: {call.engine}{model} on {call.device}"
        f"{f', {asked}' if asked else ''}, {seconds}{maybe}"
    )


def _sums(price: Price) -> Iterator[str]:
    if not price.calls:
        yield f"{price.run_id}: nothing to make, {amount(price.taken, 'item')} from the store."
        return
    made, most = price.made, price.made + price.maybe
    items = amount(made, "item") if made == most else f"{made} to {most} items"
    yield f"{price.run_id}: {items} to make, {price.taken} from the store."
    yield f"  time  {span(price.seconds_likely, price.seconds_most, seconds_in_words)}"
    if price.gpu_minutes_most:
        yield f"  GPU   {span(price.gpu_minutes_likely, price.gpu_minutes_most, _minutes)}"
    if price.usd_most:
        yield f"  cost  {span(price.usd_likely, price.usd_most, _dollars)}"
    yield f"  disk  {span(price.disk_bytes_likely, price.disk_bytes_most, bytes_in_words)}"
    if price.unknown:
        yield f"Nobody knows yet how long {' and '.join(price.unknown)} will take."


def _minutes(minutes: float) -> str:
    return f"{minutes:.1f} min"


def _dollars(usd: float) -> str:
    return f"US$ {usd:.2f}"
