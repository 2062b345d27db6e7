"""What films are called that people ask for, and under which profile they are rendered."""

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.resources.profiles import (
    film_called,
    load_profile,
    own_profile,
)

_WORDS_OF_A_NAME = 5


def name_of_prompt(prompt: str) -> str:
    """Return what a film about a prompt is called by."""
    return " ".join(prompt.split()[:_WORDS_OF_A_NAME])


def film_and_profile(
    home: SparkleHome, run_id: str | None, name: str, profile: str | None
) -> tuple[str, str]:
    """Return what a film is called, and the profile under which the inbox would render it.

    Args:
        home: Where it would lie.
        run_id: What somebody calls it, if so.
        name: What it is called by otherwise.
        profile: What somebody says that its profile is; None: what it has, or its name says.

    Raises:
        InputError: It is called what no film is, or has another profile.
    """
    film = film_called(run_id, name, DEFAULT_PROFILE if profile is None else profile)
    own = own_profile(film, home)
    if profile not in (None, own):
        load_profile(profile)
        raise InputError(
            f"{film} is a film of the profile {own}, and its draft would be rendered under that. "
            f"Call the new film `--run-id {film}.{profile}`."
        )
    return film, own
