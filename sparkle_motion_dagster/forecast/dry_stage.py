"""A stage that makes nothing: it looks up what is there, and has placeholders for what is not."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord, OutputFile, StoredFile
from sparkle_motion_dagster.engines.ambience.base import AmbienceRequest
from sparkle_motion_dagster.engines.base import Engine, EngineInputError, Request, RequestT
from sparkle_motion_dagster.engines.builtin.card_clips import CardClipRequest
from sparkle_motion_dagster.engines.builtin.card_painter import CardRequest
from sparkle_motion_dagster.engines.builtin.clip_finisher import FinishRequest
from sparkle_motion_dagster.engines.builtin.conform.engine import ConformRequest
from sparkle_motion_dagster.engines.builtin.face_finder import FindRequest
from sparkle_motion_dagster.engines.builtin.face_follower import FollowRequest
from sparkle_motion_dagster.engines.builtin.mouth_reader import ReadMouthsRequest
from sparkle_motion_dagster.engines.builtin.own_clip_conformer import OwnClipRequest
from sparkle_motion_dagster.engines.builtin.picture_fitter import FitRequest
from sparkle_motion_dagster.engines.builtin.recording_importer import ImportRequest
from sparkle_motion_dagster.engines.builtin.sound_master import MasterRequest
from sparkle_motion_dagster.engines.builtin.sound_mixer import MixRequest
from sparkle_motion_dagster.engines.builtin.speaker_mixer import SpeakerRequest
from sparkle_motion_dagster.engines.builtin.stem_mixer import StemRequest
from sparkle_motion_dagster.engines.builtin.take_aligner import AlignRequest
from sparkle_motion_dagster.engines.builtin.take_measurer import MeasureRequest
from sparkle_motion_dagster.engines.builtin.take_stretcher import StretchRequest
from sparkle_motion_dagster.engines.builtin.track_mixer import TrackRequest
from sparkle_motion_dagster.engines.builtin.treatment.engine import TreatRequest
from sparkle_motion_dagster.engines.hearing.base import HeardWord, HearingRequest, Transcript
from sparkle_motion_dagster.engines.images.base import ImageEngine
from sparkle_motion_dagster.engines.speech.base import SpeechEngine
from sparkle_motion_dagster.engines.video.base import (
    FootageEngine,
    FootageRequest,
    MoveRequest,
    VideoRequest,
)
from sparkle_motion_dagster.film import stages
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.takes.choosing import TAKE_WHY, ItemsTakes
from sparkle_motion_dagster.film.takes.fit import Misfit, shape_misfit
from sparkle_motion_dagster.film.takes.pins import PinnedError, pinned_to
from sparkle_motion_dagster.film.takes.rules import TakesRule
from sparkle_motion_dagster.forecast.assumed_takes import AssumedTakes, evenly_spoken
from sparkle_motion_dagster.forecast.calls import EngineCall, PinnedItem, ReplacedCall
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench, Owner
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from sparkle_motion_dagster.production.loop import Item, Produced, from_store

_OUTPUTS: Mapping[type[Request], tuple[str, ...]] = {
    TrackRequest: ("audio", "timeline"),
    **dict.fromkeys((AmbienceRequest, StemRequest, SpeakerRequest, MixRequest), ("audio",)),
    **dict.fromkeys((ImportRequest, TreatRequest), ("audio",)),
    MasterRequest: ("audio", "report"),
    HearingRequest: ("heard",),
    AlignRequest: ("timings",),
    **dict.fromkeys((CardRequest, FitRequest), ("image",)),
    MoveRequest: ("move", "strip", "scene"),
    FollowRequest: ("faces",),
    ReadMouthsRequest: ("mouths",),
    MeasureRequest: ("measures",),
    **dict.fromkeys((CardClipRequest, ConformRequest, OwnClipRequest, FinishRequest), ("clip",)),
}
"""What is made where that is not what its stage's items usually consist of."""


