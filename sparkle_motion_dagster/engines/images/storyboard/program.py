"""A program of its own that draws keyframes, until nobody asks for any more.

It reads orders from standard input, one a line, and answers each with a line on standard output,
both as JSON: `KeyframeOrder`, `Answer`. It ends when its input does, which is when the process
that asks it ends, however that ends.
"""

import sys

from sparkle_motion_dagster.engines.images.storyboard.keyframe import KeyframeOrder, draw
from sparkle_motion_dagster.media.opencv_threads import work_in_one_thread
from sparkle_motion_dagster.units import Record


class Refused(Record):
    """Why a file could not be written: the system's number of the error, its words, the file."""

    number: int
    words: str
    file: str


class Answer(Record):
    """What became of an order: what the font could not write, or why there are no files."""

    remarks: tuple[str, ...] = ()
    refused: Refused | None = None


def _answer(order: KeyframeOrder) -> Answer:
    try:
        return Answer(remarks=draw(order))
    except OSError as error:
        if error.errno is None:
            raise
        file = str(error.filename or order.image)
        return Answer(refused=Refused(number=error.errno, words=error.strerror or "", file=file))


def main() -> None:
    """Answer orders until there are no more."""
    work_in_one_thread()
    for line in sys.stdin.buffer:
        print(_answer(KeyframeOrder.model_validate_json(line)).model_dump_json(), flush=True)


if __name__ == "__main__":
    main()
