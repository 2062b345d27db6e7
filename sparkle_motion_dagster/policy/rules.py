"""Which rules of a policy a plan or a prompt breaks, and where."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import Any

from sparkle_motion_dagster.plan.cards import with_cards
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import Location, field_path, in_seconds, shown
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.policy.loading import LoadedPolicy
from sparkle_motion_dagster.policy.models import ENGINES, LANGUAGES, LONGEST_FILM
from sparkle_motion_dagster.policy.texts import texts_in

EngineNames = Mapping[str, Collection[str]]
"""Names of engines, by their kind."""


MOST_TEXTS = 1000
"""Most texts of one plan or prompt that are named."""


@dataclass(frozen=True)
class Breach:
    """A rule that is broken, by its name, and what to say of it."""

    rule: str
    problem: PlanProblem


@dataclass(frozen=True)
class Rules:
    """The rules of a policy, each asked of what it is about."""

    loaded: LoadedPolicy

    def broken_by_plan(self, plan: MoviePlan, engines: EngineNames) -> Iterator[Breach]:
        """Yield what a plan breaks, in any text that its author chose."""
        yield from self.broken_by_texts(plan)
        # Cards are part of the film.
        seconds = math.fsum(shot.duration_sec for shot in with_cards(plan).shots)
        yield from self.broken_by_length(seconds, "shots")
        for number, character in enumerate(plan.characters):
            language = character.voice_profile.language
            yield from self.broken_by_language(
                language, f"characters[{number}].voice_profile.language"
            )
        yield from self.broken_by_engines(engines)

    def broken_by_texts(self, value: Any, location: Location = ()) -> Iterator[Breach]:
        """Yield the blocked words in a plan, or in plain values, by their fields: the first 1000.

        Args:
            value: A model, or what JSON can say.
            location: Where it is.
        """
        rules_in = cache(self.loaded.blocklist.rules_in)  # ids come again and again
        found = (
            self.blocked(rule, field_path(place))
            for place, text in texts_in(value, location)
            for rule in rules_in(text)
        )
        yield from islice(found, MOST_TEXTS)

    def blocked(self, rule: str, field: str, line: int | None = None) -> Breach:
        """Return the breach that a text is."""
        reason = self._reasons[rule]
        because = "" if reason is None else f" ({reason})"
        return self._breach(rule, f"refuses this text{because}: write something else", field, line)

    def broken_by_length(self, seconds: float, field: str) -> Iterator[Breach]:
        """Yield the breach that a film's length is, if it is one."""
        longest = self.loaded.policy.longest_film_sec
        if longest is not None and seconds > longest:
            yield self._breach(
                LONGEST_FILM,
                f"refuses a film of {in_seconds(seconds)}: make it {in_seconds(longest)} at most",
                field,
            )

    def broken_by_language(self, language: str | None, field: str) -> Iterator[Breach]:
        """Yield the breach that a language is, if it is one; None: nothing is said of it."""
        allowed = self.loaded.policy.languages
        if allowed is not None and language is not None and _primary_tag(language) not in allowed:
            yield self._breach(
                LANGUAGES, f"refuses {shown(language)}: it allows {', '.join(allowed)}", field
            )

    def broken_by_engines(self, engines: EngineNames) -> Iterator[Breach]:
        """Yield the engines that may not be used."""
        allowed = self.loaded.policy.engines
        if allowed is None:
            return
        for kind, names in engines.items():
            for name in sorted(set(names).difference(allowed)):
                yield self._breach(
                    ENGINES,
                    f"refuses the {kind} engine {name}: choose a profile with others; it allows "
                    f"{', '.join(allowed)}",
                )

    @cached_property
    def _reasons(self) -> Mapping[str, str | None]:
        return {rule.name: rule.reason for rule in self.loaded.policy.blocked}

    def _breach(self, rule: str, does: str, field: str = "", line: int | None = None) -> Breach:
        message = f"the rule {rule!r} of the policy {self.loaded.path} {does}"
        return Breach(rule, PlanProblem(message, field, line))


def _primary_tag(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].strip().lower()
