"""Reservations: what an item takes is held for it from when it may begin until it does."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.production.rate_limits.bucket import (
    Bucket,
    History,
    Key,
    Turn,
    fitting,
    turn,
)
from sparkle_motion_dagster.production.rate_limits.caps import Charge, What, shown_tokens
from sparkle_motion_dagster.production.rate_limits.clock import Clock
from sparkle_motion_dagster.production.rate_limits.errors import RateLimitedError, TooMuchError
from sparkle_motion_dagster.production.rate_limits.ledger import Claim, Ledger, Page
from sparkle_motion_dagster.production.rate_limits.wording import because, in_words, waits

_SLICE_S = 0.5
"""How often somebody who waits looks whether the run is to halt, in seconds."""

_LOOK_S = 5.0
"""How often it looks whether those before it have left, in seconds."""

_DAY_NS = 86400 * 10**9
"""For how long it is remembered what was taken, whatever the caps were at the time."""


@dataclass(frozen=True)
class Wanted:
    """What an item takes, and the buckets that it takes it of."""

    item: str
    charge: Charge
    buckets: tuple[Bucket, ...]

    def check(self) -> None:
        """Make sure that the item does not take more than there ever is.

        Raises:
            TooMuchError: It does.
        """
        for bucket in self.buckets:
            what = What(bucket.what)
            if what is not What.GPU_MINUTES and self.charge.tokens(what) > bucket.tokens:
                raise TooMuchError(
                    f"This takes {shown_tokens(what, self.charge.tokens(what))}, and "
                    f"{bucket.account} may never be asked for more than {bucket.said}. Raise that "
                    "cap, or ask for less at once."
                )

    def of(self, page: Page) -> dict[Bucket, int]:
        """Return how many tokens it takes of each bucket."""
        wanted = {bucket: self._tokens(bucket, page) for bucket in self.buckets}
        return {bucket: tokens for bucket, tokens in wanted.items() if tokens}

    def turn(self, page: Page, claim: Claim | None) -> Turn:
        """Return when it may begin, whether it has a claim yet or not."""
        wanted = self.of(page)
        before = [one.tokens for one in self.ahead(page, claim)]
        return turn(wanted, _taken_of(wanted, page), before, page.now_ns)

    def ahead(self, page: Page, claim: Claim | None) -> list[Claim]:
        """Return the claims of those who wait for the same, and came earlier."""
        keys = {bucket.key for bucket in self.buckets}
        return [
            one
            for one in page.claims
            if not one.granted
            and (claim is None or one.number < claim.number)
            and keys & one.tokens.keys()
        ]

    def _tokens(self, bucket: Bucket, page: Page) -> int:
        """Return how many tokens it takes; of GPU minutes, as many as the last item took."""
        what = What(bucket.what)
        if what is not What.GPU_MINUTES:
            return self.charge.tokens(what)
        return min(page.last_taken(bucket.key) or 1, bucket.tokens)


@dataclass(frozen=True)
class Reservation:
    """What is held for an item that may begin; `place` is where, in the ledger."""

    ledger: Ledger
    place: str
    wanted: Wanted

    def room_for(self, others: Sequence[Wanted]) -> int:
        """Return how many of those that follow may begin as well, as things stand now."""
        with self.ledger.looking() as page:
            if page is None or self.wanted.ahead(page, None):
                return 0  # somebody waits who came earlier than they
            items = [other.of(page) for other in others]
            buckets = {bucket for item in items for bucket in item}
            return fitting(items, _taken_of(buckets, page), page.now_ns)

    @contextlib.contextmanager
    def begun(self) -> Iterator[None]:
        """Write down that the item takes what is held for it, and in the end what it took of time.

        What had begun counts, whatever becomes of it.
        """
        with self.ledger.changing() as page:
            began_ns = page.now_ns
            wanted = self.wanted.of(page)
            timed = {one: n for one, n in wanted.items() if one.what == What.GPU_MINUTES}
            page.take(_by_key(wanted.keys() - timed.keys(), wanted), self._forget_ns)
            page.claim(self.place, _by_key(timed, timed), granted=True)
        try:
            yield
        finally:
            if timed:
                with self.ledger.changing() as page:
                    took_ns = page.now_ns - began_ns
                    page.take({one.key: took_ns for one in timed}, self._forget_ns)
                    page.release(self.place)

    @property
    def _forget_ns(self) -> int:
        return max(_DAY_NS, *(bucket.period_ns for bucket in self.wanted.buckets))


@contextlib.contextmanager
def reserved(
    wanted: Wanted,
    ledger: Ledger,
    clock: Clock,
    tell: Callable[[str], None],
    obey: Callable[[str], None],
) -> Iterator[Reservation]:
    """Wait until an item may begin, and hold what it takes until it does; see ``Admission``."""
    wanted.check()
    with ledger.place() as place:
        while not _is_granted(wanted, ledger, place):
            _wait(wanted, ledger, place, clock, tell, obey)
        yield Reservation(ledger, place, wanted)


def _is_granted(wanted: Wanted, ledger: Ledger, place: str) -> bool:
    """Give an item what it takes if it may begin now; else note that it waits, if it may wait."""
    with ledger.changing() as page:
        now = wanted.turn(page, page.claim_at(place))
        granted = now.at_ns <= page.now_ns
        if not granted:
            _check_may_wait(wanted, now, page)
        page.claim(place, {one.key: n for one, n in wanted.of(page).items()}, granted=granted)
        return granted


def _check_may_wait(wanted: Wanted, turn: Turn, page: Page) -> None:
    seconds = (turn.at_ns - page.now_ns) / 10**9
    for short in turn.short:
        if short.bucket.refuses:
            raise RateLimitedError(
                f"{because(short, 'this')}. Everything finished is kept: try again in "
                f"{in_words(seconds)}.",
                seconds,
            )


def _wait(
    wanted: Wanted,
    ledger: Ledger,
    place: str,
    clock: Clock,
    tell: Callable[[str], None],
    obey: Callable[[str], None],
) -> None:
    """Sleep until it is an item's turn, and say meanwhile why."""
    told = ""
    while (now := _waiting(wanted, ledger, place)) is not None:
        why, left_s = now
        if why != told:
            tell(why)
            told = why
        until_next_look_s = min(left_s, _LOOK_S)
        while until_next_look_s > 0:
            obey(wanted.item)
            slice_s = min(until_next_look_s, _SLICE_S)
            clock.sleep(slice_s)
            until_next_look_s -= slice_s
    tell("")


def _waiting(wanted: Wanted, ledger: Ledger, place: str) -> tuple[str, float] | None:
    """Return why an item has to wait, and how many seconds; None: it may be its turn."""
    with ledger.looking() as page:
        claim = None if page is None else page.claim_at(place)
        if page is None or claim is None:
            return None
        turn = wanted.turn(page, claim)
        left_s = (turn.at_ns - page.now_ns) / 10**9
        if left_s <= 0:
            return None
        ahead = len(wanted.ahead(page, claim))
        return waits(turn.short[0], wanted.item, left_s, ahead), left_s


def _taken_of(buckets: Iterable[Bucket], page: Page) -> dict[Key, History]:
    return {bucket.key: page.taken(bucket.key) for bucket in buckets}


def _by_key(buckets: Iterable[Bucket], tokens: Mapping[Bucket, int]) -> dict[Key, int]:
    return {bucket.key: tokens[bucket] for bucket in buckets}
