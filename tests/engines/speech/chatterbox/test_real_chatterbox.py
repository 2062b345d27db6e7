"""The real Chatterbox, in its own environment, on freshly initialised weights of full size.

It babbles, and speaks no word; everything else is as it is with weights that learned something.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import psutil
import pytest

from chatterboxes import line, recording
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.registry import engine_of
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.engines.speech.chatterbox import PROGRAM
from sparkle_motion_dagster.engines.speech.chatterbox.engine import ChatterboxEngine
from speech_takes import Take, read_take
from worker_environments import installed, with_workers

pytestmark = pytest.mark.engines

REAL = Path(__file__).parents[3] / "support" / "real_chatterbox.py"
TEXT = "Not tonight, mama."


class Footprint(Steps):
    """Sees how much memory the worker takes."""

    def __init__(self) -> None:
        self.most_bytes = 0

    def done(self, step: int, of: int, doing: str) -> None:
        workers = psutil.Process().children(recursive=True)
        self.most_bytes = max(self.most_bytes, *(one.memory_info().rss for one in workers))


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    return installed("chatterbox", tmp_path_factory.mktemp("environments"))


@pytest.fixture(scope="module", params=["english", "multilingual", "turbo"])
def model(
    request: pytest.FixtureRequest,
    environments: Environments,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Path]]:
    name = cast(str, request.param)
    folder = tmp_path_factory.mktemp(name)
    python = environments.of(PROGRAM).python
    subprocess.run([python, "-s", "-P", REAL, name, folder], check=True)
    yield name, folder
    shutil.rmtree(folder)  # 3 GB


def test_a_line_is_the_same_bytes_again_and_carries_the_watermark(
    model: tuple[str, Path], environments: Environments, tmp_path: Path
) -> None:
    name, weights = model
    footprint = Footprint()
    facilities = with_workers(environments, footprint)
    engine = engine_of("speech", "chatterbox", {"model": name, "weights": str(weights)}, facilities)
    assert isinstance(engine, ChatterboxEngine)
    seconds = 5.5 if name == "turbo" else 2.5
    imitated = line(TEXT, reference=recording(tmp_path / "voice.wav", seconds=seconds), seed=3)
    own = line("你好", language="zh-CN") if name == "multilingual" else line(TEXT, seed=3)

    def spoken(folder: str, *requests: SpeechRequest) -> list[Take]:
        (tmp_path / folder).mkdir()
        takes = []
        for made in engine.make(requests, tmp_path / folder):
            print(name, made.metadata)  # what docs/engines.md shows
            assert made.metadata["sample_rate"] == 24000
            assert float(str(made.metadata["watermark"])) > 0.5
            takes.append(read_take(made))
        return takes

    builtin, reference = spoken("first", own, imitated)
    [again] = spoken("second", imitated)
    assert again.digests == reference.digests != builtin.digests
    assert reference.channels == 1
    assert 0.2 < reference.duration_s < 5
    print(name, f"{footprint.most_bytes / 2**30:.1f} GiB")
