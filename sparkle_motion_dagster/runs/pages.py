"""The page of a run's film, to which every run leads whoever looks at it in the web UI."""

from urllib.parse import quote

import dagster as dg
from dagster._core.events import EngineEventData

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.operations.film_servers import server_address


def page_of(server: str, run_id: str) -> str:
    """Return where a server has a film's page."""
    return f"{server}/films/{quote(run_id, safe='')}"


def tell_page(
    instance: dg.DagsterInstance, run: dg.DagsterRun, home: SparkleHome, run_id: str
) -> None:
    """Say in a run's log where its film's page is; nothing where no server shows films."""
    server = server_address(home)
    if server is not None:
        page = dg.MetadataValue.url(page_of(server, run_id))
        instance.report_engine_event("The film's page", run, EngineEventData({"page": page}))
