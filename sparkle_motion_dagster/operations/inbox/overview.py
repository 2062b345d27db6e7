"""What lies in the inbox: files that wait, those that were rejected, and what is left alone."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.operations.inbox.folder import REJECTED, look_into, printable
from sparkle_motion_dagster.operations.inbox.memory import InboxMemory


@dataclass(frozen=True)
class Overview:
    """The inbox as it is now.

    Attributes:
        waiting: Plans and prompt files that have not been ordered yet, with the reason where there
            is one.
        rejected: Files that were not valid, and have not come back.
        left_alone: Files of which nothing is made, each with the reason.
    """

    waiting: tuple[str, ...]
    rejected: tuple[str, ...]
    left_alone: tuple[str, ...]


def overview(folder: Path, memory: InboxMemory) -> Overview:
    """Return what lies in the inbox, given what is remembered of it.

    Raises:
        InboxFolderError: It cannot be looked into.
    """
    files = look_into(folder).files
    rivals = Counter(file.asks_for for file in files if file.obstacle is None)
    waiting, left_alone = [], []
    for file in files:
        seen = memory.files.get(file.name)
        film = memory.films.get(file.asks_for)
        if file.obstacle is not None:
            left_alone.append(f"{file.name}: {file.obstacle}")
        elif rivals[file.asks_for] > 1:
            what = "draft" if file.is_prompt else "film"
            left_alone.append(f"{file.name}: another file would make the same {what}, {file.film}")
        elif seen is None or seen.signature != file.signature:
            waiting.append(file.name)
        elif not seen.settled:
            waiting.append(seen.said or file.name)
        elif film is None or film.digest is None:
            left_alone.append(seen.said or file.name)
    back = {file.name for file in files}
    rejected = [
        printable(report.stem)
        for report in sorted((folder / REJECTED).glob("*.txt"))
        if report.with_suffix("").exists() and printable(report.stem) not in back
    ]
    return Overview(tuple(waiting), tuple(rejected), tuple(left_alone))
