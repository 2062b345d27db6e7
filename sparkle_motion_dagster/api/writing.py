"""Having a plan written, by the daemon in its turn."""

from __future__ import annotations

from itertools import chain, count

from sparkle_motion_dagster.api.naming import film_and_profile, name_of_prompt
from sparkle_motion_dagster.api.ordering import Ordered, queue_run
from sparkle_motion_dagster.api.waiting import Queue
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.film.intake import draft_file, find_plan
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.resources.profiles import load_profile
from sparkle_motion_dagster.runs.names import WRITE_PLAN
from sparkle_motion_dagster.runs.starting import PlannedRun
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment


def order_draft(
    home: SparkleHome, asked: Assignment, run_id: str | None, profile: str | None
) -> Ordered:
    """Have the daemon have a plan written in its turn: a draft, for a person to read and approve.

    Args:
        home: Where its film is to lie.
        asked: What about, and by whom.
        run_id: What the film is called; None: as the prompt's first words, numbered where there is
            such a film.
        profile: What somebody says that the film's profile is; None: what its name says.

    Raises:
        InputError: The film cannot be called so, is of another profile, or there is no such writer.
        EngineInputError: What is asked of the writer is not for a request to say.
        PromptRefusedError: The policy refuses it.
        RunBusyError: A run of the film goes on or waits already.
    """
    from sparkle_motion_dagster.assets.plan_draft import writing_config
    from sparkle_motion_dagster.resources.engines import check_assignment

    if run_id is None:
        film, of = _new_film(home, name_of_prompt(asked.prompt), profile)
    else:
        film, of = film_and_profile(home, run_id, "", profile)
    chosen = load_profile(of)
    check_assignment(asked, chosen, AuditLog(home, "write", film))
    return queue_run(home, PlannedRun(film, WRITE_PLAN, writing_config(asked, chosen)))


def _new_film(home: SparkleHome, name: str, profile: str | None) -> tuple[str, str]:
    waiting = Queue.of(home).known

    def is_there(film: str) -> bool:
        files = (home.runs / film, draft_file(film))
        return film in waiting or any(one.exists() for one in files) or find_plan(film) is not None

    names = chain([name], (f"{name} {number}" for number in count(2)))
    films = (film_and_profile(home, None, one, profile) for one in names)
    return next((film, of) for film, of in films if not is_there(film))
