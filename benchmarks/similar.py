"""How well, and how fast, near-duplicates are found.

Times are those of one core (everything here is done by one thread), whoever else is at work.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from benchmarks.films import write
from benchmarks.results import Figure, as_json
from benchmarks.similar_set import Keyframe, cropped, drawn_keyframes, publish_keyframes, versions
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.database import connected, writing
from sparkle_motion_dagster.similar.hashing import WINDOWS, hash_of, hashes_of
from sparkle_motion_dagster.similar.index import PICTURES, THRESHOLD, SimilarIndex
from sparkle_motion_dagster.similar.scanning import HashTable, as_bytes
from sparkle_motion_dagster.similar.thumbnails import (
    Thumbnail,
    as_jpeg,
    brought_thumbnail,
    thumbnail_of,
)

RESULTS = Path(__file__).parent / "results" / "similar.json"

_MANY = 100_000
_QUERIES = 60
_EVERY = 12
"""Every twelfth picture is asked for in every version."""

_LONGEST_MS = 50
_LEAST_FOUND = 0.98
_EVERY_CARD = 3
_SEED = 7


def near_duplicates(folder: Path) -> Iterator[Figure]:
    """Measure j: which pictures are found again, which are confused, and how long that takes."""
    figures = []
    home = SparkleHome(folder / "similar" / "home")
    drawn = drawn_keyframes(home)
    keyframes = [one for one in drawn if one.prompt]
    cards = [one for one in drawn if not one.prompt]
    for figure in chain(_quality(home, keyframes, cards), _speed(home, keyframes)):
        figures.append(figure)
        yield figure
    RESULTS.write_text(json.dumps(as_json(figures), indent=1) + "\n")


def _quality(
    home: SparkleHome, keyframes: Sequence[Keyframe], cards: Sequence[Keyframe]
) -> Iterator[Figure]:
    index = SimilarIndex(home)
    started = time.process_time()
    hashed = index.follow(PICTURES).hashed
    each_ms = 1000 * (time.process_time() - started) / hashed
    yield Figure(
        "j", f"hashing {hashed} new pictures of 640x360", f"{each_ms:.0f} ms of one core each"
    )
    dice = random.Random(_SEED)  # noqa: S311 - nothing secret
    for name, changed in versions(dice).items():
        yield _found_again(index, keyframes[::_EVERY], name, changed)
    for name, changed in versions(dice).items():
        yield _found_again(index, cards[::_EVERY_CARD], f"title cards, {name}", changed)
    yield from _reversed(home, keyframes, dice)
    yield from _confused(index, keyframes)


def _found_again(
    index: SimilarIndex,
    asked: Sequence[Keyframe],
    name: str,
    changed: Callable[[Image.Image], Image.Image],
) -> Figure:
    """Ask for pictures in a version of them."""
    plain = found = 0
    for one in asked:
        picture = _opened(one.path)
        thumbnail = thumbnail_of(changed(picture))
        plain += _bits(thumbnail, thumbnail_of(picture)) <= THRESHOLD
        found += one.sha256 in {match.sha256 for match in index.alike([thumbnail])}
    return _found(name, found, len(asked), plain)


def _reversed(
    home: SparkleHome, keyframes: Sequence[Keyframe], dice: random.Random
) -> Iterator[Figure]:
    """Ask for whole pictures of which a film brings parts."""
    asked = keyframes[::_EVERY]
    folder = home.root.parent / "parts"
    folder.mkdir()
    for number, one in enumerate(asked):
        cropped(0.8, dice)(_opened(one.path)).save(folder / f"{number}.png")
    plan = {
        "title": "Parts",
        "base_images": [
            {"id": f"part_{number}", "prompt": "a part", "local_path": f"{number}.png"}
            for number in range(len(asked))
        ],
        "shots": [
            {
                "id": f"shot_{number}",
                "duration_sec": 2.0,
                "visual_description": "A part.",
                "transition": "cut",
                "start_base_image_id": f"part_{number}",
            }
            for number in range(len(asked))
        ],
        "render_profile": {
            "video": {"model_id": "camera"},
            "metadata": {"resolution": "640x360"},
        },
    }
    parts = list(publish_keyframes(home, "parts", write(plan, folder / "parts.yaml")))
    index = SimilarIndex(home)
    index.follow(PICTURES)
    found = 0
    for one, part in zip(asked, parts, strict=True):
        matches = {match.sha256 for match in index.alike([brought_thumbnail(one.path)])}
        found += part.sha256 in matches
    yield _found("the whole, of which a film has 80 % as a picture of its own", found, len(asked))


def _confused(index: SimilarIndex, keyframes: Sequence[Keyframe]) -> Iterator[Figure]:
    """Hold every second picture against all, by hashes alone and as they are found."""
    once = list({one.sha256: one for one in keyframes}.values())
    hashes = {one.sha256: hash_of(brought_thumbnail(one.path)) for one in once}
    kinds = ("other places", "such a place in another film", "one place of one film")
    pairs, plain, found = (dict.fromkeys(kinds, 0) for _ in range(3))
    confused = []
    for one in once[::2]:
        matches = {match.sha256 for match in index.alike([brought_thumbnail(one.path)])}
        for other in once:
            if one.prompt == other.prompt:
                continue
            same_place, same_film = one.place == other.place, one.film == other.film
            kind = kinds[0] if not same_place else kinds[2] if same_film else kinds[1]
            pairs[kind] += 1
            plain[kind] += (hashes[one.sha256] ^ hashes[other.sha256]).bit_count() <= THRESHOLD
            if other.sha256 in matches:
                found[kind] += 1
                if kind != kinds[2]:
                    confused.append(f"{one.film}/{one.item} and {other.film}/{other.item}")
    for kind in kinds:
        wanted = "" if kind == kinds[2] else "none"
        yield Figure(
            "j",
            f"pairs of {kind}, whose prompts differ, that pass for the same: of {pairs[kind]:,}",
            f"{found[kind]} (by hashes alone {plain[kind]})",
            wanted,
            found[kind] == 0 if wanted else None,
            "; ".join(confused) if wanted and found[kind] else "",
        )


def _speed(home: SparkleHome, keyframes: Sequence[Keyframe]) -> Iterator[Figure]:
    thumbnails = [brought_thumbnail(one.path) for one in keyframes]
    _fill(home, thumbnails)
    fresh = json.loads(
        subprocess.run(
            [sys.executable, "-m", "benchmarks.similar", str(home.root), str(keyframes[0].path)],
            check=True,
            capture_output=True,
        ).stdout
    )
    yield Figure(
        "j",
        f"reading the hashes of {fresh['pictures']:,} pictures in a fresh process",
        f"{fresh['read_ms']:.0f} ms of one core, {fresh['memory_mib']:.0f} MiB",
    )
    yield Figure(
        "j",
        "the first question of a fresh process, reading and imports included",
        f"{fresh['ms']:.0f} ms of one core",
    )
    index = SimilarIndex(home)
    index.alike(thumbnails[:1])
    table = _table(home)
    scans, whole = [], []
    for thumbnail in thumbnails[:: max(len(thumbnails) // _QUERIES, 1)]:
        hashes = hashes_of(thumbnail)
        started = time.process_time()
        table.near(hashes, 14)
        scans.append(1000 * (time.process_time() - started))
        started = time.process_time()
        index.alike([thumbnail])
        whole.append(1000 * (time.process_time() - started))
    yield _milliseconds("going through the hashes of all of them", scans)
    yield _milliseconds("asking, with the hashes of what is asked for, and verified", whole)
    size = (table.windows.nbytes + table.numbers.nbytes) / 2**20
    yield Figure("j", "the hashes in memory", f"{size:.0f} MiB", "", None)
    disk = home.similar.stat().st_size / 2**20
    yield Figure("j", "the index on disk, thumbnails included", f"{disk:.0f} MiB", "", None)


def _fill(home: SparkleHome, thumbnails: Sequence[Thumbnail]) -> None:
    """Put pictures into the index up to a hundred thousand: hashes of ours, with bits flipped.

    A quarter of the bits, so that for each question there are some to be verified.
    """
    dice = np.random.default_rng(_SEED)
    hashes = np.stack([hashes_of(one) for one in thumbnails])
    jpegs = [as_jpeg(one) for one in thumbnails]
    with connected(home.similar, "rw", 60) as connection, writing(connection):
        ((there,),) = connection.execute("SELECT coalesce(max(number), 0) FROM frames")
        for number in range(there + 1, _MANY + 1):
            of = number % len(thumbnails)
            flips = np.packbits(dice.random(64) < 0.25).view(np.uint64)
            row = (number, f"{number:064x}", 0, as_bytes(hashes[of] ^ flips))
            connection.execute("INSERT INTO frames VALUES (?, ?, ?, ?)", row)
            connection.execute("INSERT INTO thumbnails VALUES (?, ?)", (number, jpegs[of]))


def _table(home: SparkleHome) -> HashTable:
    with connected(home.similar, "rw", 60) as connection:
        rows = connection.execute("SELECT number, hashes FROM frames ORDER BY number").fetchall()
    return HashTable.empty().with_rows(rows)


def _found(name: str, found: int, of: int, plain: int | None = None) -> Figure:
    alone = "" if plain is None else f" (by the whole picture's hash alone {plain / of:.1%})"
    met = found / of >= _LEAST_FOUND
    return Figure("j", f"found: {name}", f"{found / of:.1%} of {of}{alone}", "98 %", met)


def _milliseconds(what: str, times: Sequence[float]) -> Figure:
    median = statistics.median(times)
    return Figure(
        "j",
        f"{what}: {_MANY:,} pictures, {len(WINDOWS)} hashes each",
        f"{median:.1f} ms of one core, at most {max(times):.1f} ms",
        f"under {_LONGEST_MS} ms",
        median < _LONGEST_MS,
    )


def _bits(one: Thumbnail, other: Thumbnail) -> int:
    return (hash_of(one) ^ hash_of(other)).bit_count()


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def ask_once(home: SparkleHome, picture: Path) -> None:
    """Ask once, and print what that took: what a fresh process does."""
    thumbnail = brought_thumbnail(picture)
    hashes_of(thumbnail)
    process = psutil.Process()
    before, started = process.memory_info().rss, time.process_time()
    pictures = len(_table(home).numbers)
    read_ms = 1000 * (time.process_time() - started)
    grown = (process.memory_info().rss - before) / 2**20
    started = time.process_time()
    SimilarIndex(home).alike([thumbnail])
    asked_ms = 1000 * (time.process_time() - started)
    print(
        json.dumps({"read_ms": read_ms, "ms": asked_ms, "memory_mib": grown, "pictures": pictures})
    )


if __name__ == "__main__":
    ask_once(SparkleHome(Path(sys.argv[1])), Path(sys.argv[2]))
