"""Which server is asked, and how it is to speak every line."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from sparkle_motion_dagster.engines.base import EngineSettings

OFFICIAL = "https://api.openai.com/v1"
"""Where OpenAI's own server answers."""


class OpenaiSpeechSettings(EngineSettings):
    """Which server is asked, and how it is to speak every line."""

    base_url: str = Field(
        default=OFFICIAL,
        description="the server's address, up to what comes before /audio/speech",
    )
    model: str = Field(
        default="gpt-4o-mini-tts", min_length=1, description="which of the server's models speaks"
    )
    response_format: Literal["flac", "wav", "mp3"] = Field(
        default="flac",
        description="what the server is to send; a FLAC file shows best whether it is whole, MP3 "
        "costs quality",
    )
    instructions: str = Field(
        default="",
        max_length=4096,
        description="how all lines are to be spoken, in words; what a voice's entry in the "
        "catalogue says comes before it",
    )
    voices: dict[str, str] = Field(
        default={},
        description="what this server calls voices: its name for one of the catalogue's "
        "(alloy: af_heart); others keep theirs",
    )
    sample_rate: int | None = Field(
        default=None,
        ge=8_000,
        le=48_000,
        exclude=True,
        description="how many samples a second the server's sound has: with any other, the "
        "answer is refused; null: whatever it says",
    )
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
