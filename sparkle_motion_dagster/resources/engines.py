"""One thin resource a kind of engine: it names the engine that answers, with its settings."""

from __future__ import annotations

from typing import Any, cast

import dagster as dg
from pydantic import Field

from sparkle_motion_dagster.engines.images.base import ImageEngine
from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.registry import Kind, engine_of
from sparkle_motion_dagster.engines.video.base import VideoEngine
from sparkle_motion_dagster.film.casting.speakers import Speakers, speakers_of
from sparkle_motion_dagster.film.casting.voices import VoiceCatalogue
from sparkle_motion_dagster.resources.profiles import CONFIGS


class _EngineResource(dg.ConfigurableResource[Any]):
    engine: str = Field(description="the engine that answers")
    settings: dict[str, Any] = Field(default={}, description="its settings")

    def _engine(self, kind: Kind, facilities: Facilities) -> Any:
        return engine_of(kind, self.engine, self.settings, facilities)


class ImagesResource(_EngineResource):
    """Who draws keyframes."""

    def answering(self, facilities: Facilities) -> ImageEngine[Any]:
        """Return the image engine."""
        return cast(ImageEngine[Any], self._engine("images", facilities))


class VideoResource(_EngineResource):
    """Who makes clips."""

    def answering(self, facilities: Facilities) -> VideoEngine[Any, Any]:
        """Return the video engine."""
        return cast(VideoEngine[Any, Any], self._engine("video", facilities))


class SpeechResource(_EngineResource):
    """Who speaks."""

    def answering(self, facilities: Facilities) -> Speakers:
        """Return who may speak: one engine, or the providers among whom is chosen."""
        catalogue = VoiceCatalogue.load(CONFIGS / "voices.yaml")
        return speakers_of(self.engine, self.settings, catalogue, facilities)


class LipsyncResource(_EngineResource):
    """Who moves mouths."""

    def answering(self, facilities: Facilities) -> LipsyncEngine[Any]:
        """Return the lip-sync engine."""
        return cast(LipsyncEngine[Any], self._engine("lipsync", facilities))
