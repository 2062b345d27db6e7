"""One thin resource a kind of engine: it names the engine that answers, with its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import Field

from sparkle_motion_dagster.resources.profiled import ProfiledResource

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.ambience.base import AmbienceEngine
    from sparkle_motion_dagster.engines.declaration import Kind
    from sparkle_motion_dagster.engines.hearing.base import HearingEngine
    from sparkle_motion_dagster.engines.images.base import ImageEngine
    from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine
    from sparkle_motion_dagster.engines.machinery.facilities import Facilities
    from sparkle_motion_dagster.engines.video.base import VideoEngine
    from sparkle_motion_dagster.engines.writer.base import WriterEngine
    from sparkle_motion_dagster.film.casting.speakers import Speakers
    from sparkle_motion_dagster.resources.profiles import EngineChoice


class _EngineResource(ProfiledResource):
    engine: str | None = Field(
        default=None, description="the engine that answers; default: the profile's"
    )
    settings: dict[str, Any] | None = Field(
        default=None, description="its settings; default: the profile's, if the engine is, too"
    )

    def _choice(self, kind: Kind) -> EngineChoice:
        """Return the engine and its settings; where an engine is given, its settings are."""
        from sparkle_motion_dagster.resources.profiles import EngineChoice

        if self.engine is not None:
            return EngineChoice(engine=self.engine, settings=self.settings or {})
        chosen = self.profile_of_run().engine(kind)
        if self.settings is None:
            return chosen
        return EngineChoice(engine=chosen.engine, settings=self.settings)

    def _engine(self, kind: Kind, facilities: Facilities) -> Any:
        from sparkle_motion_dagster.resources.engines import engine_chosen

        return engine_chosen(kind, self._choice(kind), facilities)


class ImagesResource(_EngineResource):
    """Who draws keyframes."""

    def answering(self, facilities: Facilities) -> ImageEngine[Any]:
        """Return the image engine."""
        return cast("ImageEngine[Any]", self._engine("images", facilities))


class VideoResource(_EngineResource):
    """Who makes clips."""

    def answering(self, facilities: Facilities) -> VideoEngine[Any, Any]:
        """Return the video engine."""
        return cast("VideoEngine[Any, Any]", self._engine("video", facilities))


class SpeechResource(_EngineResource):
    """Who speaks."""

    def answering(self, facilities: Facilities) -> Speakers:
        """Return who may speak: one engine, or the providers among whom is chosen."""
        from sparkle_motion_dagster.resources.engines import speakers_chosen

        return speakers_chosen(self._choice("speech"), facilities)


class LipsyncResource(_EngineResource):
    """Who moves mouths."""

    def answering(self, facilities: Facilities) -> LipsyncEngine[Any]:
        """Return the lip-sync engine."""
        return cast("LipsyncEngine[Any]", self._engine("lipsync", facilities))


class HearingResource(_EngineResource):
    """Who listens, if anybody does."""

    def answering(self, facilities: Facilities) -> HearingEngine[Any] | None:
        """Return the hearing engine; None: nobody listens."""
        if self.engine is None and self.profile_of_run().hearing is None:
            return None
        return cast("HearingEngine[Any]", self._engine("hearing", facilities))


class AmbienceResource(_EngineResource):
    """Who makes how places sound, where a plan names a mood."""

    def answering(self, facilities: Facilities) -> AmbienceEngine[Any]:
        """Return the ambience engine."""
        return cast("AmbienceEngine[Any]", self._engine("ambience", facilities))


class WriterResource(_EngineResource):
    """Who writes plans from prompts."""

    def answering(self, facilities: Facilities) -> WriterEngine[Any]:
        """Return the writer."""
        return cast("WriterEngine[Any]", self._engine("writer", facilities))
