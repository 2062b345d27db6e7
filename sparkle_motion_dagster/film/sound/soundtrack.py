"""The soundtrack: what sounds beside speech gets its place, its level, its stem, and is mixed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.ambience.base import (
    AmbienceEngine,
    AmbienceRequest,
    mood_name,
)
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.sound_mixer import MixRequest, SoundMixer
from sparkle_motion_dagster.engines.builtin.speaker_mixer import (
    PlacedTake,
    SpeakerMixer,
    SpeakerRequest,
)
from sparkle_motion_dagster.engines.builtin.stem_mixer import (
    PlayedCue,
    StemCue,
    StemMixer,
    StemReport,
    StemRequest,
)
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import MIX, ambience_id, dialogue_id, stem_id
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.plan.soundtrack import AmbienceCue, Cue, SoundKind, Soundtrack
from sparkle_motion_dagster.plan.timeline.cue_places import cue_span
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.units import SAMPLE_RATE

_CROSSFADES_S: Mapping[SoundKind, float] = {"music": 0.005, "ambience": 1.0, "effects": 0.005}
"""Over how long a file's end is blended into its beginning, where it loops, in seconds.

Each round is shorter by that. Music that is cut to loop keeps its beat: less than 6 ms nobody hears
(Friberg and Sundberg, 1995). How a place sounds has none, and must not show where it begins again.
"""


@dataclass(frozen=True)
class HeardCue:
    """A cue of the plan as it plays; ``field`` is where it stands there."""

    field: str
    kind: SoundKind
    cue: Cue
    played: PlayedCue

    @property
    def source(self) -> str:
        """Its file or its mood, as the plan names it."""
        mood = self.cue.mood if isinstance(self.cue, AmbienceCue) else None
        return mood or str(self.cue.file)

    @property
    def span(self) -> tuple[int, int]:
        """Between which samples of the film it is heard."""
        return self.played.start_sample, self.played.end_sample

    @property
    def missing(self) -> str | None:
        """What is not heard of it, in words; None: all is."""
        start, end = self.span
        if start >= end:
            return "is not heard: it lies outside of the film, or ends before it begins"
        if (early := start - self.played.asked_sample) > 0:
            return f"begins {early / SAMPLE_RATE:.2f} s before the film, and is heard from there on"
        return None


@dataclass(frozen=True)
class Mix:
    """The film's sound, and what it was mixed from.

    Attributes:
        audio: All of it: speech, and what sounds beside it.
        stems: The stems of what sounds beside speech, by kind.
        dialogue: The stems of speech, by character.
        items: All that was asked for to make it.
        soundtrack: What the plan says of it.
    """

    audio: StoredFile
    stems: Mapping[SoundKind, Produced]
    dialogue: Mapping[str, Produced]
    items: tuple[Produced, ...]
    soundtrack: Soundtrack

    @property
    def cues(self) -> tuple[HeardCue, ...]:
        """The plan's cues, as they play."""
        return tuple(
            HeardCue(f"soundtrack.{kind}[{number}]", kind, cue, played)
            for kind, stem in self.stems.items()
            for number, (cue, played) in enumerate(
                zip(self.soundtrack.of(kind), _report(stem).cues, strict=True)
            )
        )


def _report(stem: Produced) -> StemReport:
    return StemReport.model_validate(stem.record.metadata)


@dataclass(frozen=True)
class Speech:
    """What is said in a film, laid out: the track of all lines, and the take of each, in order."""

    track: StoredFile
    takes: tuple[StoredFile, ...]
    timeline: MeasuredTimeline


