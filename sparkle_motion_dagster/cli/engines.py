"""`sparkle engines`: which engines there are, and the weights that they run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.cli.console import readable_errors, stdout

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.catalogue import Need

_COLUMNS = {
    "engine": 10,
    "weights": 17,
    "for": 10,
    "size": 6,
    "licence": 10,
    "here": 4,
    "profiles": 10,
}
"""The headings, and how narrow their columns may be on a narrow screen."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def engines() -> None:
    """List engines, or install what they need."""


@engines.command("list")
@readable_errors
def list_engines() -> None:
    """Show every engine, what it needs, and whether that is on this machine."""
    from rich.table import Table

    from sparkle_motion_dagster.engines.catalogue import Need, choices, needs
    from sparkle_motion_dagster.engines.registry import ENGINES
    from sparkle_motion_dagster.resources.profiles import (
        load_profile,
        profile_names,
        resource_defaults,
    )

    table = Table(box=None, header_style="bold")
    for heading, least in _COLUMNS.items():
        table.add_column(heading, min_width=least, overflow="fold")
    profiles = {name: load_profile(name) for name in profile_names()}
    for kind, known in ENGINES.items():
        for engine in known:
            using = {
                name: config["settings"]
                for name, profile in profiles.items()
                if (config := resource_defaults(profile, kind))["engine"] == engine
            }
            if not choices(engine):
                table.add_row(f"{engine} ({kind})", "-", "-", "-", "-", "yes", ", ".join(using))
            for choice in choices(engine):
                needing = [
                    name
                    for name, settings in using.items()
                    if any(need.choice == choice for need in needs(engine, settings))
                ]
                table.add_row(
                    f"{engine} ({kind})",
                    choice.name,
                    choice.purpose,
                    f"{choice.weights.size_gib:.0f} GiB",
                    choice.weights.licence,
                    _here(Need(engine, choice, folder=None)),
                    ", ".join(needing) or "-",
                )
    stdout().print(table)
    click.echo("Fetch what is missing: sparkle engines install ENGINE [--model WEIGHTS]")
    click.echo("Which Wan model makes a film's clips, its plan says: render_profile.video.model_id")


def _here(need: Need) -> str:
    from sparkle_motion_dagster.engines.weights import MissingWeightsError

    try:
        need.located()
    except MissingWeightsError:
        return "no"
    return "yes"


@engines.command()
@click.argument("engine")
@click.option("--model", help="Which of its weights. Default: those that it usually wants.")
@readable_errors
def install(engine: str, model: str | None) -> None:
    """Fetch an engine's weights from the Hugging Face hub, at their pinned revision.

    What is there already stays. Where it is put: $HF_HOME (default ~/.cache/huggingface). For
    repositories that need it, $HF_TOKEN is sent.
    """
    from sparkle_motion_dagster.engines.base import EngineInputError
    from sparkle_motion_dagster.engines.catalogue import chosen, engines_with_weights
    from sparkle_motion_dagster.engines.fetching import check_fetched, fetch, plan_fetch
    from sparkle_motion_dagster.engines.registry import ENGINES

    known = sorted(name for names in ENGINES.values() for name in names)
    if engine not in known:
        raise EngineInputError(f"There is no engine {engine!r}. Known: {', '.join(known)}.")
    if engine not in engines_with_weights():
        click.echo(f"{engine} needs no weights: it is ready.")
        return
    for choice in chosen(engine, model):
        planned = plan_fetch(choice.weights, engine)
        click.echo(
            f"{choice.name}: {choice.weights.repository}, revision {choice.weights.revision[:8]}, "
            f"{_gib(planned.size_bytes)}, of which {_gib(planned.missing_bytes)} are missing. "
            f"Licence: {choice.weights.licence}"
        )
        folder = fetch(planned, engine)
        click.echo(f"Reading {_gib(planned.size_bytes)} to compare digests ...")
        check_fetched(planned, folder)
        click.echo(f"{choice.name} is whole, in {folder}")


def _gib(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GiB"
