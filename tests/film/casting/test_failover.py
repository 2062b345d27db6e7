"""Busy and spent providers of speech, through the real loop and store; nobody waits for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from crooners import Hurrying, crooner_of, request_for, speaker
from devices import on_cpu
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import (
    EngineError,
    EngineInputError,
    ProviderBusyError,
    QuotaSpentError,
)
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.film.casting.cast import SpeakerRequest
from sparkle_motion_dagster.film.casting.choice import Candidate
from sparkle_motion_dagster.film.casting.failover import (
    Clock,
    DialogueTake,
    LineRequest,
    NobodySpeaksError,
    speak,
)
from sparkle_motion_dagster.film.casting.providers import Caps, Retries
from sparkle_motion_dagster.film.casting.speakers import Speaker
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS
from sparkle_motion_dagster.film.takes.recipes import varied
from sparkle_motion_dagster.operations.control import RunControl, ask
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.production.halting import HaltedError
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.rate_limits.cap_file import DeclaredCaps
from sparkle_motion_dagster.production.rate_limits.errors import RateLimitedError
from sparkle_motion_dagster.production.rate_limits.limiter import RateLimits
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import short_film
from ticking import TickingClock

LINES = ("One.", "Two two.", "Three three three.")


class Hall:
    """A home of its own, a run that is rendered in it, and a clock that goes as fast as asked."""

    def __init__(self, root: Path) -> None:
        home = SparkleHome(root)
        self.machine = TickingClock()
        limits = RateLimits(home, lambda: self.caps, self.machine.clock)
        self.bench = Workbench(home, limits)
        self.caps = DeclaredCaps(schema_version="1")
        self.folder = self.bench.run_folder("film")
        self.told: set[str] = set()
        self.chance = 0.5
        self.machine.asleep = self.listen
        self._began_ns = self.machine.monotonic_ns

    @property
    def time(self) -> float:
        return (self.machine.monotonic_ns - self._began_ns) / 10**9

    def sleep(self, seconds: float) -> None:
        self.machine.sleep(seconds)

    def listen(self) -> None:
        report = self.folder.state.read().progress
        if report is not None and report.doing:
            self.told.add(report.doing)

    def stage(self) -> MakingStage:
        return MakingStage(
            name=DIALOGUE_WAVS,
            run_id="film",
            profile="animatic",
            settings=load_profile("animatic").film,
            frozen=FrozenPlan(MoviePlan.model_validate(short_film()), {}, "0" * 64),
            workbench=self.bench,
            inputs={},
            progress=Progress(self.folder, DIALOGUE_WAVS),
            control=RunControl(self.folder),
            facilities=on_cpu(),
        )

    def speak_lines(
        self,
        lines: Sequence[LineRequest],
        passed_over: Mapping[str, Mapping[str, str]] | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> tuple[DialogueTake, ...]:
        clock = Clock(now=lambda: self.time, sleep=sleep or self.sleep, chance=lambda: self.chance)
        return speak(lines, self.stage(), passed_over or {}, clock)

    def speak(self, *speakers: Speaker, texts: Sequence[str] = LINES) -> tuple[DialogueTake, ...]:
        return self.speak_lines(lines(*speakers, texts=texts))


def asked(speaker: Speaker, text: str) -> SpeakerRequest:
    request = request_for(text, speaker.name)
    return SpeakerRequest(speaker, Candidate(speaker.name, request.voice, "asked"), request)


def lines(*speakers: Speaker, texts: Sequence[str] = LINES) -> list[LineRequest]:
    return [
        LineRequest(f"line_{number}", tuple(asked(one, text) for one in speakers))
        for number, text in enumerate(texts)
    ]


def who(spoken: Sequence[DialogueTake]) -> list[str]:
    return [one.chosen.speaker.name for one in spoken]


def made(spoken: Sequence[DialogueTake]) -> list[bool]:
    return [one.produced.made for one in spoken]


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def test_the_first_choice_speaks_every_line(hall: Hall) -> None:
    first, second = speaker("first"), speaker("second")
    spoken = hall.speak(first, second)
    assert who(spoken) == ["first"] * 3
    assert made(spoken) == [True] * 3
    assert (crooner_of(first).calls, crooner_of(second).calls) == (1, 0)
    assert [one.produced.item_id for one in spoken] == ["line_0", "line_1", "line_2"]
    assert [dict(one.passed_over) for one in spoken] == [{}] * 3
    assert hall.time == 0


def test_each_line_goes_to_its_own_first_choice_in_one_call_each(hall: Hall) -> None:
    one, other = speaker("one"), speaker("other")
    mixed = [
        LineRequest("a", (asked(one, "a"),)),
        LineRequest("b", (asked(other, "b"), asked(one, "b"))),
        LineRequest("c", (asked(one, "c"), asked(other, "c"))),
    ]
    assert who(hall.speak_lines(mixed)) == ["one", "other", "one"]
    assert crooner_of(one).spoken == ["a", "c"]
    assert (crooner_of(one).calls, crooner_of(other).calls) == (1, 1)


@pytest.mark.parametrize(
    ("chance", "asked_s", "waited_s"),
    [
        (0.5, None, 10.0),
        (0.0, None, 8.0),
        (1.0, None, 12.0),
        (0.0, 30.0, 30.0),  # never sooner than the provider says
        (1.0, 30.0, 36.0),
        (0.5, 0.0, 0.0),
    ],
)
def test_a_busy_provider_is_asked_again_for_what_is_missing(
    hall: Hall, chance: float, asked_s: float | None, waited_s: float
) -> None:
    hall.chance = chance
    busy = speaker("busy", ProviderBusyError("too many", asked_s), after=1)
    spoken = hall.speak(busy, speaker("second"))
    assert who(spoken) == ["busy"] * 3
    assert made(spoken) == [True] * 3
    assert crooner_of(busy).spoken == [*LINES]
    assert hall.time == pytest.approx(waited_s)
    assert all("busy is busy; it is asked again in" in told for told in hall.told)
    assert bool(hall.told) == bool(waited_s)


def test_it_waits_longer_each_time_and_then_the_next_one_speaks(hall: Hall) -> None:
    busy = speaker("busy", *(ProviderBusyError("too many") for _ in range(3)), after=1)
    spoken = hall.speak(busy, speaker("second"))
    assert who(spoken) == ["busy", "second", "second"]
    assert hall.time == pytest.approx(10 + 20)
    (why,) = {one.passed_over["busy"] for one in spoken[1:]}
    assert why == "it stays busy (line_1: too many)"
    assert crooner_of(busy).spoken == [LINES[0]]


def test_patience_begins_anew_with_every_line_that_gets_spoken(hall: Hall) -> None:
    retries = Retries(most=1, wait_s=10)
    busy = speaker("busy", retries=retries)
    moods = iter([True, False] * 3)

    def every_other_time(_: object) -> None:
        if next(moods):
            raise ProviderBusyError("not now")

    crooner_of(busy)._obey = every_other_time
    assert who(hall.speak(busy)) == ["busy"] * 3
    assert hall.time == pytest.approx(30)


def test_a_provider_that_stays_busy_and_is_the_only_one_says_so_itself(hall: Hall) -> None:
    busy = speaker("busy", *(ProviderBusyError("come back", 5.0) for _ in range(9)))
    with pytest.raises(ProviderBusyError, match="line_0: come back") as error:
        hall.speak(busy)
    assert error.value.retry_after_s == 5.0
    assert hall.time == pytest.approx(2 * 5.0 * 1.1)


def test_what_a_spent_quota_leaves_goes_to_the_next_one_at_once(hall: Hall) -> None:
    spent = speaker("spent", QuotaSpentError("0 left"), after=2)
    spoken = hall.speak(spent, speaker("second"))
    assert who(spoken) == ["spent", "spent", "second"]
    assert made(spoken) == [True] * 3
    assert spoken[2].passed_over == {"spent": "its quota is spent (line_2: 0 left)"}
    assert hall.time == 0
    assert crooner_of(spent).calls == 1
    report = hall.folder.state.read().progress
    assert report is not None
    assert (report.done, report.total) == (3, 3)
    assert (report.made, report.making) == (3, 3)


def test_nobody_left_joins_the_reasons(hall: Hall) -> None:
    spent = speaker("spent", QuotaSpentError("0 left."), after=1)
    small = speaker("small", caps=Caps(characters_per_film=5))
    busy = speaker("busy", *(ProviderBusyError("too many") for _ in range(9)))
    with pytest.raises(NobodySpeaksError) as error:
        hall.speak(spent, small, busy)
    for part in (
        "line_1",
        "spent: its quota is spent",
        "small: with this it would speak 8 characters, and its cap is 5 a film",
        "busy: it stays busy",
        "What has been spoken is kept",
    ):
        assert part in str(error.value)
    assert error.value.exit_code == 75  # the busy one may speak later


def test_nobody_left_for_good_is_a_failure(hall: Hall) -> None:
    spent = speaker("spent", QuotaSpentError("0 left."))
    small = speaker("small", caps=Caps(characters_per_film=5))
    with pytest.raises(NobodySpeaksError) as error:
        hall.speak(spent, small)
    assert error.value.exit_code == 1


def test_nobody_left_for_now_is_busy(hall: Hall) -> None:
    refused = [{"what": "requests", "per": "hour", "most": 1, "when_spent": "refuse"}]
    hall.caps = DeclaredCaps.model_validate(
        {"schema_version": "1", "providers": {"capped": refused}}
    )
    busy = speaker("busy", *(ProviderBusyError("too many") for _ in range(9)))
    with pytest.raises(BusyError) as error:
        hall.speak(speaker("capped"), busy)
    assert isinstance(error.value, NobodySpeaksError)
    assert error.value.exit_code == 75
    for part in ("capped: it may not be asked", "try again in", "busy: it stays busy"):
        assert part in str(error.value)


def test_who_is_spent_is_not_asked_again(hall: Hall) -> None:
    one, other = (speaker(name, QuotaSpentError("0 left")) for name in ("one", "other"))
    third = speaker("third")
    crossed = [
        LineRequest("a", tuple(asked(who, "a") for who in (one, other, third))),
        LineRequest("b", tuple(asked(who, "b") for who in (other, one, third))),
    ]
    assert who(hall.speak_lines(crossed)) == ["third", "third"]
    assert (crooner_of(one).calls, crooner_of(other).calls) == (1, 1)


def test_caps_hold_for_those_who_step_in(hall: Hall) -> None:
    spent = speaker("spent", QuotaSpentError("0 left"))
    small = speaker("small", caps=Caps(characters_per_film=len("One.Two two.")))
    last = speaker("last")
    assert who(hall.speak(spent, small, last)) == ["small", "small", "last"]


@pytest.mark.parametrize("error", [EngineInputError("no such letter"), EngineError("it broke")])
def test_everything_else_fails_at_once(hall: Hall, error: Exception) -> None:
    wrong, second = speaker("wrong", error, after=1), speaker("second")
    with pytest.raises(type(error), match=f"line_1: {error}"):
        hall.speak(wrong, second)
    assert crooner_of(second).calls == 0
    assert hall.time == 0
    # What was spoken before is kept.
    again = speaker("wrong")
    assert made(hall.speak(again)) == [False, True, True]


def test_a_rerun_does_not_speak_again_what_another_one_spoke(hall: Hall) -> None:
    spoken = hall.speak(speaker("spent", QuotaSpentError("0 left"), after=1), speaker("second"))
    passed_over = {
        one.produced.record.fingerprint: dict(one.passed_over) for one in spoken if one.passed_over
    }
    first, second = speaker("spent"), speaker("second")
    again = hall.speak_lines(lines(first, second), passed_over)
    assert who(again) == ["spent", "second", "second"]
    assert made(again) == [False] * 3
    assert [dict(one.passed_over) for one in again] == [dict(one.passed_over) for one in spoken]
    assert (crooner_of(first).spoken, crooner_of(second).spoken) == ([], [])


def test_a_film_keeps_its_takes_though_another_film_had_the_first_choice_speak(hall: Hall) -> None:
    spoken = hall.speak(speaker("spent", QuotaSpentError("0 left"), after=1), speaker("second"))
    hall.speak(speaker("spent"))  # the other film
    passed_over = {
        one.produced.record.fingerprint: dict(one.passed_over) for one in spoken if one.passed_over
    }
    again = hall.speak_lines(lines(speaker("spent"), speaker("second")), passed_over)
    assert who(again) == who(spoken) == ["spent", "second", "second"]


def test_a_first_choice_that_nobody_passed_over_speaks_though_another_one_has(hall: Hall) -> None:
    before = hall.speak(speaker("second"))
    # Somebody else was passed over for them.
    passed_over = {one.produced.record.fingerprint: {"other": "it stays busy"} for one in before}
    first = speaker("first")
    again = hall.speak_lines(lines(first, speaker("second")), passed_over)
    assert who(again) == ["first"] * 3
    assert crooner_of(first).spoken == [*LINES]


def test_one_that_was_passed_over_for_a_line_is_asked_for_a_new_one(hall: Hall) -> None:
    spoken = hall.speak(speaker("spent", QuotaSpentError("0 left")), speaker("second"))
    passed_over = {one.produced.record.fingerprint: dict(one.passed_over) for one in spoken}
    first = speaker("spent")
    again = hall.speak_lines(
        lines(first, speaker("second"), texts=[*LINES, "A new line."]), passed_over
    )
    assert who(again) == [*["second"] * 3, "spent"]


def test_lines_that_are_alike_are_spoken_once(hall: Hall) -> None:
    spent = speaker("spent", QuotaSpentError("0 left"), after=1)
    second = speaker("second")
    spoken = hall.speak(spent, second, texts=["One.", "One.", "Two two.", "Two two."])
    assert who(spoken) == ["spent", "spent", "second", "second"]
    assert made(spoken) == [True, False, True, False]
    assert crooner_of(second).spoken == ["Two two."]


def test_requests_a_minute_are_spread_evenly(hall: Hall) -> None:
    slow = speaker("slow", caps=Caps(requests_per_minute=6))
    starts: list[float] = []
    crooner_of(slow)._obey = lambda _: starts.append(hall.time)
    spoken = hall.speak(slow)
    assert starts == pytest.approx([0, 10, 20])
    assert made(spoken) == [True] * 3
    assert spoken[0].produced.record.engine.settings == {"who": "slow"}
    assert (
        "The provider slow has used up its one request in 10.0 s; line_2 may begin in 5 s"
        in hall.told
    )
    # What is known costs no time.
    assert made(hall.speak(slow)) == [False] * 3
    assert hall.time == pytest.approx(20)


def test_what_an_operator_has_refused_goes_to_the_next_one(hall: Hall) -> None:
    hall.caps = DeclaredCaps.model_validate(
        {
            "schema_version": "1",
            "providers": {
                "first": [{"what": "characters", "per": "day", "most": 12, "when_spent": "refuse"}]
            },
        }
    )
    first, second = speaker("first"), speaker("second")
    spoken = hall.speak(first, second)
    assert who(spoken) == ["first", "first", "second"]
    assert crooner_of(first).spoken == [*LINES[:2]]
    assert hall.time == 0
    (why,) = spoken[2].passed_over.values()
    assert why == (
        "it may not be asked (line_2: This takes 18 characters, and the provider first may never "
        "be asked for more than 12 characters a day. Raise that cap, or ask for less at once)"
    )
    # Where there is no other one, the error says by when to try again.
    with pytest.raises(RateLimitedError, match="try again in 24 h 0 min") as error:
        hall.speak(first, texts=["Four."])
    assert error.value.exit_code == 75
    assert not error.value.retryable
    assert error.value.retry_after_s == 24 * 3600


def test_takes_of_a_line_are_charged_as_the_line_is() -> None:
    choice = asked(speaker("dear", caps=Caps(requests_per_minute=6)), "Three words here.")
    item = choice.item("line_0")
    assert (item.charge.provider, item.charge.characters) == ("dear", 17)
    assert [bucket.period_ns for bucket in item.charge.buckets] == [10 * 10**9]
    _, take = varied(choice.speaker.engine, item.renamed("line_0@take2"), Recipe(seed=7))
    assert (take.id, take.request.seed, take.charge) == ("line_0@take2", 7, item.charge)


def test_a_rate_limit_changes_nothing_but_the_time() -> None:
    # The limit is no part of what a take is known by: the same line, with and without a cap.
    limited, free = speaker("one", caps=Caps(requests_per_minute=6)), speaker("one")
    assert lines(limited)[0].choices[0].fingerprint == lines(free)[0].choices[0].fingerprint
    assert not speaker("one").engine.speaks_at_tempo
    assert speaker("one", crooner=Hurrying).engine.speaks_at_tempo


@pytest.mark.parametrize("wish", [Wish.PAUSE, Wish.STOP])
def test_who_waits_obeys(hall: Hall, wish: Wish) -> None:
    def sleep(seconds: float) -> None:
        hall.sleep(seconds)
        if hall.time >= 60:
            ask(hall.folder, wish)

    busy = speaker("busy", ProviderBusyError("an hour", 3600.0), after=1)
    with (
        hall.folder.held(),
        pytest.raises(HaltedError, match="before busy was asked again") as halted,
    ):
        hall.speak_lines(lines(busy), sleep=sleep)
    assert halted.value.wish is wish
    assert 60 <= hall.time < 61
    assert made(hall.speak(speaker("busy"))) == [False, True, True]
