"""The migrations of Dagster's databases, read once a process.

Whenever Dagster opens a database it asks which version that has, and alembic runs the files of all
migrations for each answer, some ninety of them: 0.02 s, seven times for a new home, twice for each
run's log. They do not change while a process runs.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory


@cache
def read_migrations_once() -> None:
    """Have alembic keep what it has read of each folder of migrations."""
    from alembic.script import ScriptDirectory

    read = ScriptDirectory.from_config
    known: dict[str | None, ScriptDirectory] = {}

    def kept(config: Config) -> ScriptDirectory:
        folder = config.get_main_option("script_location")
        if folder not in known:
            known[folder] = read(config)
        return known[folder]

    ScriptDirectory.from_config = kept  # type: ignore[method-assign]
