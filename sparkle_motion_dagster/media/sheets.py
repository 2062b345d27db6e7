"""Pictures of many pictures, small enough for a database: contact sheets, filmstrips, waveforms."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.lettering import font_file

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

THUMB_SIDE = 320
"""Longer side of a thumbnail, in pixels."""

_MOST_PICTURES = 24
"""A sheet of more is neither small nor readable; then it shows some, evenly chosen, and says so."""

_MOST_BESIDE = 6
"""Takes that stand in one line."""

_MOST_BYTES = 60_000
_QUALITIES = (80, 70, 60, 50, 40)
_PAPER = (22, 24, 28)
_INK = (214, 218, 224)
_DIM = (120, 126, 136)
_GAP = 6
_TEXT = 12
_TEXT_ROW = 18

_WAVE_SIZE = (640, 200)
_MARK_WIDTH = 44  # of the longest number of seconds
_SPEAKERS = ((242, 178, 92), (110, 190, 232), (168, 214, 122), (226, 130, 160), (178, 158, 240))


@dataclass(frozen=True)
class Labelled:
    """A picture file, and what is written under it."""

    path: Path
    label: str


@dataclass(frozen=True)
class SheetTake:
    """One of several takes: its picture, if it has one, and what is written under it.

    ``is_marked`` says whether it is the one that counts.
    """

    path: Path | None
    lines: tuple[str, ...]
    is_marked: bool


@dataclass(frozen=True)
class SheetRow:
    """The takes of one thing, side by side."""

    title: str
    takes: tuple[SheetTake, ...]


@dataclass(frozen=True)
class SpokenSpan:
    """A line on a track: who speaks, from which sample to which."""

    speaker: str
    label: str
    start: int
    end: int


def write_thumbnail(picture: Image.Image, output: Path) -> None:
    """Write a picture's small copy as JPEG, its longer side `THUMB_SIDE` pixels."""
    from PIL import Image

    small = picture.convert("RGB")
    small.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    small.save(output, format="JPEG", quality=82)


def contact_sheet(pictures: Sequence[Labelled], width: int, columns: int) -> bytes:
    """Return a JPEG of pictures side by side, each with its label, of at most about 60 kB.

    Args:
        pictures: In order, at least one; of more than 24, some are shown and the sheet says so.
        width: Of the sheet, in pixels.
        columns: How many stand side by side.
    """
    from PIL import Image, ImageDraw

    shown = _evenly(pictures)
    columns = min(columns, len(shown))
    cell_width = (width - _GAP) // columns - _GAP
    images = [_fitted(one.path, cell_width) for one in shown]
    text_row = _TEXT_ROW if any(one.label for one in shown) else 0
    cell_height = max(image.height for image in images) + text_row
    rows = math.ceil(len(shown) / columns)
    note = "" if len(shown) == len(pictures) else f"{len(shown)} of {len(pictures)} are shown"
    height = _GAP + rows * (cell_height + _GAP) + (_TEXT_ROW if note else 0)
    sheet = Image.new("RGB", (width, height), _PAPER)
    brush = ImageDraw.Draw(sheet)
    font = _font()
    for number, (one, image) in enumerate(zip(shown, images, strict=True)):
        x = _GAP + number % columns * (cell_width + _GAP)
        y = _GAP + number // columns * (cell_height + _GAP)
        sheet.paste(image, (x, y))
        label = _cut(one.label, font, cell_width)
        brush.text((x, y + image.height + 1), label, fill=_INK, font=font)
    if note:
        brush.text((_GAP, height - _TEXT_ROW - 2), note, fill=_DIM, font=font)
    return _small_jpeg(sheet)


def takes_sheet(rows: Sequence[SheetRow], width: int) -> bytes:
    """Return a JPEG of takes, a row a thing of which there are several, of at most about 60 kB.

    Args:
        rows: In order, at least one; of more than 24 takes, the first rows are shown.
        width: Of the sheet, in pixels.
    """
    from PIL import Image

    shown, note = _first_rows(rows)
    drawn = [_row_of_takes(row, width) for row in shown]
    height = sum(row.height for row in drawn) + (_TEXT_ROW if note else 0) + _GAP
    sheet = Image.new("RGB", (width, height), _PAPER)
    y = 0
    for row in drawn:
        sheet.paste(row, (0, y))
        y += row.height
    _write(sheet, (_GAP, y), note, _DIM)
    return _small_jpeg(sheet)


def _first_rows(rows: Sequence[SheetRow]) -> tuple[Sequence[SheetRow], str]:
    counted = 0
    for number, row in enumerate(rows):
        counted += len(row.takes)
        if counted > _MOST_PICTURES and number:
            return rows[:number], f"{number} of {len(rows)} are shown"
    return rows, ""


