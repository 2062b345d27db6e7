"""Who decides and says something of films."""

import getpass
import os


def user_name() -> str:
    """Return the name of the user whom this process works for."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        return f"user {os.getuid()}"
