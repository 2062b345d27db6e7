"""Taking a film over from another plan or profile: the choices of the one before do not count.

Items of two films may well be called the same: a picture that somebody has pinned in one of them
must not turn up in the other.
"""

import shutil

from sparkle_motion_dagster.artifacts.choices import CHOICES
from sparkle_motion_dagster.artifacts.keeping import keep_aside
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import TAKES


def part_with_choices(folder: RunFolder) -> tuple[str, ...]:
    """Have a film begin without choices, and without takes; whoever does it holds the run.

    The choices are kept beside what people have put into the run's folder. The takes stay in the
    store until somebody prunes it.

    Returns:
        What people are told of it; nothing where nothing was chosen.
    """
    if folder.read(TAKES) is not None:
        folder.withdraw(TAKES)
        shutil.rmtree(folder.stage(TAKES))
    path = folder.path / CHOICES
    if not path.exists():
        return ()
    kept = keep_aside(folder.path, path).relative_to(folder.path)
    return (
        f"what was chosen of takes was chosen of the film that {folder.run_id} was before, and "
        f"counts no longer; it is kept as {kept}",
    )
