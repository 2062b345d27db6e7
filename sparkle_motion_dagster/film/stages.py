"""The stages of a film: their names, in the order in which they are made, what each needs and has.

Beside them, what the items are called that more than one stage knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from sparkle_motion_dagster.plan.timeline.lines import PlannedLine
    from sparkle_motion_dagster.plan.timeline.measured import TimelineLine

MOVIE_PLAN: Final = "movie_plan"
DIALOGUE_WAVS: Final = "dialogue_wavs"
TIMELINE_TRACK: Final = "timeline_track"
BASE_IMAGES: Final = "base_images"
SHOT_CLIPS: Final = "shot_clips"
LIPSYNC_CLIPS: Final = "lipsync_clips"
VIDEO_FINAL: Final = "video_final"

PLAN_DRAFT: Final = "plan_draft"
"""What comes before the film: a plan that was written, and which nobody need have."""

TAKES: Final = "takes"
"""What comes beside the film: its items made in further ways, to choose from; nobody need have it.
"""

DecidableStage: TypeAlias = Literal["plan_draft", "movie_plan", "base_images"]
"""A stage on which a person may decide."""

INPUTS: Final[Mapping[str, tuple[str, ...]]] = {
    MOVIE_PLAN: (),
    DIALOGUE_WAVS: (MOVIE_PLAN,),
    TIMELINE_TRACK: (MOVIE_PLAN, DIALOGUE_WAVS),
    BASE_IMAGES: (MOVIE_PLAN,),
    SHOT_CLIPS: (MOVIE_PLAN, BASE_IMAGES, TIMELINE_TRACK),
    LIPSYNC_CLIPS: (MOVIE_PLAN, BASE_IMAGES, SHOT_CLIPS, TIMELINE_TRACK),
    VIDEO_FINAL: (MOVIE_PLAN, DIALOGUE_WAVS, BASE_IMAGES, LIPSYNC_CLIPS, TIMELINE_TRACK),
}
"""The stages that each stage is made from."""

STAGES: Final = tuple(INPUTS)
"""All stages, in the order in which they are made."""

TAKEABLE_STAGES: Final = (DIALOGUE_WAVS, BASE_IMAGES, SHOT_CLIPS)
"""The stages of whose items there can be takes."""

OUTPUTS: Final[Mapping[str, tuple[str, ...]]] = {
    DIALOGUE_WAVS: ("audio", "timings"),
    TIMELINE_TRACK: ("audio", "timings"),
    BASE_IMAGES: ("image", "scene"),
    SHOT_CLIPS: ("clip", "scene", "footage"),
    LIPSYNC_CLIPS: ("clip",),
    VIDEO_FINAL: ("film", "clip"),
}
"""What the items of each stage after the plan's consist of, as far as other stages use it.

The track, an item beside the lines that had to be faster, has a timeline instead of timings. What
was found of faces in a keyframe or in a clip is an item beside it; it has ``faces``, and the one of
a keyframe that shows some has a ``scene``. A shot whose clip is made in one pass with its mouths
has a ``move`` and a ``strip`` in place of a clip.
"""

PLAN: Final = "movie_plan"
"""Item id of the frozen plan."""

DRAFT: Final = "draft"
"""Item id of the plan that was written."""

BEFORE: Final = "before"
"""Item id of the plan that a draft changes."""

TIMELINE: Final = "timeline"
"""Item id of the track and its timeline."""

MIX: Final = "mix"
"""Item id of the film's sound, where more is heard than speech."""

SOUND: Final = "sound"
"""Item id of the film's sound as it is delivered: mastered."""

FILM: Final = "film"
"""Item id of the film."""

KEPT_TAKE: Final = "kept_take"
"""Under what the metadata of a line's first take names the one that is in the film."""

_READING = "@reading"
_PORTRAIT = "portrait_"
_FACES = "@faces"
_DRAWN = "@drawn"
_MOUTHS = "@mouths"
_FOOTAGE = "@footage"
_FINISHED = "@finished"
_HEARD = "@heard"
_TIMED = "@timings"
_TAKE = "@take"
_MEASURES = "@measures"
_TRANSITION = "@transition"
_STEM = "@stem"
_DIALOGUE = "@dialogue"
_AMBIENCE = "@ambience"
_TREATED = "@treated"


def line_id(line: PlannedLine | TimelineLine) -> str:
    """Return the item id of a line, in whatever stage it is spoken."""
    return f"line_{line.index + 1:04d}"


def round_id(number: int) -> str:
    """Return the item id of a writer's answer, the first of which has the number 1."""
    return f"round_{number}"


def reading_id(answer: str) -> str:
    """Return the item id of what an answer says, and what is wrong with it."""
    return f"{answer}{_READING}"


def portrait_id(character: str) -> str:
    """Return the item id of a character's portrait, among the keyframes."""
    return f"{_PORTRAIT}{character}"


def may_be_portrait(item_id: str) -> bool:
    """Tell whether an item of the keyframes' stage is called as portraits are."""
    return item_id.startswith(_PORTRAIT)


def drawn_id(keyframe: str) -> str:
    """Return the item id of what was drawn of a keyframe that the film has from another one."""
    return f"{keyframe}{_DRAWN}"