def _row_of_takes(row: SheetRow, width: int) -> Image.Image:
    """Return takes side by side below their title, what counts in a frame; six fit into a line."""
    from PIL import Image, ImageDraw

    columns = min(max(len(row.takes), 3), _MOST_BESIDE)
    cell = (width - _GAP) // columns - _GAP
    pictures = [None if one.path is None else _fitted(one.path, cell) for one in row.takes]
    tallest = max((picture.height for picture in pictures if picture is not None), default=0)
    lines = max(len(one.lines) for one in row.takes)
    step = tallest + lines * _TEXT_ROW + 2 * _GAP
    drawn = Image.new(
        "RGB", (width, _TEXT_ROW + math.ceil(len(row.takes) / columns) * step + _GAP), _PAPER
    )
    brush = ImageDraw.Draw(drawn)
    _write(drawn, (_GAP, 2), _cut(row.title, _font(), width - 2 * _GAP), _INK)
    for number, (take, picture) in enumerate(zip(row.takes, pictures, strict=True)):
        x = _GAP + number % columns * (cell + _GAP)
        y = _TEXT_ROW + _GAP + number // columns * step
        if picture is not None:
            drawn.paste(picture, (x, y))
        if take.is_marked:
            around = (x - 2, y - 2, x + cell + 1, y + tallest + 1)
            brush.rectangle(around, outline=_SPEAKERS[0], width=2)
        for line, text in enumerate(take.lines):
            colour = _DIM if line else _INK
            _write(
                drawn, (x, y + tallest + 2 + line * _TEXT_ROW), _cut(text, _font(), cell), colour
            )
    return drawn


def _write(
    picture: Image.Image, place: tuple[int, int], text: str, colour: tuple[int, int, int]
) -> None:
    from PIL import ImageDraw

    ImageDraw.Draw(picture).text(place, text, fill=colour, font=_font())


def waveform(track: Path, spans: Sequence[SpokenSpan], cuts: Sequence[int]) -> bytes:
    """Return a PNG of a track: its wave, its lines marked by speaker, its cuts as upright lines.

    Args:
        track: A WAV.
        spans: Its lines, in samples of the track.
        cuts: First samples of the shots.
    """
    from PIL import Image, ImageDraw

    width, height = _WAVE_SIZE
    peaks, samples, rate = _peaks(track, width)
    picture = Image.new("RGB", _WAVE_SIZE, _PAPER)
    brush = ImageDraw.Draw(picture)
    font = _font()
    middle, reach = (height + _TEXT_ROW) // 2, (height - 2 * _TEXT_ROW) // 2
    colours = _colours([span.speaker for span in spans])
    for cut in cuts:
        x = cut * width // samples
        brush.line((x, _TEXT_ROW, x, height - _TEXT_ROW), fill=(52, 56, 64))
    owner = np.full(width, -1)
    for number, span in enumerate(spans):
        x, end = span.start * width // samples, span.end * width // samples
        owner[x : max(x + 1, end)] = number
    loudest = max(float(peaks.max(initial=0)), 1e-6)
    for x in range(width):
        half = round(reach * float(peaks[x]) / loudest)
        colour = _DIM if owner[x] < 0 else colours[spans[int(owner[x])].speaker]
        brush.line((x, middle - half, x, middle + half), fill=colour)
    for span in spans:
        x, end = span.start * width // samples, span.end * width // samples
        colour = colours[span.speaker]
        brush.line((x, _TEXT_ROW - 2, end, _TEXT_ROW - 2), fill=colour, width=3)
        brush.text((x, 0), _cut(span.label, font, max(24, end - x)), fill=colour, font=font)
    _write_seconds(brush, samples, rate, font)
    file = io.BytesIO()
    picture.quantize(64).save(file, format="PNG", optimize=True)
    return file.getvalue()


def _evenly(pictures: Sequence[Labelled]) -> list[Labelled]:
    if len(pictures) <= _MOST_PICTURES:
        return list(pictures)
    last = len(pictures) - 1
    return [pictures[round(n * last / (_MOST_PICTURES - 1))] for n in range(_MOST_PICTURES)]


def _fitted(path: Path, width: int) -> Image.Image:
    from PIL import Image

    with Image.open(path) as image:
        height = max(1, round(image.height * width / image.width))
        return image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)


def _font() -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(font_file(), _TEXT)


def _cut(text: str, font: FreeTypeFont, width: int) -> str:
    """Return as much of a text as fits, with an ellipsis where something is missing."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _small_jpeg(sheet: Image.Image) -> bytes:
    for quality in _QUALITIES:
        file = io.BytesIO()
        sheet.save(file, format="JPEG", quality=quality, optimize=True)
        if file.tell() <= _MOST_BYTES:
            break
    return file.getvalue()


def _peaks(track: Path, columns: int) -> tuple[NDArray[np.float64], int, int]:
    """Return the highest level in each of some equal parts of a track, its length and its rate."""
    import soundfile

    with soundfile.SoundFile(str(track)) as sound:
        samples = max(1, sound.frames)
        edges = [column * samples // columns for column in range(columns + 1)]
        peaks = np.zeros(columns)
        for column, (start, end) in enumerate(pairwise(edges)):
            block = sound.read(end - start, dtype="float32", always_2d=True)
            peaks[column] = np.abs(block).max(initial=0)
    return peaks, samples, sound.samplerate


def _colours(speakers: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    return {
        speaker: _SPEAKERS[number % len(_SPEAKERS)]
        for number, speaker in enumerate(dict.fromkeys(speakers))
    }


def _write_seconds(brush: ImageDraw, samples: int, rate: int, font: FreeTypeFont) -> None:
    width, height = _WAVE_SIZE
    seconds, most = samples / rate, width // _MARK_WIDTH
    step = next(step for step in (1, 2, 5, 10, 30, 60, 300, 600, 3600) if seconds / step <= most)
    for mark in range(0, math.floor(seconds) + 1, step):
        x = round(mark / seconds * width)
        brush.line((x, height - _TEXT_ROW, x, height - _TEXT_ROW + 4), fill=_DIM)
        brush.text((x + 3, height - _TEXT_ROW + 2), f"{mark} s", fill=_DIM, font=font)
