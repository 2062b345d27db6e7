"""What is embedded in a film's page on disk: captions and small pictures, as data URLs."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.errors import CorruptFileError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.takes.listing import TakePreview
from sparkle_motion_dagster.pages.film_records import ShownPreview
from sparkle_motion_dagster.pages.film_view import FilmView

MOST_PICTURES_BYTES = 3 * 2**20
"""All pictures of a page together are about as large as this at most, in bytes, before base64.

Where a film has more of them, each is made smaller, down to a fifth of its width.
"""

_QUALITY = 60
_LEAST_SCALE = 0.2


def embedded_files(
    home: SparkleHome, view: FilmView, most_bytes: int = MOST_PICTURES_BYTES
) -> dict[str, str]:
    """Return the files that a film's page on disk holds: data URLs, by the files' digests.

    A preview that is damaged or gone in the store is left out.

    Args:
        home: Where the film lies.
        view: What the page shows.
        most_bytes: How large all pictures together are at most, about, before base64.

    Raises:
        CorruptFileError: The captions are damaged in the store.
    """
    store = Store(home.store)
    found = {}
    if view.captions is not None:
        captions = store.file(view.captions.sha256).path.read_bytes()
        found[view.captions.sha256] = as_data(view.captions.media_type, captions)
    pictures = dict(_pictures(store, view))
    total = sum(map(len, pictures.values()))
    scale = 1.0 if total <= most_bytes else (most_bytes / total) ** 0.5
    for digest, picture in pictures.items():
        smaller = picture if scale == 1.0 else _scaled(picture, max(scale, _LEAST_SCALE))
        found[digest] = as_data("image/jpeg", smaller)
    return found


def as_data(media_type: str, data: bytes) -> str:
    """Return bytes as a data URL (RFC 2397)."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _pictures(store: Store, view: FilmView) -> Iterator[tuple[str, bytes]]:
    """Yield the previews that a page shows, each once, by their digests."""
    for preview in {one.sha256: one for one in _previews(view)}.values():
        try:
            yield preview.sha256, store.file(preview.sha256).path.read_bytes()
        except CorruptFileError:
            continue  # the page shows what there is; `sparkle verify` says what is damaged


def _previews(view: FilmView) -> Iterator[ShownPreview | TakePreview]:
    yield from (shot.strip for shot in view.shots if shot.strip is not None)
    yield from (one.thumbnail for one in view.keyframes if one.thumbnail is not None)
    files = (take.file for item in view.takes for take in item.takes)
    yield from (file.preview for file in files if file is not None and file.preview is not None)


def _scaled(picture: bytes, scale: float) -> bytes:
    """Return a JPEG smaller, as one."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image.draft("RGB", size)
        written = io.BytesIO()
        image.convert("RGB").resize(size).save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
