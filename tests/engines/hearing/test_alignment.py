"""When words sound by what was heard, against takes whose exact times are known."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from listeners import whisper
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.hearing.alignment import aligned
from sparkle_motion_dagster.engines.hearing.base import HeardWord, HearingRequest, Transcript
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.media.sound.takes import line_samples
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from sparkle_motion_dagster.units import SAMPLE_RATE
from speech_takes import speech_engine

LINES = (
    "I told you, I was at home.",
    "Give me the key and close the door.",
    "My grandmother kept bees behind the house.",
)


def transcript(*words: tuple[str, float, float]) -> Transcript:
    return Transcript(
        words=tuple(
            HeardWord(text=text, start_s=start, end_s=end, probability=1)
            for text, start, end in words
        )
    )


def test_words_of_espeaks_takes_are_timed_within_a_tenth_of_a_second(tmp_path: Path) -> None:
    voice = Voice(provider_voice="en-us", language="en-US")
    requests = [SpeechRequest(text=line, voice=voice, seed=1) for line in LINES]
    takes = [made.outputs for made in speech_engine("espeak", {}).make(requests, tmp_path)]
    listening = [
        HearingRequest(audio=StoredFile(sha256="0" * 64, path=take["audio"].path), language="en")
        for take in takes
    ]
    heard = whisper().make(listening, tmp_path)
    errors, phonemes = [], []
    for line, take, made in zip(LINES, takes, heard, strict=True):
        exact = SpeechTimings.model_validate_json(take["timings"].path.read_bytes())
        seconds = line_samples(take["audio"].path) / SAMPLE_RATE
        found = Transcript.model_validate_json(made.outputs["heard"].path.read_bytes())
        timed = aligned(line, "en-US", found, seconds)
        assert [word.text for word in timed.words] == [word.text for word in exact.words]
        pairs = list(zip(timed.words, exact.words, strict=True))
        errors += [abs(one.start_s - other.start_s) for one, other in pairs]
        sounds = list(zip(timed.phonemes, exact.phonemes, strict=True))
        phonemes += [abs(one.start_s - other.start_s) for one, other in sounds]
    assert median(errors) < 0.1
    assert median(phonemes) < 0.1


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("Petrel, this is the light.", transcript(("petrol", 0.1, 0.5), ("light", 1.5, 2.0))),
        ("Petrel, this is the light.", transcript()),
        ("Petrel, this is the light.", transcript(("nonsense", 0, 9), ("more", 9, 9))),
        ("Goodnight — Mara …", transcript(("good", 0.0, 0.3), ("night", 0.3, 0.6))),
        ("— Yes", transcript(("yes", 0.5, 1.0))),
        ("I paid $42.", transcript(("i", 0, 0.1), ("paid", 0.1, 0.4), ("$42.", 0.4, 1.8))),
        ("No no no no no.", transcript(("no", 0.0, 0.0), ("no", 0.0, 0.0))),
        ("Y", transcript(("why", 0.0, 0.4))),
        ("Nein, niemals!", transcript(("niemals", 1.0, 2.0))),
        ("Straße 🏠 12", transcript()),
    ],
)
def test_every_word_has_a_time_in_order_inside_the_take(line: str, heard: Transcript) -> None:
    timed = aligned(line, "de" if line[0] in "NS" else "en-US", heard, 2.0)
    times = [time for word in timed.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= 2.0
    assert " ".join(word.text for word in timed.words) == line
    inside = [time for one in timed.phonemes for time in (one.start_s, one.end_s)]
    assert inside
    assert inside == sorted(inside)


def test_a_word_that_was_not_heard_sounds_between_its_neighbours() -> None:
    heard = transcript(("this", 0.0, 0.4), ("light", 1.0, 1.5))
    first, second, third, last = aligned("this is the light", "en-US", heard, 1.6).words
    assert (first.end_s, last.start_s) == (0.4, 1.0)
    assert second.end_s == third.start_s == pytest.approx(0.4 + 0.6 * 2 / 5)


def test_a_line_of_nothing_has_no_times() -> None:
    assert aligned("— …", "en-US", transcript(("thank", 0, 1)), 1.0) == SpeechTimings()
