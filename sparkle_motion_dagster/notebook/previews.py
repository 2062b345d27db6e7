"""Previews: pictures, sounds with their waves, clips and texts, such that a cell shows them.

Their bytes come to the kernel and go to the browser in the widget itself. A browser need not reach
the server: where the kernel runs on another machine (Colab), it does not.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ipywidgets import HTML, VBox, Video, Widget

from sparkle_motion_dagster.media.sheets import waveform
from sparkle_motion_dagster.notebook.markup import (
    block,
    data_url,
    escaped,
    figure,
    paragraph,
    picture,
)
from sparkle_motion_dagster.operations.prune.pruning import size_text

if TYPE_CHECKING:
    from sparkle_motion_dagster.notebook.client import Client
    from sparkle_motion_dagster.server.routes.artifacts import ListedArtifact

MIB = 2**20

LARGEST_EMBEDDED = {
    "image": 16 * MIB,
    "audio": 48 * MIB,
    "video": 128 * MIB,
    "text": 64 * 1024,
}
"""Larger files are named, not shown, by the first part of their media type; in bytes."""

_PICTURE_WIDTH = 320
_WAVE_WIDTH = 570
"""How wide previews are, in CSS pixels, where there is room."""


def kind_of(media_type: str) -> str:
    """Return what a media type is to be shown as: image, audio, video, text, or "" for others."""
    main, _, rest = media_type.partition(";")[0].partition("/")
    if main in {"image", "audio", "video", "text"}:
        return main
    return "text" if rest in {"json", "yaml", "x-subrip"} or rest.endswith("+json") else ""


def preview(client: Client, artifact: ListedArtifact) -> Widget:
    """Return a widget that shows an artifact, or says why it does not.

    Raises:
        SparkleError: The server does not send it.
    """
    kind = kind_of(artifact.media_type)
    size = size_text(artifact.size_bytes)
    caption = f"{artifact.item}, {artifact.name} ({artifact.media_type}, {size})"
    if artifact.size_bytes > LARGEST_EMBEDDED.get(kind, -1):
        why = "it is too large to be shown here" if kind else "there is no preview of its kind"
        return HTML(block(paragraph(f"{caption}: {why}.", "dim")))
    return shown(client.content(artifact), artifact.media_type, caption)


def shown(data: bytes, media_type: str, caption: str) -> Widget:
    """Return a widget that shows a file's bytes; each file is of a kind that `kind_of` knows."""
    match kind_of(media_type):
        case "image":
            return HTML(block(figure(picture(data, media_type, caption, _PICTURE_WIDTH), caption)))
        case "audio":
            return HTML(block(figure(_sound(data, media_type, caption), caption)))
        case "video":
            return VBox([video(data, _PICTURE_WIDTH), HTML(block(paragraph(caption, "dim")))])
        case _:
            text = escaped(data.decode("utf-8", "replace"))
            return HTML(block(f"<details><summary>{escaped(caption)}</summary><pre>{text}</pre>"
                              "</details>"))  # fmt: skip


def video(data: bytes, width: int) -> Video:
    """Return a player of an MP4, at most so many CSS pixels wide."""
    player = Video(value=data, format="mp4", autoplay=False, loop=False, controls=True)
    player.layout.width = f"{width}px"
    player.layout.max_width = "100%"
    return player


def _sound(data: bytes, media_type: str, caption: str) -> str:
    # Of a film's sound as it is delivered there is none: the track that it is made of has one.
    wave = ""
    if media_type == "audio/wav":
        wave = picture(_wave(data), "image/png", f"Waveform of {caption}", _WAVE_WIDTH) + "<br>"
    return (
        f'{wave}<audio controls preload="metadata" style="width: min({_WAVE_WIDTH}px, 100%)" '
        f'src="{data_url(data, media_type)}" aria-label="{escaped(caption)}"></audio>'
    )


def _wave(data: bytes) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".sound") as file:
        file.write(data)
        file.flush()
        return waveform(Path(file.name), (), ())
