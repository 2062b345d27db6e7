"""`sparkle engines`: which engines there are, and what they run on: weights, environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.cli.console import readable_errors, stdout

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.catalogue import Choice, Need

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

    from sparkle_motion_dagster.cli.profile_engines import engines_of
    from sparkle_motion_dagster.engines.catalogue import Need, choices, needs
    from sparkle_motion_dagster.engines.machinery.workers import PROGRAMS
    from sparkle_motion_dagster.engines.registry import ENGINES
    from sparkle_motion_dagster.resources.profiles import load_profile, profile_names

    table = Table(box=None, header_style="bold")
    for heading, least in _COLUMNS.items():
        table.add_column(heading, min_width=least, overflow="fold")
    used = {name: engines_of(load_profile(name)) for name in profile_names()}
    for kind, known in ENGINES.items():
        for engine in known:
            label = f"{engine} ({kind})"
            using = {
                name: [use.settings for use in uses if (use.kind, use.engine) == (kind, engine)]
                for name, uses in used.items()
            }
            if engine in PROGRAMS or not choices(engine):
                users = ", ".join(name for name, settings in using.items() if settings)
                table.add_row(label, *_of_itself(engine), users or "-")
            for choice in choices(engine):
                needing = [
                    name
                    for name, settings in using.items()
                    if any(need.choice == choice for one in settings for need in needs(engine, one))
                ]
                table.add_row(
                    label,
                    choice.name,
                    choice.purpose,
                    f"{choice.weights.size_gib:.0f} GiB",
                    choice.weights.licence,
                    _here(Need(engine, choice, folder=None)),
                    ", ".join(needing) or "-",
                )
    stdout().print(table)
    click.echo("Get what is missing: sparkle engines install ENGINE [--model WEIGHTS]")
    click.echo("Which Wan model makes a film's clips, its plan says: render_profile.video.model_id")


def _of_itself(engine: str) -> tuple[str, ...]:
    """Return the columns that tell of an engine itself, whatever its weights."""
    from sparkle_motion_dagster.engines.machinery.environments import Environments
    from sparkle_motion_dagster.engines.machinery.workers import PROGRAMS

    if engine not in PROGRAMS:
        return "-", "-", "-", "-", "yes"
    condition = Environments.from_environment().of(engine).condition()
    return "-", "its environment", "-", "-", condition.value


def _here(need: Need) -> str:
    from sparkle_motion_dagster.engines.machinery.weights import MissingWeightsError

    try:
        need.located()
    except MissingWeightsError:
        return "no"
    return "yes"


@engines.command()
@click.argument("engine")
@click.option("--model", help="Which of its weights. Default: those that it usually wants.")
@click.option("--again", is_flag=True, help="Make its environment anew, even where it is whole.")
@readable_errors
def install(engine: str, model: str | None, *, again: bool) -> None:
    """Get what an engine needs: an environment of its own, weights.

    Weights come from the Hugging Face hub, at their pinned revision. What is there already stays.
    Where they are put: $HF_HOME (default ~/.cache/huggingface). For repositories that need it,
    $HF_TOKEN is sent.

    Environments hold the packages of configs/workers/ENGINE.txt; pip gets them. Where they are
    put: $SPARKLE_ENVIRONMENTS (default $SPARKLE_HOME/environments).
    """
    from sparkle_motion_dagster.engines.base import EngineInputError
    from sparkle_motion_dagster.engines.catalogue import chosen, engines_with_weights
    from sparkle_motion_dagster.engines.machinery.workers import PROGRAMS
    from sparkle_motion_dagster.engines.registry import ENGINES

    known = sorted(name for names in ENGINES.values() for name in names)
    if engine not in known:
        raise EngineInputError(f"There is no engine {engine!r}. Known: {', '.join(known)}.")
    if model is not None and engine not in engines_with_weights():
        raise EngineInputError(f"{engine} needs no weights from the hub: leave --model out.")
    if again and engine not in PROGRAMS:
        raise EngineInputError(f"{engine} has no environment of its own: leave --again out.")
    wanted = chosen(engine, model)
    if engine in PROGRAMS:
        _install_environment(engine, again=again)
    for choice in wanted:
        _install_weights(engine, choice)
    if engine not in PROGRAMS and not wanted:
        click.echo(f"{engine} needs no weights: it is ready.")


def _install_environment(engine: str, *, again: bool) -> None:
    from sparkle_motion_dagster.engines.machinery.environments import Condition, Environments
    from sparkle_motion_dagster.engines.machinery.installing import install as make
    from sparkle_motion_dagster.engines.machinery.workers import PROGRAMS

    environment = Environments.from_environment().of(engine)
    if environment.condition() is Condition.READY and not again:
        click.echo(f"The environment of {engine} is whole, in {environment.folder}")
        return
    record = make(environment, PROGRAMS[engine], lambda doing: click.echo(f"{doing} ...", err=True))
    held = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    click.echo(f"The environment of {engine} is whole, in {environment.folder}: {held}")


def _install_weights(engine: str, choice: Choice) -> None:
    from sparkle_motion_dagster.engines.machinery.fetching import check_fetched, fetch, plan_fetch

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
