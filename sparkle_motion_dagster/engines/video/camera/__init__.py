"""Clips by a camera that moves over the keyframes, without a model."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="video", name="camera", engine=f"{__name__}.engine:CameraEngine"
)
