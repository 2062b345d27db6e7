"""The cast: who may speak for each character of a film, and what each would be asked for."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.film.casting.choice import Candidate
from sparkle_motion_dagster.film.casting.speakers import Speaker, Speakers
from sparkle_motion_dagster.film.casting.usage import said
from sparkle_motion_dagster.film.stage import appearance_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import CharacterSpec
from sparkle_motion_dagster.plan.seeds import line_seed
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, spoken_lines
from sparkle_motion_dagster.production.loop import Item, fingerprint
from sparkle_motion_dagster.production.rate_limits.caps import Charge

_GROWN = 45.0
"""How old a narrator sounds of whom nothing is said, in years."""


@dataclass(frozen=True)
class SpeakerRequest:
    """Somebody who may speak a line, why, and what it would be asked for."""

    speaker: Speaker
    candidate: Candidate
    request: SpeechRequest

    @property
    def said(self) -> str:
        """The line as the speaker is given it."""
        return said(self.request.text, self.request.voice.language)

    @property
    def charge(self) -> Charge:
        """What speaking it takes of the speaker."""
        return self.speaker.provider.charge(self.speaker.name, len(self.said))

    def item(self, item_id: str) -> Item[SpeechRequest]:
        """Return it as an item of its stage."""
        return Item(item_id, self.request, self.charge)

    @cached_property
    def fingerprint(self) -> str:
        """What the take is known by, if it is."""
        return fingerprint(self.speaker.engine, self.request)


@dataclass(frozen=True)
class Cast:
    """Who may speak for each character of a film, the first choice first."""

    plan: MoviePlan
    speakers: Speakers
    candidates: Mapping[str, tuple[Candidate, ...]]

    def request(
        self, line: PlannedLine, candidate: Candidate, tempo: float = 1.0
    ) -> SpeakerRequest:
        """Return what a candidate would be asked for: a line, at so many times its own pace."""
        seed = line_seed(self.plan, self.plan.character(line.character_id), line.text)
        request = SpeechRequest(text=line.text, voice=candidate.voice, tempo=tempo, seed=seed)
        return SpeakerRequest(self.speakers.by_name[candidate.provider], candidate, request)

    def requests(self, line: PlannedLine) -> tuple[SpeakerRequest, ...]:
        """Return what each candidate for a line would be asked for, the first choice first."""
        return tuple(self.request(line, one) for one in self.candidates[line.character_id])


def cast_of(plan: MoviePlan, files: Mapping[str, StoredFile], speakers: Speakers) -> Cast:
    """Return the cast of a film.

    Args:
        plan: The film's plan.
        files: What it refers to, by its reference.
        speakers: Who may speak.

    Raises:
        CastingError: A character cannot have the voice that it asks for, or nobody whom the profile
            allows can speak for it.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for line in spoken_lines(plan):
        texts[line.character_id].append(line.text)
    parts = [_part(character, files) for character in plan.characters if character.id in texts]
    return Cast(plan, speakers, speakers.cast(parts, texts))


def _part(character: CharacterSpec, files: Mapping[str, StoredFile]) -> Role:
    voice = character.voice_profile
    look = look_of(character.id, appearance_of(character).description)
    described = (character.description or "").casefold()
    age, manner = look.age, frozenset[str]()
    if character.off_screen:  # then no face says how old it is, and a description is the voice's
        age = look.age if described else _GROWN
        manner = frozenset(re.findall(r"\w+", described))
    return Role(
        character_id=character.id,
        voice_id=voice.voice_id,
        language=voice.language,
        pitch=voice.pitch,
        rate=voice.rate,
        feminine=look.feminine,  # a voice goes with the face that is drawn
        age=age,
        robot=look.is_robot,
        manner=manner,
        provider=voice.provider,
        reference=None if voice.reference_wav is None else files[voice.reference_wav],
        exaggeration=voice.exaggeration,
        cfg_weight=voice.cfg_weight,
        temperature=voice.temperature,
    )
