"""The stage that a film's stages are written for: one interface, whether it makes or looks up."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sparkle_motion_dagster.artifacts.choices import NOTHING_CHOSEN, Choices, Recipe
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.memo import Memo
from sparkle_motion_dagster.artifacts.models import (
    ActionRecord,
    Artifact,
    StageManifest,
    StoredFile,
)
from sparkle_motion_dagster.engines.base import PROCESSOR, Engine, RequestT
from sparkle_motion_dagster.engines.hearing.base import HearingEngine, Transcript
from sparkle_motion_dagster.engines.images.base import Appearance, OwnPicture
from sparkle_motion_dagster.engines.images.storyboard.people.looks import with_name
from sparkle_motion_dagster.engines.video.base import FootageEngine, FootageRequest, VideoRequest
from sparkle_motion_dagster.faces.records import ClipFaces
from sparkle_motion_dagster.film.inputs import StaleStageError
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import BASE_IMAGES, TIMELINE, TIMELINE_TRACK
from sparkle_motion_dagster.film.takes.choosing import (
    TAKE,
    ItemsTakes,
    best_of,
    ruled_items,
    taken_by_rule,
)
from sparkle_motion_dagster.film.takes.directing import directed
from sparkle_motion_dagster.film.takes.fit import Misfit, shape_misfit
from sparkle_motion_dagster.film.takes.recipes import has_takes, varied
from sparkle_motion_dagster.film.takes.rules import TakesRule
from sparkle_motion_dagster.media.sound.takes import line_samples
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import CharacterSpec
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageOf, StageResult, manifest_of
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class Stage(ABC):
    """One stage of one film: what it is made from, and who makes its items.

    ``inputs`` are the manifests of the stages that it needs, by name; ``choices`` what a person has
    chosen of its items' takes; ``hearing`` is who listens in it, if anybody does.
    """

    name: str
    run_id: str
    profile: str
    settings: FilmSettings
    frozen: FrozenPlan
    workbench: Workbench
    inputs: Mapping[str, StageManifest]
    choices: Choices = field(default=NOTHING_CHOSEN, kw_only=True)
    hearing: HearingEngine[Any] | None = field(default=None, kw_only=True)

    def produce(
        self,
        engine: Engine[RequestT, Any],
        items: Sequence[Item[RequestT]],
        misfit: Misfit = shape_misfit,
    ) -> tuple[Produced, ...]:
        """Return items that an engine answers for, each in the take that a person has chosen.

        Where nobody has, the profile's rule does, if it has one. See ``loop.produce``.

        Args:
            engine: Who answers.
            items: What is asked for, as the plan says it.
            misfit: Says in what that which an item is pinned to does not fit the film.

        Raises:
            PinnedError: What an item is pinned to is not there, or does not fit the film.
            EngineInputError: An engine does not take the settings of a chosen take.
        """
        there: dict[str, Produced] = {}
        to_make = []
        for item in items:
            if (print_ := self.pin_of(item.id)) is not None:
                asked = varied(engine, item, self.recipe(item))
                there[item.id] = self.pinned(*asked, print_, misfit)
            else:
                to_make.append((item, self.recipe(item)))
        for answering, asked_for in directed(engine, to_make):
            there |= {one.item_id: one for one in self.best(answering, asked_for)}
        return tuple(there[item.id] for item in items)

    def best(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return items as they are asked for, or in the best of several takes.

        That is where the profile has a rule, and no person has decided.
        """
        rule = self.settings.takes
        ruled = {} if rule is None else ruled_items(rule, self.name, items, self.choices)
        if rule is None or not ruled:
            return self.answered(engine, items)
        others = [item for item in items if item.id not in ruled]
        there = {one.item_id: one for one in self.answered(engine, others)}
        takes = taken_by_rule(rule, engine, ruled.values(), self)
        there |= {one.item_id: one for one in self.decided(rule, engine, takes)}
        return tuple(there[item.id] for item in items)

    def decided(
        self, rule: TakesRule, engine: Engine[Any, Any], takes: Sequence[ItemsTakes]
    ) -> Iterator[Produced]:
        """Yield items in the best of their takes, by what was measured of them."""
        for one in takes:
            yield best_of(rule, engine, one)

    @abstractmethod
    def answered(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return items as they are asked for, in the takes that are chosen already.

        See ``loop.produce``.
        """

    @abstractmethod
    def pinned(
        self,
        engine: Engine[RequestT, Any],
        item: Item[RequestT],
        print_: Sha256,
        misfit: Misfit = shape_misfit,
    ) -> Produced:
        """Return what an item is pinned to, whatever would be asked for it.

        Args:
            engine: Who would make it.
            item: What would be asked for.
            print_: The fingerprint of what it is pinned to.
            misfit: Says in what that does not fit the film.

        Raises:
            PinnedError: It is not there, or does not fit the film.
        """

    @abstractmethod
    def taken(
        self, engine: Engine[RequestT, Any], item: Item[RequestT], record: ActionRecord, why: str
    ) -> Produced:
        """Return an item as something that was made before, in whose place it is not made.

        Args:
            engine: Who would make it.
            item: What would be asked for.
            record: How that was made; it is known, and sound.
            why: What people are told.
        """

    @abstractmethod
    def replaced(
        self, engine: Engine[RequestT, Any], item: Item[RequestT], record: ActionRecord, why: str
    ) -> Produced:
        """Return an item that is there already as something older; see `taken`."""

    @abstractmethod
    def left_open(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return those of some items, all of them there, of which something else may be taken.

        Which it is, is not found out in this stage; what comes after must not count on any.
        """

    def pin_of(self, item_id: str) -> Sha256 | None:
        """Return the fingerprint of what an item of this stage is pinned to; None: it is not."""
        chosen = self.choices.of(self.name, item_id)
        return None if chosen is None else chosen.pinned

    def take_of(self, item: Item[Any]) -> int | None:
        """Return the take of an item that somebody has chosen; None: nobody has, or can."""
        chosen = self.choices.of(self.name, item.id)
        return chosen.chosen if chosen is not None and has_takes(item.request) else None

    def recipe(self, item: Item[Any]) -> Recipe:
        """Return how what is wanted of an item differs from what the plan asks for."""
        chosen = self.choices.of(self.name, item.id)
        return Recipe() if chosen is None or not has_takes(item.request) else chosen.recipe

    def as_chosen(self, item: Item[Any], produced: Produced) -> Produced:
        """Return an item that is there, with the number of its take, if somebody has chosen it."""
        number = self.take_of(item)
        return produced if number is None else replace(produced, told={TAKE: number})

    @abstractmethod
    def waiting(self, why: str, before: str) -> None:
        """Say for whom the stage waits.

        Args:
            why: What people are told.
            before: What comes next.

        Raises:
            HaltedError: A person asked the run to pause or to stop.
        """

    @property
    def plan(self) -> MoviePlan:
        """The film's plan as it is rendered, with its title cards as shots."""
        return self.frozen.rendered

    @property
    def format(self) -> FilmFormat:
        """The film's frame rate and size."""
        return self.settings.format_of(self.plan)

    @property
    def device(self) -> str:
        """What the stage is made on."""
        return PROCESSOR

    def stored(self, digest: str) -> StoredFile:
        """Return a file that an input, or a record in it, names."""
        return self.workbench.store.file(digest)

    def file(self, stage: str, item_id: str, name: str) -> StoredFile:
        """Return an output of an input stage."""
        return self.stored(self.inputs[stage].artifact(item_id, name).sha256)

    def optional_file(self, stage: str, item_id: str, name: str) -> StoredFile | None:
        """Return an output of an input stage that not every engine gives."""
        artifact = self.inputs[stage].find(item_id, name)
        return None if artifact is None else self.stored(artifact.sha256)

    def scenes(self, shots: Iterable[ShotSpec]) -> tuple[StoredFile, ...]:
        """Return the scenes of the keyframes that shots show, where their engine knows them."""
        shown = dict.fromkeys(keyframe for shot in shots for keyframe in shot.keyframes)
        scenes = (self.optional_file(BASE_IMAGES, keyframe, "scene") for keyframe in shown)
        return tuple(scene for scene in scenes if scene is not None)

    def files(self, stage: str, item_id: str) -> Mapping[str, StoredFile]:
        """Return all outputs of an item of an input stage, by name."""
        return {
            artifact.name: self.stored(artifact.sha256)
            for artifact in self.inputs[stage].artifacts
            if artifact.id == item_id
        }

    def preview(self, artifact: Artifact, name: str) -> StoredFile:
        """Return a preview that was made with an artifact.

        Raises:
            StaleStageError: How the artifact was made is not known any more.
        """
        preview = self.optional_preview(artifact, name)
        if preview is None:
            raise StaleStageError(
                f"How {artifact.id} of {self.run_id} was made is not known any more: its action "
                f"record {artifact.fingerprint} is gone. Render the film again."
            )
        return preview

    def optional_preview(self, artifact: Artifact, name: str) -> StoredFile | None:
        """Return a preview that not every artifact has that was made before."""
        record = self.workbench.actions.find(artifact.fingerprint)
        if record is None or name not in record.previews:
            return None
        return self.stored(record.previews[name].sha256)

    def timeline(self) -> MeasuredTimeline:
        """Return the measured timeline."""
        file = self.file(TIMELINE_TRACK, TIMELINE, "timeline")
        return MeasuredTimeline.model_validate_json(file.path.read_bytes())

    def take_samples(self, take: StoredFile) -> int:
        """Return how long a take is on the film's track, in samples at ``units.SAMPLE_RATE``."""
        return line_samples(take.path)

    def take_timings(self, timings: StoredFile) -> SpeechTimings:
        """Return when a take's words and phonemes sound."""
        return SpeechTimings.model_validate_json(timings.path.read_bytes())

    def transcript(self, heard: StoredFile, written: str) -> Transcript:
        """Return what was heard where something is said that is written."""
        return Transcript.model_validate_json(heard.path.read_bytes())

    def shows_faces(self, followed: StoredFile) -> bool:
        """Tell whether anything was found where faces were followed through a clip."""
        return bool(ClipFaces.model_validate_json(followed.path.read_bytes()).tracks)

    def footage(self, engine: FootageEngine[Any], shot: VideoRequest) -> FootageRequest:
        """Return the footage that a shot needs.

        Raises:
            EngineInputError: The engine cannot make so long a shot.
        """
        return engine.footage_of(shot)

    def is_known(self, fingerprint: str) -> bool:
        """Tell whether what has a fingerprint was made before, and can be taken from the store."""
        return look_up(fingerprint, self.workbench).record is not None

    @property
    def memo(self) -> Memo:
        """What was found out of the stage's files."""
        return self.workbench.run_folder(self.run_id).memo(self.name)

    def last_manifest(self) -> StageManifest | None:
        """Return what the stage left behind the last time; None: nothing yet."""
        return self.workbench.run_folder(self.run_id).readable(self.name)

    def manifest(self, result: StageResult) -> StageManifest:
        """Return what the stage leaves behind."""
        stage = StageOf(self.name, self.run_id, self.profile, self.frozen.digest)
        return manifest_of(stage, self.inputs, result, self.device)


def appearance_of(character: CharacterSpec, reference: OwnPicture | None = None) -> Appearance:
    """Return what a picture needs to know of a character, of whom there may be a picture."""
    description = with_name(character.id, character.name, character.description)
    return Appearance(id=character.id, description=description, reference=reference)
