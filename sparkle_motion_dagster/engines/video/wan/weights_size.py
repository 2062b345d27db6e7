"""How much memory Wan's weights take: the text encoder's, which works alone, and all others."""

from pathlib import Path

from sparkle_motion_dagster.engines.machinery.weights_size import weights_bytes
from sparkle_motion_dagster.engines.video.wan.models import EXPERTS
from sparkle_motion_dagster.gpu.presets import Precision


def texts_bytes(folder: Path, precision: Precision) -> int:
    """Return the bytes that the text encoder takes."""
    return weights_bytes(folder / "text_encoder", precision)


def pipeline_bytes(folder: Path, precision: Precision) -> int:
    """Return the bytes that all else takes, all experts too; what sees pictures has float32."""
    transformers = sum(weights_bytes(folder / part, precision) for part in EXPERTS)
    return transformers + sum(
        weights_bytes(folder / part, "float32") for part in ("vae", "image_encoder")
    )
