"""An engine's settings as a profile holds them, each with what it means and what it may be."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.declaration import EngineDeclaration

_WIDTH = 100

_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
}

_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
}

_Schema = Mapping[str, Any]


def settings_in_yaml(engine: EngineDeclaration, settings: type[EngineSettings]) -> Iterator[str]:
    """Yield the lines of a profile's part that says of all settings what they are by default.

    Args:
        engine: The engine.
        settings: The model of its settings.
    """
    schema = settings.model_json_schema()
    yield "# A profile says what differs from this; each value is the default."
    yield from (f"{engine.kind}:", "  config:", f"    engine: {engine.name}")
    if not schema.get("properties"):
        yield "    settings: {}"
        return
    yield "    settings:"
    yield from textwrap.indent("\n".join(_Settings(schema).lines(schema)), " " * 6).splitlines()


class _Settings:
    """Writes the fields of a JSON schema, with those that it refers to."""

    def __init__(self, whole: _Schema) -> None:
        self._parts: Mapping[str, _Schema] = whole.get("$defs", {})

    def lines(self, schema: _Schema, defaults: Mapping[str, Any] | None = None) -> Iterator[str]:
        """Yield the lines of an object's fields.

        Args:
            schema: The object's schema.
            defaults: What its fields are where it is a default itself.
        """
        for name, field in schema["properties"].items():
            yield from _comment(self._meaning(field))
            default = {**field, "default": (defaults or {}).get(name, field.get("default"))}
            yield from self._value(name, default, required=name in schema.get("required", ()))

    def _value(self, name: str, field: _Schema, *, required: bool) -> Iterator[str]:
        objects = [one for one in self._forms(field) if "properties" in one]
        default = field.get("const", field["default"])
        if isinstance(default, dict) and len(objects) == 1:
            yield f"{name}:"
            yield from textwrap.indent("\n".join(self.lines(objects[0], default)), "  ").split("\n")
            return
        if required and default is None:
            yield f"{name}:  # must be said"
        else:
            yield f"{name}: {json.dumps(default, ensure_ascii=False)}"
        for one in objects:
            yield "# or:"
            inner = "\n".join([f"{name}:", *(f"  {line}" for line in self.lines(one))])
            yield from textwrap.indent(inner, "# ").splitlines()

    def _meaning(self, field: _Schema) -> str:
        """Return what a field means, and what it may be."""
        forms = list(dict.fromkeys(filter(None, map(self._form, self._forms(field)))))
        # What follows as an object of its own need not be announced by "null" alone.
        may_be = (
            "" if forms in ([], ["null"]) else f"({', or '.join(sorted(forms, key=_is_other))})"
        )
        return " ".join(filter(None, (field.get("description"), may_be)))

    def _forms(self, field: _Schema) -> Iterator[_Schema]:
        """Yield the schemas of which a field's value meets one."""
        if "$ref" in field:
            yield from self._forms(self._parts[field["$ref"].rpartition("/")[2]])
        elif choices := field.get("anyOf") or field.get("oneOf"):
            for choice in choices:
                yield from self._forms(choice)
        else:
            yield field

    def _form(self, schema: _Schema) -> str:
        """Return what a value may be, in words; nothing of what is written out below it."""
        if "properties" in schema or "const" in schema:
            return ""
        if "enum" in schema:
            return ", ".join(map(str, schema["enum"]))
        return ", ".join([self._type(schema), *_bounds(schema)])

    def _type(self, schema: _Schema) -> str:
        if schema.get("format") == "path":
            return "a path"
        if schema.get("type") == "array":
            items = schema.get("prefixItems")
            one = self._type(items[0] if items else schema["items"])
            return f"a list of {len(items)}, each a {one}" if items else f"a list, each a {one}"
        if isinstance(named := schema.get("additionalProperties"), dict):
            return f"names, each with a {self._type(named)}"
        return _TYPES.get(schema.get("type", ""), "anything")


def _bounds(schema: _Schema) -> Iterator[str]:
    """Yield within which bounds a number lies, in words."""
    if {"minimum", "maximum"} <= schema.keys():
        yield f"{schema['minimum']} to {schema['maximum']}"
        schema = {key: schema[key] for key in schema.keys() - {"minimum", "maximum"}}
    yield from (text.format(schema[key]) for key, text in _BOUNDS.items() if key in schema)


def _is_other(form: str) -> bool:
    """Sort "null" before what else a value may be."""
    return form != "null"


def _comment(text: str) -> Iterator[str]:
    for line in textwrap.wrap(text, _WIDTH - 10):
        yield f"# {line}"
