"""From produced items to a stage's manifest."""

import mimetypes
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sparkle_motion_dagster.artifacts.models import (
    Artifact,
    EngineIdentity,
    OutputFile,
    Provenance,
    StageManifest,
    content_digest,
)
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.versions import versions

_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
    "application/mxf": ".mxf",
    "video/mp2t": ".ts",
    "video/mpeg": ".mpg",
    "video/ogg": ".ogv",
    "video/x-flv": ".flv",
    "video/x-ms-wmv": ".wmv",
    "application/json": ".json",
    "application/x-subrip": ".srt",
    "application/x-cube": ".cube",
    "text/vtt": ".vtt",
    "text/plain": ".txt",
    "application/yaml": ".yaml",
}
"""What is here has the same name on every machine: others go by what that knows of media types."""


def suffix_of(media_type: str) -> str:
    """Return the file name ending of a media type."""
    return _SUFFIXES.get(media_type) or mimetypes.guess_extension(media_type) or ".bin"


def artifacts_of(produced: Produced, stem: str | None = None) -> tuple[Artifact, ...]:
    """Return an item's outputs as a manifest lists them, their files named after the item.

    The record's seed is the item's only where the engine uses it: elsewhere another film, with
    another seed, may have made the same thing first.
    """
    record = produced.record
    files = _file_names(stem or produced.item_id, record.outputs)
    seed = record.request.get("seed") if produced.seeded else None
    return tuple(
        Artifact(
            id=produced.item_id,
            name=name,
            file=files[name],
            media_type=output.media_type,
            size_bytes=output.size_bytes,
            sha256=output.sha256,
            fingerprint=record.fingerprint,
            facts=output.facts,
            seed=seed if isinstance(seed, int) else None,
            metadata={**record.metadata, **produced.told},
        )
        for name, output in record.outputs.items()
    )


def _file_names(stem: str, outputs: Mapping[str, OutputFile]) -> dict[str, str]:
    """Return what an item's files are called: a second one of a kind is told apart by its name."""
    names: dict[str, str] = {}
    for name, output in outputs.items():
        suffix = suffix_of(output.media_type)
        usual = f"{stem}{suffix}"
        names[name] = f"{stem}.{name}{suffix}" if usual in names.values() else usual
    return names


@dataclass(frozen=True)
class StageResult:
    """What a stage has to show: who answered, its artifacts, and which items were made for it.

    ``seconds_made`` is how long making took, ``seconds_spared`` how long it took when the items
    were made that now come from the store.
    """

    engine: EngineIdentity
    artifacts: tuple[Artifact, ...]
    made: tuple[str, ...]
    taken: tuple[str, ...]
    seconds_made: float
    seconds_spared: float

    @classmethod
    def of(
        cls,
        engine: EngineIdentity,
        produced: Sequence[Produced],
        artifacts: Iterable[Artifact] | None = None,
    ) -> "StageResult":
        """Return the result of produced items, which counts what is there beside them, too.

        Args:
            engine: Who answered.
            produced: The items.
            artifacts: What the stage shows; None: their outputs, named after them.
        """
        if artifacts is None:
            artifacts = [artifact for item in produced for artifact in artifacts_of(item)]
        counted = [one for item in produced for one in (item, *item.beside)]
        return cls(
            engine=engine,
            artifacts=tuple(artifacts),
            made=tuple(one.item_id for one in counted if one.made),
            taken=tuple(one.item_id for one in counted if not one.made),
            seconds_made=sum(one.record.seconds for one in counted if one.made),
            seconds_spared=sum(one.record.seconds for one in counted if not one.made),
        )


@dataclass(frozen=True)
class StageOf:
    """Which stage of which run, of which plan, under which profile."""

    stage: str
    run_id: str
    profile: str
    plan_digest: str


def manifest_of(
    stage: StageOf, inputs: Mapping[str, StageManifest], result: StageResult, device: str = "cpu"
) -> StageManifest:
    """Return the manifest of a stage's result, which was made on a device from its inputs."""
    return StageManifest(
        run_id=stage.run_id,
        profile=stage.profile,
        stage=stage.stage,
        engine=result.engine,
        plan_digest=stage.plan_digest,
        upstream={name: manifest.content_digest for name, manifest in inputs.items()},
        content_digest=content_digest(result.artifacts),
        artifacts=result.artifacts,
        provenance=Provenance(
            created_at=datetime.now(UTC),
            made=result.made,
            taken=result.taken,
            seconds=result.seconds_made,
            versions=versions(),
            host=platform.node(),
            device=device,
        ),
    )
