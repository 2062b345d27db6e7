"""A session of onnxruntime on the device that was asked for, and on no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sparkle_motion_dagster.engines.base import EngineError

if TYPE_CHECKING:
    import onnxruntime

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


def session_on(
    device: str, graph: bytes, options: onnxruntime.SessionOptions, called: str
) -> onnxruntime.InferenceSession:
    """Return a session that runs a graph on a device.

    Where a library of the device is missing, does not load, or is of another version, onnxruntime
    goes on with the processor, and only logs that. Such a session is refused.

    Args:
        device: ``cpu`` or ``cuda``.
        graph: An ONNX file.
        options: How it is run.
        called: Whose graph it is, as people call it.

    Raises:
        EngineError: It would not run on the device.
        Exception: One of onnxruntime's own: it is no graph, or the device failed.
    """
    import onnxruntime

    provider = _PROVIDERS[device]
    # Nor may it begin anew on the processor where a graphics card fails later.
    session = onnxruntime.InferenceSession(graph, options, providers=[provider], enable_fallback=0)
    if provider not in session.get_providers():
        raise EngineError(
            f"{called} is to run on {device}, and onnxruntime {onnxruntime.__version__} runs it on "
            f"{', '.join(session.get_providers())} instead. It needs the package onnxruntime-gpu "
            "in place of onnxruntime, the driver of the graphics card, and the versions of CUDA "
            "and cuDNN that this onnxruntime was built for: its log above says what it misses. Or "
            "leave the setting device out."
        )
    return session
