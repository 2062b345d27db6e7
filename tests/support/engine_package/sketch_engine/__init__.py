"""Keyframes as plain as can be: paper, and a line for each who is in the picture."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="images", name="sketch", engine=f"{__name__}.engine:SketchEngine"
)
