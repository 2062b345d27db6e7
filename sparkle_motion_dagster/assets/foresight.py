"""What every stage will ask its engines for, found out without asking them.

The stages' own functions are called with a stage that looks up instead of making. What is not
there yet is promised: a digest stands for it in whatever follows. A line that is not spoken yet has
no length, and everything after it moves with that: so the film is walked through once with the
shortest take and once with the longest, and what comes out the same is certain.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from sparkle_motion_dagster.artifacts.models import (
    ActionRecord,
    EngineIdentity,
    OutputFile,
    StageManifest,
    StoredFile,
)
from sparkle_motion_dagster.assets.base_images import drawn_items, fitted_items
from sparkle_motion_dagster.assets.lipsync_clips import in_film_order, lipsync_items
from sparkle_motion_dagster.assets.shooting import shoot
from sparkle_motion_dagster.assets.shot_clips import clip_items
from sparkle_motion_dagster.assets.speaking import (
    cast_of,
    line_id,
    spoken_by,
    spoken_lines,
    spoken_result,
)
from sparkle_motion_dagster.assets.stage import TIMELINE, Stage
from sparkle_motion_dagster.assets.timeline_track import laid_lines
from sparkle_motion_dagster.assets.video_final import FILM, film_request
from sparkle_motion_dagster.engines.base import Engine, EngineInputError, EngineSettings, Request
from sparkle_motion_dagster.engines.builtin.film_assembler import FilmAssembler
from sparkle_motion_dagster.engines.builtin.picture_fitter import PictureFitter
from sparkle_motion_dagster.engines.builtin.take_stretcher import StretchRequest
from sparkle_motion_dagster.engines.builtin.track_mixer import TrackMixer
from sparkle_motion_dagster.engines.images.base import ImageEngine
from sparkle_motion_dagster.engines.lipsync.base import LipsyncEngine
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.speech.base import SpeechEngine
from sparkle_motion_dagster.engines.video.base import (
    FootageEngine,
    FootageRequest,
    VideoEngine,
    VideoRequest,
)
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.forecast.known import Memory, Owner, PromisingStore
from sparkle_motion_dagster.plan.film_format import film_format
from sparkle_motion_dagster.plan.lines import planned_lines
from sparkle_motion_dagster.plan.speech_timings import SpeechTimings, SpokenPhoneme, SpokenWord
from sparkle_motion_dagster.production.control import RunControl
from sparkle_motion_dagster.production.loop import Item, Produced, fingerprint
from sparkle_motion_dagster.production.manifest import StageOf, StageResult, manifest_of
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.units import SAMPLE_RATE

RequestT = TypeVar("RequestT", bound=Request)

_OUTPUTS = {
    "dialogue_wavs": ("audio", "timings"),
    "timeline_track": ("audio", "timings"),
    "base_images": ("image", "scene"),
    "shot_clips": ("clip", "scene", "footage"),
    "lipsync_clips": ("clip",),
    "video_final": ("film",),
}
"""What the items of a stage consist of, as far as other stages use it."""

_TRACK = ("audio", "timeline")

UNFORESEEABLE = {"video_final": frozenset({"captions"})}
"""Fields of a stage's requests that nobody can tell while there are lines that nobody has heard.

