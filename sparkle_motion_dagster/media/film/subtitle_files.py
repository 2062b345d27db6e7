"""Captions as files beside the film, for players and platforms that want them there."""

from collections.abc import Sequence
from pathlib import Path

from sparkle_motion_dagster.media.film.caption import Caption, milliseconds, require_order


def write_subtitles(captions: Sequence[Caption], output: Path) -> None:
    """Write captions as SubRip (``.srt``) or WebVTT (``.vtt``, W3C), in UTF-8.

    Raises:
        MediaError: Captions overlap, or cannot be shown.
    """
    import pysubs2

    kind = output.suffix.removeprefix(".")
    require_order(captions)
    subtitles = pysubs2.SSAFile()
    for caption in captions:
        text = caption.shown()
        if kind == "vtt":  # the one mark of its markup that has no full-width form in `shown`
            text = text.replace("&", "&amp;")
        if caption.italic:
            text = rf"{{\i1}}{text}{{\i0}}"
        subtitles.append(
            pysubs2.SSAEvent(
                start=milliseconds(caption.start_s),
                end=milliseconds(caption.end_s),
                text=text.replace("\n", r"\N"),
            )
        )
    output.write_text(subtitles.to_string(kind), encoding="utf-8", newline="\n")
