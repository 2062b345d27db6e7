"""What can be wrong with a script."""

from sparkle_motion_dagster.errors import InputError


class ScriptError(InputError):
    """A script cannot be read, or has nothing to film."""
