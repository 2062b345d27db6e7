"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import Scheduling

import openai_server as servers
from forked import collect_seldom
from scratch import in_memory
from studio import Gallery, Studio
from together import Together

# Property tests are fair to slow machines: no deadline a case, and the same cases every time.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_configure() -> None:
    """Give tiny models one core and no network, films espeak's voices, and folders memory.

    Threads make models slower, and torch starts as many as it is told of when it is imported.
    Kokoro takes seconds where espeak takes tenths: who tests it unsets ``SPARKLE_VOICES``.
    """
    voices = Path(__file__).parent / "support" / "espeak_alone.yaml"
    os.environ |= {
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        "SPARKLE_VOICES": str(voices),
    }
    if (memory := in_memory()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among the imports of some two hundred modules: what is imported stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        collect_seldom()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Have test processes that are handed whole modules load large libraries once for all."""
    return Together(config, log) if config.option.dist == "loadscope" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests were left to other targets of the Makefile, and to which."""
    config = terminalreporter.config
    described = [str(marker) for marker in config.getini("markers")]
    left = [one for one in described if f"not {one.partition(':')[0]}" in config.option.markexpr]
    if left:
        terminalreporter.section("left to other targets")
        for marker in left:
            terminalreporter.write_line(marker)


@pytest.fixture(autouse=True)
def only_new_garbage() -> Iterator[None]:
    """Have collections leave alone what was there before a test, and let it leave no garbage.

    Whoever gives a model back collects garbage, which takes half a second where that is looked for
    among all tests and libraries.
    """
    gc.collect()  # what the test before held in its fixtures: pytest lets go of it after them
    gc.freeze()
    yield
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def no_garbage_in_the_end() -> Iterator[None]:
    """Look once for what fixtures of whole modules have left, such as files that are open."""
    yield
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def own_devices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give each test process devices of its own: two that share one would wait for each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARKLE_GPU_LOCKS", str(tmp_path_factory.mktemp("gpu")))
        yield


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Gallery:
    """Films that are rendered once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    return Gallery((base if worker_id == "master" else base.parent) / "gallery")


@pytest.fixture(scope="module")
def openai_server() -> Iterator[servers.OpenaiServer]:
    """A server of OpenAI's protocol, in a process that other modules do not find running."""
    with servers.running() as server:
        yield server


@pytest.fixture
def rendered(gallery: Gallery, tmp_path: Path) -> Studio:
    """A studio of one's own in which the short film was rendered."""
    return gallery.short_film().copy(tmp_path)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)
