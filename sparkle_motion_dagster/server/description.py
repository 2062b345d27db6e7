"""The description of what the server answers (OpenAPI 3.1), completed by what holds for all of it.

Each route says what it takes and what it sends. What stands before all of them, how problems come,
and what everything looks like by example is said here once.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from pydantic.warnings import UnsupportedFieldAttributeWarning

from sparkle_motion_dagster.server.access import OPEN
from sparkle_motion_dagster.server.examples.all_examples import EXAMPLES, PARAMETERS
from sparkle_motion_dagster.server.problems import (
    KINDS,
    MEDIA_TYPE,
    Problem,
    kind_of,
    problem_type,
)

# FastAPI silences this where it makes fields; those of our records are made when they are used.
warnings.filterwarnings(
    "ignore", "The 'alias' attribute with value", UnsupportedFieldAttributeWarning
)

Json = dict[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_WRITING = ("post", "put", "patch", "delete")
_PREFIX = "#/components/schemas/{model}"
_HEAD = re.compile("_head$")
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")

_TAGS = {
    "films": "Which films there are, and how they stand.",
    "control": "Pausing, stopping and resuming a film's run.",
    "reviews": "What people decide on what stages made.",
    "takes": "Items of films made in more than one way, of which a person chooses.",
    "renders": "Having films rendered.",
    "plans": "Checking plans, and having them rendered.",
    "drafts": "Having plans written.",
    "comments": "What people say of a film, at a time of it.",
    "artifacts": "What films are made of, file by file.",
    "actions": "How items were made.",
    "uploads": "Pictures and sounds that plans refer to.",
    "previews": "Small pictures of what films are made of.",
    "events": "What happens, as it happens.",
    "schemas": "JSON Schemas.",
    "sessions": "Browsers that have presented the token.",
    "health": "Whether the server lives, and what is missing.",
    "pages": "What browsers show.",
}

_SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The server's token: $SPARKLE_TOKEN, or the file server.token of the home.",
    },
}


class DescribedApi(FastAPI):
    """An application that describes itself, problems and examples included.

    ``reads_openly`` says whether whoever reads need not present the token.
    """

    def __init__(self, *, reads_openly: bool, **settings: Any) -> None:
        super().__init__(**settings)
        self._reads_openly = reads_openly

    def openapi(self) -> Json:
        """Return the description."""
        if self.openapi_schema is None:
            with warnings.catch_warnings():
                # It names a route's HEAD as its GET; only that is described below.
                warnings.filterwarnings("ignore", "Duplicate Operation ID")
                description = super().openapi()
            _complete(description, reads_openly=self._reads_openly)
        return super().openapi()


def _complete(description: Json, *, reads_openly: bool) -> None:
    for item in description["paths"].values():
        item.pop("head", None)  # wherever it is answered, it is answered as GET is
    components = description.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=_PREFIX)
    schemas |= {**problem.pop("$defs"), Problem.__name__: problem}
    for name, schema in schemas.items():
        if name in EXAMPLES:
            schema.setdefault("examples", [EXAMPLES[name]])
    components["responses"] = {_name(status): _problem_of(status) for status in KINDS}
    components["securitySchemes"] = _SECURITY
    used = set()
    for path, method, operation in _operations(description):
        used.update(operation.get("tags", ()))
        _complete_operation(operation, method)
        token: Json = {"token": []}
        is_open = (method.upper(), path) in OPEN or (reads_openly and method not in _WRITING)
        operation["security"] = [{}, token] if is_open else [token]
    description["tags"] = [
        {"name": name, "description": said} for name, said in _TAGS.items() if name in used
    ]


def _operations(description: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in description["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _complete_operation(operation: Json, method: str) -> None:
    operation["operationId"] = _HEAD.sub("_get", operation["operationId"])
    said = operation.get("description", "")
    operation["summary"] = said.partition("\n")[0] or operation["summary"]
    for parameter in operation.get("parameters", ()):
        if (known := PARAMETERS.get(parameter["name"])) is not None:
            if known.example is not None:
                parameter.setdefault("example", known.example)
            parameter.setdefault("description", known.meaning)
    responses: Json = operation["responses"]
    for body in (operation.get("requestBody", {}), *responses.values()):
        for media in body.get("content", {}).values():
            _give_example(media)
    for code in [one for one in responses if one[0] in "45"]:
        is_frameworks = "HTTPValidationError" in str(responses[code].get("content"))
        own = "" if is_frameworks else responses[code].get("description", "")
        responses[code] = _problem_of(int(code), own)
    for status in _statuses(operation, method):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})
    responses["default"] = {"$ref": f"#/components/responses/{_name(500)}"}


def _give_example(media: Json) -> None:
    """Give what is of one of several schemas the example of the first; others have their own."""
    either = media.get("schema", {}).get("anyOf", ())
    names = [one["$ref"].rpartition("/")[2] for one in either if "$ref" in one]
    if names and names[0] in EXAMPLES:
        media.setdefault("example", EXAMPLES[names[0]])


def _statuses(operation: Json, method: str) -> Iterator[int]:
    """Yield the statuses of the problems that an operation may answer with, beside its own."""
    yield from (400, 401, 403, 429)
    if operation.get("parameters"):
        yield from (404, 409, 422)
    if any(one["name"] == "if-match" for one in operation.get("parameters", ())):
        yield 412
    if method in _WRITING:
        yield from (409, 413, 415, 422)
    if "206" in operation["responses"]:
        yield 416


def _name(status: int) -> str:
    """Return what the answers of a status are called among the components."""
    return "".join(word.capitalize() for word in KINDS[status].name.split("-"))


def _problem_of(status: int, said: str = "") -> Json:
    """Return the description of the answers that are problems of a status."""
    kind = kind_of(status)
    example = {
        "type": problem_type(status),
        "title": kind.title,
        "status": status,
        "detail": said or kind.meaning,
    }
    schema = {"$ref": _PREFIX.format(model=Problem.__name__)}
    content: Mapping[str, Json] = {MEDIA_TYPE: {"schema": schema, "example": example}}
    return {"description": said or kind.meaning, "content": content}
