"""How espeak really says what English writes short: its phonemes, without stress marks."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.speech.writing.said_line import said_line
from speech_takes import Take, english, speech_engine, spoken


def says(text: str, folder: Path) -> Take:
    return spoken(speech_engine("espeak", {}), [english(text)], folder)[0]


def sounds(take: Take) -> str:
    return re.sub("[ˈˌ]", "", take.phonemes)


@pytest.mark.parametrize(
    ("written", "in_full"),
    [
        ("Dr. Smith met Mrs. Bell.", "Doctor Smith met Missis Bell."),
        ("Ms. Bell and Prof. Moore", "Miz Bell and Professor Moore"),
        ("Capt. Hook, Lt. Dan and Sgt. Pepper", "Captain Hook, Lieutenant Dan and Sargent Pepper"),
        ("St. Mary lives on Main St. now", "Saint Mary lives on Main Street now"),
        ("It is 3.5 km away.", "It is 3 point 5 kilometers away."),
        (
            "At 60 km/h, 1 kg and 20°C",
            "At 60 kilometers per hour, 1 kilogram and 20 degrees Celsius",
        ),
        (
            "In 1999, 1905 and 2024",
            "In nineteen ninety nine, nineteen oh five and twenty twenty four",
        ),
        ("the 1990s", "the nineteen nineties"),
        ("from 1914-1918", "from nineteen fourteen to nineteen eighteen"),
        ("Open 24/7 here.", "Open twenty four seven here."),
        ("1/2 and 3/4", "one half and three quarters"),
        ("It costs $5.50.", "It costs five dollars fifty."),
        ("$1 or $2.5 million", "one dollar or two point five million dollars"),
        ("€20 and £3.05", "twenty euros and three pounds and five pence"),
        ("At 10:30 or 9:05", "At ten thirty or nine oh five"),
        ("7:00 and 7:00 pm", "seven o'clock and seven pee emm"),
        ("50% done", "fifty percent done"),
        ("Platform No. 5, no.", "Platform number five, no."),
        ("Fruit, e.g. apples, i.e. pears", "Fruit, for example apples, that is pears"),
        ("and so on, etc. Then", "and so on, et cetera. Then"),
        ("us vs. them", "us versus them"),
        ("Henry II and Louis XIV", "Henry the second and Louis the fourteenth"),
        ("World War II, Part IV", "World War two, Part four"),
        ("the 1st and the 21st", "the first and the twenty first"),
        ("Tom & Ann", "Tom and Ann"),
        ("Shh! Hmm.", "Shush! Hm-m."),
        ("I SAID IT IS US. GO.", "I said it is us. Go."),
        ("He/she and/or both", "He she and or both"),
        ("Nooooo, sooo long", "No, so long"),
        ("B-but w-what?", "Buh but wuh what?"),
        ("https://www.example.com/a-b?c=1", "example dot com slash a b"),
        ("2-3 of #7", "two to three of number seven"),
    ],
)
def test_it_sounds_as_if_it_were_written_in_full(
    written: str, in_full: str, tmp_path: Path
) -> None:
    take = says(written, tmp_path)
    expected = {"Missis": "Mrs.", "Sargent": "Sergeant", "Hm-m": "Hmm", "pee emm": "P.M."}
    for respelled, usual in expected.items():
        in_full = in_full.replace(respelled, usual)
    in_full = in_full.replace("kilometers", "kilometres")
    assert sounds(take) == sounds(says(in_full, tmp_path))
    assert " ".join(take.words) == written


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Dr. Smith", "dɑːktɚsmɪθ"),
        ("3.5 km", "θɹiːpɔɪntfaɪvkɪləmiːɾɚz"),
        ("$5.50", "faɪvdɑːlɚzfɪfti"),
        ("e.g.", "fɔːɹɛɡzæmpəl"),
        ("NASA", "næsɐ"),
        ("U.S.A.", "juːɛseɪ"),
        ("Henry II", "hɛnɹiðəsɛkənd"),
        ("Shh", "ʃʌʃ"),
        ("No. 5", "nʌmbɚfaɪv"),
        ("10 a.m.", "tɛneɪɛm"),
        ("me@home.org", "miːæthoʊmdɑːtɔːɹɡ"),
        ("“Never”", "nɛvɚ"),
        ("*never* 🙂", "nɛvɚ"),
    ],
)
def test_phonemes(text: str, heard: str, tmp_path: Path) -> None:
    assert sounds(says(text, tmp_path)) == heard


@pytest.mark.parametrize(
    "text",
    [
        "I am 5 and No one knows St John.",
        "He said no. Yes.",
        "Elizabeth I love, Malcolm X and Henry V",
        "The US and the FBI, NASA, OK?",
        "1,999 and 12.25 and 1066 or 2000",
        "It is in the min of the hall, mi amor.",
        "well-known e-mail, B-side and T-shirt",
        "too good, been there, Hawaii",
        "either/",
        "1:2:3 and :::",
        "col. and gen. are short",
        "'tis rock 'n' roll",
    ],
)
def test_what_may_mean_something_else_is_left_alone(text: str) -> None:
    assert said_line(text, "en-US").text == text


def test_a_title_ends_no_sentence_but_what_is_short_may() -> None:
    written = "We saw Lt. Dan in Main St. and on Oak Ave. Then"
    said = said_line(written, "en-US").text
    assert said == "We saw Lieutenant Dan in Main Street and on Oak Avenue. Then"


def test_words_are_timed_as_they_are_written(tmp_path: Path) -> None:
    line = "Dr. Smith paid $2.5 million at 9:05, e.g. for No. 5."
    take = says(line, tmp_path)
    assert take.words == line.split()
    assert take.timings is not None
    longest = max(take.timings.words, key=lambda word: word.end_s - word.start_s)
    assert longest.text in {"$2.5", "million", "9:05,", "e.g."}


def quiet_s(take: Take) -> float:
    """Return the longest silence inside a take, in seconds."""
    sounding = [
        number
        for number in range(len(take.samples) // 220)
        if abs(take.samples[220 * number : 220 * (number + 1)]).max() > 0.003
    ]
    return max(b - a - 1 for a, b in pairwise(sounding)) * 220 / take.rate


def test_dashes_ellipses_and_asides_pause(tmp_path: Path) -> None:
    flowing = quiet_s(says("Well I know him", tmp_path))
    for dash in ("Well — I know him", "Well—I know him", "Well -- I know him", "Well - I know him"):
        assert quiet_s(says(dash, tmp_path)) > flowing + 0.08
    for ellipsis in ("Well … I know him", "Well... I know him", "Well… I know him"):
        assert quiet_s(says(ellipsis, tmp_path)) > flowing + 0.2
    assert says("I saw him (once) go", tmp_path).duration_s > (
        says("I saw him once go", tmp_path).duration_s + 0.15
    )


@pytest.mark.parametrize(
    ("text", "sound", "times"),
    [
        ("1999 " * 400, "naɪntiːnnaɪntinaɪn", 400),
        pytest.param("WWW " * 500, "dʌbəljuː", 1500, marks=pytest.mark.service),
    ],
)
def test_nothing_is_lost_of_a_line_that_never_pauses(
    text: str, sound: str, times: int, tmp_path: Path
) -> None:
    assert sounds(says(text.strip(), tmp_path)).count(sound) == times
