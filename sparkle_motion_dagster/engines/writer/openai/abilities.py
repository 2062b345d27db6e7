"""What a server can do of the protocol: supposed first, then as it refuses it.

Servers have more or less of it. What they lack is found by asking: the refusal names it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sparkle_motion_dagster.engines.machinery.openai_protocol.settings import OFFICIAL

_REFUSALS = frozenset({400, 404, 422, 501})
"""The statuses with which servers refuse what they cannot do."""


class Structure(StrEnum):
    """How an answer is held to be a shot list, the surest way first.

    ``BOUNDED`` is held to the schema while it is written, ``SCHEMA`` to the schema without the
    lengths of its texts, which some servers cannot hold to, OpenAI's among them. ``JSON`` is any
    JSON object, ``TEXT`` any text: there the schema stands in the prompt alone.
    """

    BOUNDED = "json_schema"
    SCHEMA = "json_schema without lengths"
    JSON = "json_object"
    TEXT = "text"

    def response_format(self, schema: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what asks for it; None: nothing does."""
        if self is Structure.TEXT:
            return None
        if self is Structure.JSON:
            return {"type": "json_object"}
        held = schema if self is Structure.BOUNDED else _without_lengths(schema)
        named = {"name": "shot_list", "strict": True, "schema": held}
        return {"type": "json_schema", "json_schema": named}


def _without_lengths(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {key: _without_lengths(one) for key, one in schema.items() if key != "maxLength"}
    return [_without_lengths(one) for one in schema] if isinstance(schema, list) else schema


@dataclass(frozen=True)
class Abilities:
    """What a server can do, as far as is known.

    Attributes:
        structures: The ways of holding an answer to its schema; the first one is used.
        limits: The names that the most tokens of an answer go by; the first one is used.
        seeds: Whether it takes a seed.
        streams: Whether it sends an answer while it is written.
        counts: Whether it counts tokens in a stream, too.
    """

    structures: tuple[Structure, ...] = tuple(Structure)
    limits: tuple[str, ...] = ("max_tokens", "max_completion_tokens")
    seeds: bool = True
    streams: bool = True
    counts: bool = True

    @classmethod
    def supposed(cls, base_url: str) -> "Abilities":
        """Return what a server should be able to do that has refused nothing yet."""
        if base_url == OFFICIAL:
            return cls(structures=tuple(Structure)[1:], limits=("max_completion_tokens",))
        return cls()

    def without_what_is_refused(self, status: int, body: object) -> "Abilities | None":
        """Return what is left after a refusal; None: it is about something else.

        Args:
            status: The refusal's HTTP status.
            body: What it says: JSON as it was read, or text.
        """
        if status not in _REFUSALS:
            return None
        named = body.get("param") if isinstance(body, Mapping) else None
        said = named if isinstance(named, str) and named else " ".join(_strings(body))
        left = (less for names, less in self._less() if re.search(names, said, re.IGNORECASE))
        return next((less for less in left if less != self), None)

    def _less(self) -> "Iterator[tuple[str, Abilities]]":
        """Yield the words by which servers name an ability, and what is left without it."""
        yield r"stream_options|include_usage", replace(self, counts=False)
        yield (
            r"response_?format|json_?(schema|object|mode)|structured|schema|grammar|maxlength",
            replace(self, structures=self.structures[1:] or self.structures),
        )
        yield r"max_(completion_)?tokens", replace(self, limits=self.limits[1:] or self.limits)
        yield r"\bseed\b", replace(self, seeds=False)
        yield r"\bstream(ing)?\b", replace(self, streams=False)


def _strings(body: object) -> Iterator[str]:
    """Yield what a refusal says, without what it quotes of the question."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for name, one in body.items():
            if name != "input":
                yield from _strings(one)
    elif isinstance(body, list):
        for one in body:
            yield from _strings(one)
