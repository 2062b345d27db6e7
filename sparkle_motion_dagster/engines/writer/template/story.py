"""A story by rules: a setup, a turn and an end."""

from sparkle_motion_dagster.shotlist.brief import Brief
from sparkle_motion_dagster.shotlist.models import (
    ListedCharacter,
    ListedLine,
    ListedScene,
    ListedShot,
    ShotList,
)


def story_of(brief: Brief, seed: int) -> ShotList:
    """Return a story about what a brief says.

    Args:
        brief: What it is to be about.
        seed: Decides what is left to chance: equal seeds give equal stories.
    """
    words = " ".join(brief.prompt.split())
    someone = ListedCharacter(name="Mara", description="woman of 40, dark hair, grey coat")
    return ShotList(
        title=words[:60],
        story="Mara waits. Nothing is as it was.",
        style=brief.style,
        language=brief.language,
        characters=(someone,),
        scenes=(
            ListedScene(
                place="an empty street",
                time="dusk",
                shots=(
                    ListedShot(size="wide shot", shows=words[:160]),
                    ListedShot(
                        size="medium close-up",
                        shows="Mara speaks",
                        characters=("Mara",),
                        lines=(ListedLine(speaker="Mara", text="So this is how it begins."),),
                        ending="fade",
                    ),
                ),
            ),
        ),
    )
