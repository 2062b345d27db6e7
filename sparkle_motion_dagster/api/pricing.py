"""What the next render of a film costs, before it is paid."""

from pathlib import Path

from sparkle_motion_dagster.api.rendering import foreseen, home_at
from sparkle_motion_dagster.forecast.price.models import Price
from sparkle_motion_dagster.runs.names import RENDER_MOVIE, STAGES_OF_JOB


def price(
    run_id: str | None = None,
    *,
    plan: str | Path | None = None,
    profile: str | None = None,
    job: str = RENDER_MOVIE,
    home: str | Path | None = None,
) -> Price:
    """Say what the next render of a film calls, in which order, and what that takes.

    Nothing is rendered, written or loaded for it.

    Args:
        run_id: What the film is called. Default: as its plan file.
        plan: The plan file to render. Default: the one in ``$SPARKLE_PLANS``, else an approved
            draft, else the frozen one.
        profile: Which engines would render it. Default: the film's own profile.
        job: What would be made of it. Default: all.
        home: Where everything lies. Default: ``$SPARKLE_HOME``, else ``./.sparkle``.

    Raises:
        InputError: There is no such film, or its plan or profile is wrong.
        UnusableHomeError: A folder of the home is not there.
    """
    from sparkle_motion_dagster.forecast.price.pricing import price_of

    return price_of(foreseen(run_id, plan, profile, job, home_at(home)), STAGES_OF_JOB[job])
