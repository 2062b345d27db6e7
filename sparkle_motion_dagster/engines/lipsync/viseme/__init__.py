"""Mouths of drawn faces, moved without a model."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="lipsync", name="viseme", engine=f"{__name__}.engine:VisemeEngine"
)
