"""Who speaks for which character: the providers that can, the best one first, and why.

The choice is made before anything is spoken, from the plan, the profile and the catalogue alone, so
that it can be foreseen, and comes out the same on every render.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sparkle_motion_dagster.engines.speech.base import Voice
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.errors import did_you_mean
from sparkle_motion_dagster.film.casting.catalogue import UnknownVoiceError, VoiceCatalogue
from sparkle_motion_dagster.film.casting.performers import CastingError
from sparkle_motion_dagster.film.casting.providers import Priority, Provider, Score
from sparkle_motion_dagster.film.casting.usage import Usage, said

_WEIGHTED, _PINNED = "weighted", "pinned"
"""Why a provider is chosen: by its merits, or because the plan says so."""


@dataclass(frozen=True)
class Criteria:
    """By what a profile has providers chosen.

    Attributes:
        allowed: The providers that may speak, in the profile's order, which decides ties.
        priority: What counts; None where the profile names one engine, and leaves no choice.
        required: Features that every provider that speaks must have.
    """

    allowed: tuple[str, ...]
    priority: Priority | None = None
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A provider that can speak as a character asks, its voice for it, and why it is chosen."""

    provider: str
    voice: Voice
    reason: str
    score: Score | None = None


def choose(
    catalogue: VoiceCatalogue,
    roles: Sequence[Role],
    texts: Mapping[str, Sequence[str]],
    criteria: Criteria,
) -> Mapping[str, tuple[Candidate, ...]]:
    """Return who may speak for each character, by character id, the first choice first.

    Providers that lack what is required or asked for are left out, then those whose caps the
    character's lines would exceed, after those of the characters before it; the others are sorted
    by their score. A provider that the plan pins is the only one.

    Args:
        catalogue: The voices and the providers.
        roles: The characters that speak, in order.
        texts: What each of them says.
        criteria: By what is chosen.

    Raises:
        UnknownVoiceError: A character asks for a voice that the catalogue does not have.
        CastingError: Nobody whom the profile allows can speak for a character; it is said of each
            provider why not.
    """
    objections = {
        (name, role.character_id): _objection(catalogue, role, name, criteria)
        for name in criteria.allowed
        for role in roles
    }
    voices = {
        name: catalogue.cast(
            [role for role in roles if objections[name, role.character_id] is None], name
        )
        for name in criteria.allowed
    }
    usage = Usage()
    chosen = {}
    for role in roles:
        refused, able = {}, []
        for name in criteria.allowed:
            objection = objections[name, role.character_id]
            if objection is None:
                voice = voices[name][role.character_id]
                spoken = _said(texts[role.character_id], voice)
                objection = usage.objection(name, catalogue.provider(name), spoken)
            if objection is None:
                able.append(_candidate(catalogue, role, name, voice, criteria))
            else:
                refused[name] = objection
        if not able:
            raise CastingError(_nobody(role, refused, criteria))
        able = [_telling(one, catalogue, refused, criteria) for one in able]
        # Sorting is stable: of equals, the first one in the profile stays first.
        able.sort(key=lambda one: _rank(one.score))
        usage.add(able[0].provider, _said(texts[role.character_id], able[0].voice))
        chosen[role.character_id] = tuple(able)
    return chosen


def _said(texts: Sequence[str], voice: Voice) -> Sequence[str]:
    return [said(text, voice.language) for text in texts]


def _objection(catalogue: VoiceCatalogue, role: Role, name: str, criteria: Criteria) -> str | None:
    """Return why a provider cannot speak for a character, whatever else it speaks."""
    provider = catalogue.provider(name)
    if criteria.priority is not None:
        if role.provider is not None and role.provider != name:
            return f"the plan pins {role.provider}"
        lacking = [
            feature
            for feature in dict.fromkeys((*criteria.required, *role.wishes()))
            if feature not in provider.features
        ]
        if lacking:
            return f"it has no {' and no '.join(lacking)}"
    try:
        catalogue.cast([role], name)
    except CastingError as error:
        if criteria.priority is None or isinstance(error, UnknownVoiceError):
            raise  # no other provider can help
        return str(error).rstrip(".")
    return None


def _rank(score: Score | None) -> float:
    """Return what providers are sorted by: rounded, so that what adds up to the same is equal."""
    return 0.0 if score is None else -round(score.total, 9)


def _candidate(
    catalogue: VoiceCatalogue, role: Role, name: str, voice: Voice, criteria: Criteria
) -> Candidate:
    if criteria.priority is None:
        unheeded = ", ".join(_unheeded(role, name, catalogue.provider(name)))
        reason = "the only provider"
        if unheeded:
            reason += f": the profile leaves no choice, so that the plan's {unheeded} does nothing"
        return Candidate(name, voice, reason)
    score = criteria.priority.score(catalogue.provider(name))
    return Candidate(name, voice, _WEIGHTED if role.provider is None else _PINNED, score)


def _telling(
    candidate: Candidate, catalogue: VoiceCatalogue, refused: Mapping[str, str], criteria: Criteria
) -> Candidate:
    """Return a candidate whose reason says which providers would come before it, and why not."""
    if criteria.priority is None or candidate.reason == _PINNED:
        return candidate
    order = [*criteria.allowed]
    place = (_rank(candidate.score), order.index(candidate.provider))
    without = "; ".join(
        f"{name}: {why}"
        for name, why in refused.items()
        if (_rank(criteria.priority.score(catalogue.provider(name))), order.index(name)) < place
    )
    if not without:
        return candidate
    return replace(candidate, reason=f"{candidate.reason}, without {without}")


def _unheeded(role: Role, name: str, provider: Provider) -> Iterator[str]:
    """Yield what a character asks for that its only provider does not do."""
    if role.provider is not None and role.provider != name:
        yield f"provider {role.provider}"
    yield from (
        f"wish for {feature}" for feature in role.wishes() if feature not in provider.features
    )


def _nobody(role: Role, refused: Mapping[str, str], criteria: Criteria) -> str:
    who = f"the character {role.character_id!r}"
    reasons = "; ".join(f"{name}: {reason}" for name, reason in refused.items())
    if criteria.priority is None:
        return f"The profile's only provider cannot speak for {who}. {reasons}."
    if role.provider is not None and role.provider not in criteria.allowed:
        return (
            f"The plan has {who} spoken by {role.provider!r} (voice_profile.provider), which the "
            f"profile does not allow.{did_you_mean(role.provider, criteria.allowed)} It allows "
            f"{', '.join(criteria.allowed)}."
        )
    return (
        f"Nobody whom the profile allows can speak for {who}. {reasons}. Change what the character "
        "asks for (voice_profile), or allow another provider in the profile "
        "(speech.settings.providers)."
    )
