"""How much memory SDXL's weights take."""

from sparkle_motion_dagster.engines.images.sdxl.pipeline import Recipe
from sparkle_motion_dagster.engines.images.sdxl.weights import (
    ADAPTER_FILE,
    ADAPTER_FOLDER,
    BASE_PARTS,
    IMAGE_ENCODER,
    REFINER_PARTS,
)
from sparkle_motion_dagster.engines.machinery.weights_size import weights_bytes


def recipe_bytes(recipe: Recipe) -> int:
    """Return the bytes that the weights of a recipe take; the VAE computes in float32."""
    parts = [recipe.base / part for part in BASE_PARTS]
    if recipe.refiner is not None:
        parts += [recipe.refiner / part for part in REFINER_PARTS]
    if recipe.adapter is not None:
        # A folder may hold the adapters for other purposes, too.
        parts += [recipe.adapter / ADAPTER_FOLDER / ADAPTER_FILE, recipe.adapter / IMAGE_ENCODER]
    precision = recipe.preset.precision
    return sum(
        weights_bytes(part, "float32" if part.name == "vae" else precision) for part in parts
    )
