"""Installing weights: fetched whole, and rounded to 16 bits where that is what is computed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from sparkle_motion_dagster.engines.machinery.rounded import RoundedCopy
    from sparkle_motion_dagster.engines.machinery.weights import Weights, WeightsChoice


def install_weights(engine: str, choice: WeightsChoice, *, drop_originals: bool) -> None:
    """Fetch weights, as far as they are missing, and make a copy in 16 bits, if they want one.

    Where a copy is all that is here, it is only looked through.

    Args:
        engine: Who wants them; for messages.
        choice: The weights.
        drop_originals: Whether what was fetched goes once there is a copy.

    Raises:
        MissingWeightsError, FetchError: See `plan_fetch`, `fetch` and `check_fetched`.
        RoundingError: The originals are to go, and there can be no copy.
        RoundingBusyError: Another process makes the copy.
    """
    from sparkle_motion_dagster.engines.machinery.rounded import RoundedCopy

    copy = RoundedCopy(choice.weights)
    if not choice.weights.rounded:
        _fetched(engine, choice)
    elif copy.is_current() and not _has_originals(choice.weights, engine) and _is_whole(copy):
        click.echo(
            f"{choice.name} is whole, as a copy in bfloat16 alone, in {copy.folder}. Remove that "
            "folder to have the originals fetched again."
        )
    else:
        _round(copy, _fetched(engine, choice), choice, drop_originals=drop_originals)


def _fetched(engine: str, choice: WeightsChoice) -> Path:
    """Fetch weights, compare their digests, and return their folder."""
    from sparkle_motion_dagster.engines.machinery.fetching import check_fetched, fetch, plan_fetch

    planned = plan_fetch(choice.weights, engine)
    click.echo(
        f"{choice.name}: {choice.weights.repository}, revision {choice.weights.revision[:8]}, "
        f"{_gib(planned.size_bytes)}, of which {_gib(planned.missing_bytes)} are missing. "
        f"Licence: {choice.weights.licence.name}"
    )
    folder = fetch(planned, engine)
    click.echo(f"Reading {_gib(planned.size_bytes)} to compare digests ...")
    check_fetched(planned, folder)
    click.echo(f"{choice.name} is whole, in {folder}")
    return folder


def _round(
    copy: RoundedCopy, originals: Path, choice: WeightsChoice, *, drop_originals: bool
) -> None:
    """Make a copy of originals, unless it is whole, and let them go if they are to."""
    from sparkle_motion_dagster.engines.machinery.fetching import remove_fetched
    from sparkle_motion_dagster.engines.machinery.rounded import RoundingError
    from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError

    if not (copy.is_current() and _is_whole(copy)):
        try:
            click.echo(f"Making a copy in bfloat16, {_gib(copy.size_bytes(originals))} ...")
            copy.make(originals)
        except (RoundingError, MissingWeightsError) as error:
            if drop_originals:
                raise
            click.echo(f"{error} So there is none, and the originals are loaded.")
            return
    click.echo(f"{choice.name} is whole in bfloat16, too, in {copy.folder}")
    if drop_originals:
        freed = remove_fetched(choice.weights)
        click.echo(
            f"The originals are removed, {_gib(freed)}; what is not rounded stays, in the copy."
        )
    else:
        click.echo("The originals are needed for float32 alone: --drop-originals removes them.")


def _is_whole(copy: RoundedCopy) -> bool:
    click.echo("Reading the copy in bfloat16 to compare digests ...")
    return copy.is_whole()


def _has_originals(weights: Weights, engine: str) -> bool:
    from sparkle_motion_dagster.engines.machinery.weights import located
    from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError

    try:
        located(weights, None, engine)
    except MissingWeightsError:
        return False
    return True


def _gib(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GiB"
