"""SDXL keyframes, on a GPU."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="images",
    name="sdxl",
    engine=f"{__name__}.engine:SdxlEngine",
    weights=f"{__name__}.weights:WEIGHTS",
    packages=("torch", "diffusers", "transformers", "accelerate", "safetensors"),
)
