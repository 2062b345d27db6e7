"""What Chatterbox is told of a line: its words, its language, how it is spoken, and by whom."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.engines.speech.chatterbox.models import MODELS, ChatterboxModel
from sparkle_motion_dagster.engines.speech.writing.numerals import numbers_in_words
from sparkle_motion_dagster.engines.speech.writing.said_line import SaidLine, SaidWord, said_line

SILENCE = 10 ** (-45 / 20)
"""A recording, or a take, that is nowhere louder than -45 dB of full scale holds no speech."""

_HEARD_S = 10
"""How much of a recording Chatterbox speaks on from, in seconds (`DEC_COND_LEN`)."""

_TAG = re.compile(r"(\[[a-z]+(?: [a-z]+)*\])")
"""What Turbo acts out, such as ``[laugh]``."""

_CODES = {"nb": "no", "nn": "no", "iw": "he", "cmn": "zh"}
"""Languages for which Chatterbox has another name."""


def language_of(request: SpeechRequest, model: ChatterboxModel) -> str:
    """Return the model's code of a line's language.

    Raises:
        EngineInputError: The model does not speak it.
    """
    subtag = request.voice.language.replace("_", "-").partition("-")[0].casefold()
    code = _CODES.get(subtag, subtag)
    if code not in model.languages:
        others = [other.name for other in MODELS.values() if code in other.languages]
        remedy = (
            f"Set the engine's `model` to {others[0]}" if others else "Let another engine speak it"
        )
        raise EngineInputError(
            f"Chatterbox's {model.name} model does not speak {request.voice.language}, the "
            f"language of {excerpt(request)}. It speaks: {', '.join(model.languages)}. {remedy}."
        )
    return code


def said(request: SpeechRequest, model: ChatterboxModel) -> SaidLine:
    """Return how a line is said; what the model acts out stays in it, between the words.

    Raises:
        NothingToSayError: It holds nothing that can be pronounced.
    """
    language = request.voice.language
    # Between two pieces of text there is a tag.
    pieces = [request.text] if model.played else _TAG.split(request.text)
    lines = [
        SaidLine((SaidWord(piece, piece),), (), ()) if index % 2 else said_line(piece, language)
        for index, piece in enumerate(pieces)
    ]
    whole = SaidLine(
        words=tuple(word for line in lines for word in line.words),
        directions=tuple(direction for line in lines for direction in line.directions),
        passed_over=tuple(dict.fromkeys(sign for line in lines for sign in line.passed_over)),
    )
    whole.require_words()
    return whole


def spoken_text(request: SpeechRequest, model: ChatterboxModel) -> str:
    """Return what Chatterbox is given of a line: its numbers in words, too.

    Raises:
        NothingToSayError: It holds nothing that can be pronounced.
    """
    return numbers_in_words(said(request, model).text, request.voice.language)


def check_reference(reference: StoredFile, request: SpeechRequest, model: ChatterboxModel) -> None:
    """Make sure that the recording of a line's voice can be imitated, before anything is loaded.

    Raises:
        EngineInputError: It cannot be read, is too short, or holds no sound.
    """
    whose = f"The recording of the voice that {excerpt(request)} is to be spoken with"
    samples, seconds = _beginning(reference.path, whose)
    if seconds <= model.shortest_reference_s:
        raise EngineInputError(
            f"{whose} lasts {seconds:.1f} s. Chatterbox's {model.name} model needs more than "
            f"{model.shortest_reference_s:g} s of it, and takes up to {_HEARD_S} s."
        )
    if not np.isfinite(samples).all():
        raise EngineInputError(f"{whose} is damaged: some of its samples are no numbers.")
    if float(np.max(np.abs(samples))) < SILENCE:
        raise EngineInputError(
            f"{whose} holds no sound: its first {_HEARD_S} s are nowhere louder than -45 dB of "
            "full scale. Cut the silence off."
        )


def _beginning(path: Path, what: str) -> tuple[npt.NDArray[np.float32], float]:
    """Return as much of a recording as is heard, its channels mixed, and how long it all lasts."""
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            heard = file.read(_HEARD_S * file.samplerate, dtype="float32", always_2d=True)
            seconds = file.frames / file.samplerate
    except soundfile.LibsndfileError as error:
        raise EngineInputError(
            f"{what} cannot be read: {error.error_string} Bring it as WAV."
        ) from error
    if not len(heard):
        raise EngineInputError(f"{what} is empty.")
    return heard.mean(axis=1), seconds


def excerpt(request: SpeechRequest) -> str:
    """Return a line as messages name it."""
    return f"the line {request.excerpt}"
