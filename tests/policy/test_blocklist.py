"""Blocked terms and patterns: what they find, and what they leave alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sparkle_motion_dagster.policy.blocklist import BlockedTexts, Blocklist, check_pattern


def is_found(text: str, *, terms: Sequence[str] = (), patterns: Sequence[str] = ()) -> bool:
    return Blocklist([BlockedTexts("rule", terms, patterns)]).rules_in(text) == ("rule",)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("bomb", "Bomb", True),
        ("bomb", "a bömb, they said", True),
        ("bomb", "the bomb's fuse", True),
        ("bomb", "shot_bomb_2", True),
        ("ｂｏｍｂ", "a bo\u200bmb", True),
        ("bomb", "bombastic", False),
        ("bomb", "2bomb", False),
        ("bomb", "a bomb\u0301ast", False),
        ("cunt", "Scunthorpe", False),
        ("ass", "a class, an assassin", False),
        ("hand grenade", "the hand\n  grenade", True),
        ("hand grenade", "the hand of the grenade", False),
        ("c++", "in c++, they say", True),
        ("c++", "abc++", False),
        ("💣", "it is a💣bomb", True),
        (".*", "anything", False),
        ("炸弹", "他们有炸弹吗", True),
        ("炸弹", "炸薯条", False),
        ("bomb", "他有bomb吗", True),
        ("コーヒー", "ホットコーヒー一杯", True),
        ("か", "がく", False),
        ("폭탄", "폭탄을 들고", True),
        ("ระเบิด", "มีระเบิดอยู่", True),
        ("бомба", "БОМБА!", True),
        ("бомба", "бомбардир", False),
    ],
)
def test_terms_are_words(term: str, text: str, *, found: bool) -> None:
    assert is_found(text, terms=[term]) is found


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\+[0-9 ]{7,}", "call +49 30 1234567", True),
        (r"b[o0]mb", "B0MB", True),
        (r"b[o0]mb", "ｂ0ｍｂ", True),  # folded
        (r"(^|\PL)fuß($|\PL)", "der Fuß", True),  # as it is written: folded, it has two s
        (r"(?-i)\b[A-Z]{2}[0-9]{4}\b", "passport AB1234", True),
        (r"(?-i)\b[A-Z]{2}[0-9]{4}\b", "passport ab1234", False),
        (r"^only this$", "Only this", True),
        (r"^only this$", "not only this", False),
        (r"bad.*wolf", "a bad\nold wolf", True),
        (r"(?P<a>x)1|(?P<a>y)2", "y2", True),
    ],
)
def test_patterns(pattern: str, text: str, *, found: bool) -> None:
    assert is_found(text, patterns=[pattern]) is found


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(x+x+)+y", r"(a*)*b", r"(?:a|b)*a(?:a|b){20}c"])
def test_nothing_backtracks(pattern: str) -> None:
    """Each of these takes longer than the universe is old where one does."""
    assert not is_found("ax" * 20_000 + "!", patterns=[pattern])


def test_each_rule_that_is_broken_is_named() -> None:
    blocklist = Blocklist(
        [
            BlockedTexts("weapons", ["bomb", "gun"], ()),
            BlockedTexts("numbers", (), ["[0-9]{5}"]),
            BlockedTexts("drinks", ["gin"], ["rum+"]),
        ]
    )
    assert blocklist.rules_in("A gun, and 12345 guns") == ("weapons", "numbers")
    assert blocklist.rules_in("a RUMMM") == ("drinks",)
    assert blocklist.rules_in("a gunner, 1234, ginger") == ()


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)b", "(?="),
        (r"(a)\1", r"\1"),
        ("a(b", "missing )"),
        (r"\Qabc", "missing )"),  # it would swallow the patterns that come after it
        ("a{2000}", "{2000}"),
        ("a*", "every text"),
        (r"\bfuß\b", "term"),
    ],
)
def test_patterns_that_are_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"RE2|every text") as refused:
        check_pattern(pattern)
    assert reason in str(refused.value)
