"""What a run folder shows, held against what was published: what differs, and how it is mended.

One look answers whoever asks: `status` and `verify` say what differs, `explain` what the next
render mends, and a render mends it, in the same words.
"""

import mimetypes
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.errors import (
    RenamedRunError,
    UnreadableRecordError,
    UnreadableStateError,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.keeping import keep_aside, place_to_keep, set_aside_file
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.artifacts.wholeness import is_whole


class Fault(StrEnum):
    """How something in a run folder is not as it was published."""

    GONE = "is gone"
    EDITED = "was changed since it was published"
    BROKEN = "is damaged: empty, truncated or unreadable"
    LINK = "was replaced by a link"
    FOLDER = "was replaced by a folder"
    EXTRA = "is none of the film's files"
    STORED = "is whole, but its copy in the store is damaged or gone"
    MANIFEST = "is damaged, or that of another stage"
    STATE = "cannot be read, so that what people decided on it will be asked for again"


_SOMEBODYS = (Fault.EDITED, Fault.LINK, Fault.FOLDER, Fault.EXTRA)
"""What a person has put there; it is kept."""

_READERS = 2
"""How many stored files are read at once: what digests one lets other threads run meanwhile."""

_INPUTS = {
    "image": "To have a picture of your own in the film, name it in the plan, as the local_path of "
    "its base image.",
    "audio": "A recording of your own is an input only as a voice to imitate, the reference_wav of "
    "a voice_profile.",
    "video": "A clip of your own is no input of a plan: its first and last picture can be, as the "
    "local_path of a base image.",
    "text": "Captions follow from the plan's lines: change those.",
}
"""How one brings one's own properly, by the main part of a media type."""


@dataclass(frozen=True)
class Difference:
    """One thing of a run folder that is not as it was published.

    Attributes:
        path: Where it lies, or should lie.
        name: What it is called in the run folder, such as ``shot_clips/shot_001.mp4``.
        fault: What is wrong with it.
        kept_as: Where a mend keeps it, if a person has put it there.
        artifact: What the manifest says of it; None: nothing.
        sound: Whether the store has it, or gets it back from another place in the run folder.
    """

    path: Path
    name: str
    fault: Fault
    kept_as: str = ""
    artifact: Artifact | None = None
    sound: bool = False

    @property
    def stage(self) -> str:
        """The stage in whose folder it lies."""
        return self.path.parent.name

    def __str__(self) -> str:
        steps = ", ".join(self._steps())
        return f"{self.name} {self.fault}: {steps}.{self._advice()}"

    def _steps(self) -> Iterator[str]:
        """Yield what a mend does."""
        if self.kept_as:
            yield f"kept as {self.kept_as}"
        match self.fault:
            case Fault.STORED:
                yield "taken back into the store"
            case Fault.STATE:
                yield "moved to set-aside"
            case Fault.MANIFEST:
                yield from ("moved to set-aside", "written anew by its stage")
            case Fault.BROKEN:
                yield "moved to set-aside"
        if self.artifact is not None and self.fault is not Fault.STORED:
            yield "put back from the store" if self.sound else "to be made again"

    def _advice(self) -> str:
        if not self.kept_as:
            return ""
        media_type = mimetypes.guess_type(self.path.name)[0] or ""
        if self.artifact is not None:
            media_type = self.artifact.media_type
        kind = "text" if media_type == "application/x-subrip" else media_type.partition("/")[0]
        return f" {_INPUTS[kind]}" if kind in _INPUTS else ""


def glance(folder: RunFolder, store: Store) -> tuple[Difference, ...]:
    """Return what `differences` does, without reading stored files that nobody has touched since.

    The system notes when a file was last changed, whatever programs make of its other times. A
    stage's manifest is written last, when all that it names has been checked.

    Raises:
        RenamedRunError: It is another run's folder.
    """
    for stage, manifest in folder.manifests().items():
        published_ns = (folder.stage(stage) / MANIFEST).stat().st_mtime_ns
        for artifact in manifest.artifacts:
            store.trust(artifact.sha256, published_ns)
    return differences(folder, store)


def differences(folder: RunFolder, store: Store) -> tuple[Difference, ...]:
    """Return what a run folder shows otherwise than it was published; every byte is read once.

    Raises:
        RenamedRunError: It is another run's folder.
    """
    state = _state_differences(folder)
    manifests = folder.manifests()
    shown = [
        (stage, artifact)
        for stage, manifest in manifests.items()
        for artifact in manifest.artifacts
    ]
    digests = dict.fromkeys(one.sha256 for _, one in shown)
    with ThreadPoolExecutor(_READERS) as readers:
        stored = dict(zip(digests, readers.map(store.is_sound, digests), strict=True))
    faults = {
        (stage, one.file): _fault(folder.stage(stage) / one.file, one, store)
        for stage, one in shown
    }
    whole = {one.sha256 for stage, one in shown if faults[stage, one.file] is None}
    found: dict[Path, Difference] = {}
    for stage, one in shown:
        path, fault = folder.stage(stage) / one.file, faults[stage, one.file]
        if fault is None and not stored[one.sha256]:
            fault = Fault.STORED
            stored[one.sha256] = True  # by taking it back from here; once is enough
        if fault is not None:
            sound = stored[one.sha256] or one.sha256 in whole
            found[path] = _difference(folder, path, fault, one, sound=sound)
    return (*state, *_manifest_differences(folder), *found.values(), *_extras(folder, manifests))


def mend(home: SparkleHome, folder: RunFolder, store: Store) -> tuple[str, ...]:
    """Have a run folder show again what was published, as far as the store has it.

    What a person has put there is kept aside, and damage set aside. Whoever mends holds the run;
    nobody waits for the reading, as what its manifests name is not collected meanwhile.

    Returns:
        What was mended, a line each.

    Raises:
        RenamedRunError: It is another run's folder.
        StoreBusyError: Another process has been changing what is stored for ten minutes.
    """
    found = differences(folder, store)
    if found:
        with changing(home):
            for digest, copy in sound_copies(found).items():
                store.take_back(digest, copy)
            for one in found:
                _mend(home, folder, store, one)
    return tuple(map(str, found))


def mend_state(home: SparkleHome, folder: RunFolder) -> tuple[str, ...]:
    """Set the damaged parts of a film's state aside, without which nobody can hold the film."""
    told = []
    while found := _state_differences(folder):
        for one in found:
            set_aside_file(home, one.path, folder.run_id)
            told.append(str(one))
    return tuple(told)


def sound_copies(found: tuple[Difference, ...]) -> Mapping[str, Path]:
    """Return the whole files, by digest, from which a mend completes the store."""
    return {
        one.artifact.sha256: one.path
        for one in found
        if one.fault is Fault.STORED and one.artifact is not None
    }


def _mend(home: SparkleHome, folder: RunFolder, store: Store, one: Difference) -> None:
    if one.fault in (Fault.MANIFEST, Fault.BROKEN, Fault.STATE):
        set_aside_file(home, one.path, folder.run_id)
    elif one.fault in _SOMEBODYS:
        keep_aside(folder.path, one.path)
    if one.artifact is not None and one.fault is not Fault.STORED and one.sound:
        store.show(one.artifact.sha256, one.path)


def _difference(
    folder: RunFolder,
    path: Path,
    fault: Fault,
    artifact: Artifact | None = None,
    *,
    sound: bool = False,
) -> Difference:
    name = path.relative_to(folder.path).as_posix()
    kept_as = ""
    if fault in _SOMEBODYS:
        kept_as = place_to_keep(folder.path, path).relative_to(folder.path).as_posix()
    return Difference(path, name, fault, kept_as, artifact, sound)


def _fault(path: Path, artifact: Artifact, store: Store) -> Fault | None:
    if path.is_symlink():
        return Fault.LINK
    if path.is_dir():
        return Fault.FOLDER
    try:
        same_size = path.stat().st_size == artifact.size_bytes
        if same_size and _holds(path, artifact.sha256, store):
            return None
        return Fault.EDITED if is_whole(path, artifact.media_type) else Fault.BROKEN
    except FileNotFoundError:
        return Fault.GONE
    except OSError:
        return Fault.BROKEN


def _holds(path: Path, digest: str, store: Store) -> bool:
    """Tell whether a file holds what its digest promises; what the store itself shows is its."""
    stored = store.path_of(digest)
    if stored.exists() and path.samefile(stored):
        return store.is_sound(digest)
    return digest_file(path) == digest


def _manifest_differences(folder: RunFolder) -> Iterator[Difference]:
    for stage in folder.stages():
        try:
            folder.read(stage)
        except RenamedRunError:
            raise
        except UnreadableRecordError:
            yield _difference(folder, folder.stage(stage) / MANIFEST, Fault.MANIFEST)


def _extras(folder: RunFolder, manifests: Mapping[str, StageManifest]) -> Iterator[Difference]:
    needed = {stage for manifest in manifests.values() for stage in manifest.upstream}
    for stage in sorted(needed):
        if os.path.lexists(folder.stage(stage)) and not folder.stage(stage).is_dir():
            yield _difference(folder, folder.stage(stage), Fault.EXTRA)
    # Without a manifest nobody can tell what is whose; publishing keeps what the store lacks.
    for stage, manifest in manifests.items():
        ours = {MANIFEST, *(artifact.file for artifact in manifest.artifacts)}
        for path in sorted(folder.stage(stage).iterdir()):
            is_left_alone = path.name[0] == "." or (path.is_dir() and not path.is_symlink())
            if path.name not in ours and not is_left_alone:
                yield _difference(folder, path, Fault.EXTRA)


def _state_differences(folder: RunFolder) -> tuple[Difference, ...]:
    try:
        folder.state.read()
    except UnreadableStateError as error:
        return (_difference(folder, error.path, Fault.STATE),)
    return ()
