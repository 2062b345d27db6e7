"""Listening with Whisper, by faster-whisper on a processor: words, and when each was heard."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.base import EngineError, EngineInputError, Made, MadeFile
from sparkle_motion_dagster.engines.hearing.base import (
    HeardWord,
    HearingEngine,
    HearingRequest,
    Transcript,
)
from sparkle_motion_dagster.engines.hearing.whisper.languages import languages_of
from sparkle_motion_dagster.engines.hearing.whisper.passages import joined
from sparkle_motion_dagster.engines.hearing.whisper.settings import WhisperSettings
from sparkle_motion_dagster.engines.hearing.whisper.weights import need_of, packaged_files
from sparkle_motion_dagster.engines.machinery.equipped import EquippedEngine
from sparkle_motion_dagster.engines.machinery.weights import revision_of
from sparkle_motion_dagster.engines.machinery.weights_errors import (
    DamagedWeightsError,
    MissingWeightsError,
)

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Word

_RATE = 16_000
"""What Whisper listens to, in samples a second."""

_THREADS = 2
"""Pinned, so that a transcript does not hang on how many cores a machine has."""

_TOKENS_A_SECOND, _FEWEST_TOKENS, _MOST_TOKENS = 12, 16, 220
"""How much is written down at most: nobody speaks faster, and what makes no sense to Whisper it may
follow with one phrase, over and over. It can write 224 tokens for its 30 seconds."""


class WhisperEngine(
    EquippedEngine[HearingRequest, WhisperSettings], HearingEngine[WhisperSettings]
):
    """Listens with Whisper. The model is loaded when first something is to be heard, and once.

    Weights that packages hold are joined and compared with their digests in memory, and loaded from
    there: nothing is written.

    The same sound is the same transcript: nothing is drawn by chance (temperature 0, and none of
    Whisper's further tries at higher ones), and no passage hangs on what was heard before it.
    """

    name: ClassVar[str] = "whisper"
    version: ClassVar[int] = 2
    settings_model: ClassVar[type[WhisperSettings]] = WhisperSettings
    usual_pace: ClassVar[float] = 0.65 / 8
    """The model tiny.en heard a line, whose work is 8, in 0.62 to 0.74 s of processor time, on a
    busy machine; of a larger model nobody knows, and it takes longer."""
    usual_start_s: ClassVar[float] = 1.1
    """Likewise: 1.76 s for the first line, loading included."""
    usual_bytes: ClassVar[float] = 200.0

    def model(self) -> tuple[str, str]:
        """Return the model's id and revision; see ``EquippedEngine.model``."""
        need = need_of(self.settings)
        return need.choice.weights.repository, revision_of(need.choice.weights, need.folder)

    def knows(self, language: str) -> bool:
        """Tell whether the model understands a language, by its code."""
        return language in languages_of(self.settings.model)

    def check(self, request: HearingRequest) -> None:
        """Make sure that the model understands a sound's language.

        Raises:
            EngineInputError: It does not.
        """
        if not self.knows(request.language):
            raise EngineInputError(
                f"Whisper's model {self.settings.model} does not understand {request.language!r}. "
                "Set the engine's `model` to one that does: `sparkle engines list` shows them."
            )

    def make(self, requests: Sequence[HearingRequest], folder: Path) -> Generator[Made]:
        """Listen to one sound a request; see ``Engine.make``.

        Raises:
            EngineInputError: The model does not understand a sound's language.
            MissingWeightsError: The model, or what it runs on, is not on this machine, or damaged.
        """
        for request in requests:
            self.check(request)
        for number, request in enumerate(requests):
            heard = folder / f"heard-{number}.json"
            heard.write_text(self._transcript(request).model_dump_json(), encoding="utf-8")
            yield Made({"heard": MadeFile(heard, "application/json")})

    def _transcript(self, request: HearingRequest) -> Transcript:
        heard = joined(_samples(request.audio.path), _RATE, request.passages)
        if heard is None:
            return Transcript()
        words: list[HeardWord] = []
        for word in self._words(heard.sound, request.language):
            text = "".join(word.word.split())
            end_s, probability = heard.own_time(word.end), float(word.probability)
            if words and _goes_on(word.word):
                last = words.pop()
                start_s, text = last.start_s, last.text + text
                probability = min(last.probability, probability)
            else:
                start_s = heard.own_time(word.start)
            if text:
                words.append(
                    HeardWord(text=text, start_s=start_s, end_s=end_s, probability=probability)
                )
        return Transcript(words=tuple(words))

    def _words(self, sound: NDArray[np.float32], language: str) -> list[Word]:
        """Return the words in a sound as Whisper has them.

        It analyses a sound with numpy, whose matrix products differ in their last bits by the
        number of threads, which follows the machine's cores: they get one.
        """
        model = self._model
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1, user_api="blas"):
            segments, _ = model.transcribe(
                sound,
                language=language,
                beam_size=self.settings.beam_size,
                temperature=0.0,
                condition_on_previous_text=False,
                no_speech_threshold=None,
                max_new_tokens=_most_tokens(len(sound) / _RATE),
                word_timestamps=True,
            )
            return [word for segment in segments for word in segment.words or ()]

    @cached_property
    def _model(self) -> WhisperModel:
        folder = need_of(self.settings).located(self.name)
        files = {name: file.read(self.name) for name, file in packaged_files(self.settings).items()}
        if not files:
            self._require_files(folder)
        try:
            from faster_whisper import WhisperModel
        except ModuleNotFoundError as error:
            raise MissingWeightsError(
                f"What {self.name} runs on is not installed ({error.name}). Type: pip install "
                "'sparkle-motion-dagster[hearing]' (in a checkout: pip install -c constraints.txt "
                "-e '.[hearing]')."
            ) from error
        try:
            return WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=_THREADS,
                num_workers=1,
                files=files or None,
            )
        except (RuntimeError, ValueError) as error:  # as CTranslate2 refuses a file
            raise DamagedWeightsError(
                f"The weights of {self.name} in {folder} cannot be loaded: {error}. Get them "
                f"again: `sparkle engines install {self.name} --model {self.settings.model}`."
            ) from error

    def _require_files(self, folder: Path) -> None:
        """Make sure that a folder holds what a model consists of.

        Raises:
            MissingWeightsError: It does not.
        """
        wanted = need_of(self.settings).choice.weights.files
        if missing := [pattern for pattern in wanted if not any(folder.glob(pattern))]:
            raise MissingWeightsError(
                f"{folder}, from which {self.name} is to take its weights, holds no "
                f"{' and no '.join(missing)}. Name a folder with Whisper in CTranslate2's format, "
                f"or leave `weights` out and type `sparkle engines install {self.name} --model "
                f"{self.settings.model}`."
            )


def _goes_on(word: str) -> bool:
    """Tell whether a word is the rest of the one before it: " $1" and ",200" are $1,200."""
    return bool(word.strip()) and not (word[0].isspace() or word[0].isalnum())


def _most_tokens(seconds: float) -> int:
    return min(_FEWEST_TOKENS + round(_TOKENS_A_SECOND * seconds), _MOST_TOKENS)


@lru_cache(maxsize=1)
def _samples(path: Path) -> NDArray[np.float32]:
    """Return the sound of a file as Whisper hears it; kept, for passages of one follow each other.

    Raises:
        EngineError: The file holds no sound that can be read.
    """
    import av
    from faster_whisper import decode_audio

    try:
        sound: NDArray[np.float32] = decode_audio(str(path), sampling_rate=_RATE)
    except (av.FFmpegError, IndexError) as error:
        raise EngineError(f"{path} holds no sound that can be listened to: {error}") from error
    return sound
