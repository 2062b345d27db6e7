"""Whether whoever films the next render has what it runs on, if anything is left to film."""

from sparkle_motion_dagster.artifacts.choices import Choices
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import NotReadyError
from sparkle_motion_dagster.engines.video.base import VideoEngine
from sparkle_motion_dagster.film.feasibility import check_video_ready
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import SHOT_CLIPS
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm, dry_runs
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench


def check_filming_ready(
    run_id: str,
    profile: str,
    settings: FilmSettings,
    frozen: FrozenPlan,
    engines: Engines,
    home: SparkleHome,
    choices: Choices,
) -> None:
    """Make sure that whoever films has what it runs on, unless all is filmed already.

    To know the latter, every byte that was made before is checked: that is done only where
    something is missing.

    Args:
        run_id: The film.
        profile: The profile's name.
        settings: What the profile says of the film.
        frozen: The film's plan.
        engines: Who answers under the profile.
        home: Where everything lies.
        choices: What counts of what was chosen of its takes.

    Raises:
        NotReadyError: It has not, and there is something to film, or may be; the message says what
            to do.
    """
    try:
        check_video_ready(frozen, engines.video)
    except NotReadyError:
        workbench = DryWorkbench(home)
        history = History(workbench)
        film = PlannedFilm(run_id, profile, settings, frozen, engines, workbench, history, choices)
        if _films_anything(film):
            raise


def _films_anything(film: PlannedFilm) -> bool:
    """Tell whether the video engine is asked for anything that is not there, or may be."""
    return any(
        film.history.known(call.fingerprint).record is None
        for run in dry_runs(film)
        for call in run.calls[SHOT_CLIPS]
        if isinstance(call.engine, VideoEngine)
    )
