"""A plan file as it was written: plain values that remember the lines they stand on."""

from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from sparkle_motion_dagster.plan.errors import PlanProblem, UnreadablePlanError
from sparkle_motion_dagster.plan.fields import Location, field_path, location_of

MAX_BYTES = 4 * 1024 * 1024
"""Largest plan file, in bytes; aliases may expand to as many characters."""

MAX_VALUES = 200_000
"""Most keys and values in a plan, aliases expanded; an hour of talk needs a quarter of it."""

MAX_DEPTH = 64
"""Deepest nesting; a plan's own fields need five levels, metadata may use the rest."""

MAX_INTEGER = 2**63 - 1
"""Largest whole number that every reader of JSON and YAML agrees on."""

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Node:
    """A value, the line on which it (or its key) stands, and how many levels it is deep."""

    value: "Scalar | list[Node] | dict[str, Node]"
    line: int
    height: int = 1

    def at(self, step: str | int) -> "Node | None":
        """Return the value under a key or at an index, None where there is none."""
        if isinstance(self.value, dict) and isinstance(step, str):
            return self.value.get(step)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None

    def data(self) -> Any:
        """Return the value alone."""
        if isinstance(self.value, list):
            return [item.data() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.data() for key, item in self.value.items()}
        return self.value


@dataclass(frozen=True)
class Document:
    """What a file says, and what is wrong with the way it says it."""

    root: Node
    problems: tuple[PlanProblem, ...] = ()

    def line(self, path: str) -> int:
        """Return the 1-based line of a field, or of the innermost object around it."""
        node = self.root
        for step in location_of(path):
            inner = node.at(step)
            if inner is None:
                break
            node = inner
        return node.line

    def located(self, problem: PlanProblem) -> PlanProblem:
        """Return the problem with its line filled in."""
        return replace(problem, line=self.line(problem.field))


def unreadable(message: str, line: int | None, location: Location = ()) -> NoReturn:
    """Give up reading.

    Raises:
        UnreadablePlanError: Always.
    """
    raise UnreadablePlanError(None, [PlanProblem(message, field_path(location), line)])


@dataclass
class NodeBuilder:
    """Builds nodes within the limits, and collects what is wrong but does not end the reading."""

    problems: list[PlanProblem] = field(default_factory=list)
    size: int = 0
    values: int = 0

    def spend(self, size: int, values: int, line: int) -> None:
        """Count what was read: `size` in characters.

        Raises:
            PlanError: The document holds more than a plan may hold.
        """
        self.size += size
        self.values += values
        if self.size > MAX_BYTES:
            unreadable(
                f"aliases expand to more than {MAX_BYTES} characters, the most that a plan may "
                "hold: write out what they stand for",
                line,
            )
        if self.values > MAX_VALUES:
            unreadable(
                f"holds more than {MAX_VALUES} keys and values, the most that a plan may hold", line
            )

    def complain(self, message: str, line: int, location: Location) -> None:
        """Note a problem and go on reading."""
        self.problems.append(PlanProblem(message, field_path(location), line))

    def scalar(self, value: Scalar, line: int, location: Location) -> Node:
        """Return the node of a text, a number, true, false or null.

        Raises:
            PlanError: The value cannot be kept.
        """
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            unreadable(f"a whole number is at most {MAX_INTEGER}", line, location)
        if isinstance(value, str):
            try:
                # JSON, and so YAML, may spell one character as an escaped pair of surrogates.
                value = value.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                self.complain("holds half of a character (a lone surrogate)", line, location)
                value = value.encode("utf-8", "replace").decode("utf-8")
        self.spend(max(1, len(value)) if isinstance(value, str) else 1, 1, line)
        return Node(value, line)

    def sequence(self, items: list[Node], line: int) -> Node:
        """Return the node of a list."""
        self.spend(1, 1, line)
        return Node(items, line, 1 + max((item.height for item in items), default=0))

    def mapping(self, entries: dict[str, Node], line: int) -> Node:
        """Return the node of a mapping."""
        self.spend(1, 1, line)
        return Node(entries, line, 1 + max((item.height for item in entries.values()), default=0))

    def enter(
        self, entries: dict[str, Node], key: str, item: Node, line: int, location: Location
    ) -> None:
        """Enter a key and its value, found on `line`, in the mapping at `location`."""
        if key in entries:
            first = entries[key].line
            self.complain(
                f"is given twice, first on line {first}: keep one of them", line, (*location, key)
            )
        else:
            entries[key] = replace(item, line=line)


def check_depth(depth: int, line: int, location: Location) -> None:
    """Check that a value lies no deeper than a plan may nest.

    Raises:
        PlanError: It lies deeper.
    """
    if depth > MAX_DEPTH:
        unreadable(f"is nested more than {MAX_DEPTH} levels deep", line, location[:3])


def check_mapping(document: Document) -> None:
    """Check that a document is a mapping, as every plan is.

    Raises:
        PlanError: It is a list, or a single value.
    """
    if not isinstance(document.root.value, dict):
        unreadable("a plan is a mapping of keys (title, shots, ...) to values", document.root.line)
