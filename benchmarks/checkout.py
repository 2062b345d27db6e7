"""A checkout of the project, whose `sparkle` command is measured: this one, or an earlier one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.results import Figure

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"

_FIGURES = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from benchmarks.__main__ import PARTS
part, folder = sys.argv[1:]
figures = PARTS[part](Path(folder)) if part in PARTS else ()
print(json.dumps([asdict(figure) for figure in figures]))
"""
"""Measures a part in a checkout's own process, with its own benchmarks."""


@dataclass(frozen=True)
class Checkout:
    """A working tree of the project; it runs in the Python that runs this.

    Attributes:
        root: Its folder, in which the package lies.
    """

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands.

        Bytecode is kept even where the environment forbids it: one that compiles at every start
        would seem slow to start.
        """
        kept = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
        return kept | {"PYTHONPATH": str(self.root), "PYTHONWARNINGS": "ignore"}

    @property
    def sparkle(self) -> tuple[str, ...]:
        """Its `sparkle` command."""
        return sys.executable, "-m", "sparkle_motion_dagster"

    def python(self, code: str, *arguments: str) -> str:
        """Run Python code in it, which must succeed, and return what that printed."""
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=self.root,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def figures(self, part: str, folder: Path) -> list[Figure]:
        """Measure a part as its own benchmarks do; nothing comes of one that they do not know.

        Args:
            part: The part's letter.
            folder: Where films may be made.
        """
        printed = self.python(_FIGURES, part, str(folder)).splitlines()[-1]
        return TypeAdapter(list[Figure]).validate_json(printed)

    def warm(self) -> None:
        """Compile its modules, so that its first start is like all others."""
        compile_all = [sys.executable, "-m", "compileall", "-q", "sparkle_motion_dagster"]
        subprocess.run(
            [*compile_all, "benchmarks"], cwd=self.root, env=self.environment, check=True
        )


HERE = Checkout(Path(__file__).parents[1])


@contextlib.contextmanager
def checked_out(revision_or_folder: str, repository: Path = HERE.root) -> Iterator[Checkout]:
    """Provide a checkout: a folder that holds one, or a revision, checked out while this lasts.

    Args:
        revision_or_folder: The folder, or the revision as git knows it.
        repository: Whose revision it is.

    Raises:
        CheckoutError: It is neither.
    """
    if (folder := Path(revision_or_folder)).is_dir():
        if not (folder / "sparkle_motion_dagster").is_dir():
            raise CheckoutError(f"{folder} holds no checkout: it has no sparkle_motion_dagster")
        yield Checkout(folder.resolve())
        return
    with tempfile.TemporaryDirectory(prefix="before-") as name:
        tree = Path(name, "checkout")
        added = _git(
            repository, "worktree", "add", "--quiet", "--detach", str(tree), revision_or_folder
        )
        if added.returncode:
            raise CheckoutError(
                f"{revision_or_folder} is no folder, and git cannot check it out: "
                f"{added.stderr.strip()}"
            )
        try:
            yield Checkout(tree)
        finally:
            _git(repository, "worktree", "remove", "--force", str(tree))


class CheckoutError(Exception):
    """There is no such checkout."""


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(repository), *arguments], capture_output=True, text=True, check=False
    )
