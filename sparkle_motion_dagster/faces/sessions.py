"""The two models that see faces: a detector and a mesh, on the processor."""

from __future__ import annotations

import threading
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnxruntime


_LOADING = threading.Lock()


def session(model: Literal["detector", "mesh"]) -> onnxruntime.InferenceSession:
    """Return a model, loaded once in a process; on one thread, so that its answers do not move."""
    with _LOADING:
        return _loaded(model)


@cache
def _loaded(model: Literal["detector", "mesh"]) -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    graph = files(__package__).joinpath("models", f"{model}.onnx").read_bytes()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def ask(
    model: Literal["detector", "mesh"], pixels: NDArray[np.float32]
) -> list[NDArray[np.float32]]:
    """Return what a model says of a square of pixels, of shape (height, width, 3)."""
    loaded = session(model)
    given = np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis])
    return [np.asarray(one) for one in loaded.run(None, {loaded.get_inputs()[0].name: given})]
