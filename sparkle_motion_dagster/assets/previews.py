"""What the web UI shows of a stage: pictures and tables, small enough for the event log."""

import base64
import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import dagster as dg
from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.addresses import ArtifactAddress
from sparkle_motion_dagster.artifacts.models import Artifact, StoredFile
from sparkle_motion_dagster.artifacts.sheets import keep_sheet
from sparkle_motion_dagster.assets.links import download_of
from sparkle_motion_dagster.assets.markdown import escaped, linked, picture
from sparkle_motion_dagster.film.hearing.listening import HeardLine
from sparkle_motion_dagster.film.short_texts import shortened
from sparkle_motion_dagster.film.sound.soundtrack import HeardCue
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import FILM
from sparkle_motion_dagster.media.sheets import Labelled, SpokenSpan, contact_sheet, waveform
from sparkle_motion_dagster.operations.film_servers import server_address
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.workbench import Workbench

Cell: TypeAlias = str | int | float | None
"""What a table holds."""

_CELL = 70
"""Characters that a cell has room for."""

SHEET_WIDTH = 700
"""Pixels: what an asset's page has room for beside its lists, in a window of 1500 pixels."""

DRAWN_BY = 1
"""The version of how pictures are drawn here, raised by hand: what is remembered looks the same."""

_MOST_ROWS = 60
"""A table of more rows is no overview any more, and the event log keeps every one of them."""


def keyframe_sheet(
    stage: Stage, keyframes: Sequence[Produced], name: str = "contact sheet"
) -> dg.MetadataValue[str]:
    """Return the contact sheet of keyframes; a stage has one of a name."""
    pictures = [(one.previews["thumbnail"], one.item_id) for one in keyframes]
    if not pictures:
        return dg.MetadataValue.md("none")
    columns = 3 if len(pictures) <= 9 else 5
    return _sheet(stage, name, pictures, columns)


def filmstrip(
    stage: Stage, clips: Sequence[Artifact], name: str = "filmstrip"
) -> dg.MetadataValue[str]:
    """Return the filmstrips of clips, each with its first, its last and three frames between.

    A stage has one of a name.
    """
    strips = [(stage.preview(clip, "strip"), clip.id) for clip in clips]
    if not strips:
        return dg.MetadataValue.md("none")
    columns = 1 if len(strips) <= 6 else 2
    return _sheet(stage, name, strips, columns)


def poster(stage: Stage, picture: StoredFile) -> dg.MetadataValue[str]:
    """Return one picture, small; a click on it plays the film, where a film server is."""
    shown = _sheet(stage, "poster", [(picture, "")], 1, SHEET_WIDTH * 2 // 3)
    server = server_address(stage.workbench.home)
    if server is None:
        return shown
    film = ArtifactAddress(run_id=stage.run_id, stage=stage.name, item=FILM, name="film")
    return dg.MetadataValue.md(linked(shown.value, download_of(server, film)))


def track_waveform(
    stage: Stage, track: StoredFile, timeline: MeasuredTimeline
) -> dg.MetadataValue[str]:
    """Return a track's wave, its lines marked by speaker, and its cuts."""
    spans = [
        SpokenSpan(
            speaker=line.character_id,
            label=shortened(f"{line.index + 1} {line.character_id}: {line.text}", _CELL),
            start=line.start_sample,
            end=line.end_sample,
        )
        for line in timeline.lines
    ]
    return _waveform(stage, "waveform", track, spans, timeline)


def stem_waveform(
    stage: Stage,
    kind: str,
    stem: StoredFile,
    cues: Sequence[HeardCue],
    timeline: MeasuredTimeline,
) -> dg.MetadataValue[str]:
    """Return the wave of the stem of a kind of cues, those marked, and the film's cuts."""
    spans = [
        SpokenSpan(
            speaker=cue.source,
            label=shortened(cue.source, _CELL),
            start=cue.played.start_sample,
            end=cue.played.end_sample,
        )
        for cue in cues
    ]
    return _waveform(stage, f"{kind}_waveform", stem, spans, timeline)


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> dg.MetadataValue[str]:
    """Return a table; of more than sixty rows the first ones, the manifest has the others."""
    listed = [_row(row) for row in itertools.islice(rows, _MOST_ROWS)]
    if not listed:
        return dg.MetadataValue.md("none")
    rule = "|" + "---|" * len(headings)
    return dg.MetadataValue.md("\n".join([_row(headings), rule, *listed]))


def heard_headings(heard: Sequence[HeardLine] | None) -> Sequence[str]:
    """Return the headings of what was heard of lines; none where nobody listens."""
    return () if heard is None else ("words wrong", "not heard")


def heard_cells(heard: Sequence[HeardLine] | None, line: int) -> Sequence[Cell]:
    """Return what was heard of a line, by its index, as a table shows it."""
    if heard is None:
        return ()
    if heard[line].comparison is None:
        return ("-", f"nobody who knows {heard[line].language} listens")
    return (f"{heard[line].error_rate:.0%}", heard[line].unheard)


def _row(cells: Iterable[Cell]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(value: Cell) -> str:
    """Return a value as markdown shows it: on one line, its own marks as text."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.2f}"
    text = shortened(str(value), _CELL)
    return escaped(text).replace(" ", "\N{NO-BREAK SPACE}")


def _sheet(
    stage: Stage,
    name: str,
    pictures: Sequence[tuple[StoredFile, str]],
    columns: int,
    width: int = SHEET_WIDTH,
) -> dg.MarkdownMetadataValue:
    """Return labelled pictures as one, as it was drawn before if it shows the same."""
    labelled = [Labelled(picture.path, label) for picture, label in pictures]
    shown: list[JsonValue] = [[picture.sha256, label] for picture, label in pictures]
    data = stage.memo.answer(
        f"{name}.jpeg",
        [DRAWN_BY, width, columns, *shown],
        lambda: contact_sheet(labelled, width, columns),
    )
    return shown_picture(stage.workbench, stage.run_id, name, "jpeg", data)


def _waveform(
    stage: Stage,
    name: str,
    sound: StoredFile,
    spans: Sequence[SpokenSpan],
    timeline: MeasuredTimeline,
) -> dg.MarkdownMetadataValue:
    """Return a sound's wave, as it was drawn before if it shows the same."""
    cuts = [timeline.shot_samples(shot)[0] for shot in timeline.shots]
    data = stage.memo.answer(
        f"{name}.png",
        [DRAWN_BY, sound.sha256, [*map(dataclasses.asdict, spans)], [*cuts]],
        lambda: waveform(sound.path, spans, cuts),
    )
    return shown_picture(stage.workbench, stage.run_id, "waveform", "png", data)


def shown_picture(
    workbench: Workbench, run_id: str, name: str, kind: str, data: bytes
) -> dg.MarkdownMetadataValue:
    """Return a picture: by its address on the film server, or itself where there is none."""
    server = server_address(workbench.home)
    if server is None:
        address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    else:
        sheet = keep_sheet(workbench.run_folder(run_id), kind, data)
        address = f"{server}/sheets/{run_id}/{sheet}"
    return dg.MetadataValue.md(picture(name, address))
