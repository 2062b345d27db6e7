"""Where a home's films are served: every film server holds a lock that says its address.

So that pictures and links lead to a server that lives, whoever renders.
"""

import os
import re

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import is_locked, take_for_life
from sparkle_motion_dagster.errors import BusyError, InputError

VARIABLE = "SPARKLE_SERVER"
"""The environment variable that holds the address under which browsers reach the film server."""

_ADDRESS = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE)


class ServerAddressError(InputError):
    """What is said to be the film server's address is none."""


class AddressTakenError(BusyError):
    """Another film server of the home listens there."""


def given_address() -> str | None:
    """Return the film server's address as the environment has it; None: it has none.

    Raises:
        ServerAddressError: That is no address.
    """
    given = os.environ.get(VARIABLE, "").removesuffix("/")
    if given and not _ADDRESS.fullmatch(given):
        raise ServerAddressError(
            f"${VARIABLE} is {given!r}, which is not where browsers reach a film server. Write it "
            "as http://NAME:PORT or https://NAME, or leave it out."
        )
    return given or None


def announce(home: SparkleHome, listens_on: str, address: str) -> None:
    """Say until this process ends that it serves a home's films.

    Args:
        home: Whose they are.
        listens_on: Its host and port, which no other server has at the same time.
        address: Where browsers reach it.

    Raises:
        AddressTakenError: Another one listens there.
    """
    home.film_servers.mkdir(parents=True, exist_ok=True)
    lock = home.film_servers / listens_on.replace("/", "_")
    take_for_life(
        lock,
        address,
        lambda note: AddressTakenError(f"A film server is at {note or listens_on} already."),
    )


def server_address(home: SparkleHome) -> str | None:
    """Return where browsers reach a home's film server now; None: there is none.

    That is what the environment says, else where a server that lives says that it is.

    Raises:
        ServerAddressError: What the environment says is no address.
    """
    return given_address() or _living_server(home)


def is_served(home: SparkleHome) -> bool:
    """Tell whether a film server of a home lives, whatever the environment says of where it is."""
    return _living_server(home) is not None


def _living_server(home: SparkleHome) -> str | None:
    if not home.film_servers.is_dir():
        return None
    living = filter(is_locked, sorted(home.film_servers.iterdir()))
    return next((note for lock in living if (note := lock.read_text(encoding="utf-8"))), None)
