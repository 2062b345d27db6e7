"""The assembler: clips and sound become one MP4, which is measured before it counts as made."""

import operator
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import Field, JsonValue

from sparkle_motion_dagster.artifacts.models import MediaFacts, StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.engines.images.storyboard.scene import highest_strip
from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import SpokenLine
from sparkle_motion_dagster.media.film.check import check_film
from sparkle_motion_dagster.media.film.expected import ExpectedFilm
from sparkle_motion_dagster.media.film.join import JoinedPicture, Piece, join
from sparkle_motion_dagster.media.film.mux import Chapter, FilmParts, write_film
from sparkle_motion_dagster.media.film.poster import write_poster
from sparkle_motion_dagster.media.film.subtitle_files import write_subtitles
from sparkle_motion_dagster.media.pictures import check_picture
from sparkle_motion_dagster.media.report import Report
from sparkle_motion_dagster.plan.captions.captioning import USUAL_ROOM, CaptionRoom
from sparkle_motion_dagster.units import FrameRate, FrameSize


class FilmRejectedError(EngineError):
    """The film was written, measured, and found wanting. It holds the report."""

    retryable = False

    def __init__(self, report: Report) -> None:
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


class FilmLine(Request):
    """A line: the samples (at ``units.SAMPLE_RATE``) during which it sounds, and who says what."""

    start: int
    end: int
    speaker: str
    text: str
    off_screen: bool = Field(default=False, exclude_if=operator.not_)


class FilmCaption(Request):
    """A caption, in lines as it is shown; times in seconds of the film."""

    start_s: float
    end_s: float
    text: str
    italic: bool = Field(default=False, exclude_if=operator.not_)


class FilmChapter(Request):
    """A shot as a chapter; frames of the film, the end exclusive."""

    title: str
    start_frame: int
    end_frame: int


class FilmClip(StoredFile):
    """The clip of a shot, and what of it the film shows before the next one."""

    shown: tuple[int, int] | None = Field(
        default=None,
        exclude_if=lambda shown: shown is None,
        description="the first frame that is shown by itself, and the one behind the last; "
        "None: all are",
    )
    steady: tuple[int, int] | None = Field(
        default=None,
        exclude_if=lambda steady: steady is None,
        description="the first of those in which no text comes with the shot, and the one behind "
        "the last in which none goes with it; None: there is no such text",
    )
    transition: StoredFile | None = Field(
        default=None,
        exclude_if=lambda clip: clip is None,
        description="the frames of the transition that follows",
    )


_A_FILM = 300
"""What a film costs however short it is, in frames: its poster, and its files' way to the disk."""


class FilmRequest(Request):
    """A film: its clips in order, its mastered sound, and what surrounds them.

    ``sound_report`` is what was measured of the sound when it was mastered.
    """

    title: str
    clips: tuple[FilmClip, ...]
    sound: StoredFile
    sound_report: StoredFile
    frames: int
    frame_rate: FrameRate
    size: FrameSize
    lines: tuple[FilmLine, ...]
    captions: tuple[FilmCaption, ...]
    burned_captions: bool = Field(
        default=False,
        exclude_if=operator.not_,
        description="whether the picture shows the captions, so that no stream repeats them",
    )
    chapters: tuple[FilmChapter, ...]
    caption_room: CaptionRoom = Field(
        default=USUAL_ROOM,
        exclude_if=lambda room: room == USUAL_ROOM,
        description="what the frame has room for",
    )
    scenes: tuple[StoredFile, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="of the keyframes, where their engine knows them",
    )

    @property
    def work(self) -> float:
        """Its frames, whatever their size: they are copied; see ``Request.work``."""
        return float(_A_FILM + self.frames)


