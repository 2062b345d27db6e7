"""Prices: what the next render of a film takes, and whether its limits object to that."""

from typing import Annotated

from fastapi import APIRouter, Query

from sparkle_motion_dagster.api.limits import priced_render
from sparkle_motion_dagster.api.ordering import FilmJob
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.server.asked import Home, RunId

router = APIRouter(tags=["renders"])


@router.get("/runs/{run_id}/price")
def price(
    home: Home,
    run_id: RunId,
    job: Annotated[FilmJob, Query(description="what is to be made of it")] = "render_movie",
    profile: Annotated[
        str | None, Query(description="which engines render it; default: the film's own profile")
    ] = None,
) -> PricedRun:
    """Say what the next render of a film takes, and which of its limits object to that.

    Nothing is made, nor written. 409: it cannot be assembled yet.
    """
    return priced_render(home, run_id, job, profile)