def faces_id(item_id: str) -> str:
    """Return the item id of the faces in a keyframe, or in a shot's clip."""
    return f"{item_id}{_FACES}"


def shown_in(item_id: str) -> str | None:
    """Return the keyframe or the shot whose faces an item is; None: it is none."""
    return item_id.removesuffix(_FACES) if item_id.endswith(_FACES) else None


def mouths_id(shot_id: str) -> str:
    """Return the item id of what is read of the faces in a shot's finished clip."""
    return f"{shot_id}{_MOUTHS}"


def shot_of_mouths(item_id: str) -> str | None:
    """Return the shot of which an item tells what its faces do; None: it is none."""
    return item_id.removesuffix(_MOUTHS) if item_id.endswith(_MOUTHS) else None


def footage_id(shot_id: str) -> str:
    """Return the item id of a shot's footage; no shot can be called that."""
    return f"{shot_id}{_FOOTAGE}"


def shot_of_footage(item_id: str) -> str | None:
    """Return the shot whose footage an item is; None: it is none."""
    return item_id.removesuffix(_FOOTAGE) if item_id.endswith(_FOOTAGE) else None


def transition_id(shot_id: str) -> str:
    """Return the item id of the transition after a shot."""
    return f"{shot_id}{_TRANSITION}"


def shot_of_transition(item_id: str) -> str | None:
    """Return the shot that an item is the transition after; None: it is none."""
    return item_id.removesuffix(_TRANSITION) if item_id.endswith(_TRANSITION) else None


def finished_id(shot_id: str) -> str:
    """Return the item id of a shot's clip with its grade, and what is written over it."""
    return f"{shot_id}{_FINISHED}"


def shot_of_finished(item_id: str) -> str | None:
    """Return the shot whose finished clip an item is; None: it is none."""
    return item_id.removesuffix(_FINISHED) if item_id.endswith(_FINISHED) else None


def take_id(line: str, number: int) -> str:
    """Return the item id of a line's take: its own for the first, which has the number 1."""
    return line if number == 1 else f"{line}{_TAKE}{number}"


def own_take_id(item_id: str, number: int) -> str:
    """Return the item id of a take of an item in the item's own stage, the first one's, too."""
    return f"{item_id}{_TAKE}{number}"


def is_take(item_id: str) -> bool:
    """Tell whether an item is one of several takes of another one."""
    return _TAKE in item_id


def item_of_take(item_id: str) -> str | None:
    """Return the item that another one is a take of; None: it is no take."""
    item, _, number = item_id.rpartition(_TAKE)
    return item if number.isdecimal() else None


def further_take_id(stage: str, item_id: str, number: int) -> str:
    """Return the item id of a take among all takes of a film, of whatever stage."""
    return f"{stage}.{item_id}{_TAKE}{number}"


def measures_id(take: str) -> str:
    """Return the item id of what is measured of a take."""
    return f"{take}{_MEASURES}"


def heard_id(item_id: str, part: int | None = None) -> str:
    """Return the item id of what is heard in an item's sound, or in a part of it."""
    return f"{item_id}{_HEARD}{'' if part is None else part}"


def timings_id(take: str) -> str:
    """Return the item id of the timings of a take whose engine gave none."""
    return f"{take}{_TIMED}"


def stem_id(kind: str) -> str:
    """Return the item id of the stem of a kind of sound, such as music."""
    return f"{kind}{_STEM}"


def dialogue_id(character: str) -> str:
    """Return the item id of the stem of what a character says."""
    return f"{character}{_DIALOGUE}"


def ambience_id(mood: str) -> str:
    """Return the item id of how a mood sounds."""
    return f"{mood.replace(' ', '_')}{_AMBIENCE}"


def treated_id(line: str) -> str:
    """Return the item id of a line's take as it is heard through an effect."""
    return f"{line}{_TREATED}"


def in_words(item_id: str) -> str:
    """Return what people call an item that is a part of something: of a line, of the sound."""
    for ending, words in _PARTS_OF_SOUND.items():
        if item_id.endswith(ending):
            return words.format(whose(item_id).replace("_", " "))
    whole = "the film" if whose(item_id) == FILM else whose(item_id)
    if is_heard(item_id):
        return f"what is heard of {whole}"
    if item_id.endswith(_TREATED):
        return f"the treated voice of {whole}"
    return f"the timings of {whole}" if _TIMED in item_id else f"another take of {whole}"


_PARTS_OF_SOUND = {
    _STEM: "the stem of {}",
    _DIALOGUE: "the stem of what {} says",
    _AMBIENCE: "the sound of {}",
}


def is_of_a_line(item_id: str) -> bool:
    """Tell whether an item of the track's stage is made of a line's take."""
    return item_id not in {TIMELINE, MIX} and not item_id.endswith((*_PARTS_OF_SOUND, _TREATED))


def is_heard(item_id: str) -> bool:
    """Tell whether an item is what was heard."""
    return _HEARD in item_id


def whose(item_id: str) -> str:
    """Return the line (or shot, or film) that an item is of, such as another take."""
    return item_id.partition("@")[0]
