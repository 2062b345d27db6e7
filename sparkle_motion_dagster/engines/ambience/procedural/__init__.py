"""Ambience by synthesis, without a model and without recordings."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="ambience", name="procedural", engine=f"{__name__}.engine:ProceduralEngine"
)
