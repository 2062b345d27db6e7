"""Which models stay warm, for how long, and how much room they take."""

from __future__ import annotations

import threading
import weakref

from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_peer import Weights, cpu_preset
from sparkle_motion_dagster.artifacts.locks import is_locked
from sparkle_motion_dagster.gpu.cache import WARM
from sparkle_motion_dagster.gpu.device import Gpu
from sparkle_motion_dagster.gpu.events import EvictEvent, GpuEvent
from sparkle_motion_dagster.gpu.lock import Device, locks_folder

_PATIENCE_S = 30


def _use(gpu: Gpu, key: str, nbytes: int = 1000) -> weakref.ref[Weights]:
    with gpu.model_context(key, lambda _: Weights(nbytes)) as loaded:
        return weakref.ref(loaded.model)


def test_two_stages_of_a_run_load_their_model_once() -> None:
    before = WARM.counts("both stages")
    models = {
        _use(Gpu(cpu_preset(), run_id="film", stage=stage), "both stages")()
        for stage in ("base_images", "shot_clips", "shot_clips")
    }

    assert len(models) == 1
    counts = WARM.counts("both stages")
    assert counts.loads - before.loads == 1
    assert counts.reuses - before.reuses == 2


def test_what_several_films_share_stays_until_the_last_one_has_used_it(cpu: Device) -> None:
    films = [Gpu(cpu_preset(memory=3000), run_id=film) for film in ("one", "two", "three")]
    before = WARM.counts("read once")
    with WARM.shared():
        for gpu in films:
            with gpu.model_context("read once", lambda _: Weights(1000), keep_warm=False):
                assert WARM.keys(cpu) == []
            assert WARM.keys(cpu) == ["read once"]
        _use(films[0], "next stage", 1000)
    assert WARM.counts("read once").loads - before.loads == 1
    assert WARM.keys(cpu) == []
    with films[0].model_context("read once", lambda _: Weights(1000), keep_warm=False):
        pass
    assert WARM.keys(cpu) == []


def test_a_warm_model_whose_weights_wait_elsewhere_gets_its_room_again(cpu: Device) -> None:
    gpu = Gpu(cpu_preset(memory=3000))

    def use_offloaded() -> None:
        with gpu.model_context("offloaded", lambda _: Weights(500), expected_bytes=2500):
            assert WARM.keys(cpu) == []

    use_offloaded()
    _use(gpu, "reader", 1000)
    assert WARM.keys(cpu) == ["offloaded", "reader"]
    use_offloaded()
    assert WARM.counts("offloaded").loads == 1


def test_what_was_not_used_for_longest_makes_room(cpu: Device) -> None:
    gpu = Gpu(cpu_preset(memory=3000))
    old, used = _use(gpu, "old"), _use(gpu, "used")
    _use(gpu, "older still wanted")
    _use(gpu, "old")
    _use(gpu, "used")

    _use(gpu, "new", 1500)

    assert WARM.keys(cpu) == ["used", "new"]
    assert old() is None
    assert used() is not None
    evicted = [event for event in gpu.events() if isinstance(event, EvictEvent)]
    assert [(event.key, event.reason) for event in evicted] == [
        ("older still wanted", "room"),
        ("old", "room"),
    ]


def test_a_model_whose_size_is_known_gets_its_room_before_it_is_loaded(cpu: Device) -> None:
    gpu = Gpu(cpu_preset(memory=2000))
    _use(gpu, "known size", 1500)
    in_the_way = _use(gpu, "in the way", 1000)
    assert WARM.keys(cpu) == ["in the way"]

    def load(_: str) -> Weights:
        assert in_the_way() is None
        return Weights(1500)

    with gpu.model_context("known size", load):
        pass


def test_a_model_larger_than_the_budget_is_used_but_not_kept(cpu: Device) -> None:
    gpu = Gpu(cpu_preset(memory=2000))
    small = _use(gpu, "small")
    assert _use(gpu, "large", 2001)() is None
    assert WARM.keys(cpu) == ["small"]
    assert small() is not None


def test_a_model_leaves_when_its_time_is_over_without_anybody_asking(cpu: Device) -> None:
    evicted = threading.Event()

    def heard(event: GpuEvent) -> None:
        if isinstance(event, EvictEvent):
            assert event.reason == "expired"
            evicted.set()

    gpu = Gpu(cpu_preset(warm_s=0.3), listener=heard)
    model = _use(gpu, "sdxl")
    claims = list(cpu.locks.glob("cpu.warm.*"))
    assert len(claims) == 1
    assert is_locked(claims[0])
    assert model() is not None

    assert evicted.wait(_PATIENCE_S)
    assert model() is None
    assert not claims[0].exists()

    # The keeper ended with the last model; it comes back with the next.
    evicted.clear()
    _use(gpu, "sdxl")
    assert evicted.wait(_PATIENCE_S)


def test_no_time_to_stay_is_none_at_all(cpu: Device) -> None:
    assert _use(Gpu(cpu_preset(warm_s=0)), "sdxl")() is None
    assert list(cpu.locks.glob("cpu.warm.*")) == []


def test_a_model_in_use_is_never_evicted() -> None:
    gpu = Gpu(cpu_preset())
    _use(gpu, "sdxl")
    with gpu.model_context("sdxl", lambda _: Weights()) as loaded:
        model = weakref.ref(loaded.model)
        gpu.evict("sdxl")
        gpu.evict()
        assert model() is not None
        assert loaded.model.nbytes == 1000
    assert [event for event in gpu.events() if isinstance(event, EvictEvent)] == []


def test_one_model_is_evicted_by_its_key(cpu: Device) -> None:
    gpu = Gpu(cpu_preset())
    encoder, transformer = _use(gpu, "encoder"), _use(gpu, "transformer")

    gpu.evict("encoder")
    assert encoder() is None
    assert transformer() is not None
    gpu.evict()
    assert WARM.keys(cpu) == []


_USES = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([400, 700, 1100])), max_size=12)


@settings(max_examples=20)
@given(_USES)
def test_the_budget_holds_and_the_last_used_stay(uses: list[tuple[str, int]]) -> None:
    budget = 2000
    gpu = Gpu(cpu_preset(memory=budget))
    cpu = Device("cpu", "cpu", locks_folder())
    WARM.evict()
    expected: dict[str, int] = {}
    for name, size in uses:
        key = f"{name}{size}"
        _use(gpu, key, size)
        expected.pop(key, None)
        while sum(expected.values()) + size > budget:
            del expected[next(iter(expected))]
        expected[key] = size
        assert WARM.keys(cpu) == list(expected)
