"""The token by which the server knows who may write: from the environment, or from a file."""

import hashlib
import hmac
import os
import secrets
import stat
import tempfile
import time
from pathlib import Path

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY
from sparkle_motion_dagster.artifacts.errors import explained_full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import InputError

VARIABLE = "SPARKLE_TOKEN"
"""The environment variable that holds the token."""

_FEWEST = 16
"""Characters of a token that nobody guesses."""

SESSION_S = 30 * 24 * 3600
"""How long a browser that presented the token need not do so again, in seconds."""


class TokenError(InputError):
    """There is a token, but it will not do."""


def server_token(home: SparkleHome) -> str:
    """Return the server's token; where there is none yet, make one and keep it in the home.

    Raises:
        TokenError: It is too short, or others may read the file that holds it.
        StorageFullError: The disk is full.
    """
    if given := os.environ.get(VARIABLE):
        return _checked(given, f"${VARIABLE}")
    path = home.server_token
    if not path.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        with explained_full_disk(home.root):
            _make(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise TokenError(
            f"Others may read {path}, which holds the server's token. Remove it, and another one "
            f"is made; or keep it to yourself: `chmod 600 {path}`."
        )
    return _checked(path.read_text(encoding="utf-8").strip(), str(path))


def new_session(token: str) -> str:
    """Return the value of the cookie that a browser has in the token's place from now on.

    It says when it ends, in seconds since 1970, and that whoever made it knew the token.
    """
    end = str(int(time.time()) + SESSION_S)
    return f"{end}.{_signature(token, end)}"


def is_session(presented: str, token: str) -> bool:
    """Tell whether a cookie was made by whoever knows the token, and has not ended."""
    end, _, signature = presented.partition(".")
    # The end is looked at only where the signature says that it is ours, and thus a number.
    return is_same(signature, _signature(token, end)) and time.time() < int(end)


def is_same(presented: str, expected: str) -> bool:
    """Tell whether two secrets are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(presented.encode(), expected.encode())


def _signature(token: str, end: str) -> str:
    return hmac.new(token.encode(), f"sparkle session {end}".encode(), hashlib.sha256).hexdigest()


def _make(path: Path) -> None:
    """Write a new token to a file: whole, unless another process was faster, or not at all."""
    # Never readable by others, not even for an instant.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(handle)
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            pass
        except OSError:
            # A disk without hard links.
            Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _checked(token: str, where: str) -> str:
    if len(token) < _FEWEST or not token.isascii() or any(one.isspace() for one in token):
        raise TokenError(
            f"The server's token in {where} will not do: take at least {_FEWEST} ASCII characters "
            "without spaces, such as `openssl rand -hex 32` prints."
        )
    return token
