"""How much memory Wan's weights take: the text encoder's, which works alone, and all others."""

from pathlib import Path

from sparkle_motion_dagster.engines.machinery.weights_size import weights_bytes
from sparkle_motion_dagster.gpu.presets import Precision


def texts_bytes(folder: Path, precision: Precision) -> int:
    """Return the bytes that the text encoder takes."""
    return weights_bytes(folder / "text_encoder", precision)


def pipeline_bytes(folder: Path, precision: Precision) -> int:
    """Return the bytes that all else takes; what sees pictures computes in float32."""
    transformer = weights_bytes(folder / "transformer", precision)
    return transformer + sum(
        weights_bytes(folder / part, "float32") for part in ("vae", "image_encoder")
    )
