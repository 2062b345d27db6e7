"""Where servers listen, and under which names."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from sparkle_motion_dagster.errors import InputError

_ALL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what that means to whoever opens it
"""Addresses that stand for all of the machine's, and the one of them that it knows itself by."""


class AddressError(InputError):
    """A server cannot listen where it was told to."""


@dataclass(frozen=True)
class Listening:
    """Where a server listens.

    Attributes:
        host: The address.
        port: Its port.
        allowed: Further names under which people reach it, such as a proxy's.
    """

    host: str
    port: int
    allowed: tuple[str, ...] = ()

    @property
    def authority(self) -> str:
        """The host and the port, as they stand in addresses."""
        return _authority(self.host, self.port)

    @property
    def address(self) -> str:
        """Where browsers of this machine reach it."""
        return f"http://{_authority(_ALL.get(self.host, self.host), self.port)}"

    def options(self) -> list[str]:
        """Return it as options of our commands."""
        names = [word for name in self.allowed for word in ("--allow-host", name)]
        return ["--host", self.host, "--port", str(self.port), *names]

    def check_free(self, server: str, advice: str) -> None:
        """Make sure that a server gets its address, before others are started beside it.

        Args:
            server: What it is called.
            advice: The options by which it is given another address.

        Raises:
            AddressError: It would not.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            socket.create_server((self.host, self.port), family=family).close()
        except OSError as error:
            raise AddressError(
                f"The {server} cannot listen on {self.host}, port {self.port}: {error.strerror}. "
                f"Choose another address: {advice}."
            ) from error


def check_ports_differ(web: Listening, films: Listening) -> None:
    """Make sure that two servers do not ask for one port.

    Raises:
        AddressError: They do.
    """
    if web.port == films.port:
        raise AddressError(
            f"The web UI and the film server cannot both have port {web.port}: give them two, by "
            "`--port NUMBER` and `--films-port NUMBER`."
        )


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