How a line is broken into captions hangs on when each of its words is spoken, not on its length
alone. What the captions say is in the film's lines too.
"""

_MOST_WALKS = 16
"""Enough for every frame rate that broadcasters use; see `walks`."""


@dataclass(frozen=True)
class Engines:
    """Who answers under a profile."""

    images: ImageEngine[Any]
    video: VideoEngine[Any, Any]
    speech: Speakers
    lipsync: LipsyncEngine[Any]
    facilities: Facilities


@dataclass(frozen=True)
class StandIn:
    """How long takes are that nobody has heard yet, in samples; `timed` ones have words too.

    The takes of one line may be longer than those of the others.
    """

    samples: int
    timed: bool
    longer_line: str | None = None
    longer_by: int = 0

    def samples_of(self, take: Owner) -> int:
        """Return the length of a promised take."""
        return self.samples + (self.longer_by if take.item == self.longer_line else 0)


@dataclass(frozen=True)
class Order:
    """An item that a stage asks for, and who will answer."""

    engine: Engine[Any, Any]
    item: Item[Any]

    @property
    def fingerprint(self) -> str:
        """Return what the order is known by, if it is."""
        return fingerprint(self.engine, self.item.request)


@dataclass(frozen=True)
class Walk:
    """What each stage asks for, and leaves, if takes are as long as one stand-in says."""

    orders: Mapping[str, Sequence[Order]]
    manifests: Mapping[str, StageManifest]


@dataclass(frozen=True)
class _ForeseenStage(Stage):
    """A stage that makes nothing: it looks up what is there, and promises what is not."""

    film: Film
    stand_in: StandIn
    orders: list[Order] = field(default_factory=list)

    def produce(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return items as they are in the store, or as promises."""
        orders = [Order(engine, item) for item in items]
        self.orders.extend(orders)
        return tuple(self.film.foreseen(self.name, order) for order in orders)

    def footage(self, engine: FootageEngine[Any], shot: VideoRequest) -> FootageRequest:
        """Return the footage that a shot needs; at its stand-in's length, the longest there is.

        A film with longer shots would be refused, so that nothing would be made of it.
        """
        try:
            return super().footage(engine, shot)
        except EngineInputError:
            if not self.stand_in.timed:
                raise
        return engine.footage_of(_longest_makeable(engine, shot))

    def take_samples(self, take: StoredFile) -> int:
        """Return how long a take is, or its stand-in."""
        owner = self.film.store.promises.get(take.sha256)
        return super().take_samples(take) if owner is None else self.stand_in.samples_of(owner)

    def take_timings(self, timings: StoredFile) -> SpeechTimings:
        """Return a take's timings, or its stand-in's."""
        owner = self.film.store.promises.get(timings.sha256)
        if owner is None:
            return super().take_timings(timings)
        if not self.stand_in.timed:
            return SpeechTimings()
        return _evenly_spoken(self.film.texts[owner.item], self.stand_in.samples_of(owner))

    def leaves(self, engine: EngineIdentity, result: StageResult) -> StageManifest:
        """Return the manifest of what the stage will leave behind."""
        stage = StageOf(self.name, self.run_id, self.profile, self.frozen.digest)
        return manifest_of(stage, engine, {}, result)


@dataclass(frozen=True)
class Film:
    """A film before it is rendered."""

    run_id: str
    profile: str
    settings: FilmSettings
    frozen: FrozenPlan
    engines: Engines
    workbench: Workbench
    store: PromisingStore
    memory: Memory

    def unheard_takes(self) -> tuple[Owner, ...]:
        """Return the takes that have been promised so far, the first one of each line."""
        promised = set(self.store.promises.values())
        takes = []
        for line in self.texts:
            of_line = [Owner("dialogue_wavs", line), Owner("timeline_track", line)]
            takes += [take for take in of_line if take in promised][:1]
        return tuple(takes)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """What is said in each line, by its id."""
        return {line_id(line): line.text for line in planned_lines(self.frozen.plan)}

    def foreseen(self, stage: str, order: Order) -> Produced:
        """Return what an order brings: what the store has, else promises."""
        print_ = order.fingerprint
        record = self.memory.recall(print_).record
        seeded = "seed" not in order.engine.unused_fields
        if record is not None:
            files = {name: self.store.file(file.sha256) for name, file in record.outputs.items()}
        else:
            owner = Owner(stage, order.item.id)
            files = {name: self.store.promise(owner, name) for name in _promised(owner, order)}
            record = _promised_record(print_, order.engine.identity(), files)
        return Produced(
            order.item.id, record=record, files=files, previews={}, made=False, seeded=seeded
        )


def walks(film: Film) -> list[Walk]:
    """Return every way in which the film may turn out that has to be looked at: one if it is clear.

    What follows a take that nobody has heard depends on its length only through how far it pushes
    later things along, in whole frames; whatever the shortest and the longest take agree on holds
    for all between. Where a frame holds no whole number of samples, the rounding of what is pushed
    along goes through as many cases as the number's denominator says: the longest take is half a
    frame longer each time, so that each number of frames is met away from where it begins. (At odd
    rates, such as 23.7, those are too many, and lip sync may be taken for current that a rounding
    moves by one sample.)
    """
    found = [_walk(film, StandIn(samples=1, timed=False))]
    if not film.unheard_takes():
        return found
    rate = film_format(film.frozen.plan, film.settings.frame_rate, film.settings.size).frame_rate
    longest = 3 * round(Fraction(film.frozen.plan.planned_seconds) * SAMPLE_RATE) + SAMPLE_RATE
    frame = SAMPLE_RATE / rate
    cases = 1 if frame.denominator == 1 else 2 * frame.denominator
    first = film.unheard_takes()[0].item
    stand_ins = (
        StandIn(longest, timed=True, longer_line=first, longer_by=round(halves * frame / 2))
        for halves in range(min(cases, _MOST_WALKS))
    )
    return [*found, *(_walk(film, stand_in) for stand_in in stand_ins)]


