"""Whisper as tests listen with it: each model is loaded once a process."""

from __future__ import annotations

import functools
from typing import Any, cast

from devices import on_cpu
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.engines.registry import engine_of


@functools.cache
def whisper(model: str = "tiny.en") -> HearingEngine[Any]:
    """Return one of Whisper's models, as packages hold it."""
    return a_whisper(model=model)


def a_whisper(**settings: Any) -> HearingEngine[Any]:
    """Return Whisper of one's own, with some settings."""
    return cast(HearingEngine[Any], engine_of("hearing", "whisper", settings, on_cpu()))
