"""Clips by Wan 2.1 and 2.2, on a GPU."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="video",
    name="wan",
    engine=f"{__name__}.engine:WanEngine",
    weights=f"{__name__}.weights:WEIGHTS",
    packages=("torch", "diffusers", "transformers", "accelerate", "safetensors", "ftfy"),
)
