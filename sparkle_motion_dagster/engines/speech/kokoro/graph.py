"""Kokoro's graph as it is run: it says the durations too, and convolves in half the time.

Every number that it works out is the file's own, to the bit.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from sparkle_motion_dagster.engines.speech.kokoro.onnx_file import (
    Field,
    fields_of,
    head,
    numbered,
    sized,
)

_LENGTHS = "/encoder/predictor/ReduceSum_output_0"
"""The tensor of the graph that holds how long each token lasts, in units, at the speed 1."""

# Numbers of fields in onnx.proto, by message.
_MODEL_GRAPH, _MODEL_OPSET = 7, 8
_OPSET_DOMAIN, _OPSET_VERSION = 1, 2
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_OUTPUT = 1, 5, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_NUMBER, _ATTRIBUTE_TYPE = 1, 3, 20
_TENSOR_TYPE, _TENSOR_NAME, _TENSOR_BYTES = 2, 8, 9
_VALUE_NAME, _VALUE_TYPE = 1, 2
_TYPE_TENSOR, _TENSOR_ELEMENTS = 1, 1

_FLOAT, _UINT8, _INT8 = 1, 2, 3
_WHOLE_NUMBER = 2
"""The type of an attribute that is one."""

_CONVOLUTION = sized(_NODE_OPERATOR, "ConvInteger")
"""What a node that convolves holds, beside its inputs and outputs."""

_TOP_BIT = "top_bit_of_a_byte"
_SINCE = 18
"""The version of ONNX's operators that brought BitwiseXor."""


def prepared(model: bytes, device: str = "cpu") -> bytes:
    """Return a file of Kokoro's graph with its durations as a further output, made quicker.

    Of 8-bit graphs, onnxruntime multiplies unsigned weights with unsigned samples in the way that
    every processor knows. Where the samples are signed, processors have an instruction for it that
    takes a seventh of the time; a convolution as a whole takes 0.4 of it. So samples and their zero
    point are both moved down by 128 on their way into each convolution: the sums are the same whole
    numbers. Older processors add two products of 8 bits in 16, which hold them where weights have 7
    bits, as those of the packages do: others are left as they are. So are all for a graphics card,
    with which none of this was measured.

    Raises:
        ValueError: It is no ONNX file.
    """
    parts = [*fields_of(model)]
    is_signed = device == "cpu" and any(_has_xor(part) for part in parts)
    written: list[bytes | memoryview] = []
    for part in parts:
        if part.number == _MODEL_GRAPH:
            given = [*fields_of(part.content)]
            graph = [*(_graph(given) if is_signed else (one.written for one in given))]
            graph.append(_lengths_output())
            written += [head(_MODEL_GRAPH, sum(map(len, graph))), *graph]
        else:
            written.append(part.written)
    return b"".join(written)


def _has_xor(part: Field) -> bool:
    """Return whether a part of a file says that its operators are new enough."""
    if part.number != _MODEL_OPSET:
        return False
    said = {one.number: one for one in fields_of(part.content)}
    domain, version = said.get(_OPSET_DOMAIN), said.get(_OPSET_VERSION)
    own = domain is None or not domain.text
    return own and version is not None and version.whole_number >= _SINCE


def _graph(parts: Sequence[Field]) -> list[bytes | memoryview]:
    """Return the parts of a graph in which samples are signed."""
    small = {name for part in parts for name in _small_weights(part)}
    return [one for part in parts for one in _with_signed_samples(part, small)] + [_top_bit()]


def _small_weights(part: Field) -> Iterator[str]:
    """Yield the name of a part of a graph that is unsigned weights of 7 bits at the most."""
    if part.number != _GRAPH_INITIALIZER:
        return
    said = {one.number: one for one in fields_of(part.content)}
    described = {_TENSOR_TYPE, _TENSOR_NAME, _TENSOR_BYTES} <= said.keys()
    if described and said[_TENSOR_TYPE].whole_number == _UINT8:
        weights = np.frombuffer(said[_TENSOR_BYTES].content, np.uint8)
        if weights.max(initial=0) < 1 << 7:
            yield said[_TENSOR_NAME].text


def _with_signed_samples(part: Field, small: Collection[str]) -> Iterator[bytes | memoryview]:
    """Yield a part of a graph; before a convolution with small weights, nodes that sign samples."""
    convolves = part.number == _GRAPH_NODE and _CONVOLUTION in bytes(part.content)
    node = [*fields_of(part.content)] if convolves else []
    inputs = [one.text for one in node if one.number == _NODE_INPUT]
    if len(inputs) != 4 or inputs[1] not in small:
        yield part.written
        return
    output = next(one.text for one in node if one.number == _NODE_OUTPUT)
    samples, weights, zero, weights_zero = inputs
    signed = {samples: f"{output}/signed", zero: f"{output}/signed_zero"}
    for unsigned, name in signed.items():
        yield _node("BitwiseXor", [unsigned, _TOP_BIT], f"{name}/bits")
        yield _node("Cast", [f"{name}/bits"], name, _attribute("to", _INT8))
    given = [signed[samples], weights, signed[zero], weights_zero]
    others = [one.written for one in node if one.number != _NODE_INPUT]
    yield sized(_GRAPH_NODE, b"".join([*(sized(_NODE_INPUT, one) for one in given), *others]))


def _node(operator: str, inputs: Sequence[str], output: str, attribute: bytes = b"") -> bytes:
    written = [sized(_NODE_INPUT, one) for one in inputs]
    written += [sized(_NODE_OUTPUT, output), sized(_NODE_OPERATOR, operator), attribute]
    return sized(_GRAPH_NODE, b"".join(written))


def _attribute(name: str, value: int) -> bytes:
    written = sized(_ATTRIBUTE_NAME, name) + numbered(_ATTRIBUTE_NUMBER, value)
    return sized(_NODE_ATTRIBUTE, written + numbered(_ATTRIBUTE_TYPE, _WHOLE_NUMBER))


def _top_bit() -> bytes:
    """Return the constant by which a byte becomes one that means 128 less, read as signed."""
    written = numbered(_TENSOR_TYPE, _UINT8) + sized(_TENSOR_NAME, _TOP_BIT)
    return sized(_GRAPH_INITIALIZER, written + sized(_TENSOR_BYTES, b"\x80"))


def _lengths_output() -> bytes:
    """Return what makes one of the graph's tensors, of floats, a further output."""
    tensor = sized(_TYPE_TENSOR, numbered(_TENSOR_ELEMENTS, _FLOAT))
    return sized(_GRAPH_OUTPUT, sized(_VALUE_NAME, _LENGTHS) + sized(_VALUE_TYPE, tensor))
