"""The finisher: a clip gets its grade and what is written over it, and is encoded for the film."""

import contextlib
import operator
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.engines.builtin.ink import written_in
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.media.cube_files import stored_look
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.fades import share_shown
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.media.layers import Layer
from sparkle_motion_dagster.media.looks import Look
from sparkle_motion_dagster.media.titling.texts import (
    Drawing,
    caption,
    centred,
    headline,
    lower_third,
)
from sparkle_motion_dagster.plan.titles import TextPlace
from sparkle_motion_dagster.units import FrameRate, FrameSize, Record


class Shown(Record):
    """Something that is seen in a clip from its frame ``start`` up to its frame ``end``."""

    start: int = Field(ge=0)
    end: int

    @property
    def frames(self) -> range:
        """The frames of the clip in which it is seen."""
        return range(self.start, self.end)


class ShownText(Shown):
    """A text over the picture, and how many frames it takes to come, and to go."""

    text: str
    place: TextPlace
    fade: int = Field(ge=0)


class LitWord(Record):
    """A word of a caption: its row, its first letter there, and the one behind its last.

    It is lit from a frame of the clip on, until the next one is.
    """

    row: int
    first: int
    end: int
    start: int


class ShownCaption(Shown):
    """A caption in its rows; ``words`` are those that are lit while they are spoken."""

    rows: tuple[str, ...]
    words: tuple[LitWord, ...] = Field(default=(), exclude_if=operator.not_)
    italic: bool = Field(default=False, exclude_if=operator.not_)


class FinishRequest(Request):
    """A clip, the look that its colours go through, and what is written over it then."""

    clip: StoredFile
    grade: StoredFile | None = Field(default=None, description="a look-up table (.cube)")
    texts: tuple[ShownText, ...] = ()
    captions: tuple[ShownCaption, ...] = ()
    frames: int = Field(ge=1)
    frame_rate: FrameRate
    size: FrameSize
    splices: tuple[int, ...] = Field(
        default=(),
        exclude_if=operator.not_,
        description="frames before which the stream can be cut",
    )
    encoding: ClipEncoding


DRAWN_AT: Mapping[TextPlace, Callable[[str, FrameSize], Drawing]] = {
    "lower_third": lower_third,
    "top": headline,
    "centre": centred,
}
"""How a text is drawn at each place."""


class ClipFinisher(Engine[FinishRequest, EngineSettings]):
    """Finishes clips. Results hold what clip engines' do: one output ``clip``.

    Their metadata says where something was written; see `written_in`. Equal requests give equal
    frames on any number of cores.
    """

    name = "finisher"
    version = 1
    settings_model = EngineSettings
    at_once = True

    def make(self, requests: Sequence[FinishRequest], folder: Path) -> Generator[Made]:
        """Finish one clip a request.

        Raises:
            EngineError: A clip has other frames than its request says.
        """
        for number, request in enumerate(requests):
            clip = folder / f"finished-{number}.mp4"
            look = None if request.grade is None else stored_look(request.grade.path)
            layers = [*_texts(request), *_captions(request)]
            frames = write_clip(
                clip,
                _finished(request, look, layers),
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            if frames != request.frames:
                raise EngineError(
                    f"the clip has {frames} frames, but the film needs {request.frames}. Render "
                    "the film again from its plan."
                )
            inks = (layer.ink for layer, _ in layers)
            yield Made({"clip": MadeFile(clip, "video/mp4")}, written_in(inks))

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)


_Opacity = Callable[[int], int]
"""How much of a layer is shown in a frame, by its number."""


def _finished(
    request: FinishRequest, look: Look | None, layers: Sequence[tuple[Layer, _Opacity]]
) -> Iterator[YuvFrame]:
    """Yield the frames of a clip as they are in the film."""
    with contextlib.closing(read_frames(request.clip.path)) as frames:
        for number, frame in enumerate(frames):
            finished = frame if look is None else look.graded(frame)
            for layer, opacity in layers:
                if share := opacity(number):
                    finished = layer.over(finished, share)
            yield finished


def _texts(request: FinishRequest) -> Iterator[tuple[Layer, _Opacity]]:
    for text in request.texts:
        layer = Layer.of(DRAWN_AT[text.place](text.text, request.size).pixels())
        if layer is not None:
            yield layer, _fading(text.frames, text.fade)


def _captions(request: FinishRequest) -> Iterator[tuple[Layer, _Opacity]]:
    for cue in request.captions:
        for frames, lit in _steps(cue):
            if not frames:
                continue
            drawing = caption(cue.rows, request.size, lit, italic=cue.italic)
            layer = Layer.of(drawing.pixels())
            if layer is not None:
                yield layer, _fading(frames, 0)


def _steps(cue: ShownCaption) -> Iterator[tuple[range, tuple[int, int, int] | None]]:
    """Yield the frames in which a caption looks the same, and which of its words is lit then."""
    starts = [min(max(word.start, cue.start), cue.end) for word in cue.words]
    yield range(cue.start, starts[0] if starts else cue.end), None
    for word, (start, end) in zip(cue.words, pairwise([*starts, cue.end]), strict=True):
        yield range(start, end), (word.row, word.first, word.end)


def _fading(frames: range, fade: int) -> _Opacity:
    return lambda number: share_shown(number, frames, fade, fade)
