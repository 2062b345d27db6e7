"""Takes that nobody has heard yet: how long they are assumed to be, and when their words sound."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sparkle_motion_dagster.film import stages
from sparkle_motion_dagster.forecast.placeholders import Owner
from sparkle_motion_dagster.plan.timeline.speech_timings import (
    SpeechTimings,
    SpokenPhoneme,
    SpokenWord,
)
from sparkle_motion_dagster.units import SAMPLE_RATE


@dataclass(frozen=True)
class AssumedTakes:
    """How long takes are assumed to be that nobody has heard yet.

    ``samples`` is their length; `timed` ones have words too, and nobody understands them. The takes
    of one line may be longer than those of the others; ``by_line`` are those of which more is
    assumed, and which are `understood`.
    """

    samples: int
    timed: bool
    longer_line: str | None = None
    longer_by: int = 0
    by_line: Mapping[str, int] = field(default_factory=dict)

    @property
    def understood(self) -> bool:
        """Whether all is heard that is written."""
        return not self.timed or bool(self.by_line)

    def samples_of(self, take: Owner) -> int:
        """Return the length of a take that is still to be spoken."""
        usual = self.by_line.get(stages.whose(take.item), self.samples)
        return usual + (self.longer_by if take.item == self.longer_line else 0)


def evenly_spoken(text: str, samples: int) -> SpeechTimings:
    """Return when a line's words would sound in so many samples, if each took as long.

    Args:
        text: What is said; at least a word.
        samples: How long it takes, at ``units.SAMPLE_RATE``.
    """
    words = text.split()
    step = samples / SAMPLE_RATE / len(words)
    times = [(word, number * step, (number + 1) * step) for number, word in enumerate(words)]
    return SpeechTimings(
        words=tuple(SpokenWord(text=word, start_s=s, end_s=e) for word, s, e in times),
        phonemes=tuple(SpokenPhoneme(ipa="ə", start_s=s, end_s=e) for _, s, e in times),
    )
