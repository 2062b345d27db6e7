"""An engine of small clips, some of which never end; run as a program, it makes some.

Run as ``python filmers.py HOME AT_ONCE TEXT...``: it says the last letter of a text when its clip
is there, or, if that is never to end, when it is being encoded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.loop import Item, produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.units import FrameSize

GREY = YuvFrame(*(np.full((side, side), 99, np.uint8) for side in (64, 32, 32)))


class TitleRequest(Request):
    text: str


class Filmer(Engine[TitleRequest, EngineSettings]):
    """Makes clips of five frames, or endless ones; ``fed`` are those that are being encoded."""

    name = "filmer"
    version = 1
    settings_model = EngineSettings
    at_once = True

    def __init__(self, say: Callable[[str], None] = lambda _: None) -> None:
        super().__init__(EngineSettings())
        self.say = say
        self.fed: set[str] = set()

    def make(self, requests: Sequence[TitleRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            clip = folder / f"{number}.mp4"
            write_clip(
                clip,
                self.frames(request.text),
                size=FrameSize(width=64, height=64),
                frame_rate=Fraction(24),
                encoding=ClipEncoding(crf=30, preset="ultrafast", threads=1),
            )
            yield Made({"clip": MadeFile(clip, "video/mp4")})

    def frames(self, text: str) -> Iterator[YuvFrame]:
        yield from [GREY] * 5
        if text.startswith("endless"):
            self.fed.add(text)
            self.say(text[-1])
            while True:
                yield GREY


if __name__ == "__main__":
    home, at_once, *texts = sys.argv[1:]
    bench = Workbench(SparkleHome(Path(home)), at_once=int(at_once))
    folder = bench.run_folder("film")

    def say(letter: str) -> None:
        os.write(1, f"{letter}\n".encode())  # in one piece, whichever threads say something

    progress = Progress(folder, "clips", lambda line: say(line[0]))
    engine = Filmer(say)
    items = [Item(text, TitleRequest(text=text)) for text in texts]
    produce(engine, items, bench, progress, RunControl(folder))
