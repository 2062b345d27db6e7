"""Which modules of tests share a process: those that load the same library or model.

torch and diffusers take eight seconds of a core to import, Kokoro's and Whisper's models a second
each to load, in every process anew.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "torch": (
        "tests/engines/images/sdxl/",
        "tests/engines/images/test_image_engines.py",
        "tests/engines/machinery/test_rounded.py",
        "tests/engines/machinery/test_weights_size.py",
        "tests/engines/video/test_video_engines.py",
        "tests/engines/video/wan/",
        "tests/engines/writer/test_transformers_writer.py",
        "tests/engines/writer/test_writer_engines.py",
        "tests/gpu/test_torch_on_device.py",
    ),
    "kokoro": (
        "tests/engines/machinery/test_heap.py",
        "tests/engines/speech/kokoro/",
        "tests/engines/speech/test_speech_engines.py",
    ),
    "whisper": (
        "tests/engines/hearing/",
        "tests/film/hearing/",
        "tests/film/sound/test_recorded_lines.py",
        "tests/film/takes/test_takes_by_rule.py",
    ),
}
"""What is loaded, and where the modules lie whose tests load it."""


class Together(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Hands whole modules to test processes, and all those that load the same to one of them."""

    def _split_scope(self, nodeid: str) -> str:
        return next(
            (loaded for loaded, places in TOGETHER.items() if nodeid.startswith(places)),
            super()._split_scope(nodeid),
        )
