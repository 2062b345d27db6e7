"""Prompt files: what a film is to be about, as text, and options in YAML front matter above it."""

import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.reading.document import Document, Node, unreadable
from sparkle_motion_dagster.plan.reading.text_files import decoded_text, read_text
from sparkle_motion_dagster.plan.reading.validation import validate_as
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment

PROMPT_SUFFIX = ".prompt.md"

MAX_BYTES = 128 * 1024
"""Largest prompt file, in bytes: the longest prompt, whatever its letters, and many options."""

_FENCE = "---"
_PROMPT = "prompt"


class PromptFileError(PlanError):
    """A prompt file cannot be read, or says what no writer can be asked for."""

    verdict = "is no valid prompt file"


def is_prompt_file(path: Path) -> bool:
    """Tell whether a file is named like a prompt file."""
    return path.name.lower().endswith(PROMPT_SUFFIX)


def name_of(path: Path) -> str:
    """Return the name of a prompt file without its suffix."""
    return path.name[: -len(PROMPT_SUFFIX)]


def read_prompt_file(path: Path) -> Assignment:
    """Return what a prompt file asks for.

    Raises:
        PromptFileError: It is none that can be used; file, line and option are named.
    """
    try:
        return _read(read_text(path, MAX_BYTES, "a prompt file"))
    except PlanError as error:
        raise PromptFileError(path, error.problems) from None


def read_prompt_text(data: bytes, path: Path) -> Assignment:
    """Return what the text of a prompt file asks for that is not there.

    Args:
        data: The file's bytes.
        path: What the file is called.

    Raises:
        PromptFileError: As `read_prompt_file` says.
    """
    try:
        if len(data) > MAX_BYTES:
            unreadable(f"is larger than {MAX_BYTES} bytes, the most that it may have", None)
        return _read(decoded_text(data))
    except PlanError as error:
        raise PromptFileError(path, error.problems) from None


def _read(text: str) -> Assignment:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begins = _begin_of_text(lines)
    document = _options(lines[: begins - 1]) if begins else Document(Node({}, 1))
    prompt = "\n".join(_plain(lines, begins)).strip()
    if not prompt:
        unreadable("no prompt stands below the options: say what the film is about", begins)
    problems = list(document.problems)
    malformed = {problem.field for problem in problems}
    try:
        asked = validate_as(Assignment, {**document.root.data(), _PROMPT: prompt})
    except PlanError as error:
        for problem in error.problems:
            if problem.field == _PROMPT:
                problems.append(PlanProblem(f"the prompt {problem.message}", line=begins + 1))
            elif problem.field not in malformed:
                problems.append(document.located(problem))
    if problems:
        raise PlanError(None, sorted(problems, key=lambda problem: problem.line or 0))
    return asked


def _plain(lines: list[str], begins: int) -> Iterator[str]:
    """Yield the lines of the text.

    Raises:
        PlanError: They hold what no text does, and no database.
    """
    for number, line in islice(enumerate(lines, 1), begins, None):
        for letter in line:
            if unicodedata.category(letter) == "Cc" and letter != "\t":
                unreadable(f"holds the control character U+{ord(letter):04X}", number)
        yield line


def _begin_of_text(lines: list[str]) -> int:
    """Return the index of the first line below the options; 0: there are none.

    Raises:
        PlanError: Options begin, and do not end.
    """
    if lines[0].rstrip() != _FENCE:
        return 0
    fences = (number for number, line in enumerate(lines, 1) if line.rstrip() == _FENCE)
    if (end := next(islice(fences, 1, None), None)) is None:
        unreadable(f"the options begin here, and end nowhere: write {_FENCE} below them", 1)
    return end


def _options(lines: list[str]) -> Document:
    """Return the options; the line that opens them is YAML's own mark of a document.

    Raises:
        PlanError: They are no mapping, or say what stands below them.
    """
    document = read_yaml("\n".join(lines))
    if document.root.value is None:
        return Document(Node({}, 1))
    if not isinstance(document.root.value, dict):
        unreadable("options are a mapping of names (seconds, style, ...) to values", 2)
    if (prompt := document.root.at(_PROMPT)) is not None:
        unreadable(f"the prompt is no option: write it below the {_FENCE}", prompt.line)
    return document
