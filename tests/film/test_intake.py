"""Whose a run is: a plan that is edited, moved or copied goes on, another one is refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plan_texts import PLAN, changed
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.film.intake import (
    RunTakenError,
    check_free,
    draft_file,
    freeze_plan,
)
from sparkle_motion_dagster.production.workbench import Workbench

OTHER = changed(("Mara speaks to the storm", "Mara shouts at the storm"))


class Desk:
    """A folder `a` with a plan whose film is there, and a folder `b` with the same plan's copy."""

    def __init__(self, root: Path) -> None:
        self.bench = Workbench(SparkleHome(root / "home"))
        for name in "ab":
            (root / name).mkdir()
            (root / name / "plan.yaml").write_text(PLAN, encoding="utf-8")
        self.a, self.b = root / "a" / "plan.yaml", root / "b" / "plan.yaml"
        self.freeze(self.a)

    def freeze(self, path: Path | None) -> None:
        manifest = freeze_plan("plan", "animatic", path, self.bench)
        self.bench.run_folder("plan").publish(manifest, self.bench.store)

    def check(self, path: Path | None, profile: str = "animatic") -> None:
        check_free("plan", profile, path, self.bench)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def edited(desk: Desk) -> Path:
    desk.a.write_text(OTHER, encoding="utf-8")
    return desk.a


def saved_by_renaming(desk: Desk) -> Path:
    desk.b.write_text(OTHER, encoding="utf-8")
    return desk.b.replace(desk.a)


def copied(desk: Desk) -> Path:
    return desk.b


def moved_and_edited(desk: Desk) -> Path:
    desk.a.unlink()
    desk.b.write_text(OTHER, encoding="utf-8")
    return desk.b


def folder_moved(desk: Desk) -> Path:
    moved = Path(shutil.move(desk.a.parent, desk.a.parents[1] / "c")) / "plan.yaml"
    moved.write_text(OTHER, encoding="utf-8")
    return moved


def linked(desk: Desk) -> Path:
    desk.a.write_text(OTHER, encoding="utf-8")
    desk.b.unlink()
    desk.b.symlink_to(desk.a)
    return desk.b


def hard_linked(desk: Desk) -> Path:
    desk.a.write_text(OTHER, encoding="utf-8")
    desk.b.unlink()
    os.link(desk.a, desk.b)
    return desk.b


def relative(desk: Desk) -> Path:
    desk.a.write_text(OTHER, encoding="utf-8")
    return Path(os.path.relpath(desk.a))


def copied_with_its_home(desk: Desk) -> Path:
    copy = Path(
        shutil.copytree(desk.a.parents[1], desk.a.parents[2] / f"{desk.a.parents[1].name}-")
    )
    desk.bench = Workbench(SparkleHome(copy / "home"))
    (copy / "a" / "plan.yaml").write_text(OTHER, encoding="utf-8")
    return copy / "a" / "plan.yaml"


def written_otherwise(desk: Desk) -> Path:
    desk.b.write_text(f"# the same film\n{PLAN}", encoding="utf-8")
    return desk.b


def as_frozen(_: Desk) -> None:
    return None


@pytest.mark.parametrize("change", [
    edited, saved_by_renaming, copied, moved_and_edited, folder_moved, linked, hard_linked,
    relative, copied_with_its_home, written_otherwise, as_frozen,
])  # fmt: skip
def test_a_plan_goes_on_with_its_film(desk: Desk, change: Callable[[Desk], Path | None]) -> None:
    path = change(desk)
    desk.check(path)
    desk.freeze(path)
    desk.check(path)


def test_the_plan_that_its_draft_is_approved_as_goes_on_with_a_film(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The film was rendered from a plan elsewhere, which somebody has had changed."""
    monkeypatch.setenv("SPARKLE_PLANS", str(desk.b.parent))
    desk.b.write_text(OTHER, encoding="utf-8")
    (desk.b.parent / "drafts").mkdir()
    shutil.copy(desk.b, draft_file("plan"))
    desk.check(desk.b)
    draft_file("plan").write_text(PLAN, encoding="utf-8")
    with pytest.raises(RunTakenError):
        desk.check(desk.b)


def test_another_plan_is_refused_and_both_are_named(desk: Desk) -> None:
    desk.b.write_text(OTHER, encoding="utf-8")
    with pytest.raises(RunTakenError) as refused:
        desk.check(desk.b)
    assert str(desk.a) in str(refused.value)
    assert str(desk.b) in str(refused.value)
    assert "--replace" in str(refused.value)

    desk.freeze(None)  # as it was frozen: it stays the first one's
    with pytest.raises(RunTakenError):
        desk.check(desk.b)

    desk.freeze(desk.b)  # replaced: now it is the other one's
    desk.check(desk.b)
    with pytest.raises(RunTakenError):
        desk.check(desk.a)


def test_another_profile_is_refused(desk: Desk) -> None:
    with pytest.raises(RunTakenError, match="belongs to the profile animatic"):
        desk.check(desk.a, "cinematic")