@dataclass(frozen=True)
class DryStage(Stage):
    """A stage of a dry run. ``calls`` are what all stages of the run have asked for so far.

    ``pins`` are what would be asked for if it were not pinned, ``undecided`` the items that will be
    one of their takes, by their ids: which one is known when they are there.
    ``faces`` tells whether some are assumed to be wherever nobody has looked for them yet.
    """

    workbench: DryWorkbench
    history: History
    assumed: AssumedTakes
    faces: bool
    calls: dict[str, list[EngineCall]]
    pins: dict[str, list[PinnedItem]]
    undecided: dict[str, list[str]]

    def decided(
        self, rule: TakesRule, engine: Engine[Any, Any], takes: Sequence[ItemsTakes]
    ) -> Iterator[Produced]:
        """Yield items in the best of their takes, or as placeholders until they can be told apart.

        An item that is asked for in its best take is asked for once more, under its own id.
        """
        for one in takes:
            if self._is_open(one):
                self.undecided[self.name].append(one.item.id)
                awaited = self._awaited(EngineCall(engine, one.item))
                others = tuple(take.produced for take in one.takes[1:])
                why = {TAKE_WHY: "the best of its takes"}
                yield replace(awaited, told=why, beside=others)
                continue
            for best in super().decided(rule, engine, [one]):
                if len(one.takes) > 1:
                    asked = Item(best.item_id, one.asked_for(best))
                    self.calls[self.name].append(EngineCall(engine, asked))
                yield best

    def _is_open(self, takes: ItemsTakes) -> bool:
        """Tell whether something is still to be measured of an item's takes."""
        found = (one.measures for one in takes.takes if one.measures is not None)
        owners = self.workbench.store.owners
        return any(one.measures.files["measures"].sha256 in owners for one in found)

    def pinned(
        self,
        engine: Engine[RequestT, Any],
        item: Item[RequestT],
        print_: Sha256,
        misfit: Misfit = shape_misfit,
    ) -> Produced:
        """Return what an item is pinned to; where that cannot be, why not is noted."""
        call, fault = EngineCall(engine, item), ""
        try:
            found = pinned_to(engine, item, print_, misfit, self.run_id, self.workbench)
        except PinnedError as error:
            found, fault = self._produced(call), error.why
        self.pins[self.name].append(PinnedItem(call, print_, fault))
        return found

    def taken(
        self, engine: Engine[RequestT, Any], item: Item[RequestT], record: ActionRecord, why: str
    ) -> Produced:
        """Return an item as something that was made before, which it counts as from here on."""
        calls = self.calls[self.name]
        calls[:] = [call for call in calls if call.item.id != item.id]
        calls.append(ReplacedCall(engine, item, record.fingerprint))
        return from_store(engine, item, record, self.workbench)

    def replaced(
        self, engine: Engine[RequestT, Any], item: Item[RequestT], record: ActionRecord, why: str
    ) -> Produced:
        """Return an item as something that was made before, which it counts as from here on."""
        return self.taken(engine, item, record, why)

    def left_open(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return all of them, with placeholders: looking for others writes down what it sees."""
        return tuple(self._awaited(EngineCall(engine, item)) for item in items)

    def answered(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return items as they are in the store, or with placeholders for their files."""
        calls = [EngineCall(engine, item) for item in items]
        self.calls[self.name].extend(calls)
        return tuple(self.as_chosen(call.item, self._produced(call)) for call in calls)

    def _produced(self, call: EngineCall) -> Produced:
        record = self.history.known(call.fingerprint).record
        if record is None:
            return self._awaited(call)
        files = {name: self.stored(file.sha256) for name, file in record.outputs.items()}
        seeded = "seed" not in call.engine.unused_fields
        return Produced(call.item.id, record, files, previews={}, made=False, seeded=seeded)

    def _awaited(self, call: EngineCall) -> Produced:
        """Return what is still to be made, with placeholders for its files."""
        owner = Owner(self.name, call.item.id)
        store = self.workbench.store
        files = {name: store.placeholder(owner, name) for name in self._expected(owner, call)}
        record = _expected_record(call, files)
        seeded = "seed" not in call.engine.unused_fields
        return Produced(call.item.id, record, files, previews={}, made=False, seeded=seeded)

    def _expected(self, owner: Owner, call: EngineCall) -> tuple[str, ...]:
        """Return the names of the files that a call will bring."""
        engine, request = call.engine, call.item.request
        if isinstance(request, FindRequest):
            return ("faces", "scene") if self.faces else ("faces",)
        if type(request) in _OUTPUTS:
            return _OUTPUTS[type(request)]
        if isinstance(engine, ImageEngine) and not engine.knows_faces:
            return ("image",)
        untimed = isinstance(engine, SpeechEngine) and not engine.gives_timings
        if untimed or (isinstance(request, StretchRequest) and request.timings is None):
            return tuple(name for name in stages.OUTPUTS[owner.stage] if name != "timings")
        return stages.OUTPUTS[owner.stage]

    def waiting(self, why: str, before: str) -> None:
        """Say nothing: where nothing is made, nobody waits."""

    def timeline(self) -> MeasuredTimeline:
        """Return the measured timeline: it is known before the track is mixed that holds it."""
        (timeline,) = (
            call.item.request.timeline
            for call in self.calls[stages.TIMELINE_TRACK]
            if isinstance(call.item.request, TrackRequest)
        )
        return timeline

    def shows_faces(self, followed: StoredFile) -> bool:
        """Tell whether a face was found in a clip, or is assumed to be."""
        is_known = followed.sha256 not in self.workbench.store.owners
        return super().shows_faces(followed) if is_known else self.faces

    def footage(self, engine: FootageEngine[Any], shot: VideoRequest) -> FootageRequest:
        """Return the footage that a shot needs; where takes are assumed long, the longest there is.

        A film with longer shots would be refused, so that nothing would be made of it.
        """
        try:
            return super().footage(engine, shot)
        except EngineInputError:
            if not self.assumed.timed:
                raise
        return engine.footage_of(_longest_makeable(engine, shot))

    def take_samples(self, take: StoredFile) -> int:
        """Return how long a take is, or is assumed to be."""
        owner = self.workbench.store.owners.get(take.sha256)
        return super().take_samples(take) if owner is None else self.assumed.samples_of(owner)

    def take_timings(self, timings: StoredFile) -> SpeechTimings:
        """Return a take's timings, or those that are assumed."""
        owner = self.workbench.store.owners.get(timings.sha256)
        if owner is None:
            return super().take_timings(timings)
        if not self.assumed.timed:
            return SpeechTimings()
        texts = {stages.line_id(line): line.text for line in planned_lines(self.plan)}
        return evenly_spoken(texts[stages.whose(owner.item)], self.assumed.samples_of(owner))

    def transcript(self, heard: StoredFile, written: str) -> Transcript:
        """Return what was heard, or is assumed to be: every word that is written, or none."""
        if heard.sha256 not in self.workbench.store.owners:
            return super().transcript(heard, written)
        words = written.split() if self.assumed.understood else []
        return Transcript(
            words=tuple(HeardWord(text=one, start_s=0, end_s=0, probability=1) for one in words)
        )


def _expected_record(call: EngineCall, files: Mapping[str, StoredFile]) -> ActionRecord:
    return ActionRecord(
        fingerprint=call.fingerprint,
        engine=call.engine.identity(),
        request=call.item.request.model_dump(mode="json"),
        outputs={
            name: OutputFile(sha256=file.sha256, size_bytes=0, media_type="application/json")
            for name, file in files.items()
        },
        metadata={},
        seconds=0.0,
        made_at=datetime.now(UTC),
        versions={},
    )


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
