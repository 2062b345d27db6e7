"""What listing the artifacts of a home with a hundred thousand of them takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.many_runs import build_finished_runs
from benchmarks.results import Figure
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.index.looking import ArtifactIndex, Wanted

_FILMS = 2858
"""Each has 35 artifacts."""

_PAGE = 100
_TIMES = 25
_LONGEST_PAGE_MS = 20
_LONGEST_REBUILD_S = 60

_QUESTIONS = (
    ("everything", Wanted()),
    ("one film", Wanted(run_id="film_01000")),
    ("one stage", Wanted(stage="video_final")),
    ("one media type", Wanted(media_type="text/plain")),
    ("a stage and a kind of which there is none", Wanted(stage="base_images", media_type="video")),
)


def artifact_listing(folder: Path) -> Iterator[Figure]:
    """Measure h: the index made from all manifests, and pages of what it lists."""
    home = SparkleHome(folder / "artifacts")
    build_finished_runs(home, _FILMS)
    index = ArtifactIndex(home)
    started = time.perf_counter()
    size = index.rebuild()
    took_s = time.perf_counter() - started
    yield Figure(
        "h",
        f"`sparkle index rebuild`: {size.artifacts:,} artifacts of {size.runs:,} films",
        f"{took_s:.1f} s",
        f"under {_LONGEST_REBUILD_S} s",
        took_s < _LONGEST_REBUILD_S,
    )
    middle = _token_in_the_middle(index)
    for what, wanted in _QUESTIONS:
        token = None if wanted.run_id else middle
        times = _milliseconds(partial(index.page, wanted, _PAGE, token))
        yield _page_figure(f"a page of {_PAGE}, from the middle: {what}", times)
    digest = index.page(Wanted(), 1, middle).artifacts[0].sha256
    yield _page_figure("who names a digest", _milliseconds(partial(index.naming, digest)))


def _page_figure(what: str, times: list[float]) -> Figure:
    median, longest = statistics.median(times), max(times)
    return Figure(
        "h",
        what,
        f"{median:.1f} ms, at most {longest:.1f} ms",
        f"under {_LONGEST_PAGE_MS} ms",
        median < _LONGEST_PAGE_MS,
    )


def _token_in_the_middle(index: ArtifactIndex) -> str | None:
    page = index.page(Wanted(run_id=f"film_{_FILMS // 2:05d}"), _PAGE // 10)
    return page.next_token


def _milliseconds(action: Callable[[], object]) -> list[float]:
    """Return what each of some goes takes, in milliseconds."""
    times = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - started))
    return times
