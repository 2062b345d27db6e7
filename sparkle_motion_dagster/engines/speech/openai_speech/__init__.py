"""Speech from servers that speak OpenAI's protocol, theirs and local ones."""

from pathlib import Path

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="speech",
    name="openai_speech",
    engine=f"{__name__}.engine:OpenaiSpeechEngine",
    readiness=f"{__name__}.readiness:answers",
    performance=f"{__name__}.voice:OpenaiSpeechVoice",
    voices=Path(__file__).with_name("voices.yaml"),
)
