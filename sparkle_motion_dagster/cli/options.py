"""Options that several commands share."""

from collections.abc import Iterable, Mapping
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.resources.profiles import DEFAULT_PROFILE

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
    return dict(map(_setting, texts))


def _setting(text: str) -> tuple[str, Any]:
    """Return a setting as the command line says it: its value is YAML.

    Raises:
        InputError: It is none.
    """
    name, equals, value = text.partition("=")
    try:
        return name.strip(), YAML(typ="safe", pure=True).load(value) if equals else _none(text)
    except YAMLError as error:
        raise InputError(f"The setting {name} has a value that cannot be read: {error}") from error


def _none(text: str) -> Mapping[str, Any]:
    raise InputError(f"--setting {text}: write NAME=VALUE.")
