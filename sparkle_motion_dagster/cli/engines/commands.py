"""`sparkle engines`: which engines there are, what they can be told, and what they run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.cli.engines.limits import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sparkle_motion_dagster.api.readiness.uses import EngineUse
    from sparkle_motion_dagster.engines.declaration import EngineDeclaration, WorkerProgram
    from sparkle_motion_dagster.engines.machinery.weights import WeightsChoice, WeightsNeed

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
    """List engines, show their settings and limits, or install what they need."""


engines.add_command(limits)


@engines.command("list")
@readable_errors
def list_engines() -> None:
    """Show every engine, what it needs, and whether that is on this machine."""
    from rich.table import Table

    from sparkle_motion_dagster.api.readiness.uses import engines_of
    from sparkle_motion_dagster.engines.registry import declarations
    from sparkle_motion_dagster.resources.profiles import load_profile, profile_names

    table = Table(box=None, header_style="bold")
    for heading, least in _COLUMNS.items():
        table.add_column(heading, min_width=least, overflow="fold")
    used = {name: engines_of(load_profile(name)) for name in profile_names()}
    for engine in declarations().values():
        uses = {
            profile: [use for use in uses if use.engine == engine.name]
            for profile, uses in used.items()
        }
        for row in _rows(engine, uses):
            table.add_row(f"{engine.name} ({engine.kind})", *row)
    stdout().print(table)
    click.echo("Get what is missing: sparkle engines install ENGINE [--model WEIGHTS]")
    click.echo("All that an engine can be told: sparkle engines settings ENGINE")
    click.echo(
        "Of an engine's video models, a film's plan names one: render_profile.video.model_id"
    )


def _rows(engine: EngineDeclaration, uses: dict[str, list[EngineUse]]) -> Iterator[tuple[str, ...]]:
    """Yield what is to be said of an engine itself, and of each of its weights.

    Args:
        engine: The engine.
        uses: For each profile, what it has the engine do.
    """
    from sparkle_motion_dagster.engines.machinery.weights import WeightsNeed
    from sparkle_motion_dagster.engines.registry import needs_of, weights_of

    weights = weights_of(engine)
    if weights is None or engine.program is not None:
        here = "yes" if engine.program is None else _condition(engine.program)
        what = "-" if engine.program is None else "its environment"
        yield what, "-", "-", "-", here, _names(name for name, some in uses.items() if some)
    if weights is None:
        return
    needed = {
        name: [need.choice for use in some for need in needs_of(engine, use.settings)]
        for name, some in uses.items()
    }
    of_profiles = (choice for choices in needed.values() for choice in choices)
    for choice in dict.fromkeys((*weights.choices, *of_profiles)):
        yield (
            choice.name,
            choice.purpose,
            choice.weights.size,
            choice.weights.licence.name,
            _here(engine, WeightsNeed(choice)),
            _names(name for name, choices in needed.items() if choice in choices),
        )


def _names(profiles: Iterator[str]) -> str:
    return ", ".join(profiles) or "-"


def _condition(program: WorkerProgram) -> str:
    from sparkle_motion_dagster.engines.machinery.environments import Environments

    return Environments.from_environment().of(program).condition().value


def _here(engine: EngineDeclaration, need: WeightsNeed) -> str:
    from sparkle_motion_dagster.engines.machinery.rounded import present
    from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError

    try:
        present(need, engine.name)
    except MissingWeightsError:
        return "no"
    return "yes"


@engines.command()
@click.argument("engine")
@readable_errors
def settings(engine: str) -> None:
    """Print all settings of an engine, as a profile holds them.

    Each comes with its default, what it means, and what it may be. A profile needs to say only
    what differs.
    """
    from sparkle_motion_dagster.cli.engines.settings import settings_in_yaml
    from sparkle_motion_dagster.engines.registry import class_of, declared

    chosen = declared(engine)
    click.echo("\n".join(settings_in_yaml(chosen, class_of(chosen).settings_model)))


@engines.command()
@click.argument("engine")
@click.option("--model", help="Which of its weights. Default: those that it usually wants.")
@click.option("--profile", help="Instead: the weights that it wants under a profile.")
@click.option("--again", is_flag=True, help="Make its environment anew, even where it is whole.")
@click.option(
    "--drop-originals",
    is_flag=True,
    help="Remove weights in float32 once there is a copy of them in bfloat16.",
)
@readable_errors
def install(
    engine: str, model: str | None, profile: str | None, *, again: bool, drop_originals: bool
) -> None:
    """Get what an engine needs: an environment of its own, weights.

    Weights come from the Hugging Face hub, at their pinned revision. What is there already stays.
    Where they are put: $HF_HOME (default ~/.cache/huggingface). For repositories that need it,
    $HF_TOKEN is sent. Of weights in float32 that are computed with in 16 bits a copy in bfloat16 is
    kept, which loads several times as fast, if the disk has room; beside it, the originals are
    needed for float32 alone.

    Environments hold the packages of the engine's requirements.txt; uv gets them. Where they are
    put: $SPARKLE_ENVIRONMENTS (default $SPARKLE_HOME/environments).
    """
    from sparkle_motion_dagster.cli.engines.weights import install_weights
    from sparkle_motion_dagster.engines.base import EngineInputError
    from sparkle_motion_dagster.engines.registry import declared, weights_of

    chosen = declared(engine)
    program, weights = chosen.program, weights_of(chosen)
    if model is not None and weights is None:
        raise EngineInputError(f"{engine} needs no weights from the hub: leave --model out.")
    if model is not None and profile is not None:
        raise EngineInputError("Name either --model or --profile: each says which weights.")
    if again and program is None:
        raise EngineInputError(f"{engine} has no environment of its own: leave --again out.")
    if profile is not None:
        wanted = _wanted_under(profile, chosen)
    else:
        wanted = () if weights is None else weights.chosen(engine, model)
    if drop_originals and not any(choice.weights.rounded for choice in wanted):
        raise EngineInputError(
            f"Of what is to be installed for {engine} no copy in bfloat16 is kept: leave "
            "--drop-originals out."
        )
    if program is not None:
        _install_environment(program, again=again)
    for choice in wanted:
        if choice.in_packages():
            _check_packaged(engine, choice)
        else:
            install_weights(engine, choice, drop_originals=drop_originals)
    if program is None and not wanted:
        here = f"{engine} needs no weights: it is ready."
        yours = f"Under the profile {profile}, {engine} wants no weights from the hub."
        click.echo(here if weights is None else yours)


def _wanted_under(profile: str, engine: EngineDeclaration) -> tuple[WeightsChoice, ...]:
    """Return the pinned weights that an engine wants under a profile.

    Raises:
        EngineInputError: The profile has nothing for the engine to do.
    """
    from sparkle_motion_dagster.api.readiness.uses import engines_of
    from sparkle_motion_dagster.engines.base import EngineInputError
    from sparkle_motion_dagster.engines.registry import needs_of
    from sparkle_motion_dagster.resources.profiles import load_profile

    uses = [use for use in engines_of(load_profile(profile)) if use.engine == engine.name]
    if not uses:
        raise EngineInputError(f"The profile {profile} does not work with {engine.name}.")
    needs = [need for use in uses for need in needs_of(engine, use.settings)]
    return tuple(dict.fromkeys(need.choice for need in needs if need.folder is None))


def _install_environment(program: WorkerProgram, *, again: bool) -> None:
    from sparkle_motion_dagster.engines.machinery.environments import Condition, Environments
    from sparkle_motion_dagster.engines.machinery.installing import install as make

    environment = Environments.from_environment().of(program)
    whole = f"The environment of {environment.name} is whole, in {environment.folder}"
    if environment.condition() is Condition.READY and not again:
        click.echo(whole)
        return
    record = make(environment, lambda doing: click.echo(f"{doing} ...", err=True))
    held = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    click.echo(f"{whole}: {held}")


def _check_packaged(engine: str, choice: WeightsChoice) -> None:
    """Compare the digests of weights that came with packages."""
    for file in choice.packaged:
        file.read(engine)
    click.echo(f"{choice.name} is whole, in {choice.in_packages()}")
