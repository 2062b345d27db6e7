"""What `sparkle doctor` asks of espeak-ng."""

import tempfile
from pathlib import Path

from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.espeak.engine import EspeakEngine, EspeakSettings


def speaks(settings: EspeakSettings) -> str:
    """Say one word, and return what came of it.

    Raises:
        EngineError: espeak-ng failed.
    """
    voice = Voice(provider_voice="en-us", language="en-US")
    request = SpeechRequest(text="Ready.", voice=voice, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        [take] = EspeakEngine(settings).make([request], Path(folder))
        size = take.outputs["audio"].path.stat().st_size
    return f"espeak-ng speaks ({size} bytes of WAV for one word)"
