"""Files in which whoever runs a machine says what counts there: found, read and checked alike."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.errors import InputError, did_you_mean
from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.fields import Location, field_path
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml

ModelT = TypeVar("ModelT", bound=BaseModel)


class OperatorFileError(InputError):
    """An operator's file cannot be read, or something in it is wrong. ``unusable`` says so."""

    unusable: ClassVar[str]

    def __init__(self, path: Path, problems: Iterable[PlanProblem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(path, self.problems)

    def __str__(self) -> str:
        said = self.unusable.format(path=self.path)
        return f"{said} Correct this: {'; '.join(map(str, self.problems))}."


def _nothing(_location: Location, _content: Any) -> str:
    return ""


@dataclass(frozen=True)
class OperatorFile(Generic[ModelT]):
    """Such a file: the one that a variable of the environment names, else the one that we ship.

    Attributes:
        variable: The variable.
        shipped: The name of ours, in ``configs``.
        model: What it holds.
        parts: The models of what stands below some of its keys.
        error: What is raised where it is wrong.
        whose: Returns what a message begins with that is about a place in the content.
    """

    variable: str
    shipped: str
    model: type[ModelT]
    parts: Mapping[str | int, type[BaseModel]]
    error: type[OperatorFileError]
    whose: Callable[[Location, Any], str] = _nothing

    def found(self) -> tuple[Path, bytes]:
        """Return where it lies, and what stands in it.

        Raises:
            OperatorFileError: It cannot be read. One that is named and is not there never counts
                as none.
        """
        named = os.environ.get(self.variable)
        path = Path(named).expanduser() if named else CONFIGS / self.shipped
        try:
            return path, path.read_bytes()
        except OSError as error:
            whence = f" (${self.variable} names it)" if named else ""
            self.refuse(path, f"it cannot be read: {error.strerror}{whence}")

    def read(self, path: Path, data: bytes) -> ModelT:
        """Return what such a file holds.

        Raises:
            OperatorFileError: Something in it is wrong; line and field are named.
        """
        try:
            document = read_yaml(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.refuse(path, "it is not UTF-8: save it in that encoding", line)
        except PlanError as error:
            raise self.error(path, error.problems) from None
        content = document.root.data()
        if document.problems:
            raise self.error(path, document.problems)
        try:
            return self.model.model_validate(content)
        except ValidationError as error:
            problems = map(document.located, self._problems(error, content))
            raise self.error(path, problems) from None

    def refuse(self, path: Path, message: str, line: int | None = None) -> NoReturn:
        """Raise the error that says what is wrong with such a file."""
        raise self.error(path, [PlanProblem(message, line=line)])

    def _problems(self, error: ValidationError, content: Any) -> Iterator[PlanProblem]:
        for fault in error.errors(include_url=False):
            said = f"{self.whose(fault['loc'], content)}{self._message(fault)}"
            yield PlanProblem(said, field_path(fault["loc"]))

    def _message(self, fault: ErrorDetails) -> str:
        if fault["type"] == "extra_forbidden":
            *way, key = fault["loc"]
            known = (self.parts[way[0]] if way else self.model).model_fields
            return f"there is no such key.{did_you_mean(str(key), known)} Known: {', '.join(known)}"
        if fault["type"] == "value_error":
            return str(fault["ctx"]["error"])
        return fault["msg"]
