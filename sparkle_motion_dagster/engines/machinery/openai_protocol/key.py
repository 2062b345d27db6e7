"""The key to a server: from the environment, and from there to the server alone."""

import html
import json
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from sparkle_motion_dagster.engines.base import NotReadyError
from sparkle_motion_dagster.engines.machinery.openai_protocol.settings import (
    OFFICIAL,
    ServerSettings,
)

_OFFICIAL_VARIABLE = "OPENAI_API_KEY"

_LIKE_A_KEY = re.compile(r"\bsk-[\w*-]+(\.[\w*-]+)*")
"""OpenAI's keys, and what its messages show of them."""


class MissingKeyError(NotReadyError):
    """The key to a server is not set, is no key, or is not taken."""


@dataclass(frozen=True)
class ApiKey:
    """A key, and the environment variable that it is from; empty where a server needs none."""

    variable: str | None
    value: str = field(repr=False)

    def hidden_in(self, text: str) -> str:
        """Return a text without the key: servers write into their answers what they are sent.

        A text is to be whole: of one that was shortened, the beginning of a key might be left.
        """
        for written in self._ways_to_write:
            text = text.replace(written, "(the key)")
        return _LIKE_A_KEY.sub("(a key)", text)

    @cached_property
    def _ways_to_write(self) -> tuple[str, ...]:
        """The key as it stands in texts, addresses, JSON, HTML and Python."""
        key = self.value
        in_json = json.dumps(key)[1:-1]
        ways = (key, quote(key, safe=""), in_json, in_json.replace("/", "\\/"), html.escape(key))
        return tuple(dict.fromkeys(filter(None, (*ways, repr(key)[1:-1]))))


def key_for(settings: ServerSettings) -> ApiKey:
    """Return the key to the server that the settings name.

    OpenAI's key goes to OpenAI's server, and to another one only where the settings say so.

    Raises:
        MissingKeyError: The environment variable is not set, or holds what no key does.
    """
    variable = settings.api_key_env
    if variable is None:
        if settings.base_url != OFFICIAL:
            return ApiKey(None, "")
        variable = _OFFICIAL_VARIABLE
    value = os.environ.get(variable, "").strip()
    if not value:
        raise MissingKeyError(
            f"The key to {settings.base_url} is not set. Put it into the environment variable "
            f"{variable} (the setting api_key_env names another one), or have another engine do it."
        )
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise MissingKeyError(
            f"What the environment variable {variable} holds is no key: it has spaces, line breaks "
            f"or characters beyond ASCII. Copy the key to {settings.base_url} once more."
        )
    return ApiKey(variable, value)
