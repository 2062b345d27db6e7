"""What is found wrong with a take, and what of it is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.judging import (
    FULL_SCALE,
    Fault,
    Samples,
    bounds_s,
    expected_s,
    judged,
    kept,
)
from speech_takes import speech_engine, spoken

RATE = 24000
LINE = "The harbour was quiet before the storm."


def tone(seconds: float, level: float = 0.3, pitch: float = 150.0) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * pitch * times)).astype(np.float32)


def dying(seconds: float) -> Samples:
    """A tone whose last tenth of a second dies away."""
    sound = tone(seconds)
    sound[-RATE // 10 :] *= np.linspace(1, 0, RATE // 10, dtype=np.float32) ** 3
    return sound


def quiet(seconds: float, level: float = 0.0003) -> Samples:
    noise = np.random.default_rng(1).normal(0, level, round(seconds * RATE))
    return noise.astype(np.float32)


def joined(*parts: Samples) -> Samples:
    return np.concatenate(parts).astype(np.float32)


GOOD = joined(quiet(0.2), dying(2.3), quiet(0.3))


@pytest.mark.parametrize(
    ("samples", "faults"),
    [
        pytest.param(GOOD, (), id="good"),
        pytest.param(dying(2.3), (), id="good, without silence about it"),
        pytest.param(np.zeros(0, np.float32), ("silent",), id="empty"),
        pytest.param(np.zeros(3 * RATE, np.float32), ("silent",), id="zeros"),
        pytest.param(quiet(3.0, 0.003), ("silent",), id="noise at -50 dB"),
        pytest.param(GOOD * np.float32(0.03), (), id="whispered at -43 dB"),
        pytest.param(joined(quiet(1.0), tone(0.03), quiet(1.0)), ("silent",), id="a click"),
        pytest.param(np.where(GOOD > 0.2, np.nan, GOOD), ("silent",), id="holes"),
        pytest.param(np.clip(GOOD * 10, -1, 1), ("clipped",), id="clipped"),
        pytest.param(GOOD * np.float32(3.2), (), id="just not clipped"),
        pytest.param(joined(quiet(0.2), tone(2.3)), ("cut short",), id="cut"),
        pytest.param(joined(quiet(0.2), tone(2.3), quiet(0.02)), (), id="not cut: it ends"),
        pytest.param(joined(dying(0.8), quiet(0.3)), ("too short",), id="half of it"),
        pytest.param(joined(dying(9.0), quiet(0.3)), ("too long",), id="babble"),
        pytest.param(tone(0.4), ("cut short", "too short"), id="only a beginning"),
    ],
)
def test_faults(samples: Samples, faults: tuple[Fault, ...]) -> None:
    assert judged(samples, RATE, LINE).faults == faults


def test_what_is_measured() -> None:
    found = judged(joined(quiet(0.5), tone(2.0), quiet(0.4)), RATE, LINE)
    assert found.seconds == pytest.approx(2.0, abs=0.02)
    assert found.peak == pytest.approx(0.3, rel=0.01)
    assert found.level_db == pytest.approx(20 * np.log10(0.3 / np.sqrt(2)), abs=0.2)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (LINE, 2.4),  # 165 words a minute
        ("我们今天晚上一起去港口看船。", 3.0),  # 5 syllables a second
        ("こんばんはおげんきですか。", 1.8),
        ("오늘 밤에 항구로 갑시다.", 1.9),
        ("Wir treffen uns um 18:45 Uhr.", 2.8),
        ("هل نذهب إلى الميناء الليلة؟", 2.2),
        ("", 0.0),
        ("— … ?", 0.6),
    ],
)
def test_the_expected_length_goes_by_the_script(text: str, seconds: float) -> None:
    assert expected_s(text) == pytest.approx(seconds, rel=0.35, abs=0.01)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1,000,000,000", 0.6), ("In 2000.", 0.6), ("[whispering] No.", 0.25), ("[laugh]", 0.1)],
)
def test_round_numbers_and_acted_sounds_may_be_short(text: str, seconds: float) -> None:
    shortest, longest = bounds_s(text)
    assert shortest < seconds < longest


@pytest.mark.parametrize("softer", [1.0, 0.25, 0.15])
def test_a_soft_take_keeps_its_soft_consonants(softer: float, tmp_path: Path) -> None:
    thief = SpeechRequest(
        text="Thief.", voice=Voice(provider_voice="en-us+m1", language="en-US"), seed=1
    )
    [take] = spoken(speech_engine("espeak", {}), [thief], tmp_path)
    samples = joined(quiet(0.3), take.samples.astype(np.float32), quiet(0.3)) * np.float32(softer)
    assert len(kept(samples, take.rate)) / take.rate == pytest.approx(
        take.duration_s + 0.015, abs=0.03
    )


_TEXTS = st.text(st.sampled_from("abc XYZ 123 .,!? äß だ漢 한"), max_size=80)


@settings(max_examples=50)
@given(_TEXTS, _TEXTS)
def test_more_text_takes_longer(one: str, other: str) -> None:
    assert expected_s(one + other) == pytest.approx(expected_s(one) + expected_s(other))
    shortest, longest = bounds_s(one)
    assert -1e-9 <= shortest <= expected_s(one) + 1e-9 < longest


@settings(max_examples=30, deadline=None)
@given(
    before=st.floats(0, 0.5),
    cycles=st.integers(3, 90),
    after=st.floats(0, 0.5),
    level=st.floats(0.01, 3),
)
def test_what_is_kept_has_quiet_edges_and_all_of_the_sound(
    before: float, cycles: int, after: float, level: float
) -> None:
    seconds = cycles / 150
    take = joined(quiet(before), tone(seconds, level), quiet(after))
    part = kept(take, RATE)
    assert part.dtype == np.float32
    assert seconds - 0.02 <= len(part) / RATE <= seconds + 0.036
    assert np.max(np.abs(part)) <= FULL_SCALE + 1e-6
    # No step is larger than those of the tone itself: nothing clicks.
    loudest = min(level, FULL_SCALE)
    assert abs(part[0]) < 1e-4
    assert abs(part[-1]) < 0.01 * loudest + 1e-3
    assert np.max(np.abs(np.diff(part))) < 1.3 * loudest * 2 * np.pi * 150 / RATE + 0.005


def test_a_voice_is_never_mistaken_for_a_fault(tmp_path: Path) -> None:
    """Another engine's voices, slow and fast, in several scripts: their lengths are all right."""
    engine = speech_engine("espeak", {})
    languages = {
        "en-us+f3": ("en-US", "No.", "Not tonight, mama: the harbour is closed. It is 18:45."),
        "de": ("de-DE", "Ja!", "Die Schifffahrtsgesellschaft fährt heute um acht nicht mehr."),
        "fr": ("fr-FR", "Oui ?", "On se retrouve au port demain matin, si tu veux bien."),
    }
    requests = [
        SpeechRequest(
            text=text,
            voice=Voice(provider_voice=voice, language=language, settings={"rate": rate}),
            seed=1,
        )
        for voice, (language, *texts) in languages.items()
        for text in texts
        for rate in (0.65, 1.6)
    ]
    takes = spoken(engine, requests, tmp_path)
    judgements = {
        (request.text, request.voice.settings["rate"]): judged(
            joined(take.samples.astype(np.float32), quiet(0.05)),  # it was trimmed
            take.rate,
            request.text,
        ).faults
        for request, take in zip(requests, takes, strict=True)
    }
    assert {what: faults for what, faults in judgements.items() if faults} == {}
