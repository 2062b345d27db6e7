"""What is done to a home before it is served."""

from __future__ import annotations

import os
import shutil

import click

from sparkle_motion_dagster.api.going_on import queue_old_requests
from sparkle_motion_dagster.artifacts.errors import full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.operations.film_servers import VARIABLE, given_address
from sparkle_motion_dagster.server.settings import largest_upload
from sparkle_motion_dagster.server.tokens import server_token
from sparkle_motion_dagster.serving.addresses import Listening

_LEAST_ROOM = 8 * 2**20
"""Bytes on the disk of Dagster's database without which its daemon does not start."""


def prepare(home: SparkleHome) -> None:
    """Write the instance's settings, make its tables, register films, queue what was left.

    Several processes are going to open the instance at once, and only one may make its tables.
    """
    from sparkle_motion_dagster.runs.films import register_films_on_disk
    from sparkle_motion_dagster.runs.instance import open_instance

    with open_instance(home) as instance:
        register_films_on_disk(instance, home)
    for obstacle in queue_old_requests(home):
        click.echo(obstacle, err=True)


def prepare_parts(home: SparkleHome, films: Listening) -> None:
    """Prepare a home for the parts of a service, and this process's environment, which they have.

    Args:
        home: What they serve.
        films: Where the film server listens.

    Raises:
        StorageFullError: The daemon could not write for long what it does.
        ServerAddressError: The environment says that browsers reach it where none can be.
        SizeError: It says nothing that can be the size of the largest upload.
        TokenError: The film server has no token that will do.
    """
    address = given_address() or films.address
    server_token(home)
    largest_upload()
    prepare(home)
    if shutil.disk_usage(home.dagster).free < _LEAST_ROOM:
        raise full_disk(home.dagster)
    os.environ |= {
        "SPARKLE_HOME": str(home.root),
        "DAGSTER_HOME": str(home.dagster),
        VARIABLE: address,
    }
