"""Speech by espeak-ng, on any processor."""

from pathlib import Path

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="speech",
    name="espeak",
    engine=f"{__name__}.engine:EspeakEngine",
    packages=("espeakng-loader",),
    readiness=f"{__name__}.readiness:speaks",
    performance=f"{__name__}.voice:EspeakVoice",
    voices=Path(__file__).with_name("voices.yaml"),
)
