"""Reading the sound in what a server sent: bytes from outside, that may be anything."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sparkle_motion_dagster.engines.speech.judging import Samples

_SIGNATURES: Mapping[bytes, str] = {
    b"fLaC": "flac",
    b"RIFF": "wav",
    b"ID3": "mp3",
    **{bytes((0xFF, second)): "mp3" for second in (0xE2, 0xE3, 0xF2, 0xF3, 0xFA, 0xFB)},
}
"""How files begin (RFC 9639, 8; RIFF, 1991; ID3v2; ISO 11172-3 and 13818-3, layer III), and their
format. Nothing else is opened: there are formats by which a file has others read."""

SLOWEST_RATE, FASTEST_RATE = 8_000, 48_000
"""The sample rates of speech, in Hz: from the telephone's to the film's."""

MOST_CHANNELS = 2

_UNKNOWN_SIZE = 0x7FFF_0000
"""A WAV that was sent before it was whole says that it has this many bytes or more, or none."""

_TOLERANCE_S = 0.1
"""How much shorter than it says a file may be, in seconds: MP3 comes in frames, and with a lead."""


class NoSoundError(Exception):
    """Bytes are no sound, or not all of it; the message says what they are."""


@dataclass(frozen=True)
class Sound:
    """What was in a file.

    Attributes:
        samples: Its channels, mixed.
        rate: Samples a second.
        channels: How many channels were mixed.
        form: The file's format: "flac".
    """

    samples: Samples
    rate: int
    channels: int
    form: str

    def __str__(self) -> str:
        channels = "1 channel" if self.channels == 1 else f"{self.channels} channels"
        return f"{self.form.upper()}, {self.rate} Hz, {channels}, {self.seconds:.1f} s"

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def decoded(content: bytes, most_s: float) -> Sound:
    """Return the sound in a file, of which no more is read than somewhat over `most_s` seconds.

    Raises:
        NoSoundError: It is no FLAC, WAV or MP3, or damaged, or cut off, or no sound of speech.
    """
    import av

    form = next((form for begin, form in _SIGNATURES.items() if content.startswith(begin)), None)
    if form is None:
        raise NoSoundError("no FLAC, WAV or MP3 file")
    pieces, came = [], 0
    try:
        with (
            np.errstate(invalid="ignore"),  # floating-point samples may be anything
            av.open(io.BytesIO(content), mode="r", format=form) as container,
        ):
            stream = next((one for one in container.streams.audio if one.codec_context), None)
            if stream is None:
                raise NoSoundError(f"a {form.upper()} file without sound")
            stream.codec_context.options = {"err_detect": "explode"}
            rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
            _check_is_speech(form, rate, channels)
            # A damaged frame may say that it has thousands of channels.
            layout = "mono" if channels == 1 else "stereo"
            in_numbers = av.AudioResampler(format="fltp", layout=layout, rate=rate)
            for frame in container.decode(stream):
                pieces += [same.to_ndarray().mean(axis=0) for same in in_numbers.resample(frame)]
                came += frame.samples
                if came > most_s * rate:
                    break
            said_s = float((stream.duration or 0) * (stream.time_base or 0))
    except (av.FFmpegError, ValueError) as error:
        raise NoSoundError(f"a {form.upper()} file that is damaged or cut off") from error
    samples = np.concatenate([np.zeros(0, np.float32), *pieces]).astype(np.float32)
    sound = Sound(samples, rate, channels, form)
    if _is_cut_off(content) or sound.seconds < min(said_s, most_s) - _TOLERANCE_S:
        raise NoSoundError(f"a file that is cut off ({sound})")
    return sound


def _check_is_speech(form: str, rate: int, channels: int) -> None:
    if not SLOWEST_RATE <= rate <= FASTEST_RATE or not 1 <= channels <= MOST_CHANNELS:
        raise NoSoundError(
            f"a {form.upper()} file of {rate} Hz and {channels} channels, where speech has "
            f"{SLOWEST_RATE} to {FASTEST_RATE} Hz and one channel or two"
        )


def _is_cut_off(content: bytes) -> bool:
    """Tell whether a WAV says that it is longer than it is.

    Its size lies in its bytes 4 to 7, and counts from there on.
    """
    size = int.from_bytes(content[4:8], "little")
    return content.startswith(b"RIFF") and len(content) < size + 8 < _UNKNOWN_SIZE
