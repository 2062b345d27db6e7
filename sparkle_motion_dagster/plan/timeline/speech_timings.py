"""When each word and each phoneme of a spoken line sounds."""

from pydantic import Field

from sparkle_motion_dagster.units import Record


class SpokenWord(Record):
    """A word of a line; times are seconds from the line's first sample."""

    text: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)


class SpokenPhoneme(Record):
    """A phoneme in IPA; times are seconds from the line's first sample."""

    ipa: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)


class SpeechTimings(Record):
    """The timings of one take, in order, inside the take."""

    words: tuple[SpokenWord, ...] = ()
    phonemes: tuple[SpokenPhoneme, ...] = ()

    def scaled(self, factor: float) -> "SpeechTimings":
        """Return the timings of the same take, stretched to `factor` times its length."""
        return SpeechTimings(
            words=tuple(
                word.model_copy(
                    update={"start_s": word.start_s * factor, "end_s": word.end_s * factor}
                )
                for word in self.words
            ),
            phonemes=tuple(
                phoneme.model_copy(
                    update={"start_s": phoneme.start_s * factor, "end_s": phoneme.end_s * factor}
                )
                for phoneme in self.phonemes
            ),
        )
