"""The answer of a writer: a shot list as JSON, the schema that it is held to, and reading it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.writing.brief import MOST_SPEAKERS, Brief

_OF_SCRIPTS = ("line", "number")
"""Fields that say where in a script something stands, which no writer is asked for."""

LONGEST = {
    "title": 60,
    "story": 300,
    "credit": 60,
    "style": 120,
    "name": 30,
    "description": 160,
    "place": 60,
    "time": 30,
    "shows": 200,
    "speaker": 30,
    "text": 150,
}
"""Letters of each text: an answer that is held to the schema has an end."""

_LONGEST_OTHER = 30

_LANGUAGE = r"^[a-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}$"
"""A language tag."""

_MOST_SCENES, _MOST_SHOTS_A_SCENE, _MOST_LINES_A_SHOT = 12, 12, 3
"""Of films of any length: a list whose end nothing brings about ends here."""

_FURTHER = 2
"""How many more of everything there may be in a story that is changed."""

_NO_LETTER = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters, which no file can hold."""


def answer_schema(brief: Brief, before: ShotList | None = None) -> dict[str, Any]:
    """Return the JSON Schema that an answer to a brief is held to.

    It is that of `ShotList` with each text and list bounded, no text empty, every field demanded
    and no other allowed, and without references: what servers and decoders that hold to a schema
    can do.

    Args:
        brief: What is asked for.
        before: The story that is to be changed, which has room in it; None: there is none yet.
    """
    schema = ShotList.model_json_schema()
    most = {
        "characters": MOST_SPEAKERS,
        "scenes": min(max(1, brief.most_shots // 3), _MOST_SCENES),
        "shots": min(brief.most_shots, _MOST_SHOTS_A_SCENE),
        "lines": _MOST_LINES_A_SHOT,
    }
    if before is not None:
        most = {name: max(most[name], count + _FURTHER) for name, count in _counts(before).items()}
    bounded: dict[str, Any] = _bounded(schema, schema.pop("$defs"), most, "")
    return bounded


def _counts(listed: ShotList) -> dict[str, int]:
    """Return how long a story's lists are, the longest of each name."""
    return {
        "characters": len(listed.characters),
        "scenes": len(listed.scenes),
        "shots": max(len(scene.shots) for scene in listed.scenes),
        "lines": max(len(shot.lines) for scene in listed.scenes for shot in scene.shots),
    }


def _bounded(part: Any, known: dict[str, Any], most: dict[str, int], name: str) -> Any:
    if "$ref" in part:
        return _bounded(known[part["$ref"].rpartition("/")[2]], known, most, name)
    if "anyOf" in part:
        return {"anyOf": [_bounded(one, known, most, name) for one in part["anyOf"]]}
    if "enum" in part or part.get("type") in ("boolean", "null"):
        return {key: part[key] for key in ("type", "enum") if key in part}
    match part.get("type"):
        case "object":
            fields = {
                field: _bounded(one, known, most, field)
                for field, one in part["properties"].items()
                if field not in _OF_SCRIPTS
            }
            return {
                "type": "object",
                "properties": fields,
                "required": list(fields),
                "additionalProperties": False,
            }
        case "array":
            of_names = part["items"].get("type") == "string"
            return {
                "type": "array",
                "items": _bounded(part["items"], known, most, "name"),
                "minItems": part.get("minItems", 0),
                "maxItems": 3 if of_names else most[name],
            }
        case "string" if name == "language":
            return {"type": "string", "pattern": _LANGUAGE}
        case "string":
            longest = LONGEST.get(name, _LONGEST_OTHER)
            return {"type": "string", "minLength": 1, "maxLength": longest}
    raise TypeError(f"the schema of shot lists has a part that is not known here: {part}")


@dataclass(frozen=True)
class Reading:
    """What an answer says.

    Attributes:
        listed: Its shot list; None: it has none that can be read.
        problems: What is wrong with it, in words that whoever wrote it can mend it by.
    """

    listed: ShotList | None
    problems: tuple[str, ...] = ()


def read_answer(answer: str) -> Reading:
    """Return what an answer says: JSON, alone or in a fence or among other words.

    Each text in it is one line: white space, and what is no character, is a space.
    """
    text = _json_in(answer)
    if text is None:
        return Reading(None, ("There is no JSON object in the answer.",))
    try:
        said = _in_lines(json.loads(text))
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is the former
        return Reading(None, (f"The JSON of the answer cannot be read: {error}.",))
    try:
        return Reading(ShotList.model_validate(said))
    except ValidationError as error:
        return Reading(None, tuple(_told(error)))


def _json_in(answer: str) -> str | None:
    begin, end = answer.find("{"), answer.rfind("}")
    if begin < 0:
        return None
    return answer[begin : end + 1] if end > begin else answer[begin:]


def _in_lines(said: Any) -> Any:
    """Return what was said with each text in one line; one in which nothing is left is None."""
    match said:
        case dict():
            return {key: _in_lines(one) for key, one in said.items()}
        case list():
            return [_in_lines(one) for one in said]
        case str():
            return " ".join(_NO_LETTER.sub(" ", said).split()) or None
    return said


def _told(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False, include_input=False):
        yield f"{_place(one['loc'])}: {one['msg']}."


def _place(loc: tuple[int | str, ...]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return place.removeprefix(".") or "the answer"
