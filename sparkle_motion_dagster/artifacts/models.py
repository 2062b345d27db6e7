"""The records of what was made: files, engines, actions, artifacts and manifests."""

from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from sparkle_motion_dagster.artifacts.digests import Sha256, digest_json
from sparkle_motion_dagster.units import FrameRate, Record


class StoredFile(Record):
    """A file in the store. Its digest is its identity; its path is never hashed nor written."""

    sha256: Sha256
    path: Path = Field(exclude=True)


class EngineIdentity(Record):
    """Which engine answered, and every setting of it that changes the result."""

    name: str
    version: int = Field(ge=1, description="raised by hand when the engine's output changes")
    model_id: str | None = None
    revision: str | None = None
    settings: dict[str, JsonValue] = Field(default={})

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Stretch(Record):
    """Some frames of a clip that follow each other."""

    start_frame: int = Field(ge=0)
    frames: int = Field(ge=1)


class MediaFacts(Record):
    """What was measured in a file; a fact that the kind of file does not have is None.

    ``duration_s`` is in seconds, ``frames`` counts video frames, ``sample_rate`` is in Hz,
    ``phash`` is the 64-bit perceptual hash of a picture in hexadecimal. Where a clip was looked
    through, ``black`` and ``still`` are the stretches in which it shows nothing, or nothing moves.
    """

    duration_s: float | None = None
    frame_rate: FrameRate | None = None
    frames: int | None = None
    width: int | None = None
    height: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    phash: str | None = None
    black: tuple[Stretch, ...] | None = None
    still: tuple[Stretch, ...] | None = None


class OutputFile(Record):
    """One named output of an action: its bytes by digest, and what was probed from them."""

    sha256: Sha256
    size_bytes: int = Field(ge=0)
    media_type: str
    facts: MediaFacts = MediaFacts()


class Making(Record):
    """What making an item took of the machine, by which it is foretold what others like it take.

    Attributes:
        device: What it was made on: a device preset's name, or the processor.
        size: How large its picture is, such as ``1280x720``; None: it is none.
        work: How much work it was, in its engine's own unit; see ``Engine.work_of``.
        called_at: When its engine was asked for it, and for what was made together with it.
        starts: Whether its seconds hold what its engine does but once: start, import, load.
        loading_s: How many of its seconds a model, or a worker, is known to have been loaded in.
        held_s: For how many of its seconds the device that models run on was held.
    """

    device: str
    size: str | None = None
    work: float = Field(gt=0)
    called_at: AwareDatetime
    starts: bool
    loading_s: float = Field(default=0.0, ge=0)
    held_s: float = Field(default=0.0, ge=0)


class ActionRecord(Record):
    """How one item was made: what "known" means, and what an explanation compares.

    Written after every file that it names is in the store. ``previews`` show the outputs to people
    and follow from them: they are no results, and no manifest lists them.
    """

    schema_version: Literal["1"] = "1"
    fingerprint: Sha256
    engine: EngineIdentity
    request: dict[str, JsonValue]
    outputs: dict[str, OutputFile]
    previews: dict[str, OutputFile] = Field(default={})
    metadata: dict[str, JsonValue]
    seconds: float = Field(ge=0, description="wall time that making it took, in seconds")
    making: Making | None = Field(
        default=None,
        exclude_if=lambda making: making is None,
        description="what it took of the machine; older records do not say",
    )
    made_at: AwareDatetime
    versions: dict[str, str]


class Artifact(Record):
    """One output of one item of a stage, as the manifest lists it."""

    id: str
    name: str
    file: str = Field(description="file name inside the stage's run folder")
    media_type: str
    size_bytes: int = Field(ge=0)
    sha256: Sha256
    fingerprint: Sha256
    facts: MediaFacts = MediaFacts()
    seed: int | None = None
    metadata: dict[str, JsonValue] = Field(default={})


class Provenance(Record):
    """Circumstances of a stage's making: all that may differ between two equal results."""

    created_at: AwareDatetime
    made: tuple[str, ...] = Field(description="item ids that an engine made in this run")
    taken: tuple[str, ...] = Field(description="item ids that were taken from the store")
    seconds: float
    versions: dict[str, str]
    host: str
    device: str
    plan_path: Path | None = Field(
        default=None,
        exclude_if=lambda path: path is None,
        description="of a frozen plan: the file that it was read from, as seen from the home",
    )


class StageManifest(Record):
    """What a stage left behind for one run. A run folder without one does not exist."""

    schema_version: Literal["1"] = "1"
    run_id: str
    profile: str
    stage: str
    engine: EngineIdentity
    plan_digest: Sha256
    upstream: dict[str, Sha256] = Field(description="stage name to its content digest")
    content_digest: Sha256
    artifacts: tuple[Artifact, ...]
    provenance: Provenance
    warnings: tuple[str, ...] = Field(
        default=(),
        exclude_if=lambda warnings: not warnings,
        description="checks that do not hold, each with what was measured",
    )

    def find(self, item_id: str, name: str) -> Artifact | None:
        """Return the output `name` of the item `item_id`, or None if this stage has none."""
        for artifact in self.artifacts:
            if (artifact.id, artifact.name) == (item_id, name):
                return artifact
        return None

    def artifact(self, item_id: str, name: str) -> Artifact:
        """Return the output `name` of the item `item_id`.

        Raises:
            KeyError: This stage has no such output.
        """
        if (found := self.find(item_id, name)) is not None:
            return found
        raise KeyError(f"{self.stage} of {self.run_id} has no output {name!r} of {item_id!r}")


def content_digest(artifacts: tuple[Artifact, ...]) -> str:
    """Return the digest of a stage's content: sorted item ids, output names and file digests.

    It is the asset's data version: the same on every rerun that ends in the same bytes.
    """
    rows = sorted((artifact.id, artifact.name, artifact.sha256) for artifact in artifacts)
    return digest_json([list(row) for row in rows])