class FilmAssembler(Engine[FilmRequest, EngineSettings]):
    """Assembles films.

    Each result holds the outputs ``film`` (``video/mp4``), ``poster`` (``image/jpeg``: one of its
    frames, without the caption strip) and, where somebody speaks, ``srt``
    (``application/x-subrip``) and ``vtt`` (``text/vtt``): its captions. Its metadata holds the
    report of the checks, measured on the written file and on the sound that is in it, and which
    frame the poster is.
    """

    name = "assembler"
    version = 3
    settings_model = EngineSettings
    usual_pace = 0.0004
    """2400 frames of 1280x720 in 20 shots in 1.0 s."""
    usual_bytes = 8e3

    def make(self, requests: Sequence[FilmRequest], folder: Path) -> Generator[Made]:
        """Join, write and check one film a request.

        Raises:
            FilmRejectedError: The written film failed a check.
        """
        for number, request in enumerate(requests):
            film, poster = folder / f"film-{number}.mp4", folder / f"poster-{number}.jpg"
            pieces = _pieces(request)
            picture = join(pieces, request.frame_rate)
            write_film(_parts(request, picture), film)
            shots = list(_by_themselves(request, pieces, picture.places)) or picture.places
            strip_rows = highest_strip(scene.path for scene in request.scenes)
            with ThreadPoolExecutor(1, "poster") as beside:
                chosen = beside.submit(
                    write_poster, film, shots, request.frame_rate, poster, strip_rows
                )
                report = check_film(film, _expected(request, picture))
            if not report.passed:
                raise FilmRejectedError(report)
            metadata: dict[str, JsonValue] = {
                "report": report.model_dump(mode="json"),
                "poster_frame": chosen.result(),
            }
            outputs = {
                "film": MadeFile(film, "video/mp4"),
                "poster": MadeFile(poster, "image/jpeg"),
                **_subtitle_files(_captions(request), film),
            }
            yield Made(outputs, metadata)

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Measure a film and its poster; subtitle files have no facts but what is in them."""
        match output.media_type:
            case "image/jpeg":
                poster = check_picture(output.path)
                return Examined(MediaFacts(width=poster.width, height=poster.height))
            case "application/x-subrip" | "text/vtt":
                return Examined(MediaFacts())
        return super().examine(output, folder)


def _pieces(request: FilmRequest) -> list[Piece]:
    """Return what the film's picture is joined of, in order."""
    return [piece for clip in request.clips for piece in _pieces_of(clip)]


def _pieces_of(clip: FilmClip) -> Iterator[Piece]:
    """Yield what the film shows of a clip, then the transition to the next one."""
    frames = None if clip.shown is None else range(*clip.shown)
    if frames is None or frames:
        yield Piece(clip.path, frames)
    if clip.transition is not None:
        yield Piece(clip.transition.path)


def _by_themselves(
    request: FilmRequest, pieces: Sequence[Piece], places: Sequence[range]
) -> Iterator[range]:
    """Yield the frames that show one shot each, shot by shot; transitions may take them all."""
    clips = {clip.path: clip for clip in request.clips}
    for piece, place in zip(pieces, places, strict=True):
        if piece.clip in clips:
            clip, first = clips[piece.clip], piece.frames.start if piece.frames else 0
            steady = clip.steady or (first, first + len(place))
            yield range(place.start + steady[0] - first, place.start + steady[1] - first)


def _subtitle_files(captions: tuple[Caption, ...], film: Path) -> dict[str, MadeFile]:
    if not captions:
        return {}
    srt, vtt = film.with_suffix(".srt"), film.with_suffix(".vtt")
    for path in (srt, vtt):
        write_subtitles(captions, path)
    return {"srt": MadeFile(srt, "application/x-subrip"), "vtt": MadeFile(vtt, "text/vtt")}


def _captions(request: FilmRequest) -> tuple[Caption, ...]:
    return tuple(Caption(**caption.model_dump()) for caption in request.captions)


def _parts(request: FilmRequest, picture: JoinedPicture) -> FilmParts:
    return FilmParts(
        picture=picture,
        sound=request.sound.path,
        captions=() if request.burned_captions else _captions(request),
        chapters=tuple(Chapter(**chapter.model_dump()) for chapter in request.chapters),
        title=request.title,
        caption_room=request.caption_room,
    )


def measured_film(film: Path, request: FilmRequest) -> Report:
    """Measure a film that was assembled as a request says."""
    return check_film(film, _expected(request, join(_pieces(request), request.frame_rate)))


def _expected(request: FilmRequest, picture: JoinedPicture) -> ExpectedFilm:
    return ExpectedFilm(
        size=request.size,
        frames=request.frames,
        picture=picture,
        sound=request.sound.path,
        sound_report=Report.model_validate_json(request.sound_report.path.read_bytes()),
        title=request.title,
        chapters=len(request.chapters),
        captions=0 if request.burned_captions else len(request.captions),
        burned=_captions(request) if request.burned_captions else (),
        lines=tuple(SpokenLine(**line.model_dump()) for line in request.lines),
        caption_room=request.caption_room,
    )
