"""What a hearing engine is asked for, and what it answers."""

from abc import abstractmethod
from collections.abc import Mapping

from pydantic import Field, JsonValue

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, Request, SettingsT
from sparkle_motion_dagster.units import Record

_OTHER_CODES = {"cmn": "zh", "fil": "tl", "iw": "he", "jv": "jw", "nb": "no"}
"""Languages that recognisers have under another code."""


_LINE_S = 3.0
"""How long a line counts that is heard as a whole, in seconds."""

_BEGINNING_S = 5.0
"""What each sound costs beside its length, in seconds of sound: recognisers fill it up with silence
to their window, which is 30 s of Whisper's, and read all of that."""


class HeardWord(Record):
    """A word as it was heard, without white space in it; times are seconds of the sound's own."""

    text: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    probability: float = Field(ge=0, le=1)


class Transcript(Record):
    """What was heard, in order."""

    words: tuple[HeardWord, ...] = ()

    @property
    def text(self) -> str:
        """The words, joined: each is a word of the text, parted by white space."""
        return " ".join(word.text for word in self.words)


class Passage(Record):
    """A part of a sound, from ``start_s`` to ``end_s`` in seconds."""

    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)


class HearingRequest(Request):
    """A sound in which one language is spoken: all of it, or some passages.

    ``language`` is its code without a region, as `language_code` gives it. The sound is a file
    with one sound track, such as a WAV or an MP4. ``passages`` are heard one after the other, with
    a short pause between two: a recogniser understands more of a word by what was said before it.
    """

    audio: StoredFile
    language: str
    passages: tuple[Passage, ...] = ()

    @property
    def extent(self) -> Mapping[str, JsonValue]:
        """Its passages and their seconds; see ``Request.extent``."""
        if not self.passages:
            return {}
        return {"passages": len(self.passages), "seconds": round(self._seconds(), 2)}

    @property
    def work(self) -> float:
        """Its seconds, and what beginning with a sound costs; see ``Request.work``."""
        return _BEGINNING_S + (self._seconds() if self.passages else _LINE_S)

    def _seconds(self) -> float:
        return sum(passage.end_s - passage.start_s for passage in self.passages)


class HearingEngine(Engine[HearingRequest, SettingsT]):
    """Listens.

    Each result holds an output ``heard``: a ``Transcript`` as JSON (``application/json``).
    """

    @abstractmethod
    def knows(self, language: str) -> bool:
        """Tell whether it understands a language, by its code."""


def language_code(tag: str) -> str:
    """Return the code that recognisers have for a language tag: "en" for "en-GB"."""
    subtag = tag.replace("_", "-").partition("-")[0].casefold()
    return _OTHER_CODES.get(subtag, subtag)
