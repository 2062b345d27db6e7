"""Has a film rendered when it is imported, for `forked.py`: what a first render prepares.

It compiles some hundred patterns and statements, and builds what validates records: a quarter of
what a small render takes, which every command would do anew.
"""

import tempfile
import threading
from pathlib import Path

import cv2

from scratch import in_memory
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.production.measuring import _STARTED
from sparkle_motion_dagster.runs.parent import end_with_code_server
from studio import Studio, short_film

# Threads do not come along into a fork: OpenCV begins its own in each, when it needs them.
cv2.setNumThreads(1)
with tempfile.TemporaryDirectory(dir=in_memory()) as folder:
    studio = Studio(Path(folder))
    rendered = studio.sparkle_here("render", studio.write(short_film()))
    assert rendered.returncode == 0, rendered.stderr
cv2.setNumThreads(-1)
# Each command is the first one for its engines, and records that, as in a process of its own; and
# none outlives the tests, as if they were its code server.
_STARTED.clear()
ffmpeg_path.cache_clear()  # the environment says which one
end_with_code_server.cache_clear()
assert threading.active_count() == 1
