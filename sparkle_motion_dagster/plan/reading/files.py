"""The files that a plan refers to: in its folder or below it, links included, or uploaded ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.addresses import digest_in
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import DialogueEntry

RECORDING = "audio"
"""The field of a line that names a recording of it."""


@dataclass(frozen=True)
class FileReference:
    """A file as the plan names it, the field that names it, and the shot (from 0) that it is."""

    field: str
    name: str
    shot: int | None = None


def file_references(plan: MoviePlan) -> Iterator[FileReference]:
    """Yield every file that a plan names, in the order of its fields; sounds once."""
    for index, character in enumerate(plan.characters):
        if character.reference_image is not None:
            yield FileReference(f"characters[{index}].reference_image", character.reference_image)
        if character.voice_profile.reference_wav is not None:
            yield FileReference(
                f"characters[{index}].voice_profile.reference_wav",
                character.voice_profile.reference_wav,
            )
    for index, image in enumerate(plan.base_images):
        if image.picture is not None:
            name = "asset_uri" if image.local_path is None else "local_path"
            yield FileReference(f"base_images[{index}].{name}", image.picture)
    yield from _recordings(plan)
    yield from _sounds(plan)
    yield from _grades(plan)
    yield from _clips(plan)


def _recordings(plan: MoviePlan) -> Iterator[FileReference]:
    for number, shot in enumerate(plan.shots):
        for index, line in enumerate(shot.dialogue):
            if line.audio is not None:
                yield FileReference(f"shots[{number}].dialogue[{index}].{RECORDING}", line.audio)
    for index, entry in enumerate(plan.dialogue_timeline or ()):
        if isinstance(entry, DialogueEntry) and entry.audio is not None:
            yield FileReference(f"dialogue_timeline[{index}].{RECORDING}", entry.audio)


def _sounds(plan: MoviePlan) -> Iterator[FileReference]:
    """Yield the sound files of cues, each once: it is read to its end, which takes its time."""
    first: dict[str, str] = {}
    for field, cue in [] if plan.soundtrack is None else plan.soundtrack.cues():
        if cue.file is not None:
            first.setdefault(cue.file, f"{field}.file")
    yield from (FileReference(field, name) for name, field in first.items())


def _grades(plan: MoviePlan) -> Iterator[FileReference]:
    if plan.grade is not None:
        yield FileReference("grade", plan.grade)
    for index, shot in enumerate(plan.shots):
        if shot.grade is not None:
            yield FileReference(f"shots[{index}].grade", shot.grade)


def _clips(plan: MoviePlan) -> Iterator[FileReference]:
    for index, shot in enumerate(plan.shots):
        if shot.clip is not None:
            yield FileReference(f"shots[{index}].clip.file", shot.clip.file, index)


def find_file(
    reference: FileReference, folder: Path, home: SparkleHome | None = None
) -> Path | PlanProblem:
    """Return the real path of a file that a plan names, or why it cannot be used.

    Args:
        reference: The file as the plan names it.
        folder: The plan's folder.
        home: Where files were uploaded; None: to the home of this process.
    """
    digest = digest_in(reference.name)
    if digest is not None:
        return _find_stored(reference, digest, home or SparkleHome.from_environment())
    name = shown(reference.name)
    folder = folder.resolve()
    try:
        real = (folder / reference.name).resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        return PlanProblem(f"there is no file {name} in {folder}", reference.field)
    except RuntimeError:  # how Python before 3.13 reports a ring of links
        return PlanProblem(f"{name} is a link that leads back to itself", reference.field)
    except OSError as error:
        return PlanProblem(f"{name} cannot be read: {error.strerror}", reference.field)
    if not real.is_relative_to(folder):
        return PlanProblem(
            f"{name} is a link out of the plan's folder: put the file itself there", reference.field
        )
    if not real.is_file():
        return PlanProblem(f"{name} is no regular file", reference.field)
    return real


def _find_stored(reference: FileReference, digest: str, home: SparkleHome) -> Path | PlanProblem:
    """Return where a home keeps a file that a plan names by its digest."""
    path = Store(home.store).path_of(digest)
    if path.is_file():
        return path
    return PlanProblem(
        f"{reference.name} is not in {home.root}: it was never uploaded there, or is kept no "
        "longer. Upload it (again): POST /artifacts of the film server",
        reference.field,
    )
