"""What `sparkle doctor` asks of Kokoro."""

import tempfile
from pathlib import Path

from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.kokoro.engine import KokoroEngine
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings


def speaks(settings: KokoroSettings) -> str:
    """Say one word, and return what came of it.

    Raises:
        EngineError: The weights are missing or damaged, or the model failed.
    """
    voice = Voice(provider_voice="af_heart", language="en-US")
    request = SpeechRequest(text="Ready.", voice=voice, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        [take] = KokoroEngine(settings).make([request], Path(folder))
        size = take.outputs["audio"].path.stat().st_size
    return f"Kokoro speaks ({size} bytes of WAV for one word)"
