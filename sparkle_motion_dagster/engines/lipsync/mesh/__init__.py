"""Mouths of real faces, moved without a model of speech: the picture's own pixels, pulled."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(kind="lipsync", name="mesh", engine=f"{__name__}.engine:MeshEngine")
