"""Whether what an item is pinned to still fits the film, by exact arithmetic, without any film."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from sparkle_motion_dagster.artifacts.models import (
    ActionRecord,
    EngineIdentity,
    MediaFacts,
    OutputFile,
    StoredFile,
)
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.base import Request
from sparkle_motion_dagster.engines.images.base import ImageRequest
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.video.base import ConformSettings, FootageRequest, VideoRequest
from sparkle_motion_dagster.engines.video.retiming import intervals
from sparkle_motion_dagster.film.takes.fit import footage_misfit, shape_misfit
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.production.loop import Item
from sparkle_motion_dagster.units import FrameSize

DIGEST = "0" * 64
KEYFRAME = StoredFile(sha256=DIGEST, path=CONFIGS)
SIZE = FrameSize(width=320, height=180)
SHARP, ROUGH = ClipEncoding(crf=18, preset="medium"), ClipEncoding(crf=1, preset="ultrafast")
FOOTAGE_RATE = 16


def clip(**changes: Any) -> VideoRequest:
    asked = VideoRequest(
        start=KEYFRAME,
        end=KEYFRAME,
        frames=48,
        frame_rate=Fraction(24),
        size=SIZE,
        ends_on_keyframe=True,
        visual_description="waves",
        seed=1,
        encoding=SHARP,
    )
    return asked.model_copy(update=changes)


def made(request: Request, facts: MediaFacts | None = None) -> ActionRecord:
    """Return how something was made once, for a request."""
    output = OutputFile(
        sha256=DIGEST, size_bytes=1, media_type="video/mp4", facts=facts or MediaFacts()
    )
    return ActionRecord(
        fingerprint=DIGEST,
        engine=EngineIdentity(name="camera", version=1),
        request=request.model_dump(mode="json"),
        outputs={"footage": output},
        metadata={},
        seconds=0,
        made_at=datetime.now(UTC),
        versions={},
    )


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ({}, {}, None),
        ({}, {"seed": 9, "motion_prompt": "fast", "visual_description": "ice"}, None),
        ({}, {"frames": 60}, "it has 48 frames, and its shot needs 60, which is 12 more"),
        ({}, {"frames": 47}, "it has 48 frames, and its shot needs 47, which is 1 fewer"),
        ({}, {"frame_rate": Fraction(25)}, "it has 24 frames a second, and the film has 25"),
        (
            {},
            {"size": FrameSize(width=180, height=320)},
            "it is 320x180, and the film needs 180x320",
        ),
        ({"splices": (5, 9)}, {"splices": (9,)}, None),
        ({}, {"splices": (9,)}, "a transition needs its stream cut where it cannot be"),
        ({}, {"encoding": ROUGH}, "it is encoded in another way"),
    ],
)
def test_a_clip_fits_by_its_shape_alone(
    was: dict[str, Any], now: dict[str, Any], why: str | None
) -> None:
    found = shape_misfit(Item("shot_1", clip(**now)), made(clip(**was)))
    assert found == why or (why is not None and found is not None and found.startswith(why))


def test_a_picture_fits_by_its_size_and_a_line_always() -> None:
    picture = ImageRequest(shot="shot_1", prompt="waves", size=SIZE, seed=1)
    larger = picture.model_copy(update={"size": FrameSize(width=640, height=360)})
    assert shape_misfit(Item("ship", picture.model_copy(update={"seed": 2})), made(picture)) is None
    assert shape_misfit(Item("ship", larger), made(picture)) == (
        "it is 320x180, and the film needs 640x360"
    )
    line = SpeechRequest(text="Go.", voice=Voice(provider_voice="a", language="en-US"), seed=1)
    other = line.model_copy(update={"text": "Stay."})
    assert shape_misfit(Item("line_0001", other), made(line)) is None


class Projector:
    """What the fit of footage asks of its engine."""

    footage_rate = Fraction(FOOTAGE_RATE)

    def conforming(self) -> ConformSettings:
        return ConformSettings()


@pytest.mark.parametrize("film_frames", range(44, 56))
def test_footage_fits_as_long_as_it_can_be_conformed(film_frames: int) -> None:
    footage = FootageRequest(start=KEYFRAME, end=KEYFRAME, frames=33, size=SIZE, prompt="a", seed=1)
    there = made(footage, MediaFacts(frames=33, frame_rate=Fraction(FOOTAGE_RATE)))
    shot = clip(frames=film_frames)
    misfit = footage_misfit(Projector(), {"shot_1@footage": shot})  # type: ignore[arg-type]
    asked = Item("shot_1@footage", footage.model_copy(update={"frames": 37, "prompt": "b"}))
    spans = intervals(film_frames, Fraction(24), Fraction(FOOTAGE_RATE), ends_on_keyframe=True)
    fits = spans <= (33 - 1) * Fraction(21, 20)  # it may play 5 % slower, and no slower
    found = misfit(asked, there)
    assert (found is None) == fits
    if not fits:
        assert found is not None
        assert found.startswith("The footage is too short: 33 frames at 16 fps")
    other_size = footage.model_copy(update={"size": FrameSize(width=480, height=832)})
    assert misfit(Item("shot_1@footage", other_size), there) == (
        "its footage is 320x180, and the film needs 480x832"
    )
