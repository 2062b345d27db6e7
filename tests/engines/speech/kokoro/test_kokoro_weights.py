"""Where Kokoro's graph comes from, and what is said where it is not there, or not whole."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import forked
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.machinery.weights_errors import DamagedWeightsError
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.kokoro.engine import KokoroEngine
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.engines.speech.kokoro.weights import FULL, WEIGHTS, graph_of
from waiting import PATIENCE_S

REQUEST = SpeechRequest(
    text="Ready.", voice=Voice(provider_voice="af_heart", language="en-US"), seed=0
)


def speak(settings: KokoroSettings, folder: Path) -> None:
    next(KokoroEngine(settings).make([REQUEST], folder))


def test_a_take_is_known_by_the_graph_s_digest() -> None:
    identity = KokoroEngine(KokoroSettings()).identity()
    assert identity.revision == graph_of(KokoroSettings()).sha256
    assert identity.model_id == "hexgrad/Kokoro-82M int8"
    assert set(identity.settings) == {"model", "device", "speed"}


def test_another_graph_is_another_identity(tmp_path: Path) -> None:
    (tmp_path / "kokoro.onnx").write_bytes(b"another graph")
    own = KokoroEngine(KokoroSettings(weights=tmp_path)).identity()
    assert own.revision != KokoroEngine(KokoroSettings()).identity().revision
    assert own == KokoroEngine(KokoroSettings(weights=tmp_path / "kokoro.onnx")).identity()


def test_a_file_of_one_s_own_is_found_where_weights_are_listed(tmp_path: Path) -> None:
    own = tmp_path / "kokoro.onnx"
    own.write_bytes(b"a graph")
    for place in (own, tmp_path):
        [need] = WEIGHTS.needs(KokoroSettings(weights=place))
        assert need.located("kokoro") == tmp_path


@pytest.mark.parametrize("content", [b"", b"another graph", b"\x08\x07"])
def test_what_is_no_graph_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kokoro.onnx").write_bytes(content)
    with pytest.raises(EngineError, match="no graph of Kokoro's"):
        speak(KokoroSettings(weights=tmp_path), tmp_path)


def test_a_folder_without_a_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"one \.onnx file, and there are 0"):
        speak(KokoroSettings(weights=tmp_path), tmp_path)


SPEAKING_WITH_THE_FULL_GRAPH = """
import sys
assert "huggingface_hub" not in sys.modules
from pathlib import Path
import test_kokoro_weights
from sparkle_motion_dagster.engines.base import EngineError
try:
    test_kokoro_weights.speak(test_kokoro_weights.KokoroSettings(model="full"), Path(sys.argv[1]))
except EngineError as error:
    print(type(error).__name__, error)
"""
"""A program, because the hub's client looks once, when it is imported, where its cache is."""


def refusal_of_the_full_graph(cache: Path) -> str:
    """Return the error of speaking with a graph of the hub, whose client has this cache."""
    program = ["python", "-c", SPEAKING_WITH_THE_FULL_GRAPH, str(cache)]
    ended = forked.run(program, os.environ | {"HF_HUB_CACHE": str(cache)}, cache, PATIENCE_S)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_weights_that_are_not_here_are_fetched_by_a_command_that_is_named(tmp_path: Path) -> None:
    refusal = refusal_of_the_full_graph(tmp_path)
    assert re.search(r"317 MiB.*engines install kokoro --model full", refusal)


def test_damaged_weights_of_the_hub_are_named_with_the_command_that_fetches_them(
    tmp_path: Path,
) -> None:
    repository = tmp_path / f"models--{FULL.weights.repository.replace('/', '--')}"
    graph = repository / "snapshots" / FULL.weights.revision / "onnx" / "model.onnx"
    graph.parent.mkdir(parents=True)
    (repository / "blob").write_bytes(b"damaged")
    graph.symlink_to(repository / "blob")
    refusal = refusal_of_the_full_graph(tmp_path)
    assert refusal.startswith("DamagedWeightsError")
    assert f"{repository / 'blob'}, are damaged" in refusal
    assert refusal.endswith("sparkle engines install kokoro --model full")


def test_weights_of_one_s_own_that_change_meanwhile_are_told(tmp_path: Path) -> None:
    own = tmp_path / "kokoro.onnx"
    own.write_bytes(b"one graph")
    settings = KokoroSettings(weights=own)
    KokoroEngine(settings).identity()
    own.write_bytes(b"another graph")
    with pytest.raises(DamagedWeightsError, match="has changed since") as error:
        speak(settings, tmp_path)
    assert "install" not in str(error.value)


@pytest.mark.filterwarnings("ignore:Specified provider:UserWarning:onnxruntime")
def test_a_device_that_onnxruntime_leaves_out_is_refused(tmp_path: Path) -> None:
    """Without the device's libraries it loads the graph all the same, on the processor."""
    with pytest.raises(EngineError, match=r"cuda.*CPUExecutionProvider instead.*onnxruntime-gpu"):
        speak(KokoroSettings(device="cuda"), tmp_path)
