"""Items of engines that are capped, through the real loop; nobody waits for real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribes import Scribe, capped, written
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.operations.control import ask
from sparkle_motion_dagster.production.halting import HaltedError
from sparkle_motion_dagster.production.rate_limits.bucket import Listed, Taken
from sparkle_motion_dagster.production.rate_limits.cap_file import DeclaredCaps
from sparkle_motion_dagster.production.rate_limits.caps import NO_CHARGE, Charge
from sparkle_motion_dagster.production.rate_limits.errors import (
    LedgerBusyError,
    LedgerError,
    RateLimitedError,
    TooMuchError,
)
from sparkle_motion_dagster.production.rate_limits.ledger import Ledger
from sparkle_motion_dagster.production.rate_limits.standing import CapStanding, standing_of
from ticking import TickingClock

A_MINUTE = {"what": "requests", "per": "minute", "most": 2}


class Desk:
    """A home, a machine whose time passes as it is told to, and a scribe who notes the time."""

    def __init__(self, root: Path) -> None:
        self.home = SparkleHome(root)
        self.folder = RunFolder(self.home, "film")
        self.machine = TickingClock()
        self.machine.asleep = self.listen
        self.began_ns = self.machine.monotonic_ns
        self.told: list[str] = []
        self.starts: list[float] = []
        self.begin: Callable[[str], None] = lambda _: None
        self.scribe = Scribe(self._begun)
        self.idle_while_waiting = True

    @property
    def time(self) -> float:
        return (self.machine.monotonic_ns - self.began_ns) / 10**9

    def _begun(self, text: str) -> None:
        self.starts.append(self.time)
        self.begin(text)

    def listen(self) -> None:
        report = self.folder.state.read().progress
        self.idle_while_waiting &= not self.scribe.busy
        if report is not None and report.doing not in self.told:
            self.told.append(report.doing)

    def write(self, caps: DeclaredCaps, *texts: str, charge: Charge = NO_CHARGE) -> list[bool]:
        clock = self.machine.clock
        produced = written(self.scribe, texts, self.home, caps, clock, charge=charge)
        return [one.made for one in produced]

    def standing(self, caps: DeclaredCaps) -> list[CapStanding]:
        return [*standing_of(caps.all_buckets(), self.home, self.machine.clock)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_items_begin_when_there_are_tokens_for_them(desk: Desk) -> None:
    assert desk.write(capped(A_MINUTE), *"abcde") == [True] * 5
    assert desk.starts == [0, 0, 60, 60, 120]
    assert desk.told[0] == (
        "The engine storyboard has used up its 2 requests a minute; c may begin in 60 s"
    )
    assert "The engine storyboard has used up its 2 requests a minute; e may begin in 5 s" in (
        desk.told
    )
    report = desk.folder.state.read().progress
    assert report is not None
    assert (report.done, report.doing) == (5, "")


def test_an_engine_is_asked_for_what_may_begin_and_holds_nothing_while_the_rest_waits(
    desk: Desk,
) -> None:
    desk.write(capped(A_MINUTE), *"abcde")
    assert desk.scribe.calls == [["a", "b"], ["c", "d"], ["e"]]
    assert desk.idle_while_waiting
    # Who is not capped is asked for everything at once.
    desk.write(capped(), *"vwxyz")
    assert desk.scribe.calls[-1] == [*"vwxyz"]


def test_all_caps_of_an_engine_hold_and_the_next_film_finds_them_as_they_are(desk: Desk) -> None:
    caps = capped(A_MINUTE, {"what": "requests", "per": "hour", "most": 3})
    desk.write(caps, *"abc")
    assert desk.starts == [0, 0, 60]
    desk.machine.pass_s(3500 - desk.time)
    desk.write(caps, "d")
    assert desk.starts[-1] == 3600
    assert desk.told[-1].endswith("its 3 requests an hour; d may begin in 5 s")


def test_what_is_known_takes_nothing(desk: Desk) -> None:
    desk.write(capped(A_MINUTE), "a", "b")
    assert desk.write(capped(A_MINUTE), "a", "b") == [False, False]
    assert desk.time == 0


def test_nobody_waits_where_the_cap_says_so(desk: Desk) -> None:
    caps = capped({**A_MINUTE, "when_spent": "refuse"})
    with pytest.raises(RateLimitedError) as error:
        desk.write(caps, *"abc")
    assert str(error.value) == (
        "c: The engine storyboard has used up its 2 requests a minute. Everything finished is "
        "kept: try again in 60 s."
    )
    assert error.value.exit_code == 75
    assert not error.value.retryable
    assert error.value.retry_after_s == 60
    assert desk.time == 0
    desk.machine.pass_s(60)
    assert desk.write(caps, *"abc") == [False, False, True]


def test_letters_and_dollars_are_counted_as_they_are_charged(desk: Desk) -> None:
    caps = capped(
        dear=[
            {"what": "usd", "per": "minute", "most": 0.25},
            {"what": "characters", "per": "hour", "most": 200},
        ]
    )
    desk.write(caps, *"abc", charge=Charge("dear", characters=40, usd=0.1))
    assert desk.starts == [0, 0, 60]  # 0.05 dollars are left of 0.25
    assert desk.told[0] == (
        "The provider dear has 0.05 left of its 0.25 US dollars a minute, and c takes 0.10; c may "
        "begin in 60 s"
    )
    dollars, letters = desk.standing(caps)
    assert (round(dollars.left, 6), letters.left) == (0.15, 80)
    desk.write(caps, "d", charge=Charge("cheap", characters=40, usd=0.1))
    desk.write(caps, "e")
    assert desk.starts[3:] == [60, 60]


def test_a_tenth_of_a_dollar_is_exactly_that(desk: Desk) -> None:
    caps = capped(dear=[{"what": "usd", "per": "day", "most": 0.3}])
    desk.write(caps, *"abc", charge=Charge("dear", usd=0.1))
    assert desk.starts == [0, 0, 0]  # which floating point numbers would not add up to
    assert desk.standing(caps)[0].left == 0


def test_what_is_more_than_there_ever_is_never_waits(desk: Desk) -> None:
    caps = capped(dear=[{"what": "characters", "per": "day", "most": 30}])
    with pytest.raises(TooMuchError, match=r"^a: This takes 31 characters, and the provider dear"):
        desk.write(caps, "a", charge=Charge("dear", characters=31))
    assert desk.scribe.begun == []


def test_gpu_minutes_are_those_that_it_took_and_what_is_owed_is_waited_for(desk: Desk) -> None:
    caps = capped({"what": "gpu_minutes", "per": "minute", "most": 0.5})
    desk.begin = lambda text: desk.machine.pass_s(12 if text != "c" else 45)
    desk.write(caps, *"abcd")
    # Two take 24 seconds of 30. The third is expected to take twelve, too: it waits until those of
    # the first one come back, a minute after that has ended. It takes 45: the last one waits until
    # these come back.
    assert desk.starts == [0, 12, 12 + 60, 72 + 45 + 60]
    assert desk.told[0] == (
        "The engine storyboard has 0.1 left of its 0.5 GPU minutes a minute, and c takes about "
        "0.2; c may begin in 48 s"
    )
    (standing,) = desk.standing(caps)
    assert standing.left == pytest.approx(0.3)


def test_time_counts_that_led_to_nothing(desk: Desk) -> None:
    caps = capped({"what": "gpu_minutes", "per": "hour", "most": 10}, A_MINUTE)

    def fail(_: str) -> None:
        desk.machine.pass_s(120)
        raise EngineError("the pencil broke")

    desk.begin = fail
    with pytest.raises(EngineError, match="a: the pencil broke"):
        desk.write(caps, "a")
    minutes, requests = desk.standing(caps)
    assert (minutes.left, requests.left) == (8, 2)  # the request came back meanwhile


@pytest.mark.parametrize("wish", [Wish.PAUSE, Wish.STOP])
def test_who_waits_obeys_and_leaves_nothing_behind(desk: Desk, wish: Wish) -> None:
    caps = capped({"what": "requests", "per": "hour", "most": 1})

    def listen() -> None:
        if desk.time >= 100:
            ask(desk.folder, wish)

    desk.machine.asleep = listen
    with desk.folder.held(), pytest.raises(HaltedError, match="before b, as asked") as halted:
        desk.write(caps, "a", "b")
    assert halted.value.wish is wish
    assert 100 <= desk.time < 101
    assert desk.standing(caps)[0].waiting == 0
    assert [*(desk.home.rate_limits / "places").iterdir()] == []


def test_what_was_held_and_not_begun_is_given_back(desk: Desk) -> None:
    caps = capped({"what": "requests", "per": "hour", "most": 1})

    class Closed(Scribe):
        def make(self, *_: object) -> None:  # type: ignore[override]
            raise EngineError("it is closed today")

    with pytest.raises(EngineError, match="closed"):
        written(Closed(), ["a"], desk.home, caps, desk.machine.clock)
    assert desk.standing(caps)[0].left == 1


YEAR_NS = 365 * 86400 * 10**9


@pytest.mark.parametrize("adjusted_ns", [-YEAR_NS, YEAR_NS])
def test_setting_the_clock_changes_nothing(desk: Desk, adjusted_ns: int) -> None:
    caps = capped(A_MINUTE)
    desk.write(caps, "a", "b")
    desk.machine.pass_s(20)
    desk.machine.wall_ns += adjusted_ns
    desk.write(caps, "c")
    assert desk.starts == [0, 0, 60]


def test_a_clock_that_was_set_back_before_the_machine_booted_again_blocks_nobody(
    desk: Desk,
) -> None:
    caps = capped(A_MINUTE)
    desk.write(caps, "a", "b")
    desk.machine.boot, desk.machine.monotonic_ns = "second", 0
    desk.machine.wall_ns -= YEAR_NS
    desk.began_ns = 0
    desk.write(caps, *"cde")
    # As if no time had passed since: at most one period, and not a year.
    assert desk.starts[2:] == [60, 60, 120]


def test_a_clock_that_was_set_forward_grants_no_more_than_a_bucket_holds(desk: Desk) -> None:
    caps = capped(A_MINUTE)
    desk.write(caps, "a", "b")
    desk.machine.boot, desk.machine.monotonic_ns = "second", 0
    desk.machine.wall_ns += YEAR_NS
    desk.began_ns = 0
    desk.write(caps, *"cdef")
    assert desk.starts[2:] == [0, 0, 60, 60]


def test_how_caps_stand_is_told(desk: Desk) -> None:
    caps = capped(A_MINUTE, {"what": "gpu_minutes", "per": "day", "most": 1.5})
    assert [str(one) for one in desk.standing(caps)] == [
        "The engine storyboard has 2 left of its 2 requests a minute.",
        "The engine storyboard has 1.5 left of its 1.5 GPU minutes a day.",
    ]
    assert not desk.home.rate_limits.exists()  # looking leaves nothing
    desk.begin = lambda _: desk.machine.pass_s(1)
    desk.write(caps, "a", "b")
    assert [str(one) for one in desk.standing(caps)] == [
        "The engine storyboard has used up its 2 requests a minute; the next may begin in 58 s.",
        "The engine storyboard has 1.5 left of its 1.5 GPU minutes a day.",
    ]
    assert [one.is_low for one in desk.standing(caps)] == [True, False]


def test_a_damaged_ledger_never_counts_as_an_empty_one(desk: Desk) -> None:
    desk.write(capped(A_MINUTE), "a")
    (desk.home.rate_limits / "ledger.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerError, match=r"Remove .*rate-limits"):
        desk.write(capped(A_MINUTE), "b")
    assert desk.scribe.begun == ["a"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=12), st.integers(0, 40))
def test_the_ledger_remembers_what_a_list_would(
    tmp_path_factory: pytest.TempPathFactory, takings: list[tuple[int, int]], forget_ns: int
) -> None:
    machine, expected = TickingClock(), list[Taken]()
    ledger = Ledger(tmp_path_factory.mktemp("ledger"), machine.clock)
    key, other = ("one", "requests"), ("one", "characters")
    for later_ns, tokens in takings:
        machine.monotonic_ns += later_ns
        with ledger.changing() as page:
            page.take({key: tokens, other: 1}, forget_ns)
            expected = [one for one in expected if one.at_ns > page.now_ns - forget_ns]
            expected.append(Taken(page.now_ns, tokens))
    with ledger.changing() as page:
        history, of_list = page.taken(key), Listed(expected)
        for at_ns in range(-1, page.now_ns + 1):
            assert [*history.after(at_ns)] == [*of_list.after(at_ns)]
            assert history.tokens_after(at_ns) == of_list.tokens_after(at_ns)
        assert page.last_taken(key) == (expected[-1].tokens if expected else 0)


def test_nobody_else_looks_what_is_left_while_somebody_takes_of_it(desk: Desk) -> None:
    folder, clock = desk.home.rate_limits, desk.machine.clock
    key = ("the engine storyboard", "requests")
    with Ledger(folder, clock).changing() as page:
        with pytest.raises(LedgerBusyError), Ledger(folder, clock, patience_s=0).changing():
            pytest.fail("both could take the same token")
        page.take({key: 2}, forget_ns=10**18)
        (before,) = desk.standing(capped(A_MINUTE))
    (after,) = desk.standing(capped(A_MINUTE))
    assert (before.left, after.left) == (2, 0)  # who only looks sees all of a change, or nothing
