"""Which server is asked, and how it is to speak every line."""

from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.engines.machinery.openai_protocol.settings import ServerSettings


class OpenaiSpeechSettings(ServerSettings):
    """Which server is asked, and how it is to speak every line."""

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
