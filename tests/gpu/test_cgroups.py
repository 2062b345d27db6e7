"""Memory that a container may have: read from files as the kernel writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from sparkle_motion_dagster.gpu.cgroups import GroupMemory, group_memory
from sparkle_motion_dagster.gpu.memory import GIB

UNLIMITED = 9223372036854771712
"""What the first version says of a group without a limit."""


@pytest.fixture
def process(tmp_path: Path) -> Path:
    (tmp_path / "proc").mkdir()
    return tmp_path / "proc"


def describe(process: Path, groups: str, mounts: str) -> None:
    (process / "cgroup").write_text(groups)
    (process / "mountinfo").write_text(mounts.format(process.parent))


def write(folder: Path, files: Mapping[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(f"{content}\n")


def second(limit: object, usage: int, cached: int = 0) -> Mapping[str, object]:
    stat = f"anon 1\nfile {10 * GIB}\ninactive_file {cached // 2}\nactive_file {cached // 2}"
    return {"memory.max": limit, "memory.current": usage, "memory.stat": stat}


def first(limit: int, usage: int, cached: int = 0) -> Mapping[str, object]:
    stat = f"inactive_file 7\ntotal_inactive_file {cached // 2}\ntotal_active_file {cached // 2}"
    names = {"memory.limit_in_bytes": limit, "memory.usage_in_bytes": usage}
    return {**names, "memory.stat": stat}


def test_in_a_container_its_group_is_the_root_of_all(process: Path, tmp_path: Path) -> None:
    describe(
        process,
        "0::/\n",
        "30 23 0:26 / {0}/sys rw,nosuid shared:4 - cgroup2 cgroup rw\n"
        "31 23 0:27 / /proc rw - proc proc rw\n",
    )
    write(tmp_path / "sys", second(32 * GIB, usage=20 * GIB, cached=6 * GIB))
    assert group_memory(process) == (GroupMemory(32 * GIB, 18 * GIB),)
    write(tmp_path / "sys", second("max", usage=20 * GIB))
    assert group_memory(process) == ()


def test_the_groups_that_a_group_lies_in_limit_it_too(process: Path, tmp_path: Path) -> None:
    describe(
        process,
        "0::/user.slice/film.service\n",
        "30 23 0:26 / {0}/sys rw - cgroup2 cgroup2 rw,nsdelegate\n",
    )
    write(tmp_path / "sys/user.slice/film.service", second(40 * GIB, usage=GIB))
    write(tmp_path / "sys/user.slice", second(16 * GIB, usage=17 * GIB))
    write(tmp_path / "sys", {"cgroup.procs": 1})
    assert group_memory(process) == (GroupMemory(40 * GIB, 39 * GIB), GroupMemory(16 * GIB, 0))


def test_the_first_version_has_a_hierarchy_for_memory(process: Path, tmp_path: Path) -> None:
    describe(
        process,
        "4:cpu,cpuacct:/docker/f00\n3:memory:/docker/f00\n0::/\n",
        "30 23 0:26 / {0}/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        "31 23 0:27 /docker/f00 {0}/memory ro master:9 - cgroup cgroup rw,memory\n",
    )
    write(tmp_path / "cpu", first(1, usage=1))
    write(tmp_path / "memory", first(8 * GIB, usage=3 * GIB, cached=2 * GIB))
    assert group_memory(process) == (GroupMemory(8 * GIB, 7 * GIB),)
    write(tmp_path / "memory", first(UNLIMITED, usage=3 * GIB))
    (unlimited,) = group_memory(process)
    assert unlimited.limit > 10**18 < unlimited.available


def test_other_systems_have_no_such_groups(process: Path) -> None:
    assert group_memory(process) == ()
