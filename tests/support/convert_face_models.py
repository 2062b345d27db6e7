"""Makes the two models of `faces/` from MediaPipe's TFLite files: the same weights as ONNX.

    python convert_face_models.py FOLDER_WITH_TFLITE_FILES OUTPUT_FOLDER

It needs the packages `tflite` and `onnx`, which nothing else of the project does. The graphs keep
their operators; channels come before rows and columns, and half-precision weights stay half.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MODELS = {"detector": "face_detection_back.tflite", "mesh": "face_landmark.tflite"}
"""What each model of the project is made from."""

_OPSET, _IR_VERSION = 17, 8

_TYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}
_OPERATORS = {
    number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)
}


def convert(model: Path) -> onnx.ModelProto:
    """Return a TFLite file's model as ONNX.

    Raises:
        NotImplementedError: It has an operator that none of the face models has.
    """
    return _Conversion(tflite.Model.GetRootAsModel(model.read_bytes(), 0)).model()


class _Conversion:
    def __init__(self, model: Any) -> None:
        self._model = model
        self._graph = model.Subgraphs(0)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: dict[str, NDArray[Any]] = {}
        self._constants: dict[int, NDArray[Any]] = {}

    def model(self) -> onnx.ModelProto:
        """Return all that was converted."""
        for number in range(self._graph.OperatorsLength()):
            self._operator(self._graph.Operators(number))
        inputs = [int(self._graph.Inputs(n)) for n in range(self._graph.InputsLength())]
        outputs = [int(self._graph.Outputs(n)) for n in range(self._graph.OutputsLength())]
        graph = helper.make_graph(
            self._nodes,
            "face",
            [self._value(tensor) for tensor in inputs],
            [self._value(tensor) for tensor in outputs],
            [numpy_helper.from_array(array, name) for name, array in self._weights.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = _IR_VERSION
        onnx.checker.check_model(model)
        return model

    def _operator(self, operator: Any) -> None:
        code = self._model.OperatorCodes(operator.OpcodeIndex())
        name = _OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        inputs = [int(tensor) for tensor in operator.InputsAsNumpy()]
        output = int(operator.OutputsAsNumpy()[0])
        converters: dict[str, Callable[[Any, Sequence[int], int], None]] = {
            "DEQUANTIZE": self._dequantize,
            "CONV_2D": self._convolve,
            "DEPTHWISE_CONV_2D": self._convolve_by_channel,
            "MAX_POOL_2D": self._pool,
            "ADD": self._add,
            "RELU": self._relu,
            "PRELU": self._prelu,
            "PAD": self._pad,
            "RESHAPE": self._reshape,
            "CONCATENATION": self._concatenate,
        }
        if name not in converters:
            raise NotImplementedError(f"no face model had an operator {name} until now")
        converters[name](operator, inputs, output)

    def _dequantize(self, _: Any, inputs: Sequence[int], output: int) -> None:
        self._constants[output] = self._data(inputs[0])

    def _convolve(self, operator: Any, inputs: Sequence[int], output: int) -> None:
        weights = self._data(inputs[1]).transpose(0, 3, 1, 2)
        options = _options(operator, tflite.Conv2DOptions)
        self._convolution(options, weights, inputs, output, groups=1)

    def _convolve_by_channel(self, operator: Any, inputs: Sequence[int], output: int) -> None:
        weights = self._data(inputs[1]).transpose(3, 0, 1, 2)
        options = _options(operator, tflite.DepthwiseConv2DOptions)
        self._convolution(options, weights, inputs, output, groups=len(weights))

    def _convolution(
        self, options: Any, weights: NDArray[Any], inputs: Sequence[int], output: int, groups: int
    ) -> None:
        name = _name(output)
        kernel, strides = weights.shape[2:], (options.StrideH(), options.StrideW())
        given = [
            _name(inputs[0]),
            self._weight(f"{name}_w", np.ascontiguousarray(weights)),
            self._weight(f"{name}_b", self._data(inputs[2])),
        ]
        self._activated(
            options.FusedActivationFunction(),
            "Conv",
            given,
            name,
            kernel_shape=list(kernel),
            strides=list(strides),
            group=groups,
            pads=self._margins(options.Padding(), inputs[0], output, kernel, strides),
        )

    def _pool(self, operator: Any, inputs: Sequence[int], output: int) -> None:
        options = _options(operator, tflite.Pool2DOptions)
        kernel = options.FilterHeight(), options.FilterWidth()
        strides = options.StrideH(), options.StrideW()
        self._node(
            "MaxPool",
            [_name(inputs[0])],
            _name(output),
            kernel_shape=list(kernel),
            strides=list(strides),
            pads=self._margins(options.Padding(), inputs[0], output, kernel, strides),
        )

    def _add(self, operator: Any, inputs: Sequence[int], output: int) -> None:
        activation = _options(operator, tflite.AddOptions).FusedActivationFunction()
        self._activated(activation, "Add", [_name(tensor) for tensor in inputs], _name(output))

    def _relu(self, _: Any, inputs: Sequence[int], output: int) -> None:
        self._node("Relu", [_name(inputs[0])], _name(output))

    def _prelu(self, _: Any, inputs: Sequence[int], output: int) -> None:
        slopes = np.ascontiguousarray(self._data(inputs[1]).transpose(2, 0, 1))
        weight = self._weight(f"{_name(output)}_p", slopes)
        self._node("PRelu", [_name(inputs[0]), weight], _name(output))

    def _pad(self, _: Any, inputs: Sequence[int], output: int) -> None:
        before, after = self._data(inputs[1])[[0, 3, 1, 2]].T
        margins = np.concatenate([before, after]).astype(np.int64)
        weight = self._weight(f"{_name(output)}_p", margins)
        self._node("Pad", [_name(inputs[0]), weight], _name(output))

    def _reshape(self, _: Any, inputs: Sequence[int], output: int) -> None:
        source = _name(inputs[0])
        if len(self._shape(inputs[0])) == 4:
            self._node("Transpose", [source], f"{_name(output)}_n", perm=[0, 2, 3, 1])
            source = f"{_name(output)}_n"
        shape = self._weight(f"{_name(output)}_s", np.array(self._shape(output), np.int64))
        self._node("Reshape", [source, shape], _name(output))

    def _concatenate(self, operator: Any, inputs: Sequence[int], output: int) -> None:
        axis = _options(operator, tflite.ConcatenationOptions).Axis()
        self._node("Concat", [_name(tensor) for tensor in inputs], _name(output), axis=axis)

    def _activated(
        self, activation: int, operator: str, inputs: Sequence[str], output: str, **attributes: Any
    ) -> None:
        if activation == tflite.ActivationFunctionType.NONE:
            self._node(operator, inputs, output, **attributes)
            return
        self._node(operator, inputs, f"{output}_a", **attributes)
        self._node("Relu", [f"{output}_a"], output)

    def _node(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> None:
        self._nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))

    def _weight(self, name: str, array: NDArray[Any]) -> str:
        """Keep an array under a name; what is half-precision is made single where it is used."""
        if array.dtype != np.float16:
            self._weights[name] = array
            return name
        self._weights[f"{name}_h"] = array
        self._node("Cast", [f"{name}_h"], name, to=TensorProto.FLOAT)
        return name

    def _margins(
        self, padding: int, source: int, output: int, kernel: Sequence[int], strides: Sequence[int]
    ) -> list[int]:
        """Return how much is laid around the rows and columns: top, left, bottom, right."""
        if padding == tflite.Padding.VALID:
            return [0, 0, 0, 0]
        given, made = self._shape(source)[1:3], self._shape(output)[1:3]
        total = [
            max((out - 1) * stride + reach - size, 0)
            for out, stride, reach, size in zip(made, strides, kernel, given, strict=True)
        ]
        before = [margin // 2 for margin in total]
        return before + [margin - first for margin, first in zip(total, before, strict=True)]

    def _data(self, tensor: int) -> NDArray[Any]:
        if tensor in self._constants:
            return self._constants[tensor]
        found = self._graph.Tensors(tensor)
        raw = self._model.Buffers(found.Buffer()).DataAsNumpy().tobytes()
        return np.frombuffer(raw, _TYPES[found.Type()]).reshape(found.ShapeAsNumpy())

    def _shape(self, tensor: int) -> list[int]:
        return [int(size) for size in self._graph.Tensors(tensor).ShapeAsNumpy()]

    def _value(self, tensor: int) -> onnx.ValueInfoProto:
        shape = self._shape(tensor)
        if len(shape) == 4:
            shape = [shape[0], shape[3], shape[1], shape[2]]
        return helper.make_tensor_value_info(_name(tensor), TensorProto.FLOAT, shape)


def _name(tensor: int) -> str:
    return f"t{tensor}"


def _options(operator: Any, kind: Callable[[], Any]) -> Any:
    options = kind()
    table = operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def main(source: Path, output: Path) -> None:
    """Convert both models."""
    for name, file in MODELS.items():
        onnx.save(convert(source / file), str(output / f"{name}.onnx"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
