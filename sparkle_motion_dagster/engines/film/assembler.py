"""The assembler: clips and track become one MP4, which is measured before it counts as made."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence
from pathlib import Path

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineSettings,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.media.captions import Caption
from sparkle_motion_dagster.media.film import Chapter, FilmParts, write_film
from sparkle_motion_dagster.media.film_check import ExpectedFilm, FilmReport, check_film
from sparkle_motion_dagster.media.join import join_clips
from sparkle_motion_dagster.media.mastering import MasteringTarget, master_track
from sparkle_motion_dagster.units import FrameRate, FrameSize


class FilmRejectedError(EngineError):
    """The film was written, measured, and found wanting. It holds the report."""

    retryable = False

    def __init__(self, report: FilmReport) -> None:
        self.report = report
        failures = "; ".join(
            f"{check.name} (should be: {check.description.rstrip('.')}; measured: "
            + ", ".join(f"{name} {value}" for name, value in check.measured.items())
            + ")"
            for check in report.checks
            if not check.passed
        )
        super().__init__(
            f"The film failed its own checks and is not published: {failures}. Render the film "
            "again from its plan; if it fails again, please report it with this message."
        )


class CaptionLine(Request):
    """A line as the captions show it; times in seconds of the film."""

    start_s: float
    end_s: float
    speaker: str
    text: str


class FilmChapter(Request):
    """A shot as a chapter; frames of the film, the end exclusive."""

    title: str
    start_frame: int
    end_frame: int


class FilmRequest(Request):
    """A film: its clips in order, its track, and what surrounds them.

    ``lines`` are the samples (at ``units.SAMPLE_RATE``) during which somebody speaks.
    """

    title: str
    clips: tuple[StoredFile, ...]
    track: StoredFile
    frames: int
    frame_rate: FrameRate
    size: FrameSize
    lines: tuple[tuple[int, int], ...]
    captions: tuple[CaptionLine, ...]
    chapters: tuple[FilmChapter, ...]
    target: MasteringTarget


class FilmAssembler(Engine[FilmRequest, EngineSettings]):
    """Assembles films.

    Each result holds one output ``film`` (``video/mp4``); its metadata holds the mastering's
    figures and the report of the checks, all measured on the written file.
    """

    name = "assembler"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[FilmRequest], folder: Path) -> Generator[Made]:
        """Join, master, write and check one film a request.

        Raises:
            FilmRejectedError: The written film failed a check.
        """
        for number, request in enumerate(requests):
            picture, sound = folder / f"picture-{number}.mp4", folder / f"sound-{number}.m4a"
            film = folder / f"film-{number}.mp4"
            join_clips([c.path for c in request.clips], picture, frame_rate=request.frame_rate)
            mastered = master_track(request.track.path, sound, request.target)
            write_film(_parts(request, picture, sound), film)
            report = check_film(film, _expected(request))
            if not report.passed:
                raise FilmRejectedError(report)
            metadata: dict[str, JsonValue] = {
                "mastering": dataclasses.asdict(mastered),
                "report": report.model_dump(mode="json"),
            }
            yield Made({"film": MadeFile(film, "video/mp4")}, metadata)


def _parts(request: FilmRequest, picture: Path, sound: Path) -> FilmParts:
    return FilmParts(
        picture=picture,
        sound=sound,
        captions=tuple(Caption(**line.model_dump()) for line in request.captions),
        chapters=tuple(Chapter(**chapter.model_dump()) for chapter in request.chapters),
        title=request.title,
        frame_rate=request.frame_rate,
    )


def _expected(request: FilmRequest) -> ExpectedFilm:
    return ExpectedFilm(
        frame_rate=request.frame_rate,
        size=request.size,
        frames=request.frames,
        title=request.title,
        chapters=len(request.chapters),
        captions=len(request.captions),
        track=request.track.path,
        lines=request.lines,
        target=request.target,
    )
