"""Dagster's web server, behind our guard."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.server.guard import Guard

if TYPE_CHECKING:
    from dagster import DagsterInstance
    from dagster._core.workspace.context import WorkspaceProcessContext

_LAST_WORDS_S = 5
"""How long requests that go on may take when the server is told to end, in seconds."""


def serve_web_ui(
    home: SparkleHome, workspace: Path, host: str, port: int, allowed: Collection[str]
) -> None:
    """Serve the web UI of a home until this process is told to end.

    Args:
        home: Whose it is.
        workspace: The file that says where the code server is (Dagster's ``workspace.yaml``).
        host: The address to listen on.
        port: Its port.
        allowed: Further names under which people reach it.
    """
    import uvicorn
    from dagster_webserver import cli as dagsters
    from dagster_webserver.app import create_app_from_workspace_process_context

    from sparkle_motion_dagster.serving.questions import QuestionsByGet

    with open_instance(home) as instance, _workspace(instance, workspace) as context:
        instance.optimize_for_webserver(
            dagsters.DEFAULT_DB_STATEMENT_TIMEOUT,
            dagsters.DEFAULT_POOL_RECYCLE,
            dagsters.DEFAULT_POOL_MAX_OVERFLOW,
        )
        dagsters_app = create_app_from_workspace_process_context(context)
        app = Guard(QuestionsByGet(dagsters_app), host, allowed)
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            timeout_graceful_shutdown=_LAST_WORDS_S,
        )


def _workspace(instance: DagsterInstance, file: Path) -> WorkspaceProcessContext:
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.version import __version__

    return WorkspaceProcessContext(instance, WorkspaceFileTarget([str(file)]), __version__)
