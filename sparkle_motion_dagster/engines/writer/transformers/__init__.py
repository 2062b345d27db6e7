"""Writing with a language model on this machine."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="writer",
    name="transformers",
    engine=f"{__name__}.engine:TransformersWriter",
    weights=f"{__name__}.weights:WEIGHTS",
    packages=("torch", "transformers", "safetensors", "llguidance"),
)
