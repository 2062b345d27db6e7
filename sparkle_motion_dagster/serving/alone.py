"""One process renders for a home all day: two daemons would start the same runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.locks import take_for_life, users_of
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.operations.film_servers import is_served

_CHANGE_S = 40.0
"""Seconds within which a service has started its film server, or has ended: it takes 20 to end."""

_LOOK_S = 0.5


class AlreadyServedError(BusyError):
    """Another process renders for the home; ``holder`` says which."""

    def __init__(self, message: str, holder: str) -> None:
        super().__init__(message)
        self.holder = holder


def become_the_only_one(home: SparkleHome, command: str, address: str) -> int:
    """Make sure that a home has one daemon.

    Args:
        home: Which is to have it.
        command: What is to start it, as it is typed.
        address: Where people find that.

    Returns:
        The descriptor of the lock that says so.

    Raises:
        AlreadyServedError: Another process serves it.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    since = f"{datetime.now().astimezone():%d %b %H:%M}"
    note = f"process {os.getpid()} at {address}, since {since} (`{command}`)"
    return take_for_life(home.serving, note, partial(_already_served, home))


def become_the_only_one_in_turn(
    home: SparkleHome, command: str, address: str, waiting: Callable[[str], None]
) -> int:
    """Do what `become_the_only_one` does; wait for a process that is about to end, if need be.

    Who serves a home has a film server all the while, but for its first and its last seconds.

    Args:
        home: Which is to have a daemon.
        command: What is to start it, as it is typed.
        address: Where people find that.
        waiting: Is told once for whom it waits.

    Raises:
        AlreadyServedError: Another process serves it, or does not end.
    """
    began = time.monotonic()
    told = False
    while True:
        try:
            return become_the_only_one(home, command, address)
        except AlreadyServedError as served:
            if is_served(home) or time.monotonic() - began > _CHANGE_S:
                raise
            if not told:
                waiting(served.holder)
                told = True
        time.sleep(_LOOK_S)


def _already_served(home: SparkleHome, note: str) -> AlreadyServedError:
    left = {process.pid: process for process in users_of(home.serving)}
    if not note or not left or any(note.startswith(f"process {pid} ") for pid in left):
        holder = note or "a process that is just starting"
        return AlreadyServedError(
            f"A daemon runs already for {home.root}: {holder}. A home has one daemon: use that "
            "one, or end it first.",
            holder,
        )
    pids = " ".join(map(str, left))
    return AlreadyServedError(
        f"What served {home.root} was killed ({note}), but its daemon still runs: process {pids}. "
        f"A home has one daemon: end that (`kill {pids}`), then try again.",
        f"process {pids}, a daemon that was left behind",
    )
