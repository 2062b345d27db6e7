"""The files that a plan names: opened, read to their end, and taken into the store."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from sparkle_motion_dagster.artifacts.addresses import digest_in
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import (
    Artifact,
    MediaFacts,
)
from sparkle_motion_dagster.media.cube_files import CUBE, read_cube
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.own_clips import check_frames, survey_clip
from sparkle_motion_dagster.media.pictures import check_picture
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.media.sound.recordings import read_recording
from sparkle_motion_dagster.media.sound.sound_files import SoundFile, check_sound
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.files import RECORDING, FileReference, file_references
from sparkle_motion_dagster.plan.reading.loading import LoadedPlan
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.production.manifest import suffix_of
from sparkle_motion_dagster.production.workbench import Workbench


def imported_files(loaded: LoadedPlan, workbench: Workbench) -> Iterator[tuple[str, Artifact]]:
    """Take the files that a plan names into the store, and yield each with its name in the plan.

    Raises:
        PlanError: One is not what it should be.
    """
    for reference in file_references(loaded.plan):
        original = loaded.files[reference.name]
        digest = digest_of(original, reference, loaded)
        is_known = workbench.store.is_sound(digest)
        with workbench.work_folder() as folder:
            file = workbench.store.path_of(digest) if is_known else folder / "copy"
            if not is_known:
                # Checked and imported from one copy: the original may change at any moment.
                shutil.copyfile(original, file)
                digest = digest_of(file, reference, loaded)
            try:
                media_type, facts = facts_of(file, digest, reference, loaded.plan)
            except MediaError as error:
                raise loaded.error([told_by_plan(error, file, reference)]) from error
            size = file.stat().st_size
            stored = workbench.store.file(digest) if is_known else workbench.store.take_in(file)
        yield (
            reference.name,
            Artifact(
                id=reference.name,
                name="file",
                file=f"{stored.sha256[:16]}{suffix_of(media_type)}",
                media_type=media_type,
                size_bytes=size,
                sha256=stored.sha256,
                fingerprint=stored.sha256,
                facts=facts,
            ),
        )


def digest_of(file: Path, reference: FileReference, loaded: LoadedPlan) -> str:
    """Return the digest of a file that a plan names.

    Raises:
        PlanError: The plan names it by its digest, and the store has other bytes there.
    """
    digest = digest_file(file)
    if digest_in(reference.name) not in (None, digest):
        message = f"{reference.name} is damaged in the store. Upload it again"
        raise loaded.problem(reference.field, message)
    return digest


def facts_of(
    path: Path, digest: str, reference: FileReference, plan: MoviePlan
) -> tuple[str, MediaFacts]:
    """Return what a file is that a plan names, and what was measured in it.

    A render opens its plan several times: equal bytes are read to their end once a process.

    Args:
        path: Where it lies.
        digest: That of its bytes.
        reference: Where the plan names it.
        plan: The plan.

    Raises:
        MediaError: It is not what it should be.
    """
    shown = None if reference.shot is None else _shown(plan.shots[reference.shot])
    return _facts_of(_NamedFile(digest, path), reference.field, shown)


_Shown: TypeAlias = tuple[Fraction, Fraction] | Literal["whole"]
"""What a shot shows of its clip: from which second to which."""


def _shown(shot: ShotSpec) -> _Shown:
    if shot.clip is None:
        return "whole"
    begin = exact_seconds(shot.clip.in_sec)
    return begin, begin + exact_seconds(shot.duration_sec)


@dataclass(frozen=True)
class _NamedFile:
    """A file that a plan names: its bytes count, wherever they lie."""

    digest: str
    path: Path = field(compare=False)


@lru_cache(256)
def _facts_of(file: _NamedFile, at: str, shown: _Shown | None) -> tuple[str, MediaFacts]:
    """Return what a file is that a plan names at a field; shown is what a clip's shot has of it."""
    path = file.path
    if shown is not None:
        return _clip_facts(path, shown)
    if at.endswith("reference_wav"):
        return "audio/wav", probe(path, "audio/wav")
    if at.startswith("soundtrack."):
        return _sound_facts(check_sound(path))
    if at.endswith(f".{RECORDING}"):
        return _sound_facts(read_recording(path).file)
    if at.endswith("grade"):
        read_cube(path)
        return CUBE, MediaFacts()
    picture = check_picture(path)
    return picture.media_type, MediaFacts(width=picture.width, height=picture.height)


def _sound_facts(sound: SoundFile) -> tuple[str, MediaFacts]:
    return sound.media_type, MediaFacts(
        duration_s=sound.duration_s, sample_rate=sound.sample_rate, channels=sound.channels
    )


def _clip_facts(path: Path, shown: _Shown) -> tuple[str, MediaFacts]:
    """Return what a shot's clip is; what the shot shows of it has been decoded."""
    clip = survey_clip(path)
    if shown != "whole":
        check_frames(path, *shown)
    return clip.media_type, MediaFacts(
        width=clip.width,
        height=clip.height,
        frames=clip.frames,
        duration_s=float(clip.seconds),
    )


def told_by_plan(error: MediaError, path: Path, reference: FileReference) -> PlanProblem:
    """Return what is wrong with a file in the plan's words: it is called as the plan calls it."""
    return PlanProblem(str(error).replace(str(path), reference.name), reference.field)