def _walk(film: Film, stand_in: StandIn) -> Walk:
    stages: dict[str, _ForeseenStage] = {}
    manifests: dict[str, StageManifest] = {}

    def stage(name: str) -> _ForeseenStage:
        stages[name] = _stage(film, name, stand_in)
        return stages[name]

    def left(name: str, engine: Engine[Any, Any], result: StageResult) -> StageManifest:
        manifests[name] = stages[name].leaves(engine.introduction(), result)
        return manifests[name]

    engines, plan = film.engines, film.frozen.plan

    lines, cast = stage("dialogue_wavs"), cast_of(plan, film.frozen.files, engines.speech)
    takes = spoken_lines(lines, cast)
    spoken = spoken_result(plan, cast, takes)
    dialogue_wavs = lines.leaves(spoken_by(cast, takes), spoken)
    manifests["dialogue_wavs"] = dialogue_wavs

    sound, mixer = stage("timeline_track"), TrackMixer(EngineSettings())
    laid = laid_lines(sound, cast, dialogue_wavs)
    timeline = laid.track.timeline
    track = sound.produce(mixer, [Item(TIMELINE, laid.track)])
    timeline_track = left("timeline_track", mixer, StageResult.of([*laid.hurried, *track]))

    pictures = stage("base_images")
    drawn = pictures.produce(engines.images, drawn_items(pictures))
    fitted = pictures.produce(PictureFitter(EngineSettings()), fitted_items(pictures))
    base_images = left("base_images", engines.images, StageResult.of([*drawn, *fitted]))

    shots = stage("shot_clips")
    clips = shoot(shots, engines.video, clip_items(shots, base_images, timeline))
    shot_clips = left("shot_clips", engines.video, StageResult.of(clips))

    mouths = stage("lipsync_clips")
    talking = lipsync_items(mouths, engines.lipsync, shot_clips, timeline)
    moved = mouths.produce(engines.lipsync, talking)
    all_clips = StageResult.of(moved, in_film_order(shot_clips, moved))
    lipsync_clips = left("lipsync_clips", engines.lipsync, all_clips)

    last, assembler = stage("video_final"), FilmAssembler(EngineSettings())
    request = film_request(last, lipsync_clips, timeline, timeline_track)
    whole = last.produce(assembler, [Item(FILM, request)])
    left("video_final", assembler, StageResult.of(whole))
    return Walk({name: stage.orders for name, stage in stages.items()}, manifests)


def _stage(film: Film, name: str, stand_in: StandIn) -> _ForeseenStage:
    return _ForeseenStage(
        name=name,
        run_id=film.run_id,
        profile=film.profile,
        settings=film.settings,
        frozen=film.frozen,
        workbench=film.workbench,
        progress=Progress(film.workbench.run_folder(film.run_id), name),
        control=RunControl(film.workbench.run_folder(film.run_id)),
        facilities=film.engines.facilities,
        film=film,
        stand_in=stand_in,
    )


def _promised(owner: Owner, order: Order) -> tuple[str, ...]:
    """Return the names of the files that an order will bring."""
    if owner == Owner("timeline_track", TIMELINE):
        return _TRACK
    names, request = _OUTPUTS[owner.stage], order.item.request
    untimed = isinstance(order.engine, SpeechEngine) and not order.engine.gives_timings
    if untimed or (isinstance(request, StretchRequest) and request.timings is None):
        return tuple(name for name in names if name != "timings")
    return names


def _longest_makeable(engine: FootageEngine[Any], shot: VideoRequest) -> VideoRequest:
    """Return a shot that is too long for an engine, with the most frames that are not."""

    def is_too_long(frames: int) -> bool:
        try:
            engine.footage_of(shot.model_copy(update={"frames": frames}))
        except EngineInputError:
            return True
        return False

    frames = bisect_left(range(1, shot.frames + 1), x=True, key=is_too_long)
    return shot.model_copy(update={"frames": max(frames, 1)})


def _promised_record(
    print_: str, engine: EngineIdentity, files: Mapping[str, StoredFile]
) -> ActionRecord:
    return ActionRecord(
        fingerprint=print_,
        engine=engine,
        request={},
        outputs={
            name: OutputFile(sha256=file.sha256, size_bytes=0, media_type="application/json")
            for name, file in files.items()
        },
        metadata={},
        seconds=0.0,
        made_at=datetime.now(UTC),
        versions={},
    )


def _evenly_spoken(text: str, samples: int) -> SpeechTimings:
    words = text.split()
    step = samples / SAMPLE_RATE / len(words)
    times: Iterable[tuple[str, float, float]] = [
        (word, number * step, (number + 1) * step) for number, word in enumerate(words)
    ]
    return SpeechTimings(
        words=tuple(SpokenWord(text=word, start_s=s, end_s=e) for word, s, e in times),
        phonemes=tuple(SpokenPhoneme(ipa="ə", start_s=s, end_s=e) for _, s, e in times),
    )
