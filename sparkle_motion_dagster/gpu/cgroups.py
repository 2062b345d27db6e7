"""How much memory control groups let this process have: containers and services have such limits.

The kernel ends a process that takes more, however much the machine has. Groups lie within groups,
and the limit of each holds: https://docs.kernel.org/admin-guide/cgroup-v2.html ("Memory Interface
Files"); of the first version, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_PROCESS = Path("/proc/self")


@dataclass(frozen=True)
class _Version:
    """What a version of control groups calls things."""

    file_system: str
    limit: str
    usage: str
    page_cache: tuple[str, ...]


_VERSIONS = (
    _Version("cgroup2", "memory.max", "memory.current", ("inactive_file", "active_file")),
    _Version(
        "cgroup",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        ("total_inactive_file", "total_active_file"),
    ),
)


@dataclass(frozen=True)
class GroupMemory:
    """The memory of one control group, in bytes.

    Attributes:
        limit: What its processes may take together.
        available: What of it may still be had; files that are only kept in memory give way.
    """

    limit: int
    available: int


def group_memory(process: Path = _PROCESS) -> tuple[GroupMemory, ...]:
    """Return the groups that limit a process's memory; none where nothing does.

    Args:
        process: The process's folder below ``/proc``; there is none on other systems than Linux.
    """
    try:
        groups = (process / "cgroup").read_text(encoding="utf-8").splitlines()
        mounts = (process / "mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    found = (
        _memory(folder, version)
        for version in _VERSIONS
        if (name := _group(groups, version)) is not None
        for folder in _folders(mounts, version, name)
    )
    return tuple(memory for memory in found if memory is not None)


def _group(groups: list[str], version: _Version) -> str | None:
    """Return the path of the group that a process is in (proc(5): ``id:controllers:path``)."""
    for line in groups:
        _, controllers, path = line.split(":", 2)
        of_memory = "memory" in controllers.split(",")
        if of_memory if version.file_system == "cgroup" else not controllers:
            return path
    return None


def _folders(mounts: list[str], version: _Version, group: str) -> Iterator[Path]:
    """Yield the folders of a group and of those that it lies in, as far as they are to be seen.

    proc(5), ``/proc/pid/mountinfo``: the fourth field is what of the groups is mounted, the fifth
    where; behind " - " follow the file system, its source and its options. A container may see its
    own group as the root of all.
    """
    for line in mounts:
        mount, _, system = line.partition(" - ")
        kind, _, options = system.split(" ")[:3]
        if kind != version.file_system:
            continue
        if kind == "cgroup" and "memory" not in options.split(","):
            continue
        root, point = mount.split(" ")[3:5]
        inside = PurePosixPath(group)
        below = inside.relative_to(root) if inside.is_relative_to(root) else PurePosixPath()
        for part in (below, *below.parents):
            yield Path(point, part)


def _memory(folder: Path, version: _Version) -> GroupMemory | None:
    """Return a group's memory; None: it has no limit."""
    try:
        limit = (folder / version.limit).read_text(encoding="utf-8").strip()
        usage = int((folder / version.usage).read_text(encoding="utf-8"))
        numbers = (folder / "memory.stat").read_text(encoding="utf-8").split()
    except OSError:
        # The root of all groups has no such files.
        return None
    if limit == "max":
        return None
    stat = dict(zip(numbers[::2], map(int, numbers[1::2]), strict=True))
    cached = sum(stat.get(name, 0) for name in version.page_cache)
    return GroupMemory(int(limit), max(0, int(limit) - max(0, usage - cached)))
