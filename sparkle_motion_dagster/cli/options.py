"""Options that several commands share."""

from collections.abc import Iterable
from typing import Any

import click

from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.reading.yaml_values import YAMLError, yaml_value

RUN_ID = click.option("--run-id", help="The film's id. Default: the plan file's name.")
REPLACE = click.option(
    "--replace", is_flag=True, help="Take the run_id over from another profile or plan file."
)
PROFILE = click.option(
    "--profile",
    default=DEFAULT_PROFILE,
    show_default=True,
    help="Which engines render it: a file in configs/profiles, or in $SPARKLE_PROFILES.",
)


def said_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Return settings of an engine as the command line says them, each as NAME=VALUE.

    Raises:
        InputError: One is not said so, or its value is no YAML.
    """
    return said_values("--setting", texts)


def said_values(option: str, texts: Iterable[str]) -> dict[str, Any]:
    """Return what an option of the command line says by names, each NAME=VALUE; values are YAML.

    Raises:
        InputError: One is not said so, or its value is no YAML.
    """
    return dict(_value(option, text) for text in texts)


def _value(option: str, text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"{option} {text}: write NAME=VALUE.")
    try:
        return name.strip(), yaml_value(value)
    except YAMLError as error:
        raise InputError(f"{option} {name} has a value that cannot be read: {error}") from error
