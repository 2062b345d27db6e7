"""Makes the media of the example Night Ferry: music, effects, a look, a clip and a recorded line.

They lie in ``plans/night_ferry``. Run it by hand, in the environment of the project:
``.venv/bin/python examples/make_media.py``. It makes the same files again on the same machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

Samples = NDArray[np.float64]

MEDIA = Path(__file__).resolve().parent / "plans" / "night_ferry"
SPARKLE = Path(sys.executable).with_name("sparkle")

RATE = 44_100
CHORD_S = 3.0
"""How long each chord of the theme lasts, in seconds; a chord has six plucked notes."""

CHORDS = (
    (38, 57, 60, 65, 69),  # D minor 7
    (34, 53, 58, 62, 69),  # B flat, major 7
    (41, 57, 60, 64, 69),  # F, major 7
    (36, 55, 60, 62, 67),  # C, with a ninth
    (43, 58, 62, 65, 70),  # G minor 7
    (34, 53, 58, 62, 65),  # B flat
    (33, 57, 62, 64, 69),  # A, suspended
    (38, 57, 62, 65, 69),  # D minor
)
"""A bass note and four above it, by their MIDI numbers."""

MELODY = ((0, 77), (1.5, 76), (3, 74), (6, 72), (7.5, 74), (9, 67),
          (12, 70), (13.5, 72), (15, 74), (18, 69), (19.5, 76), (21, 74))  # fmt: skip
"""Where notes of the melody begin, in seconds, and which they are."""

FRAME_RATE = Fraction(24)
CLIP = FrameSize(width=1280, height=720)
CLIP_S = 5.0

LAMP_COLOURS = ((1.0, 0.72, 0.36), (1.0, 0.88, 0.68), (0.55, 0.85, 0.8))
"""Red, green and blue of the town's lamps."""

WAVES = ((0.50, 26, 3.0, 3.1), (0.32, 41, -7.0, 4.3), (0.24, 63, 13.0, 5.9))
"""Height, length towards the boat, length across, and speed of the waves."""


