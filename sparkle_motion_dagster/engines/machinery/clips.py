"""How a finished clip is looked at, whichever kind of engine made it."""

from pathlib import Path

from sparkle_motion_dagster.engines.base import Examined, MadeFile
from sparkle_motion_dagster.media.clip_review import review_clip
from sparkle_motion_dagster.media.probe import probe

_STRIP_QUALITY = 70


def examine_clip(output: MadeFile, folder: Path) -> Examined:
    """Measure a file of a clip's, decoding all of it.

    A clip gets two previews: ``strip`` (``image/jpeg``), five of its frames side by side, and
    ``edges`` (``image/png``), its first frame on top of its last, which its seams are measured by.

    Raises:
        ProbeError: The file is not what its media type says.
        MediaError: Not all of its frames decode.
    """
    from PIL import Image

    if output.media_type != "video/mp4":
        return Examined(probe(output.path, output.media_type))
    facts, review = review_clip(output.path)
    strip, edges = (folder / f"{output.path.stem}.{kind}" for kind in ("jpg", "png"))
    Image.fromarray(review.strip).save(strip, quality=_STRIP_QUALITY)
    Image.fromarray(review.edges).save(edges, compress_level=1)
    return Examined(
        facts.model_copy(update={"black": review.black, "still": review.still}),
        {"strip": MadeFile(strip, "image/jpeg"), "edges": MadeFile(edges, "image/png")},
    )
