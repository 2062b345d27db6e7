"""What a bucket promises, held against random sequences; and the time that no clock turns back."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.production.rate_limits.bucket import (
    Bucket,
    Continued,
    History,
    Key,
    Listed,
    Taken,
    first_fit,
    fitting,
    left_in,
    turn,
)
from sparkle_motion_dagster.production.rate_limits.clock import Instant, Mark

KEYS = (("one", "requests"), ("one", "characters"), ("other", "requests"))

buckets = st.lists(
    st.builds(
        lambda key, tokens, period_ns: Bucket(key[0], key[1], tokens, period_ns),
        st.sampled_from(KEYS),
        st.integers(1, 12),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=4,
    unique=True,
)
wishes = st.lists(st.tuples(st.integers(0, 15), st.integers(1, 12)), min_size=1, max_size=25)
"""How long after the one before something is wanted, and how many tokens it takes."""


def most_in_any_stretch(taken: Sequence[Taken], period_ns: int) -> int:
    """Count tokens the slow way: a stretch that holds most begins with one of them."""
    return max(
        sum(one.tokens for one in taken if first.at_ns <= one.at_ns < first.at_ns + period_ns)
        for first in taken
    )


class Account:
    """Somebody who takes as many tokens of all buckets, as soon as they may."""

    def __init__(self, buckets: Sequence[Bucket]) -> None:
        self.buckets = buckets
        self.taken: dict[Key, list[Taken]] = {bucket.key: [] for bucket in buckets}
        self.now_ns = 0

    @property
    def histories(self) -> dict[Key, History]:
        """What was taken: under each key the first half in one history, the rest in another."""
        return {
            key: Continued(Listed(all_[: len(all_) // 2]), Listed(all_[len(all_) // 2 :]))
            for key, all_ in self.taken.items()
        }

    def wanting(self, tokens: int) -> dict[Bucket, int]:
        """Return as many tokens of each, or as many as the smallest holds."""
        return dict.fromkeys(self.buckets, min(tokens, *(one.tokens for one in self.buckets)))

    def by_key(self, tokens: int) -> dict[Key, int]:
        return {bucket.key: count for bucket, count in self.wanting(tokens).items()}

    def take(self, tokens: int, at_ns: int) -> None:
        for key, count in self.by_key(tokens).items():
            self.taken[key].append(Taken(at_ns, count))

    def live(self, wishes: Sequence[tuple[int, int]]) -> None:
        """Take what is wished for, each as soon as it may be."""
        for later_ns, tokens in wishes:
            self.now_ns = turn(
                self.wanting(tokens), self.histories, [], self.now_ns + later_ns
            ).at_ns
            self.take(tokens, self.now_ns)

    def keeps_promises(self) -> bool:
        return all(
            most_in_any_stretch(self.taken[bucket.key], bucket.period_ns) <= bucket.tokens
            for bucket in self.buckets
        )


@given(buckets, wishes)
def test_no_stretch_of_a_period_has_more_than_a_bucket_holds(
    buckets: list[Bucket], wishes: list[tuple[int, int]]
) -> None:
    account = Account(buckets)
    account.live(wishes)
    assert account.keeps_promises()


@given(buckets, wishes, st.tuples(st.integers(0, 15), st.integers(1, 12)))
def test_nobody_waits_longer_than_needs_be(
    buckets: list[Bucket], before: list[tuple[int, int]], wish: tuple[int, int]
) -> None:
    account = Account(buckets)
    account.live(before)
    now_ns, wanted = account.now_ns + wish[0], account.wanting(wish[1])
    its = turn(wanted, account.histories, [], now_ns)
    short = {
        bucket: left
        for bucket, count in wanted.items()
        if (left := left_in(bucket, account.histories[bucket.key], now_ns)) < count
    }
    assert {one.bucket: one.left for one in its.short} == short
    assert (its.at_ns > now_ns) == bool(short)
    # A moment earlier, one bucket at least still lacked some.
    assert its.at_ns == now_ns or any(
        left_in(bucket, account.histories[bucket.key], its.at_ns - 1) < count
        for bucket, count in wanted.items()
    )


@given(buckets, wishes, st.lists(st.integers(1, 12), min_size=1, max_size=7))
def test_who_waits_begins_in_the_order_in_which_they_came(
    buckets: list[Bucket], before: list[tuple[int, int]], waiting: list[int]
) -> None:
    account = Account(buckets)
    account.live(before)
    queue = [account.by_key(count) for count in waiting]
    turns = [
        turn(account.wanting(count), account.histories, queue[:place], account.now_ns).at_ns
        for place, count in enumerate(waiting)
    ]
    assert turns == sorted(turns)
    for count, at_ns in zip(waiting, turns, strict=True):
        account.take(count, at_ns)
    assert account.keeps_promises()


@given(buckets, wishes, st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_those_who_fit_together_are_those_who_would_begin_now_one_by_one(
    buckets: list[Bucket], before: list[tuple[int, int]], counts: list[int]
) -> None:
    account = Account(buckets)
    account.live(before)
    items = [account.wanting(count) for count in counts]
    together = fitting(items, account.histories, account.now_ns)
    one_by_one = 0
    for item, count in zip(items, counts, strict=True):
        if turn(item, account.histories, [], account.now_ns).at_ns > account.now_ns:
            break
        account.take(count, account.now_ns)
        one_by_one += 1
    assert together == one_by_one


def test_a_token_is_there_again_exactly_one_period_after_it_was_taken() -> None:
    bucket = Bucket("one", "requests", 2, 60)
    taken = Listed([Taken(0, 1), Taken(10, 1)])
    assert left_in(bucket, taken, 59) == 0
    assert left_in(bucket, taken, 60) == 1
    assert first_fit(bucket, taken, 1, 10) == 60
    assert first_fit(bucket, taken, 2, 10) == 70


def test_what_was_used_beyond_a_bucket_is_waited_for() -> None:
    bucket = Bucket("one", "gpu_minutes", 10, 60)
    taken = Listed([Taken(0, 4), Taken(30, 25)])  # the last one took far longer than anybody knew
    assert left_in(bucket, taken, 40) == -19
    assert left_in(bucket, taken, 60) == -15
    assert first_fit(bucket, taken, 1, 40) == 90


def test_a_refusing_bucket_is_short_only_where_it_lacks_tokens_itself() -> None:
    often = Bucket("one", "requests", 1, 60)
    daily = Bucket("one", "requests", 100, 86400, refuses=True)
    its = turn(
        {often: 1, daily: 1},
        {often.key: Listed([Taken(0, 1)]), daily.key: Listed([Taken(0, 1)])},
        [{often.key: 1}],
        10,
    )
    assert its.at_ns == 120  # after the one who waits
    assert [short.bucket for short in its.short] == [often]


steps = st.lists(
    st.tuples(
        st.integers(0, 10**12),  # how long it takes, in nanoseconds
        st.integers(-(10**13), 10**13),  # by how much somebody sets the clock meanwhile
        st.booleans(),  # whether the machine was booted again meanwhile
    ),
    max_size=30,
)


@given(steps)
def test_the_ledgers_time_is_the_machines_own_and_never_runs_back(
    steps: list[tuple[int, int, bool]],
) -> None:
    instant = Instant("boot 0", 5, 10**18)
    mark = Mark(instant, 0)
    for number, (passed, adjusted, booted) in enumerate(steps, start=1):
        wall_ns = instant.wall_ns + passed + adjusted
        if booted:
            instant = Instant(f"boot {number}", passed // 2, wall_ns)
            expected = max(0, passed + adjusted)  # nobody knows better than the clock
        else:
            instant = Instant(instant.boot, instant.monotonic_ns + passed, wall_ns)
            expected = passed  # whatever the clock says
        after = mark.advanced(instant)
        assert after.ledger_ns - mark.ledger_ns == expected
        mark = after


def test_a_system_that_names_no_boot_has_been_booted_where_its_count_began_anew() -> None:
    mark = Mark(Instant("", 900, 10**18), 7)
    assert mark.advanced(Instant("", 100, 10**18 + 50)).ledger_ns == 57
