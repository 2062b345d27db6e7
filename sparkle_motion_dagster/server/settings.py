"""What the server is told when it starts."""

import os
from dataclasses import dataclass, field

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.operations.sizes import size_of

DEFAULT_PORT = 7077
"""Where the server listens unless it is told otherwise."""

LARGEST_UPLOAD = 2 * 2**30
"""The size in bytes of the largest file that is taken in, unless the server is told otherwise."""

UPLOAD_VARIABLE = "SPARKLE_LARGEST_UPLOAD"
"""The environment variable that says otherwise, such as 500MB."""

LOOK_EVERY_S = 3.0
"""How often the server looks for what no file tells: killed runs, the queue, other machines."""

TELL_EVERY_S = 0.2
"""How often the server tells what has changed meanwhile: progress, five times a second."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class ServerSettings:
    """Whose films the server shows, and to whom.

    Attributes:
        home: Where the films lie.
        host: The address that it listens on.
        port: Its port.
        allowed: Further names under which people reach it, such as a proxy's.
        token: What whoever writes has to present, and on other addresses than this machine's own
            whoever reads, too.
        largest_upload: The size in bytes of the largest file that is taken in.
        look_every_s: How often it looks for what no file tells at once, in seconds.
        tell_every_s: How often it tells what has changed meanwhile, in seconds.
    """

    home: SparkleHome
    host: str
    port: int
    token: str = field(repr=False)
    allowed: tuple[str, ...] = ()
    largest_upload: int = LARGEST_UPLOAD
    look_every_s: float = LOOK_EVERY_S
    tell_every_s: float = TELL_EVERY_S

    @property
    def is_local(self) -> bool:
        """Whether only programs of this machine reach it."""
        return self.host in _LOOPBACK and not self.allowed


def largest_upload() -> int:
    """Return the size in bytes of the largest file that is taken in, as the environment has it.

    Raises:
        SizeError: What it has is no size.
    """
    given = os.environ.get(UPLOAD_VARIABLE)
    return size_of(f"${UPLOAD_VARIABLE}", given) if given else LARGEST_UPLOAD
