"""What a speech engine is asked for, and what it answers."""

from collections.abc import Mapping
from textwrap import shorten
from typing import ClassVar, TypeVar

from pydantic import Field, JsonValue, ValidationError

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineInputError,
    Request,
    SettingsT,
)
from sparkle_motion_dagster.errors import reasons
from sparkle_motion_dagster.units import Record

DeliveryT = TypeVar("DeliveryT", bound=Record)


class NothingToSayError(EngineInputError):
    """A line holds nothing that can be pronounced."""

    @classmethod
    def of_line(cls, line: str) -> "NothingToSayError":
        """Return the error that says so of a line."""
        return cls(
            f"The line {line!r} holds nothing that can be pronounced. Give it words, or make it a "
            "silence."
        )


class Voice(Request):
    """The voice of a line, as the voice catalogue resolved it for one provider.

    ``provider_voice`` is the provider's own name of it, ``settings`` what else the provider takes,
    ``reference`` a recording of the voice, for a provider that can imitate it.
    """

    provider_voice: str
    language: str
    settings: dict[str, JsonValue] = Field(default={})
    reference: StoredFile | None = Field(default=None, exclude_if=lambda file: file is None)


class SpeechRequest(Request):
    """One take of one line, spoken ``tempo`` times as fast as the voice usually does."""

    text: str
    voice: Voice
    tempo: float = Field(default=1.0, ge=0.5, le=2.0)
    seed: int = Field(ge=0, lt=2**32)

    @property
    def extent(self) -> Mapping[str, JsonValue]:
        """Its characters; see ``Request.extent``."""
        return {"characters": len(self.text)}

    @property
    def work(self) -> float:
        """Its characters; see ``Request.work``."""
        return float(max(len(self.text), 1))

    @property
    def excerpt(self) -> str:
        """The beginning of the line in quotes, as messages name it."""
        return repr(shorten(self.text, 60, placeholder="…"))

    def delivered(self, delivery: type[DeliveryT], engine: str) -> DeliveryT:
        """Return how an engine of that name is to speak, in its own terms.

        Raises:
            EngineInputError: The voice has settings that the engine cannot take.
        """
        try:
            return delivery.model_validate(self.voice.settings)
        except ValidationError as error:
            raise EngineInputError(
                f"The voice {self.voice.provider_voice!r} of the line {self.excerpt} has settings "
                f"that {engine} cannot take: {reasons(error)}."
            ) from error


class SpeechEngine(Engine[SpeechRequest, SettingsT]):
    """Speaks lines.

    Each result holds an output ``audio``: a mono WAV (``audio/wav``) at the engine's own sample
    rate, without silence before the first or after the last sound; and, where the engine knows
    them, an output ``timings``: ``SpeechTimings`` as JSON (``application/json``).

    The film's checks and pages read in the metadata, where an engine knows it: ``unspoken`` (what
    of the line is passed over), ``directions`` (stage directions that are left out), ``takes`` (one
    entry for each time that the line was spoken), and ``faults`` (what is wrong with the take that
    was kept).
    """

    speaks_at_tempo: ClassVar[bool]
    """Whether the engine can speak faster itself; else the take is time-stretched."""

    gives_timings: ClassVar[bool]
    """Whether its results have the output ``timings``."""

    def check_ready(self) -> None:
        """Make sure, before pictures are made for hours, that what the engine runs on is there.

        Raises:
            NotReadyError: It is not; the message says what to do.
        """
