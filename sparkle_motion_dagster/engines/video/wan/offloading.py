"""Where Wan's weights wait while they are not used."""

from typing import Any

from sparkle_motion_dagster.gpu.presets import Offload


def placed(pipeline: Any, offload: Offload, device: str) -> Any:
    """Put a pipeline's weights where they wait; the machine's own memory is one place for all."""
    import torch

    if offload == "group":
        pipeline.transformer.enable_group_offload(
            onload_device=torch.device(device),
            offload_type="block_level",
            num_blocks_per_group=1,
            use_stream=device != "cpu",
            # Else all weights are copied to pinned memory at once, each tensor rounded up to a
            # power of two: reckoned, 75 GiB of the machine's memory for FLF2V's 31.
            low_cpu_mem_usage=True,
        )
        for part in (pipeline.vae, getattr(pipeline, "image_encoder", None)):
            if part is not None:
                part.to(device)
        return pipeline
    if offload == "model" and device != "cpu":
        pipeline.enable_model_cpu_offload(device=device)
        return pipeline
    return pipeline.to(device)
