"""What people have chosen of a film's takes, told in words."""

from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import whose


def chosen_lines(folder: RunFolder) -> Iterator[str]:
    """Yield what is pinned and chosen of a film, and which takes are still to be made, in lines.

    Raises:
        UnreadableChoicesError: What was chosen is damaged.
    """
    items = folder.choices.read().items
    if pinned := [whose(one.item) for one in items if one.pinned is not None]:
        yield f"Pinned: {', '.join(pinned)}."
    if chosen := [f"take {one.chosen} of {whose(one.item)}" for one in items if one.chosen]:
        yield f"Chosen: {', '.join(chosen)}."
    for one in items:
        if missing := one.missing:
            takes = "1 take" if len(missing) == 1 else f"{len(missing)} takes"
            yield (
                f"{takes} of {whose(one.item)} that somebody asked for are still to be made: "
                f"`sparkle redo {folder.run_id}`."
            )
