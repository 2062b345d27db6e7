"""Mouth against sound: what the film's pictures show, measured against when the sounds are.

A line is spoken by Kokoro, or by espeak, a close-up drawn, the camera moved over it, the mouth put
in, the clip encoded; then its frames are decoded, and how far the mouth is open is measured in
them, by this file's own means. The phonemes say how far it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clips import stored
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.engines.images.storyboard.engine import (
    StoryboardEngine,
    StoryboardSettings,
)
from sparkle_motion_dagster.engines.images.storyboard.scene import ClipScene
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.viseme.engine import VisemeEngine, VisemeSettings
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.espeak.engine import EspeakEngine, EspeakSettings
from sparkle_motion_dagster.engines.speech.kokoro.engine import KokoroEngine
from sparkle_motion_dagster.engines.speech.kokoro.settings import KokoroSettings
from sparkle_motion_dagster.engines.video.base import VideoRequest
from sparkle_motion_dagster.engines.video.camera.engine import CameraEngine, CameraSettings
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import Plane, read_frames
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings, SpokenPhoneme
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=480, height=270)
RATE = Fraction(24)
FRAMES = 128
OFFSET_S = 0.5
DELIVERY = ClipEncoding(crf=18, preset="veryfast")
NELL = Appearance(id="nell", description="train conductor, thirty-five, blue uniform")
TEXT = "Papa, Bob and Mama are far apart. My map of Panama may help."

OPEN = {
    **dict.fromkeys("aɑæɐʌ", 1.0),
    **dict.fromkeys("ɔɒɛeo", 0.7),
    **dict.fromkeys("ɜɚəɪiuʊ", 0.4),
}
CLOSED = frozenset("mbp")
OTHERS = 0.25
"""How far a mouth is open for a sound; whoever looks at mouths knows that much."""


@dataclass(frozen=True)
class Spoken:
    """A clip with a line spoken in it.

    Attributes:
        openings: How far the mouth is open in each frame, as measured, (frames,).
        phonemes: The sounds, in seconds from the line's first sample.
    """

    openings: NDArray[np.float64]
    phonemes: Sequence[SpokenPhoneme]

    def sound_at(self, frame: int) -> SpokenPhoneme | None:
        seconds = (frame + 0.5) / 24 - OFFSET_S
        return next((one for one in self.phonemes if one.start_s <= seconds < one.end_s), None)

    def expected(self) -> NDArray[np.float64]:
        return np.array([opening(self.sound_at(frame)) for frame in range(FRAMES)])


def opening(sound: SpokenPhoneme | None) -> float:
    if sound is None:
        return 0.0
    if CLOSED.intersection(sound.ipa):
        return 0.0
    return max((OPEN[letter] for letter in sound.ipa if letter in OPEN), default=OTHERS)


def espeak() -> tuple[SpeechEngine[Any], str]:
    return EspeakEngine(EspeakSettings()), "en-us+f3"


def kokoro() -> tuple[SpeechEngine[Any], str]:
    return KokoroEngine(KokoroSettings()), "af_heart"


Speaker = Callable[[], tuple[SpeechEngine[Any], str]]


def speak(folder: Path, speaker: Speaker) -> tuple[StoredFile, StoredFile]:
    engine, voice = speaker()
    spoken_with = Voice(provider_voice=voice, language="en-US")
    [take] = engine.make([SpeechRequest(text=TEXT, voice=spoken_with, seed=0)], folder)
    return stored(take.outputs["audio"].path), stored(take.outputs["timings"].path)


def keyframe(folder: Path, prompt: str, *people: Appearance) -> tuple[StoredFile, StoredFile]:
    folder.mkdir()
    request = ImageRequest(shot="shot", prompt=prompt, characters=people, size=SIZE, seed=3)
    [made] = StoryboardEngine(StoryboardSettings()).make([request], folder)
    return stored(made.outputs["image"].path), stored(made.outputs["scene"].path)


def film(
    folder: Path, speaker: Speaker, prompt: str, *people: Appearance
) -> tuple[LipsyncRequest, Path, Path]:
    """Make a shot of a picture in which Nell speaks; return the clip before and after."""
    picture, scene = keyframe(folder / "picture", prompt, *people)
    (folder / "camera").mkdir()
    (folder / "speech").mkdir()
    (folder / "mouth").mkdir()
    shot = VideoRequest(
        start=picture,
        start_scene=scene,
        end=picture,
        end_scene=scene,
        frames=FRAMES,
        frame_rate=RATE,
        size=SIZE,
        ends_on_keyframe=False,
        visual_description="she speaks",
        motion_prompt="gentle push in",
        seed=1,
        encoding=DELIVERY,
    )
    [moved] = CameraEngine(CameraSettings()).make([shot], folder / "camera")
    audio, timings = speak(folder / "speech", speaker)
    request = LipsyncRequest(
        clip=stored(moved.outputs["clip"].path),
        scene=stored(moved.outputs["scene"].path) if "scene" in moved.outputs else None,
        lines=(
            LipsyncLine(
                speaker=NELL,
                audio=audio,
                timings=timings,
                offset_samples=round(OFFSET_S * 48_000),
            ),
        ),
        frames=FRAMES,
        frame_rate=RATE,
        size=SIZE,
        encoding=DELIVERY,
    )
    [made] = VisemeEngine(VisemeSettings()).make([request], folder / "mouth")
    return request, timings.path, made.outputs["clip"].path


def inside_of_mouth(luma: Plane) -> float:
    """Return how large the inside of a mouth is, as a share of a box around the mouth.

    It is what is much darker than skin, or (the teeth) brighter, in the box's middle columns.
    """
    light = luma.astype(float) - 16
    skin = float(np.median(light))
    return float(((light < 0.55 * skin) | (light > 1.3 * skin)).mean())


def box_around(x: float, y: float, unit: float) -> tuple[slice, slice]:
    """Return the box around a mouth that lies at a place, of a head `unit` high to its middle."""
    return (
        slice(round(y + 0.47 * unit), round(y + 0.9 * unit)),
        slice(round(x - 0.2 * unit), round(x + 0.2 * unit)),
    )


@pytest.fixture(scope="module")
def in_picture(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    prompt = "close-up of a conductor's face on a railway platform, bright morning"
    request, timings, clip = film(tmp_path_factory.mktemp("face"), kokoro, prompt, NELL)
    assert request.scene is not None
    scene = ClipScene.model_validate_json(request.scene.path.read_bytes())
    openings = []
    for frame, faces in zip(read_frames(clip), scene.faces, strict=True):
        face = max(faces, key=lambda seen: seen.share).face
        unit = face.size * SIZE.height
        x = face.x * SIZE.width + 0.36 * face.turn * unit
        openings.append(inside_of_mouth(frame.y[box_around(x, face.y * SIZE.height, unit)]))
    phonemes = SpeechTimings.model_validate_json(timings.read_bytes()).phonemes
    return Spoken(np.array(openings), phonemes)


@pytest.fixture(scope="module")
def in_portrait(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """The same line, spoken in an empty landscape."""
    folder = tmp_path_factory.mktemp("portrait")
    _, timings, clip = film(folder, espeak, "wide empty beach, bright morning")
    side = 0.36 * SIZE.width / 2
    margin = 0.05 * SIZE.height
    x, y = margin + 0.54 * side, SIZE.height - margin - 0.53 * side
    openings = [
        inside_of_mouth(frame.y[box_around(x, y, 0.3 * side)]) for frame in read_frames(clip)
    ]
    phonemes = SpeechTimings.model_validate_json(timings.read_bytes()).phonemes
    return Spoken(np.array(openings), phonemes)


def correlation(measured: NDArray[np.float64], expected: NDArray[np.float64], lag: int) -> float:
    """Return how alike the two are where the picture comes `lag` frames after the sound."""
    inside = slice(8, FRAMES - 8)
    return float(np.corrcoef(np.roll(measured, -lag)[inside], expected[inside])[0, 1])


@pytest.mark.parametrize("seen", ["in_picture", "in_portrait"])
def test_the_mouth_opens_when_the_sound_does(seen: str, request: pytest.FixtureRequest) -> None:
    spoken: Spoken = request.getfixturevalue(seen)
    expected = spoken.expected()
    alike = {lag: correlation(spoken.openings, expected, lag) for lag in range(-6, 7)}
    best = max(alike, key=lambda lag: alike[lag])
    assert abs(best) <= 1, alike
    assert alike[best] > 0.6, alike


@pytest.mark.parametrize("seen", ["in_picture", "in_portrait"])
def test_it_is_shut_at_closures_and_in_silence_and_open_in_open_vowels(
    seen: str, request: pytest.FixtureRequest
) -> None:
    spoken: Spoken = request.getfixturevalue(seen)
    wide = np.percentile(spoken.openings, 95)
    silent = [k for k in range(16, FRAMES - 8) if quiet(spoken, k)]
    vowels, closures = [], []
    for phoneme in spoken.phonemes:
        middle = round(((phoneme.start_s + phoneme.end_s) / 2 + OFFSET_S) * 24 - 0.5)
        if not 8 <= middle < FRAMES - 8:
            continue
        if CLOSED.intersection(phoneme.ipa):
            closures.append(spoken.openings[middle])
        elif (
            phoneme.ipa.strip("ˈˌː") in {"ɑ", "æ", "a", "ɑːɹ"}
            and phoneme.end_s - phoneme.start_s > 0.09
        ):
            vowels.append(spoken.openings[middle])
    rest = float(np.median(spoken.openings[silent]))
    assert min(len(silent), len(closures), len(vowels)) >= 4
    assert max(spoken.openings[silent]) - rest < 0.15 * (wide - rest)
    assert max(closures) - rest < 0.2 * (wide - rest), closures
    assert min(vowels) - rest > 0.45 * (wide - rest), vowels


def quiet(spoken: Spoken, frame: int) -> bool:
    """Tell whether there is no sound in a frame, nor in the two on both its sides."""
    return all(spoken.sound_at(near) is None for near in range(frame - 2, frame + 3))
