"""Engines that need more than a folder: a device, workers, somebody to report their steps to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TypeVar

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Request
from sparkle_motion_dagster.engines.machinery.facilities import Facilities

RequestT = TypeVar("RequestT", bound=Request)
SettingsT = TypeVar("SettingsT", bound=EngineSettings)


class EquippedEngine(Engine[RequestT, SettingsT]):
    """An engine that is given facilities, for the model that it runs."""

    def __init__(self, settings: SettingsT, facilities: Facilities) -> None:
        super().__init__(settings)
        self.facilities = facilities

    @abstractmethod
    def model(self) -> tuple[str, str]:
        """Return the model's id and its pinned revision (or a digest, for weights in a folder)."""

    def influences(self) -> Mapping[str, JsonValue]:
        """Return what, beside model and settings, changes the result."""
        return {}

    def identity(self) -> EngineIdentity:
        """Return all that, beside the request, decides what this engine makes."""
        model_id, revision = self.model()
        return EngineIdentity(
            name=self.name,
            version=self.version,
            model_id=model_id,
            revision=revision,
            settings={**self.settings.model_dump(mode="json"), **self.influences()},
        )
