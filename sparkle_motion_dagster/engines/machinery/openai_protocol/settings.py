"""Which server is asked, and with which key."""

from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from sparkle_motion_dagster.engines.base import EngineSettings

OFFICIAL = "https://api.openai.com/v1"
"""Where OpenAI's own server answers."""


class ServerSettings(EngineSettings):
    """Which server is asked, for which of its models, and with which key."""

    configured_only: ClassVar[frozenset[str]] = frozenset({"base_url", "api_key_env"})

    base_url: str = Field(
        default=OFFICIAL,
        description="the server's address, up to what comes before /audio/speech or "
        "/chat/completions",
    )
    model: str = Field(min_length=1, description="which of the server's models is asked")
    timeout_s: float = Field(
        default=120.0,
        gt=0,
        le=3600,
        exclude=True,
        description="how many seconds an answer may take, from the question to its last byte",
    )
    api_key_env: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        exclude=True,
        description="the environment variable that holds the server's key; null: OPENAI_API_KEY "
        "for OpenAI's own server, and no key for any other",
    )

    @field_validator("base_url")
    @classmethod
    def _is_a_plain_address(cls, written: str) -> str:
        try:
            parts = urlsplit(written)
            named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
            named = named and written.isascii() and written.isprintable() and " " not in written
        except ValueError:
            named = False
        if not named:
            raise ValueError("an address begins with http:// or https://, and names a server")
        if "@" in parts.netloc or parts.query or parts.fragment:
            # Settings are written into manifests and logs.
            raise ValueError(
                "an address holds no name, key or question: a key comes from the environment "
                "variable that api_key_env names"
            )
        return written.rstrip("/")
