"""The caps' file: the one that ``$SPARKLE_RATE_LIMITS`` names, else ours, which caps nothing."""

import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from sparkle_motion_dagster.engines.registry import declarations
from sparkle_motion_dagster.errors import did_you_mean
from sparkle_motion_dagster.plan.reading.operator_file import OperatorFile, OperatorFileError
from sparkle_motion_dagster.production.rate_limits.bucket import Bucket
from sparkle_motion_dagster.production.rate_limits.caps import (
    Cap,
    What,
    engine_account,
    provider_account,
)
from sparkle_motion_dagster.units import Record


class RateLimitsFileError(OperatorFileError):
    """The caps cannot be read, or something in them is wrong: nothing is made without them."""

    unusable = "The rate limits {path} cannot be used, and without them nothing is made."


def _check_differ(caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
    for (what, per), count in Counter((cap.what, cap.per) for cap in caps).items():
        if count > 1:
            raise ValueError(f"{what} per {per} are capped {count} times: keep one of these caps")
    return caps


Caps = Annotated[tuple[Cap, ...], AfterValidator(_check_differ)]


class DeclaredCaps(Record):
    """What may be asked of engines and of providers of speech, by their names."""

    schema_version: Literal["1"]
    engines: dict[str, Caps] = Field(default={})
    providers: dict[str, Caps] = Field(default={})

    @field_validator("engines")
    @classmethod
    def _can_be_counted(cls, engines: dict[str, Caps]) -> dict[str, Caps]:
        for name, caps in engines.items():
            if name not in declarations():
                raise ValueError(
                    f"there is no engine {name!r}.{did_you_mean(name, declarations())} Known: "
                    f"{', '.join(declarations())}"
                )
            spoken = [cap.what for cap in caps if cap.what in (What.CHARACTERS, What.USD)]
            if spoken and declarations()[name].kind != "speech":
                raise ValueError(
                    f"{name} is given no lines to speak, of which {spoken[0]} are counted: cap its "
                    f"{What.REQUESTS} or its {What.GPU_MINUTES}"
                )
        return engines

    @field_validator("providers")
    @classmethod
    def _are_named(cls, providers: dict[str, Caps]) -> dict[str, Caps]:
        for name in providers:
            if re.fullmatch(r"[a-z][a-z0-9_-]*", name) is None:
                raise ValueError(f"{name!r} is no name that a provider may have")
        return providers

    def buckets(self, engine: str, provider: str | None) -> tuple[Bucket, ...]:
        """Return the buckets that an item of an engine, and of a provider, takes tokens of."""
        return (
            *(cap.bucket(engine_account(engine)) for cap in self.engines.get(engine, ())),
            *(
                cap.bucket(provider_account(name))
                for name in [provider]
                if name is not None
                for cap in self.providers.get(name, ())
            ),
        )

    def all_buckets(self) -> Iterator[Bucket]:
        """Yield all buckets, those of engines first."""
        for name, caps in self.engines.items():
            yield from (cap.bucket(engine_account(name)) for cap in caps)
        for name, caps in self.providers.items():
            yield from (cap.bucket(provider_account(name)) for cap in caps)


@dataclass(frozen=True)
class LoadedCaps:
    """Caps, and the file that declares them."""

    caps: DeclaredCaps
    path: Path


def load_caps() -> LoadedCaps:
    """Return the caps that count here; a file that has not changed is read once a process.

    Raises:
        RateLimitsFileError: They cannot be read, or something in them is wrong.
    """
    return _loaded(*_FILE.found())


def declared_caps() -> DeclaredCaps:
    """Return what `load_caps` does, without where it is from."""
    return load_caps().caps


_FILE = OperatorFile(
    variable="SPARKLE_RATE_LIMITS",
    shipped="rate-limits.yaml",
    model=DeclaredCaps,
    parts={"engines": Cap, "providers": Cap},
    error=RateLimitsFileError,
)


@functools.lru_cache(maxsize=2)
def _loaded(path: Path, data: bytes) -> LoadedCaps:
    return LoadedCaps(_FILE.read(path, data), path)
