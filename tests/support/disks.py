"""Disks for tests: a folder that lies on a read-only one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Have a folder lie on a read-only disk, which only root can do."""
    if os.geteuid() != 0 or not mounted("--bind", str(folder), str(folder)):
        pytest.skip("making a disk read-only needs root")
    try:
        assert mounted("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mounted(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
