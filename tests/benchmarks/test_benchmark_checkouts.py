"""Checkouts that are measured: folders, and revisions while they are looked at."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks.checkout import HERE, Checkout, CheckoutError, checked_out

_OLD, _NEW = "OLD", "NEW"
_BENCHMARKS = """
from dataclasses import dataclass

@dataclass
class Figure:
    part: str
    what: str
    value: str

PARTS = {"f": lambda folder: iter([Figure("f", f"a film in {folder.name}", "1 s")])}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of two commits; the first one is the branch `before`."""
    root = tmp_path / "repository"
    package, benchmarks = root / "sparkle_motion_dagster", root / "benchmarks"
    for folder in (package, benchmarks):
        folder.mkdir(parents=True)
    (benchmarks / "__init__.py").touch()
    (benchmarks / "__main__.py").write_text(_BENCHMARKS)
    git = ("git", "-C", str(root), "-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run([*git[:3], "init", "--quiet"], check=True)
    for age, branch in ((_OLD, "before"), (_NEW, "now")):
        (package / "__init__.py").write_text(f"AGE = {age!r}\n")
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message", age], check=True)
        subprocess.run([*git, "branch", branch], check=True)
    return root


def _age(checkout: Checkout) -> str:
    return checkout.python("import sparkle_motion_dagster as s; print(s.AGE)").strip()


def test_a_revision_is_there_while_it_is_looked_at(repository: Path) -> None:
    with checked_out("before", repository) as before:
        assert (_age(before), _age(Checkout(repository))) == (_OLD, _NEW)
    assert not before.root.exists()
    listed = subprocess.run(
        ["git", "-C", str(repository), "worktree", "list"], capture_output=True, text=True
    )
    assert len(listed.stdout.splitlines()) == 1


def test_a_folder_is_measured_as_it_is(repository: Path) -> None:
    with checked_out(str(repository)) as found:
        assert _age(found) == _NEW
    assert repository.is_dir()


def test_what_is_neither_is_refused(repository: Path, tmp_path: Path) -> None:
    for wrong in ("no-such-revision", str(tmp_path)):
        with pytest.raises(CheckoutError, match=wrong), checked_out(wrong, repository):
            pass


def test_a_part_is_measured_by_the_benchmarks_of_the_checkout(
    repository: Path, tmp_path: Path
) -> None:
    (figure,) = Checkout(repository).figures("f", tmp_path / "films")
    assert (figure.what, figure.value) == ("a film in films", "1 s")
    assert Checkout(repository).figures("z", tmp_path) == []


def test_a_checkout_runs_its_own_command() -> None:
    shown = subprocess.run(
        [*HERE.sparkle, "--version"], env=HERE.environment, capture_output=True, text=True
    )
    assert shown.stdout.startswith("sparkle"), shown.stderr
