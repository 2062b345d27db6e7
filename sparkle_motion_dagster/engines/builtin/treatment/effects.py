"""What the effects do to a voice: bands, drive, noise and rooms, without moving a word of it.

All of them have linear phase or keep the direct sound first, so that times of words stay valid.
What chance decides (the noise of a radio, the reflections of a room) comes from the raw stream of
PCG64, which numpy keeps the same in all versions (NEP 19).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sparkle_motion_dagster.media.sound.filters import Curve, convolved, envelope, equalised
from sparkle_motion_dagster.media.sound.signals import Signal, fade_in, rms_of
from sparkle_motion_dagster.plan.voices import Effect
from sparkle_motion_dagster.units import SAMPLE_RATE

_ACTIVE_DB = -35.0
"""A voice sounds where it is less than this below its loudest, in dB."""

_LEVEL_S = 0.03
"""Over how long levels are evened out, in seconds: less than a syllable."""

_GATE_S = 0.1
"""In how long the noise of a radio comes and goes, in seconds."""

_ROOM_SEED = 1
"""The rooms are the same in every film."""


@dataclass(frozen=True)
class Transmission:
    """A narrow band, driven into saturation, with noise under it while the voice sounds.

    Attributes:
        band: What gets through.
        evening: How much of the differences of level is evened out, 0 to 1.
        drive: How far the loudest parts are driven into saturation; 1 is hardly at all.
        noise_db: The noise beside the voice; None: there is none.
    """

    band: Curve
    evening: float
    drive: float
    noise_db: float | None = None


@dataclass(frozen=True)
class Room:
    """A voice in a room, or far away outside.

    Attributes:
        tone: What the way to the listener does to the voice.
        reflections: Echoes of walls near by: after how many ms, and how loud (1: the voice).
        reverb_db: How loud the reverberation is beside the voice.
        decay_s: In how many seconds it falls by 60 dB (ISO 3382).
        begins_ms: When it begins.
        wall: What the walls leave of it.
        rings_s: For how long it is heard after the voice has ended.
    """

    tone: Curve
    reflections: Sequence[tuple[float, float]]
    reverb_db: float
    decay_s: float
    begins_ms: float
    wall: Curve
    rings_s: float


_EFFECTS: dict[Effect, Transmission | Room] = {
    # The band of ITU-T G.712: 300 to 3400 Hz.
    "telephone": Transmission(
        band=(
            (120, -40), (220, -12), (300, -3), (420, 0), (1000, 0), (2000, 2), (3000, 1),
            (3400, -3), (3800, -18), (4600, -50),
        ),
        evening=0.1,
        drive=1.0,
    ),
    "radio": Transmission(
        band=(
            (150, -45), (260, -13), (340, -3), (470, 0), (1000, 1), (1900, 3), (2900, 1),
            (3300, -3), (3700, -18), (4500, -50),
        ),
        evening=0.15,
        drive=1.2,
        noise_db=-33.0,
    ),
    "far": Room(
        tone=((60, -15), (160, -5), (350, 0), (1400, 0), (2800, -5), (5000, -12), (9000, -24)),
        reflections=((19, 0.35), (31, 0.3), (47, 0.25), (71, 0.2), (97, 0.16)),
        reverb_db=-12.0,
        decay_s=0.9,
        begins_ms=35,
        wall=((100, -8), (300, 0), (1500, 0), (4000, -12), (8000, -30)),
        rings_s=0.6,
    ),
    "hall": Room(
        tone=((80, -3), (200, 0), (3000, 0), (8000, -3)),
        reflections=((23, 0.22), (37, 0.18), (53, 0.15)),
        reverb_db=-9.0,
        decay_s=1.8,
        begins_ms=28,
        wall=((80, -9), (250, 0), (2000, 0), (5000, -9), (9000, -20)),
        rings_s=1.8,
    ),
    "thought": Room(
        tone=((70, 0), (140, 4), (280, 2), (700, 0), (3000, -1), (5500, -5), (10000, -10)),
        reflections=(),
        reverb_db=-13.0,
        decay_s=0.8,
        begins_ms=14,
        wall=((120, -10), (350, 0), (2200, 0), (5000, -10), (9000, -24)),
        rings_s=0.6,
    ),
}  # fmt: skip


def ringing_samples(effect: Effect | None) -> int:
    """Return for how long an effect is heard after the line, at `units.SAMPLE_RATE`."""
    room = None if effect is None else _EFFECTS[effect]
    return round(room.rings_s * SAMPLE_RATE) if isinstance(room, Room) else 0


def heard_through(signal: Signal, effect: Effect, seed: int) -> Signal:
    """Return a voice as it is heard through an effect: what rings on follows it.

    Args:
        signal: The voice.
        effect: Through what it is heard.
        seed: Decides the noise, where there is any.
    """
    kind = _EFFECTS[effect]
    if isinstance(kind, Transmission):
        return _transmitted(signal, kind, seed)
    return _in_room(signal, kind)


def _transmitted(signal: Signal, sent: Transmission, seed: int) -> Signal:
    voice = equalised(signal, sent.band)
    level = envelope(voice, _LEVEL_S)
    loudest = max(float(level.max(initial=0.0)), 1e-9)
    relative = np.maximum(level / loudest, 10 ** (_ACTIVE_DB / 20))
    driven = sent.drive * voice / loudest * relative**-sent.evening
    voice = equalised(np.tanh(driven), sent.band)
    if sent.noise_db is None:
        return voice
    sounding = (level > loudest * 10 ** (_ACTIVE_DB / 20)).astype(np.float64)
    from_end = np.minimum(np.arange(len(voice)), np.arange(len(voice))[::-1])
    gate = envelope(sounding, _GATE_S) * np.minimum(1.0, from_end / (_GATE_S * SAMPLE_RATE))
    noise = equalised(_noise(len(voice), seed), sent.band)
    level_of_noise = rms_of(voice) / max(rms_of(noise), 1e-9) * 10 ** (sent.noise_db / 20)
    return voice + level_of_noise * gate * noise


def _in_room(signal: Signal, room: Room) -> Signal:
    voice = equalised(signal, room.tone)
    rings = round(room.rings_s * SAMPLE_RATE)
    echo = np.zeros(rings + 1)
    for after_ms, gain in room.reflections:
        echo[round(after_ms * SAMPLE_RATE / 1000)] += gain
    echo += _reverberation(rings + 1, room)
    heard = np.pad(voice, (0, rings)) + convolved(voice, echo)
    heard[len(voice) :] *= fade_in(rings)[::-1]  # where it is cut off, it has died away
    return heard


def _reverberation(length: int, room: Room) -> Signal:
    """Return the impulse response of diffuse reverberation: noise that dies away."""
    seconds = np.arange(length) / SAMPLE_RATE
    begins = room.begins_ms / 1000
    dying = np.where(seconds < begins, 0.0, 10 ** (-3 * (seconds - begins) / room.decay_s))
    sound = equalised(_noise(length, _ROOM_SEED) * dying, room.wall)
    sound[: round(begins * SAMPLE_RATE / 2)] = 0.0
    energy = float(np.sum(sound**2))
    return sound * math.sqrt(10 ** (room.reverb_db / 10) / max(energy, 1e-12))


def _noise(length: int, seed: int) -> Signal:
    """Return white noise between -1 and 1."""
    raw = np.random.PCG64(seed).random_raw(length)
    return np.asarray(raw / 2.0**63 - 1.0, np.float64)
