"""Speech by Kokoro-82M, a neural model that runs on any processor."""

from pathlib import Path

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="speech",
    name="kokoro",
    engine=f"{__name__}.engine:KokoroEngine",
    weights=f"{__name__}.weights:WEIGHTS",
    packages=("onnxruntime", "espeakng-loader"),
    readiness=f"{__name__}.readiness:speaks",
    performance=f"{__name__}.voice:KokoroVoice",
    voices=Path(__file__).with_name("voices.yaml"),
)