def main() -> None:
    MEDIA.mkdir(parents=True, exist_ok=True)
    write_ogg(MEDIA / "theme.ogg", theme())
    write_flac(MEDIA / "bell.flac", bell())
    write_flac(MEDIA / "horn.flac", horn())
    write_flac(MEDIA / "ring.flac", ring())
    (MEDIA / "night.cube").write_text(night_look(9), "ascii")
    write_clip(
        MEDIA / "lights.mp4",
        lights_on_water(CLIP, round(CLIP_S * FRAME_RATE)),
        size=CLIP,
        frame_rate=FRAME_RATE,
        encoding=ClipEncoding(crf=24, preset="slow"),
    )
    record(MEDIA / "joss.flac", "callum", "One minute more. The sea can wait.")
    for path in sorted(MEDIA.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def theme() -> Samples:
    """Return a slow progression of pads and plucked strings, with a melody, in stereo."""
    mix = np.zeros((round((len(CHORDS) * CHORD_S + 3) * RATE), 2))
    for number, (bass, *notes) in enumerate(CHORDS):
        start = number * CHORD_S
        add(mix, start, pad([bass, *notes], CHORD_S + 1.2), 0.0)
        add(mix, start, 0.5 * plucked(bass, 2.8), 0.0)
        for step, note in enumerate((*notes, notes[2], notes[1])):
            late = 0.012 * (step % 2)
            place = 0.5 * (-1) ** step
            add(mix, start + late + step * CHORD_S / 6, 0.26 * plucked(note, 2.2), place)
    for start, note in MELODY:
        add(mix, start + 0.02, 0.3 * chime(note, 2.6), 0.15)
    wet = np.column_stack([reverberated(mix[:, side], 2.4, seed=side) for side in (0, 1)])
    return normalised(mix + 0.35 * wet[: len(mix)], 0.8)


def bell() -> Samples:
    """Return two strokes of a ship's bell: partials of a bell, each with its own decay."""
    partials = ((0.5, 0.35, 2.2), (1, 1, 1.8), (1.19, 0.6, 1.3), (1.5, 0.4, 1.0),
                (2, 0.7, 0.9), (2.74, 0.35, 0.5), (3.76, 0.2, 0.3))  # fmt: skip
    time = seconds(2.6)
    stroke = np.zeros_like(time)
    for ratio, level, decay_s in partials:
        stroke += level * np.sin(2 * np.pi * 620 * ratio * time) * np.exp(-time / decay_s)
    strokes = np.zeros((round(3.2 * RATE), 2))
    for start in (0.0, 0.55):
        add(strokes, start, stroke * envelope(time, 0.003, 1.5), 0.0)
    return normalised(strokes, 0.8)


def horn() -> Samples:
    """Return a ferry's horn: two low pipes that beat against each other, out of the distance."""
    time = seconds(2.6)
    pipes = np.zeros_like(time)
    for pitch in (116.5, 155.6):
        for overtone in range(1, 9):
            wave = np.sin(2 * np.pi * pitch * overtone * time + overtone)
            pipes += wave / overtone**1.3
    dry = np.concatenate([pipes * envelope(time, 0.25, 0.6), np.zeros(RATE)])
    both = [dry + 0.6 * reverberated(dry, 1.8, seed)[: len(dry)] for seed in (2, 3)]
    return normalised(np.column_stack(both) * envelope(seconds(3.6), 0.01, 0.8)[:, None], 0.8)


def ring() -> Samples:
    """Return a telephone that rings twice."""
    time = seconds(0.42)
    warble = np.where(np.floor(time * 25) % 2 == 0, 1180.0, 1480.0)
    tone = np.sin(2 * np.pi * np.cumsum(warble) / RATE) * envelope(time, 0.006, 0.03)
    rings = np.zeros((round(1.1 * RATE), 2))
    for start in (0.0, 0.5):
        add(rings, start, tone, 0.0)
    return normalised(rings, 0.6)


def night_look(points: int) -> str:
    """Return a look as a .cube file: cool shadows, warm lights, a little more contrast."""
    rows = [f'TITLE "Night"\nLUT_3D_SIZE {points}\n']
    for blue, green, red in product(np.linspace(0, 1, points), repeat=3):
        colour = np.array([red, green, blue])
        light = float(colour @ (0.2126, 0.7152, 0.0722))
        contrast = 0.09 * np.sin(2 * np.pi * (colour - 0.5)) / np.pi
        cool = (1 - light) ** 2 * np.array([-0.022, 0.004, 0.03])
        warm = light**2 * np.array([0.03, 0.008, -0.03])
        graded = np.clip(colour + contrast + (cool + warm) * min(1.0, 6 * light), 0, 1)
        rows.append(" ".join(f"{value:.5f}" for value in graded) + "\n")
    return "".join(rows)


def lights_on_water(size: FrameSize, frames: int) -> Iterator[YuvFrame]:
    """Yield a town's lights across dark water, from a boat that leaves it."""
    lamps = town(34)
    for number in range(frames):
        picture = view_of_town(size, lamps, number / float(FRAME_RATE))
        yield YuvFrame.from_rgb(np.round(255 * np.clip(picture, 0, 1)).astype(np.uint8))


@dataclass(frozen=True)
class Lamp:
    """A lamp on the hill: its place across the picture, above the water, its light and colour."""

    x: float
    y: float
    brightness: float
    colour: int


def town(lamps: int) -> list[Lamp]:
    """Return the lamps of a town by chance, which always falls alike."""
    dice = np.random.default_rng(11)
    places = np.linspace(0.03, 0.97, lamps) + dice.uniform(-0.012, 0.012, lamps)
    colours = dice.choice(len(LAMP_COLOURS), lamps, p=(0.7, 0.2, 0.1))
    return [
        Lamp(float(x), float(dice.uniform(-0.075, 0)), float(dice.uniform(0.5, 1)), int(colour))
        for x, colour in zip(places, colours, strict=True)
    ]


def view_of_town(size: FrameSize, lamps: Sequence[Lamp], time: float) -> Samples:
    """Return what is seen after some seconds: sky, hill and water, lamps and what mirrors them.

    Lengths are shares of the picture's height.
    """
    wide = size.width / size.height
    across, down = np.meshgrid(
        (np.arange(size.width) + 0.5) / size.height, (np.arange(size.height) + 0.5) / size.height
    )
    far = 1 / (1 + 0.05 * time)
    horizon = 0.40 + 0.006 * np.sin(1.1 * time)
    depth = np.clip((down - horizon) / (1 - horizon), 0, 1)
    water = down > horizon
    waves = np.zeros_like(depth)
    for height, length, along, speed in WAVES:
        waves += height * np.sin(length * (depth + 0.02) ** -0.55 + along * across + speed * time)
    grey = np.where(water, 0.075 + 0.03 * waves * depth, 0.08 + 0.15 * down / horizon)
    picture: Samples = grey[..., None] * np.array([0.45, 0.75, 1.15])
    hill = horizon - 0.1 * far * (1 + 0.25 * np.sin(2.1 * across + 0.6)) - 0.02
    land = np.clip((down - hill) * 220, 0, 1) * ~water
    picture *= 1 - 0.75 * land[..., None]
    for lamp in lamps:
        place = wide / 2 + (lamp.x - 0.5) * wide * far
        near = slice(*(max(0, round((place + side) * size.height)) for side in (-0.2, 0.2)))
        aside, deep, wavy = across[:, near] - place, depth[:, near], waves[:, near]
        distance = aside**2 + (down[:, near] - (horizon - 0.012 + lamp.y * far)) ** 2
        glow = 1.4 * np.exp(-distance / 1.6e-5 / far) + 0.3 * np.exp(-distance / 4e-4)
        streak = np.exp(-(((aside + 0.03 * deep * wavy) / (0.006 + 0.05 * deep)) ** 2))
        mirrored = 0.85 * streak * np.clip(0.45 + 0.9 * wavy, 0, 1) * np.exp(-3.2 * deep)
        light = lamp.brightness * np.where(water[:, near], mirrored, glow)
        picture[:, near] += light[..., None] * np.array(LAMP_COLOURS[lamp.colour])
    return picture


def record(path: Path, voice: str, text: str) -> None:
    """Have a voice of the catalogue speak a line, as in the cabin of a boat, and write it down."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        subprocess.run(
            [str(SPARKLE), "voices", "try", voice, text, "--out", str(spoken)], check=True
        )
        voiced, rate = soundfile.read(spoken, dtype="float64")
    dice = np.random.default_rng(5)
    room = np.zeros(round(0.28 * rate))
    for delay, level in ((0.0043, 0.34), (0.0071, -0.26), (0.0112, 0.21), (0.0165, -0.16)):
        room[round(delay * rate)] = level
    tail = np.arange(len(room)) / rate
    room += 0.02 * dice.standard_normal(len(room)) * np.exp(-tail / 0.045)
    dry = np.concatenate([np.zeros(round(0.15 * rate)), voiced, np.zeros(len(room))])
    heard = dry + np.convolve(dry, room)[: len(dry)]
    heard += 2e-4 * dice.standard_normal(len(heard))
    soundfile.write(path, normalised(heard, 0.6), rate, subtype="PCM_16")


def pad(notes: list[int], length_s: float) -> Samples:
    """Return a soft chord: a few partials of each note, two of each, a little apart."""
    time = seconds(length_s)
    voices = np.zeros_like(time)
    for number, note in enumerate(notes):
        for apart in (-0.0016, 0.0016):
            for overtone, level in ((1, 1), (2, 0.28), (3, 0.1)):
                pitch = hertz(note) * overtone * (1 + apart)
                voices += level * np.sin(2 * np.pi * pitch * time + 1.7 * number)
    return 0.032 * voices * envelope(time, 0.9, 1.2)


def plucked(note: int, length_s: float) -> Samples:
    """Return a plucked string: its partials, higher ones quieter and shorter."""
    time = seconds(length_s)
    string = np.zeros_like(time)
    for overtone in range(1, 10):
        pitch = hertz(note) * overtone * np.sqrt(1 + 0.0002 * overtone**2)
        level = abs(np.sin(0.7 * overtone)) / overtone**1.25
        string += level * np.sin(2 * np.pi * pitch * time) * np.exp(-time * (1 + 0.9 * overtone))
    return string * envelope(time, 0.004, 0.2)


def chime(note: int, length_s: float) -> Samples:
    """Return a note of the melody: round, with the shimmer of an overtone."""
    time = seconds(length_s)
    shimmer = np.exp(-4 * time) * np.sin(6 * np.pi * hertz(note) * time)
    tone = np.sin(2 * np.pi * hertz(note) * time + 0.6 * shimmer)
    return tone * np.exp(-1.3 * time) * envelope(time, 0.03, 0.3)


def reverberated(dry: Samples, decay_s: float, seed: int) -> Samples:
    """Return what a hall answers, which falls by 60 dB in a time."""
    time = seconds(decay_s)
    noise = np.random.default_rng(seed).standard_normal(len(time))
    smooth = np.convolve(noise, np.hanning(9) / 4.0)[: len(time)]  # a hall has few highs
    answer = smooth * 10 ** (-3 * time / decay_s) * np.minimum(1, time / 0.02)
    size = len(dry) + len(answer)
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(answer, size), size)
    return np.asarray(wet / np.sqrt(np.sum(answer**2)))


def add(mix: Samples, start_s: float, sound: Samples, place: float) -> None:
    """Add a sound to both sides from a second on; its place is from -1 (left) to 1 (right)."""
    start = round(start_s * RATE)
    end = min(len(mix), start + len(sound))
    angle = np.pi / 4 * (1 + place)
    mix[start:end] += sound[: end - start, None] * np.array([np.cos(angle), np.sin(angle)])


def envelope(time: Samples, rise_s: float, fall_s: float) -> Samples:
    """Return how a sound comes and goes: from 0 to 1 and back, without a corner."""
    left = time[-1] - time
    share = np.clip(np.minimum(time / rise_s, left / fall_s), 0, 1)
    return np.asarray(np.sin(np.pi / 2 * share) ** 2)


def normalised(sound: Samples, peak: float) -> Samples:
    """Return a sound as loud as it can be below a peak, of 1 at most."""
    return sound * float(peak / np.abs(sound).max())


def seconds(length_s: float) -> Samples:
    """Return the time of each sample, in seconds."""
    return np.arange(round(length_s * RATE)) / RATE


def hertz(note: int) -> float:
    """Return the frequency of a MIDI note."""
    return float(440 * 2 ** ((note - 69) / 12))


def write_flac(path: Path, sound: Samples) -> None:
    """Write a sound without loss, in 16 bits."""
    soundfile.write(path, sound, RATE, subtype="PCM_16")


def write_ogg(path: Path, sound: Samples) -> None:
    """Write Vorbis, without the random number that streams in Ogg usually have."""
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder) / "sound.wav"
        soundfile.write(wave, sound, RATE, subtype="PCM_16")
        options = [
            "-c:a",
            "libvorbis",
            "-q:a",
            "3",
            "-flags:a",
            "+bitexact",
            "-fflags",
            "+bitexact",
        ]
        run_ffmpeg(["-i", f"file:{wave}", *options, f"file:{path}"], timeout_s=120)


if __name__ == "__main__":
    main()
