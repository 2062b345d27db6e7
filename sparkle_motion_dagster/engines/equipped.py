"""Engines that need more than a folder: a device, workers, somebody to report their steps to."""

from __future__ import annotations

from typing import TypeVar

from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Request
from sparkle_motion_dagster.engines.facilities import Facilities

RequestT = TypeVar("RequestT", bound=Request)
SettingsT = TypeVar("SettingsT", bound=EngineSettings)


class EquippedEngine(Engine[RequestT, SettingsT]):
    """An engine that is given facilities."""

    def __init__(self, settings: SettingsT, facilities: Facilities) -> None:
        super().__init__(settings)
        self.facilities = facilities
