"""What an operator may say in a policy."""

import re
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from sparkle_motion_dagster.plan.values import Duration, Text
from sparkle_motion_dagster.policy.blocklist import check_pattern, check_term
from sparkle_motion_dagster.units import Record

LONGEST_FILM = "longest_film_sec"
LANGUAGES = "languages"
ENGINES = "engines"
"""Rules that are called by their fields."""

RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


def _check_primary_tag(tag: str) -> str:
    if re.fullmatch(r"[a-z]{2,3}", tag) is None:
        raise ValueError(f"{tag!r} is no language: write it as tags begin, such as en for en-US")
    return tag


PrimaryTag = Annotated[str, AfterValidator(_check_primary_tag)]
"""A language as BCP 47 begins its tags."""

Term = Annotated[str, AfterValidator(check_term)]
Pattern = Annotated[str, StringConstraints(min_length=1), AfterValidator(check_pattern)]


class BlockedRule(Record):
    """Words that no text may have in it."""

    name: RuleName = Field(description="what errors and the audit log call it")
    reason: Text | None = Field(default=None, description="why, as whoever breaks it reads it")
    terms: tuple[Term, ...] = Field(default=(), description="whole words, or several in a row")
    patterns: tuple[Pattern, ...] = Field(default=(), description="regular expressions of RE2")

    @model_validator(mode="after")
    def _blocks_something(self) -> Self:
        if not (self.terms or self.patterns):
            raise ValueError("it blocks nothing: give it terms or patterns")
        return self


class AuditSettings(Record):
    """What the audit log holds beside who asked, and what came of it."""

    prompts: Literal["digest", "text"] = Field(
        default="digest", description="a prompt's sha256 alone, or the prompt itself, too"
    )


class Policy(Record):
    """All rules. What is left out is not limited."""

    schema_version: Literal["1"]
    blocked: tuple[BlockedRule, ...] = Field(default=(), description="words that are refused")
    longest_film_sec: Duration | None = Field(
        default=None, description="longest film, in seconds, as it is planned, cards included"
    )
    languages: tuple[PrimaryTag, ...] | None = Field(
        default=None, min_length=1, description="the languages that may be spoken"
    )
    engines: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="the engines that may be used, of all kinds"
    )
    audit: AuditSettings = AuditSettings()

    @field_validator("blocked")
    @classmethod
    def _names_differ(cls, rules: tuple[BlockedRule, ...]) -> tuple[BlockedRule, ...]:
        names = Counter(rule.name for rule in rules)
        names.update((LONGEST_FILM, LANGUAGES, ENGINES))
        if taken := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"several rules are called {', '.join(taken)}: rename all but one")
        return rules
