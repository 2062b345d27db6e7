"""Listening with Whisper, on a processor."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="hearing",
    name="whisper",
    engine=f"{__name__}.engine:WhisperEngine",
    weights=f"{__name__}.weights:WEIGHTS",
    packages=("faster-whisper", "ctranslate2"),
)
