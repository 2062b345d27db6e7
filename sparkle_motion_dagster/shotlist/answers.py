"""The answer of a writer: a shot list as JSON, the schema that it is held to, and reading it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.shotlist.brief import MOST_SPEAKERS, Brief
from sparkle_motion_dagster.shotlist.models import ShotList

_OF_SCRIPTS = ("line",)
"""Fields that say where in a script something stands, which no writer is asked for."""

LONGEST = {
    "title": 60,
    "story": 300,
    "credit": 60,
    "style": 120,
    "language": 6,
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


def answer_schema(brief: Brief) -> dict[str, Any]:
    """Return the JSON Schema that an answer to a brief is held to.

    It is that of `ShotList` with each text and list bounded, every field demanded and no other
    allowed, and without references: what servers and decoders that hold to a schema can do.
    """
    schema = ShotList.model_json_schema()
    most = {
        "characters": MOST_SPEAKERS,
        "scenes": max(1, brief.most_shots // 2),
        "shots": brief.most_shots,
        "lines": 3,
    }
    bounded: dict[str, Any] = _bounded(schema, schema.pop("$defs"), most, "")
    return bounded


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
        case "string":
            return {
                "type": "string",
                "maxLength": LONGEST.get(name, _LONGEST_OTHER),
            }
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
    """Return what an answer says: JSON, alone or in a fence or among other words."""
    text = _json_in(answer)
    if text is None:
        return Reading(None, ("There is no JSON object in the answer.",))
    try:
        said = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
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


def _told(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False, include_input=False):
        yield f"{_place(one['loc'])}: {one['msg']}."


def _place(loc: tuple[int | str, ...]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return place.removeprefix(".") or "the answer"
