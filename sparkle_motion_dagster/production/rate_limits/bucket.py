"""The arithmetic of a token bucket whose tokens come back one period after they were taken.

What it promises: **in no stretch of time as long as its period are more tokens taken than it
holds.** (A stretch begins at a moment and ends just before the one that is a period later.) All of
them may be taken at once. A bucket that is refilled at an even rate promises less: all that it
holds, and what has been refilled meanwhile, which is up to twice as much in a period.

Everything is counted in whole tokens and whole nanoseconds, so that nothing is rounded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

Key = tuple[str, str]
"""Whose tokens, and of what."""


@dataclass(frozen=True)
class Bucket:
    """How many tokens an account may take in any stretch of a period.

    Attributes:
        account: Whose it is, in words: "the engine storyboard".
        what: What is counted.
        tokens: How many it holds.
        period_ns: After how long a token that was taken is there again, in nanoseconds.
        refuses: Whether what finds too few is refused; else it waits.
        said: What may be taken, in words: "60 requests an hour".
    """

    account: str
    what: str
    tokens: int
    period_ns: int
    refuses: bool = field(default=False, kw_only=True)
    said: str = field(default="", kw_only=True, compare=False)

    @property
    def key(self) -> Key:
        """Under which tokens are counted that are taken from it."""
        return self.account, self.what


@dataclass(frozen=True, order=True)
class Taken:
    """Tokens that were taken, and when, in nanoseconds of the ledger's own time."""

    at_ns: int
    tokens: int


class History(Protocol):
    """What was taken under a key. Of a long one, no more is read than is asked for."""

    def tokens_after(self, at_ns: int) -> int:
        """Return how many tokens were taken later than at a moment."""

    def after(self, at_ns: int) -> Iterator[Taken]:
        """Yield what was taken later than at a moment, the earliest first."""


@dataclass(frozen=True)
class Listed:
    """A history that is a list, the earliest first."""

    taken: Sequence[Taken] = ()

    def tokens_after(self, at_ns: int) -> int:
        """Return how many tokens were taken later than at a moment."""
        return sum(one.tokens for one in self.after(at_ns))

    def after(self, at_ns: int) -> Iterator[Taken]:
        """Yield what was taken later than at a moment, the earliest first."""
        return (one for one in self.taken if one.at_ns > at_ns)


@dataclass(frozen=True)
class Continued:
    """A history that goes on: nothing of ``further`` is earlier than anything of ``first``."""

    first: History
    further: History

    def tokens_after(self, at_ns: int) -> int:
        """Return how many tokens were taken later than at a moment."""
        return self.first.tokens_after(at_ns) + self.further.tokens_after(at_ns)

    def after(self, at_ns: int) -> Iterator[Taken]:
        """Yield what was taken later than at a moment, the earliest first."""
        return chain(self.first.after(at_ns), self.further.after(at_ns))


def left_in(bucket: Bucket, taken: History, now_ns: int) -> int:
    """Return how many tokens are in a bucket; less than none where more was used than expected."""
    return bucket.tokens - taken.tokens_after(now_ns - bucket.period_ns)


def first_fit(bucket: Bucket, taken: History, tokens: int, from_ns: int) -> int:
    """Return when so many tokens are in a bucket.

    Args:
        bucket: The bucket.
        taken: What was taken from it, none of it later than `from_ns`.
        tokens: How many are wanted; no more than it holds.
        from_ns: Not before when.
    """
    when = from_ns
    left = left_in(bucket, taken, when)
    if left >= tokens:
        return when
    for one in taken.after(from_ns - bucket.period_ns):
        left += one.tokens
        when = one.at_ns + bucket.period_ns
        if left >= tokens:
            break
    return when


@dataclass(frozen=True)
class Short:
    """A bucket with too few tokens for something, those counted that others wait for."""

    bucket: Bucket
    wanted: int
    left: int


@dataclass(frozen=True)
class Turn:
    """When something may begin, and what it waits for until then, the longest wait first."""

    at_ns: int
    short: tuple[Short, ...] = ()


def turn(
    wanted: Mapping[Bucket, int],
    taken: Mapping[Key, History],
    before: Iterable[Mapping[Key, int]],
    now_ns: int,
) -> Turn:
    """Return when what wants tokens of several buckets may take them: first come, first served.

    Args:
        wanted: How many of each; no more than it holds.
        taken: What was taken under each key.
        before: What those want who came earlier and still wait, in the order in which they came.
        now_ns: The time.
    """
    queued: dict[Key, list[Taken]] = {bucket.key: [] for bucket in wanted}
    used = {key: Continued(taken[key], Listed(later)) for key, later in queued.items()}
    from_ns = now_ns
    for earlier in before:
        shared = [bucket for bucket in wanted if bucket.key in earlier]
        fits = [first_fit(one, used[one.key], earlier[one.key], from_ns) for one in shared]
        from_ns = max(fits, default=from_ns)
        for key in {bucket.key for bucket in shared}:
            queued[key].append(Taken(from_ns, earlier[key]))
    fit = {one: first_fit(one, used[one.key], tokens, from_ns) for one, tokens in wanted.items()}
    short = [
        Short(one, wanted[one], left)
        for one in sorted(wanted, key=lambda one: -fit[one])
        if (left := left_in(one, used[one.key], now_ns)) < wanted[one]
    ]
    return Turn(max(fit.values(), default=now_ns), tuple(short))


def fitting(
    items: Sequence[Mapping[Bucket, int]], taken: Mapping[Key, History], now_ns: int
) -> int:
    """Return how many of some items, from the first on, find the tokens that they want."""
    left: dict[Bucket, int] = {}
    for number, wanted in enumerate(items):
        for bucket, tokens in wanted.items():
            if bucket not in left:
                left[bucket] = left_in(bucket, taken[bucket.key], now_ns)
            left[bucket] -= tokens
            if left[bucket] < 0:
                return number
    return len(items)