def mix_sounds(stage: Stage, ambience: AmbienceEngine[Any], speech: Speech) -> Mix | None:
    """Return the sound of a film whose plan has a soundtrack, and its stems; None: it has none.

    Args:
        stage: Where it is made.
        ambience: Who makes moods.
        speech: What is said in it.
    """
    soundtrack = stage.plan.soundtrack
    if soundtrack is None:
        return None
    moods = stage.produce(ambience, mood_items(stage.plan))
    by_mood = {item.item_id: item.files["audio"] for item in moods}
    desk = _Desk(stage, ambience.moods(), by_mood, speech)
    stem_items = [
        Item(stem_id(kind), desk.stem(kind, soundtrack.of(kind))) for kind in soundtrack.kinds
    ]
    stems = stage.produce(StemMixer(EngineSettings()), stem_items)
    spoken = _speaker_requests(speech)
    speaker_items = [Item(dialogue_id(name), request) for name, request in spoken.items()]
    dialogue = stage.produce(SpeakerMixer(EngineSettings()), speaker_items)
    request = MixRequest(
        stems=tuple(stem.files["audio"] for stem in (*dialogue, *stems)),
        samples=speech.timeline.samples,
    )
    (mix,) = stage.produce(SoundMixer(EngineSettings()), [Item(MIX, request)])
    return Mix(
        audio=mix.files["audio"],
        stems=dict(zip(soundtrack.kinds, stems, strict=True)),
        dialogue=dict(zip(spoken, dialogue, strict=True)),
        items=(*moods, *stems, *dialogue, mix),
        soundtrack=soundtrack,
    )


def mood_items(plan: MoviePlan) -> list[Item[AmbienceRequest]]:
    """Return what a plan asks of an ambience engine: each mood once, however many cues have it."""
    moods = dict.fromkeys(mood for _, mood in moods_of(plan.soundtrack))
    return [
        Item(
            ambience_id(mood),
            AmbienceRequest(
                mood=mood, seed=derive_seed(plan.metadata.seed or 0, ambience_id(mood))
            ),
        )
        for mood in moods
    ]


def moods_of(soundtrack: Soundtrack | None) -> Iterator[tuple[str, str]]:
    """Yield the moods that cues name, as engines call them, each with its field in the plan."""
    for field, cue in [] if soundtrack is None else soundtrack.cues():
        if isinstance(cue, AmbienceCue) and cue.mood is not None:
            yield f"{field}.mood", mood_name(cue.mood)


@dataclass(frozen=True)
class _Desk:
    """What is known when a film's sounds are mixed.

    ``natural`` is how loud moods are by nature, ``moods`` their sounds by item id.
    """

    stage: Stage
    natural: Mapping[str, float]
    moods: Mapping[str, StoredFile]
    speech: Speech

    def stem(self, kind: SoundKind, cues: Sequence[Cue]) -> StemRequest:
        """Return the request for a kind's stem; music makes room for the lines."""
        settings, lines = self.stage.settings, self.speech.timeline.lines
        ducks = kind == "music" and bool(lines)
        return StemRequest(
            cues=tuple(self._cue(kind, cue) for cue in cues),
            samples=self.speech.timeline.samples,
            speech=self.speech.track if lines else None,
            reference_lufs=settings.mastering.integrated_lufs,
            ducking=settings.ducking if ducks else None,
            lines=tuple((line.start_sample, line.end_sample) for line in lines) if ducks else (),
        )

    def _cue(self, kind: SoundKind, cue: Cue) -> StemCue:
        start, end = cue_span(cue, self.speech.timeline)
        mood = mood_name(cue.mood) if isinstance(cue, AmbienceCue) and cue.mood else None
        level: float = getattr(self.stage.settings.levels, kind)
        if mood is None:
            audio = self.stage.frozen.files[str(cue.file)]
            crossfade = _CROSSFADES_S[kind] if cue.loop else None
        else:
            audio, crossfade = self.moods[ambience_id(mood)], 0.0
            level += self.natural[mood]
        return StemCue(
            audio=audio,
            start_sample=start,
            end_sample=end,
            level_lu=level,
            gain_db=cue.gain_db,
            fade_in_sec=cue.fade_in_sec,
            fade_out_sec=cue.fade_out_sec,
            crossfade_sec=crossfade,
        )


def _speaker_requests(speech: Speech) -> Mapping[str, SpeakerRequest]:
    """Return the request for the stem of each speaker, in the order in which they first speak."""
    takes: dict[str, list[PlacedTake]] = {}
    for line, take in zip(speech.timeline.lines, speech.takes, strict=True):
        placed = PlacedTake(audio=take, start_sample=line.start_sample, end_sample=line.end_sample)
        takes.setdefault(line.character_id, []).append(placed)
    return {
        speaker: SpeakerRequest(takes=tuple(own), samples=speech.timeline.samples)
        for speaker, own in takes.items()
    }
