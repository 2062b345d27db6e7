"""Who answers under a profile, and what they say of a plan; without Dagster."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.base import Engine, EngineInputError
from sparkle_motion_dagster.engines.declaration import Kind
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.registry import (
    class_of,
    declared,
    engine_of,
    engines_of_kind,
)
from sparkle_motion_dagster.film.admission import admit, admit_brief, check_allowed
from sparkle_motion_dagster.film.casting.catalogue import VoiceCatalogue
from sparkle_motion_dagster.film.casting.speakers import Speakers, speakers_of
from sparkle_motion_dagster.film.checks.intake import size_remark
from sparkle_motion_dagster.film.feasibility import check_feasible
from sparkle_motion_dagster.film.intake import FrozenPlan, opened_plan
from sparkle_motion_dagster.film.keyframes import drawn_keyframes, unseen_style
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.plan.reading.loading import LoadedPlan
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.resources.device import device_of
from sparkle_motion_dagster.resources.profiles import EngineChoice, Profile
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.writer.base import WriterEngine


def voice_catalogue() -> VoiceCatalogue:
    """Return the voice catalogue: the voices, what engines say of them, what the user adds.

    The user's own file is the one that ``$SPARKLE_VOICES`` names.

    Raises:
        VoiceCatalogueError: A file cannot be read, or something in it is wrong.
    """
    engines = (engine.voices for engine in engines_of_kind("speech").values())
    own = os.environ.get("SPARKLE_VOICES")
    return VoiceCatalogue.load(
        CONFIGS / "voices.yaml",
        *(file for file in engines if file is not None),
        *([Path(own).expanduser()] if own else []),
    )


def engine_chosen(kind: Kind, choice: EngineChoice, facilities: Facilities) -> Engine[Any, Any]:
    """Return the engine that is chosen for a kind, with its settings.

    Raises:
        EngineInputError: There is no such engine, or it does not take its settings.
    """
    return engine_of(kind, choice.engine, choice.settings, facilities)


def speakers_chosen(choice: EngineChoice, facilities: Facilities) -> Speakers:
    """Return who may speak: one engine, or the providers among whom is chosen.

    Raises:
        EngineInputError: As `engine_chosen` says.
    """
    return speakers_of(choice.engine, choice.settings, voice_catalogue(), facilities)


def check_plan(loaded: LoadedPlan, profile: Profile, log: AuditLog) -> None:
    """Make sure that a profile can and may render a plan: its files, its engines, the policy.

    Whoever takes a plan in asks here: `sparkle add`, `render` and the inbox. What comes so far that
    the policy is asked is noted in the audit log.

    Raises:
        PlanError: It cannot, and all that is known to be in the way is said; or it may not.
        PolicyFileError, StorageError: The policy cannot be used, or its log not be written.
    """
    plan = opened_plan(loaded)
    admit(plan, _able_engines(plan, profile), log)


def check_opened(plan: FrozenPlan, profile: Profile) -> None:
    """Make sure that a profile can and may render a plan whose files are fine; a look.

    Raises:
        PlanError, PolicyFileError: As `check_plan` says.
    """
    check_allowed(plan, _able_engines(plan, profile))


def _able_engines(plan: FrozenPlan, profile: Profile) -> Engines:
    """Return the engines of a profile, which can make what a plan asks for.

    Raises:
        PlanError: They cannot; as `check_feasible` says.
    """
    facilities = Facilities(device_of(profile.gpu, "", "check"))
    engines = engines_of(profile, facilities)
    check_feasible(plan, profile.film, engines)
    return engines


def check_prompt_file(asked: Assignment, profile: Profile) -> None:
    """Make sure that a prompt file, or a request, says nothing of a writer that is not for it.

    Raises:
        EngineInputError: It does, or there is no such writer.
    """
    engine = declared(profile.writer(asked.writer).engine, "writer")
    own = class_of(engine).settings_model.configured_only & asked.writer.settings.keys()
    if own:
        raise EngineInputError(
            f"A prompt file or a request does not say {' and '.join(sorted(own))} of "
            f"{engine.name}: a profile says that, or `sparkle write --setting`."
        )


def check_assignment(asked: Assignment, profile: Profile, log: AuditLog) -> None:
    """Make sure that somebody can and may be asked for a draft, by whoever sends a request.

    Raises:
        EngineInputError: As `check_prompt_file` says, or the writer does not take such settings.
        PromptRefusedError, PolicyFileError, StorageError: As `admit_brief` says.
    """
    check_prompt_file(asked, profile)
    admit_brief(asked.brief, _writer(asked, profile), log)


def digest_of_draft(asked: Assignment, profile: Profile) -> Sha256:
    """Return the digest of what a prompt file asks for under a profile; see `asked_digest`.

    Raises:
        EngineInputError: There is no such writer, or it does not take such settings.
    """
    from sparkle_motion_dagster.engines.writer.base import WritingRequest
    from sparkle_motion_dagster.film.drafting import asked_digest

    check_prompt_file(asked, profile)
    request = WritingRequest(brief=asked.brief, seed=asked.seed)
    return asked_digest(request, _writer(asked, profile).identity())


def _writer(asked: Assignment, profile: Profile) -> "WriterEngine[Any]":
    facilities = Facilities(device_of(profile.gpu, "", "check"))
    return cast(
        "WriterEngine[Any]", engine_chosen("writer", profile.writer(asked.writer), facilities)
    )


def words_left_out(plan: FrozenPlan, profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield what a profile's image engine will not show of a plan's style and prompts.

    Yields:
        The field of the plan, such as ``base_images[0]``, and the words.
    """
    facilities = Facilities(device_of(profile.gpu, "", "check"))
    images = engines_of(profile, facilities).images
    numbers = {image.id: number for number, image in enumerate(plan.plan.base_images)}
    if style := unseen_style(plan.plan, images):
        yield "style", style
    for keyframe in drawn_keyframes(plan, profile.film, images, {}):
        if words := images.not_shown(keyframe.request):
            yield f"base_images[{numbers[keyframe.id]}]", ", ".join(words)


def size_remarks(plan: FrozenPlan, profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield what people should know of the size in which a profile's engines make a film.

    Yields:
        The field of the plan, such as ``render_profile.video.model_id``, and a sentence.
    """
    facilities = Facilities(device_of(profile.gpu, "", "check"))
    video, size = engines_of(profile, facilities).video, profile.film.format_of(plan.plan).size
    if remark := size_remark(plan.plan, size, video):
        yield "render_profile.video.model_id", remark


def engines_of(profile: Profile, facilities: Facilities) -> Engines:
    """Return who answers under a profile.

    Raises:
        EngineInputError: There is no such engine, or it does not take its settings.
    """

    def chosen(kind: Kind) -> Any:
        return engine_chosen(kind, profile.engine(kind), facilities)

    return Engines(
        images=chosen("images"),
        video=chosen("video"),
        speech=speakers_chosen(profile.engine("speech"), facilities),
        lipsync=chosen("lipsync"),
        ambience=chosen("ambience"),
        hearing=None if profile.hearing is None else chosen("hearing"),
    )
