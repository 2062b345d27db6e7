"""Kokoro's graph at work: tokens become sound, and how long each of them lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.machinery.onnx_session import session_on
from sparkle_motion_dagster.engines.speech.kokoro.graph import prepared
from sparkle_motion_dagster.engines.speech.kokoro.symbols import END

if TYPE_CHECKING:
    import onnxruntime

    from sparkle_motion_dagster.engines.speech.kokoro.weights import Graph

SAMPLE_RATE = 24_000
"""Of the model's sound, in Hz."""

UNIT = 600
"""Samples in a unit of the durations: 25 ms."""

MOST_TOKENS = 509
"""As many symbols the model reads at a time: it has 512 places, of which two are ends, and a voice
has 510 rows, counted from 0."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Uttered:
    """What the model said.

    Attributes:
        samples: Mono sound at ``SAMPLE_RATE``.
        lengths: How many samples each token lasts, the ends included; they sum to all samples.
        at_speed_1: How many units each token would last at the speed 1, before rounding.
    """

    samples: Floats
    lengths: npt.NDArray[np.int64]
    at_speed_1: Floats


class KokoroModel:
    """The graph, loaded."""

    def __init__(self, graph: Graph, device: str, threads: int) -> None:
        """Load a graph.

        Raises:
            EngineError: It is no graph of Kokoro's, or the device is not there.
            MissingWeightsError, DamagedWeightsError: As `Graph.read` says.
        """
        self._session = _session(graph, device, threads)
        names = [given.name for given in self._session.get_inputs()]
        self._tokens_name = names[0]
        if len(names) != 3 or names[1:] != ["style", "speed"]:
            raise EngineError(f"The weights are no graph of Kokoro's: it takes {', '.join(names)}.")

    def speak(self, tokens: Sequence[int], style: Floats, speed: float) -> Uttered:
        """Return what the model says.

        Args:
            tokens: The symbols' tokens, without the ends; at most ``MOST_TOKENS``.
            style: The voice's row for as many tokens, of shape (256,).
            speed: How many times as fast as usual.
        """
        sound, lengths = self._session.run(
            None,
            {
                self._tokens_name: np.array([[END, *tokens, END]], np.int64),
                "style": style[np.newaxis],
                "speed": np.array([speed], np.float32),
            },
        )
        at_speed_1 = cast(Floats, lengths).ravel()
        samples = cast(Floats, sound).ravel()
        units = rounded_units(at_speed_1, speed)
        if int(units.sum()) * UNIT != len(samples):
            raise EngineError(
                f"Kokoro's sound has {len(samples)} samples, and its durations sum to "
                f"{int(units.sum()) * UNIT}: these weights are none that are known."
            )
        return Uttered(samples, units * UNIT, at_speed_1)


def rounded_units(at_speed_1: Floats, speed: float) -> npt.NDArray[np.int64]:
    """Return how many units each token lasts at a speed, as the graph rounds it: at least one."""
    return np.maximum(np.round(at_speed_1 / np.float32(speed)), 1).astype(np.int64)


def _session(graph: Graph, device: str, threads: int) -> onnxruntime.InferenceSession:
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import (
        Fail,
        InvalidArgument,
        InvalidGraph,
        InvalidProtobuf,
    )

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A plan of the memory is kept for each length of line, and hardly two lines have the same.
    options.enable_mem_pattern = False
    if device == "cpu" and graph.is_simple:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # A thread that has nothing to do would go round in circles while others want the processor.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    content = graph.read()
    try:
        session = session_on(device, prepared(content, device), options, "Kokoro")
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, ValueError) as error:
        raise EngineError(f"The weights are no graph of Kokoro's: {error}") from error
    _forget_file(session)
    return session


def _forget_file(session: onnxruntime.InferenceSession) -> None:
    """Free the file that a session was made of, 92 MB: what it runs is a copy.

    It keeps the file to begin anew with it, which it is told never to do.
    """
    vars(session).pop("_model_bytes", None)
