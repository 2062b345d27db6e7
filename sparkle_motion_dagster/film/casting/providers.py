"""Providers of speech: what each can do, how well, how fast and for how much, and how often."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import Field, JsonValue, StringConstraints, model_validator

from sparkle_motion_dagster.engines.registry import performances
from sparkle_motion_dagster.engines.speech.performances import Performance
from sparkle_motion_dagster.production.rate_limits.caps import (
    Charge,
    one_at_a_time,
    provider_account,
)
from sparkle_motion_dagster.units import Record

Feature = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Caps(Record):
    """What a provider may be asked for at most; what is left out is not limited.

    Characters are those of the lines as they are said, numbers and what else is written short in
    full. A film's are counted whether its lines are spoken now
    or come from the store, so that a film is cast the same way on every render. A line that is
    spoken again, faster, counts twice; one for which that is too much is stretched.
    """

    characters_per_line: int | None = Field(default=None, gt=0)
    characters_per_film: int | None = Field(default=None, gt=0)
    cost_usd_per_film: float | None = Field(default=None, ge=0)
    requests_per_minute: float | None = Field(default=None, gt=0)


class Retries(Record):
    """How patient to be with a provider that is busy.

    It is asked again after ``wait_s`` seconds, then after twice, three times as many, ``most``
    times at most while no further line gets spoken.
    """

    most: int = Field(default=3, ge=0, le=100)
    wait_s: float = Field(default=2.0, gt=0, le=3600)


class Provider(Record):
    """Somebody who speaks lines: an engine with some settings.

    ``languages`` left out are those of the catalogue's voices. ``paces`` is how many letters of a
    language its voices say in a second, measured at their own rate. ``quality`` is between 0 and 1,
    ``latency_s`` the seconds that a typical line takes. ``default_voice`` is the engine's own name
    of the voice that it performs what the catalogue does not say how to.
    """

    engine: str
    settings: dict[str, JsonValue] = Field(default={})
    features: tuple[Feature, ...] = ()
    languages: tuple[Language, ...] | None = None
    paces: dict[Language, Annotated[float, Field(gt=0)]] = Field(default={})
    quality: float = Field(ge=0, le=1)
    latency_s: float = Field(ge=0)
    cost_usd_per_1k_chars: float = Field(default=0.0, ge=0)
    caps: Caps = Caps()
    retries: Retries = Retries()
    default_voice: str | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "Provider":
        if self.engine not in performances():
            raise ValueError(
                f"no engine {self.engine!r} performs voices. Those that do: "
                f"{', '.join(performances())}"
            )
        if self.default_voice is not None:
            if self.languages is None:
                raise ValueError("with a default_voice, say its languages")
            self.default_performance()
        return self

    def default_performance(self) -> Performance:
        """Return how the engine performs a voice of which the catalogue does not say it."""
        return performances()[self.engine].model_validate({"voice": self.default_voice})

    def cost_usd(self, characters: int) -> float:
        """Return what speaking so many characters costs, in US dollars."""
        return characters * self.cost_usd_per_1k_chars / 1000

    def charge(self, name: str, characters: int) -> Charge:
        """Return what speaking so many characters takes of the provider, whose name that is."""
        per_minute = self.caps.requests_per_minute
        buckets = () if per_minute is None else (one_at_a_time(provider_account(name), per_minute),)
        return Charge(name, characters, self.cost_usd(characters), buckets)


@dataclass(frozen=True)
class Score:
    """How well a provider suits a priority: ``total``, and what each of its merits adds to it."""

    total: float
    quality: float
    latency: float
    cost: float

    def as_json(self) -> dict[str, JsonValue]:
        """Return the score as a manifest shows it."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


class Priority(Record):
    """What counts in the choice of a provider, and how much: weights, of which the sum is 1."""

    quality: float = Field(ge=0)
    latency: float = Field(ge=0)
    cost: float = Field(ge=0)

    @model_validator(mode="before")
    @classmethod
    def _sums_to_one(cls, weights: Any) -> Any:
        numbers = list(weights.values()) if isinstance(weights, dict) else []
        if numbers and all(isinstance(one, int | float) for one in numbers):
            total = sum(numbers)
            if total <= 0:
                raise ValueError("at least one weight must be more than 0")
            return {name: weight / total for name, weight in weights.items()}
        return weights

    def score(self, provider: Provider) -> Score:
        """Return how well a provider suits: each merit lies between 0 and 1, 1 being the best.

        A provider's quality is a merit as it is; a latency of 0 seconds, and a price of 0 US
        dollars per 1000 characters, are merits of 1, one second or one dollar is half of that.
        """
        quality = self.quality * provider.quality
        latency = self.latency / (1 + provider.latency_s)
        cost = self.cost / (1 + provider.cost_usd_per_1k_chars)
        return Score(quality + latency + cost, quality, latency, cost)
