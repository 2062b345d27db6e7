"""Which server is asked to write, and how much."""

from pydantic import Field

from sparkle_motion_dagster.engines.machinery.openai_protocol.settings import ServerSettings


class OpenaiWriterSettings(ServerSettings):
    """Which server is asked to write, and how much.

    The default model is the one that OpenAI's deprecations page names as the replacement of its
    small models (gpt-4o-mini, gpt-4.1-mini), which end on 2027-01-14. It has structured output, and
    costs 0.10 and 0.50 US dollars a million tokens, in and out.
    """

    model: str = Field(
        default="gpt-6-luna", min_length=1, description="which of the server's models writes"
    )
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="how freely it chooses its words; null: as the model usually does, and as "
        "models that reason want it",
    )
    max_tokens: int = Field(
        default=16_384,
        ge=1,
        le=131_072,
        description="how many tokens an answer may have; of a model that reasons, what it thinks "
        "counts, too",
    )
    timeout_s: float = Field(
        default=600.0,
        gt=0,
        le=3600,
        exclude=True,
        description="how many seconds an answer may take, from the question to its last word; what "
        "has come until then is kept",
    )
    retries: int = Field(
        default=3,
        ge=0,
        le=20,
        exclude=True,
        description="how often a server is asked again that is busy or not there",
    )
    wait_s: float = Field(
        default=2.0,
        gt=0,
        le=60,
        exclude=True,
        description="after how many seconds it is asked again, then after twice, three times as "
        "many, where it does not say itself",
    )
