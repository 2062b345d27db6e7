"""The line that shows a render's progress."""

from __future__ import annotations

import threading
from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.cli.progress_line import shown_progress


def test_a_damaged_state_ends_it_without_a_word_of_its_own(tmp_path: Path) -> None:
    home = SparkleHome(tmp_path)
    state = RunFolder(home, "film").state.path
    state.parent.mkdir(parents=True)
    state.write_text("{")
    others = set(threading.enumerate())
    with shown_progress(home, "film"):
        (showing,) = set(threading.enumerate()) - others
        showing.join(timeout=60)  # what it raised would be a warning, and so an error
        assert not showing.is_alive()
