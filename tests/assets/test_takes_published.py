"""Takes are published while somebody else pins one: neither of the two comes in the other's way."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest

import forked
from small_runs import fingerprint_of, make_item, make_run
from sparkle_motion_dagster.artifacts.choices import Choices, ItemChoices, Recipe, Take
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.film.stages import BASE_IMAGES, MOVIE_PLAN, TAKES
from sparkle_motion_dagster.film.takes.keeping import change_choices
from sparkle_motion_dagster.io_managers.manifest import ManifestIOManager
from sparkle_motion_dagster.production.workbench import Workbench
from waiting import PATIENCE_S

MADE = tuple(f"take {number}" for number in range(1, 9))
TIMES = 60

SOMEBODY = """
import sys
from pathlib import Path
from test_takes_published import pin_and_unpin
pin_and_unpin(Path(sys.argv[1]))
"""


def pin_and_unpin(root: Path) -> None:
    """Pin a take, and unpin it, many times; each time all takes are listed."""
    workbench = Workbench(SparkleHome(root))
    folder = workbench.run_folder("film")
    for number in range(TIMES):
        pinned = None if number % 2 else fingerprint_of(MADE[0])

        def changed(choices: Choices, pinned: str | None = pinned) -> Choices:
            known = choices.known(BASE_IMAGES, "ship")
            return choices.with_item(known.model_copy(update={"pinned": pinned}))

        change_choices(folder, workbench, changed)


def test_a_run_publishes_takes_while_somebody_pins_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path))
    home = SparkleHome(tmp_path)
    folder, workbench = make_run(home, "film", {MOVIE_PLAN: "plan"}), Workbench(home)
    for text in MADE:
        make_item(home, text)
    takes = tuple(
        Take(number=number, recipe=Recipe(seed=number), fingerprint=fingerprint_of(text))
        for number, text in enumerate(MADE, start=1)
    )
    ship = ItemChoices(stage=BASE_IMAGES, item="ship", takes=takes)
    change_choices(folder, workbench, lambda choices: choices.with_item(ship))
    manifest = folder.read(TAKES)
    assert manifest is not None
    # A folder that differs from what is listed next is made anew, file by file.
    fewer = manifest.model_copy(update={"artifacts": manifest.artifacts[:1]})

    somebody = forked.Piped(["python", "-c", SOMEBODY, str(tmp_path)], os.environ, tmp_path)
    publishing = ManifestIOManager()
    publishing.setup_for_execution(dg.build_init_resource_context())
    while somebody.poll() is None:
        for one in (fewer, manifest):
            with dg.build_output_context(partition_key="film") as context:
                publishing.handle_output(context, one)
    somebody.read(PATIENCE_S)
    assert somebody.poll() == 0
    assert folder.read(TAKES) is not None
