"""What shots ask of Wan: footage long enough, large enough, and described in one prompt."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.video.base import FootageRequest, PlannedShot, VideoRequest
from sparkle_motion_dagster.engines.video.retiming import intervals
from sparkle_motion_dagster.engines.video.wan.frames import (
    RATE,
    bucket,
    longest,
    longest_shot,
)
from sparkle_motion_dagster.engines.video.wan.models import WAN_MODELS, WanModel
from sparkle_motion_dagster.engines.video.wan.settings import WanSettings
from sparkle_motion_dagster.engines.video.wan.sizes import generated_size
from sparkle_motion_dagster.engines.wording import phrase, says

_MOST_NAMED = 8
"""Shots that a message names."""


def check_lengths(shots: Sequence[PlannedShot], model: WanModel, settings: WanSettings) -> None:
    """Make sure that a model can make shots of these lengths.

    Raises:
        EngineInputError: It cannot; the message names the shots and what to do instead.
    """
    most = _most_frames(model, settings)
    if most is None:
        return
    long = [shot for shot in shots if _intervals(shot) > longest(most, _slower(shot, settings))]
    if not long:
        return
    named = "; ".join(f"{shot.id}: {_seconds(shot.frames, shot.frame_rate)}" for shot in long)
    first, rate = long[0], long[0].frame_rate
    slower = _slower(first, settings)
    allowed = longest_shot(most, slower, rate, ends_on_keyframe=first.ends_on_keyframe)
    raise EngineInputError(
        f"{model.name} makes {most} frames a shot at {RATE} fps, no more, so that a shot takes at "
        f"most {_seconds(allowed, rate)}. Longer are: {named}. Split them into several shots, or "
        "render with a model that makes long shots in chunks: name "
        f"{_either(each.name for each in WAN_MODELS if each.in_chunks)} in the plan's "
        "render_profile.video.model_id."
    )


def check_ends(shots: Sequence[PlannedShot], model: WanModel) -> None:
    """Make sure that a model can end shots as they are to end.

    FLF2V is told a first and a last frame, both of them. Where the two are equal its clips freeze
    (github.com/Wan-Video/Wan2.1, issue 372).

    Raises:
        EngineInputError: It cannot; the message names the shots and what to do instead.
    """
    if model.ends_open:
        return
    alone = _named([shot.id for shot in shots if shot.from_start_alone])
    held = _named([shot.id for shot in shots if shot.is_held])
    if not (alone or held):
        return
    without_end = f"These have no end: {alone}. " if alone else ""
    without_way = f"These are held on one keyframe, and would freeze: {held}. " if held else ""
    raise EngineInputError(
        f"{model.name} goes from a first keyframe to a last one. {without_end}{without_way}Give "
        "them an end_base_image_id (and transition: cut), or render with a model that makes a clip "
        "from its start alone: name "
        f"{_either(each.name for each in WAN_MODELS if each.ends_open)} in the plan's "
        "render_profile.video.model_id."
    )


def footage_request(shot: VideoRequest, model: WanModel, settings: WanSettings) -> FootageRequest:
    """Return the footage that a shot needs.

    Raises:
        EngineInputError: The model cannot make so long a shot, or none without an end.
    """
    planned = PlannedShot(
        id="the shot",
        frames=shot.frames,
        frame_rate=shot.frame_rate,
        size=shot.size,
        ends_on_keyframe=shot.ends_on_keyframe,
        from_start_alone=shot.end is None,
    )
    check_ends([planned], model)
    check_lengths([planned], model, settings)
    return FootageRequest(
        start=shot.start,
        end=_told_end(shot, model),
        frames=bucket(
            _intervals(planned), _most_frames(model, settings), _slower(planned, settings)
        ),
        size=generated_size(shot.size, settings),
        prompt=_sentences(
            shot.visual_description, shot.setting, shot.motion_prompt, *_introductions(shot)
        ),
        negative_prompt=shot.negative_prompt or _unwanted(model, settings),
        seed=shot.seed,
    )


def _told_end(shot: VideoRequest, model: WanModel) -> StoredFile | None:
    """Return the keyframe that a model is told as the last one.

    A held shot's is its first one again, and VACE is told so. Wan 2.2 is not: two equal images are
    what FLF2V freezes between, and a cut follows, so that the shot may end anywhere.
    """
    return shot.arrival if model.family == "i2v" else shot.end


def _introductions(shot: VideoRequest) -> Iterator[str]:
    """Yield who is to be seen, where the shot's own words do not say how they look."""
    told = phrase(_sentences(shot.visual_description, shot.setting, shot.motion_prompt))
    for person in shot.characters:
        if not says(told, phrase(person.description)):
            yield f"{person.name}: {person.description}"


def _unwanted(model: WanModel, settings: WanSettings) -> str:
    return model.unwanted if settings.negative_prompt is None else settings.negative_prompt


def _most_frames(model: WanModel, settings: WanSettings) -> int | None:
    """Return the most frames that a model makes of a shot; None: any number, in chunks."""
    return None if model.in_chunks else settings.most_frames


def _named(shots: Sequence[str]) -> str:
    """Name shots, the first ones of many."""
    more = f" and {len(shots) - _MOST_NAMED} more" if len(shots) > _MOST_NAMED else ""
    return ", ".join(shots[:_MOST_NAMED]) + more


def _slower(shot: PlannedShot, settings: WanSettings) -> float:
    """Return how much slower footage may play; conforming plays what has no end as it is."""
    return 0 if shot.from_start_alone else settings.conform.most_retime


def _either(names: Iterable[str]) -> str:
    """Name things of which one is to be chosen."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _intervals(shot: PlannedShot) -> Fraction:
    return intervals(shot.frames, shot.frame_rate, RATE, ends_on_keyframe=shot.ends_on_keyframe)


def _seconds(frames: int, rate: Fraction) -> str:
    return f"{float(frames / rate):.2f} s ({frames} frames)"


def _sentences(*parts: str | None) -> str:
    """Join what a shot says of itself, each part a sentence."""
    said = [part.strip() for part in parts if part and part.strip()]
    return " ".join(part if part[-1] in ".!?…" else f"{part}." for part in said)
