"""Kokoro's graph is made quicker, and works out the same numbers, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from sparkle_motion_dagster.engines.speech.kokoro.graph import prepared
from sparkle_motion_dagster.engines.speech.kokoro.onnx_file import fields_of, numbered, sized
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.engines.speech.kokoro.weights import graph_of

LENGTHS = "/encoder/predictor/ReduceSum_output_0"
CONVOLUTION = b"ConvInteger"
XOR = b"BitwiseXor"


def node(operator: str, inputs: list[str], outputs: list[str], attribute: bytes = b"") -> bytes:
    named = b"".join(sized(1, one) for one in inputs) + b"".join(sized(2, one) for one in outputs)
    return sized(1, named + sized(4, operator) + attribute)


def weights(name: str, values: np.ndarray) -> bytes:
    shape = b"".join(numbered(1, side) for side in values.shape)
    return sized(5, shape + numbered(2, 2) + sized(8, name) + sized(9, values.tobytes()))


def described(field: int, name: str, elements: int) -> bytes:
    return sized(field, sized(1, name) + sized(2, sized(1, numbered(1, elements))))


def model(largest: int, operators: int = 20) -> bytes:
    """Return an ONNX file of one convolution, whose weights are 0 to a largest one."""
    kernel = np.linspace(0, largest, 2 * 3 * 5).round().astype(np.uint8).reshape(2, 3, 5)
    to_float = sized(5, sized(1, "to") + numbered(3, 1) + numbered(20, 2))
    graph = b"".join(
        [
            node("DynamicQuantizeLinear", ["sound"], ["bytes", "step", "zero"]),
            node("ConvInteger", ["bytes", "kernel", "zero", "middle"], ["sums"]),
            node("Cast", ["sums"], [LENGTHS], to_float),
            sized(2, "convolution"),
            weights("kernel", kernel),
            weights("middle", np.array(67, np.uint8)),
            described(11, "sound", 1),
            described(12, "sums", 6),
        ]
    )
    return numbered(1, 9) + sized(7, graph) + sized(8, sized(1, "") + numbered(2, operators))


def run(file: bytes, sound: np.ndarray) -> list[np.ndarray]:
    import onnxruntime

    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return [np.asarray(one) for one in session.run(None, {"sound": sound})]


def test_a_convolution_of_signed_samples_gives_the_same_sums() -> None:
    sound = np.random.default_rng(5).normal(0.3, 2, (1, 3, 4000)).astype(np.float32)
    file = model(largest=127)
    [sums] = run(file, sound)
    quicker, durations = run(prepared(file), sound)
    assert prepared(file).count(XOR) == 2
    assert np.array_equal(quicker, sums)
    assert np.array_equal(durations, sums.astype(np.float32))


@pytest.mark.parametrize(
    ("file", "device"),
    [
        pytest.param(model(largest=128), "cpu", id="weights of 8 bits"),
        pytest.param(model(largest=127, operators=17), "cpu", id="no operator for it"),
        pytest.param(model(largest=127), "cuda", id="not on a processor"),
    ],
)
def test_a_convolution_that_is_not_quicker_so_is_left_as_it_is(file: bytes, device: str) -> None:
    sound = np.ones((1, 3, 40), np.float32)
    made = prepared(file, device)
    assert XOR not in made
    assert np.array_equal(run(made, sound)[0], run(file, sound)[0])


def test_every_convolution_of_the_packages_graph_is_quicker() -> None:
    [graph] = [one for one in fields_of(prepared(graph_of(KokoroSettings()).read())) if one[0] == 7]
    operators = [
        bytes(one.content)
        for part in fields_of(graph.content)
        if part.number == 1
        for one in fields_of(part.content)
        if one.number == 4
    ]
    assert operators.count(CONVOLUTION) == 87
    assert operators.count(XOR) == 2 * 87


@pytest.mark.parametrize(
    "content",
    [
        *(b"\x0a", b"\x0a\x05no", b"\x0f", b"\xff", b"\x3a\x02\x0a\x09"),
        pytest.param(bytes(50_000_000), id="zeros"),
        pytest.param(b"\xff" * 50_000_000, id="ones"),
    ],
)
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|no ONNX file"):
        prepared(content)


@pytest.mark.models
def test_kokoro_says_the_same_as_by_its_file() -> None:
    import onnxruntime

    file = graph_of(KokoroSettings()).read()
    quicker, plain = (
        onnxruntime.InferenceSession(one, providers=["CPUExecutionProvider"])
        for one in (prepared(file), file)
    )
    tokens = np.random.default_rng(3).integers(16, 150, (1, 40))
    style = np.full((1, 256), 0.1, np.float32)
    given = {"tokens": tokens, "style": style, "speed": np.ones(1, np.float32)}
    assert np.array_equal(quicker.run(None, given)[0], plain.run(None, given)[0])
