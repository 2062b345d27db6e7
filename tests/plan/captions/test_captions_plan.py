"""Captions: what stands in them, where they are broken, and when they are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.plan.captions.captioning import (
    USUAL_ROOM,
    CaptionRoom,
    columns,
    graphemes,
    without_direction,
    without_markup,
)
from sparkle_motion_dagster.plan.captions.cues import Cue, cues
from sparkle_motion_dagster.plan.captions.speaker_names import SpeakerName, told_apart
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineLine
from sparkle_motion_dagster.plan.timeline.speech_timings import SpokenWord
from sparkle_motion_dagster.units import FrameSize

RATE = 48_000
MARA, DAVY = SpeakerName("Mara", "en-US"), SpeakerName("Davy", "en-US")
SPEAKERS = {"mara": MARA, "davy": DAVY}
UPRIGHT = CaptionRoom.of(FrameSize(width=720, height=1280))
LRE, RLE, PDF = "\u202a", "\u202b", "\u202c"


def bare(text: str) -> str:
    """What is read of a text: no white space, no marks."""
    return "".join(without_direction(without_markup(text)).split())


def line(
    text: str,
    start_s: float,
    end_s: float,
    who: str = "mara",
    words: Sequence[tuple[str, float, float]] = (),
) -> TimelineLine:
    return TimelineLine(
        index=0,
        character_id=who,
        text=text,
        wav_digest="0" * 64,
        timings_digest=None,
        tempo=1.0,
        start_sample=round(start_s * RATE),
        end_sample=round(end_s * RATE),
        words=tuple(SpokenWord(text=one, start_s=a, end_s=b) for one, a, b in words),
        phonemes=(),
        planned_start_s=None,
        planned_duration_s=None,
        action="as_planned",
    )


def timeline(*lines: TimelineLine, seconds: float | None = None) -> MeasuredTimeline:
    length = seconds if seconds is not None else lines[-1].end_sample / RATE + 3
    return MeasuredTimeline(
        fps=Fraction(24),
        sample_rate=RATE,
        frames=round(length * 24),
        samples=round(length * RATE),
        shots=(),
        lines=lines,
    )


def shown(text: str, language: str = "en-US", name: str = "Mara", pace: float = 14.0) -> list[str]:
    """Return the cues of one line that is spoken at an even pace, in columns a second."""
    lines = timeline(line(text, 1, 1 + columns(text) / pace))
    return [cue.text for cue in cues(lines, {"mara": SpeakerName(name, language)}, USUAL_ROOM)]


# Where texts are broken


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-US", "Not tonight.", ["Mara: Not tonight."]),
        (
            "en-US",
            "Petrel, this is the harbour light. Answer me, Davy.",
            ["Mara: Petrel, this is the harbour light.\nAnswer me, Davy."],
        ),
        (
            "en-US",
            "I don't know what you're talking about but I'm not going to stand here and listen.",
            [
                "Mara: I don't know\nwhat you're talking about",
                "but I'm not going\nto stand here and listen.",
            ],
        ),
        (
            "en-US",
            "When I first came to the lighthouse, thirty years ago, there was no one but the "
            "gulls and the old keeper, who never said a word to anyone.",
            [
                "Mara: When I first came to the lighthouse,\nthirty years ago, there was no one",
                "but the gulls and the old keeper,\nwho never said a word to anyone.",
            ],
        ),
        (
            "en-US",
            "We were told to wait until the train from New York had left platform No. 5 at 10:30.",
            [
                "Mara: We were told to wait until the train",
                "from New York had left\nplatform No. 5 at 10:30.",
            ],
        ),
        (
            "fr-FR",
            "Je ne sais pas si tu te souviens de la maison, mais je n'ai rien oublié.",
            ["Mara: Je ne sais pas si tu te souviens\nde la maison, mais je n'ai rien oublié."],
        ),
        (
            "de-DE",
            "Ich weiß nicht, ob du dich an das Haus am Meer erinnerst, aber ich habe das Licht "
            "des Leuchtturms nie vergessen.",
            [
                "Mara: Ich weiß nicht, ob du dich\nan das Haus am Meer erinnerst,",
                "aber ich habe das Licht\ndes Leuchtturms nie vergessen.",
            ],
        ),
        (
            "ja-JP",
            "今夜はだめです。風が強すぎますし、海も荒れています。",
            ["Mara: 今夜はだめです。\n風が強すぎますし、海も荒れています。"],
        ),
        (
            "zh-CN",
            "我不知道你还记不记得海边的那座房子，但我从来没有忘记灯塔的光。",
            ["Mara: 我不知道你还记不记得海边的那座房子，\n但我从来没有忘记灯塔的光。"],
        ),
        (
            "th-TH",
            "ฉันไม่รู้ว่าคุณจำบ้านริมทะเลได้ไหม แต่ฉันไม่เคยลืมแสงของประภาคารเลย",
            ["Mara: ฉันไม่รู้ว่าคุณจำบ้านริมทะเลได้ไหม\nแต่ฉันไม่เคยลืมแสงของประภาคารเลย"],
        ),
        (
            "he-IL",
            "אני לא יודעת אם אתה זוכר, אבל לא שכחתי את האור.",
            [f"{RLE}Mara: אני לא יודעת אם אתה זוכר,{PDF}\n{RLE}אבל לא שכחתי את האור.{PDF}"],
        ),
    ],
)
def test_lines_are_broken_as_they_are_said(language: str, text: str, expected: list[str]) -> None:
    assert shown(text, language) == expected


@pytest.mark.parametrize(
    ("text", "together"),
    [
        (
            "The boat that came in this morning belongs to a Dr. Smith of the north shore.",
            "Dr. Smith",
        ),
        ("It lay where nobody would have looked for it, about 3.5 km off the headland.", "3.5 km"),
        ("Where in the world would anyone ever want to go after a night like the one", "the one"),
        ("Où étais-tu pendant tout ce temps-là, et que faisait donc cet homme ici ?", "ici ?"),
        ("Everyone I ever met in this town was afraid of old George Washington Hale", "Washington"),
    ],
)
def test_what_belongs_together_stays_together(text: str, together: str) -> None:
    for width in range(len(text) - 30):  # the name pushes the words into ever other places
        name = "M" * max(1, width % 28)
        assert any(together in row for cue in shown(text, "en-US", name) for row in cue.split("\n"))


def test_line_breaks_and_blanks_of_a_text_are_white_space() -> None:
    assert shown(" Not\n\n tonight,\u2028\tDavy. ") == ["Mara: Not tonight, Davy."]


def test_markup_is_text_and_counts_as_wide_as_it_is_shown() -> None:
    assert shown("I <3 {you}") == ["Mara: I ＜3 ｛you｝"]
    assert all(columns(row) <= 42 for cue in shown("<<>> " * 40) for row in cue.split("\n"))


@pytest.mark.parametrize("size", [36, 37, 42, 43, 60, 84, 300])
def test_a_word_longer_than_a_line_is_parted_between_characters(size: int) -> None:
    text = ("e\u0301" * size) + " end"
    found = shown(text)
    assert all(columns(row) <= 42 for cue in found for row in cue.split("\n"))
    assert all(not row.startswith("\u0301") for cue in found for row in cue.split("\n"))
    assert "".join("".join(found).split()) == "Mara:" + text.replace(" ", "")


def test_a_long_name_is_cut_off() -> None:
    name = "The Very Honourable Lord Archibald Featherstonehaugh of Lower Slaughter"
    assert shown("No.", name=name) == ["The Very Honourable Lord Arch…: No."]
    assert shown("今", name="海" * 30) == ["海海海海海海海海海海海海海海…: 今"]


# Who speaks


def test_a_speaker_is_named_where_it_changes_and_after_a_pause() -> None:
    lines = timeline(
        line("One.", 1, 2),
        line("Two.", 3, 4),
        line("Three.", 5, 6, "davy"),
        line("Four.", 7, 8, "mara"),
        line("Five.", 18, 19),
        line("Six.", 29.5, 30.5),
    )
    assert [cue.text for cue in cues(lines, SPEAKERS, USUAL_ROOM)] == [
        *("Mara: One.", "Two.", "Davy: Three.", "Mara: Four.", "Five.", "Mara: Six."),
    ]


def test_a_film_without_lines_has_no_captions() -> None:
    assert cues(timeline(seconds=4), {}, USUAL_ROOM) == ()


# When they are shown


def test_a_cue_begins_with_its_line_and_lingers_where_nothing_follows() -> None:
    (cue,) = cues(timeline(line("Not tonight, Davy.", 1, 3)), SPEAKERS, USUAL_ROOM)
    assert cue == Cue(1.0, 3.5, "Mara: Not tonight, Davy.", cue.words)


def words_of(cue: Cue) -> list[tuple[str, float]]:
    """Return the words of a cue by what is written where they are said to be, and their times."""
    rows = without_direction(cue.text).splitlines()
    return [(rows[word.row][word.first : word.end], word.start_s) for word in cue.words]


def test_words_are_found_where_they_are_written_and_begin_as_they_are_spoken() -> None:
    spoken = [("Not", 0.0, 0.3), ("tonight,", 0.4, 0.9), ("Davy.", 1.2, 1.6)]
    (cue,) = cues(timeline(line("Not tonight, Davy.", 1, 3, words=spoken)), SPEAKERS, USUAL_ROOM)
    assert words_of(cue) == [("Not", 1.0), ("tonight,", 1.4), ("Davy.", 2.2)]


@given(
    st.lists(
        st.sampled_from(["I", "a", "light", "tonight,", "Davy!", "Привет"]), min_size=1, max_size=40
    )
)
def test_every_word_of_a_line_is_a_word_of_its_cues_once_and_in_order(words: list[str]) -> None:
    found = cues(timeline(line(" ".join(words), 1, 1 + 0.3 * len(words))), SPEAKERS, USUAL_ROOM)
    told = [word for cue in found for word in words_of(cue)]
    assert [text for text, _ in told] == words
    assert [start for _, start in told] == sorted(start for _, start in told)
    assert all(cue.start_s <= start <= cue.end_s for cue in found for _, start in words_of(cue))


def test_a_short_word_stays_a_second_and_never_longer_than_the_film() -> None:
    assert cues(timeline(line("No.", 1, 1.2)), SPEAKERS, USUAL_ROOM)[0].end_s == 2.0
    assert cues(timeline(line("No.", 1, 1.2), seconds=1.5), SPEAKERS, USUAL_ROOM)[0].end_s == 1.5


def test_much_text_lingers_longer() -> None:
    (cue,) = cues(timeline(line("Twenty-eight columns of text", 1, 1.5)), SPEAKERS, USUAL_ROOM)
    assert cue.end_s == 2.5


def test_two_frames_stay_free_before_the_next_cue() -> None:
    one, other = cues(
        timeline(line("Not tonight.", 1, 3), line("Why?", 3.1, 4)), SPEAKERS, USUAL_ROOM
    )
    assert (one.end_s, other.start_s) == (round(3.1 - 2 / 24, 3), 3.1)


def test_a_hasty_cue_gives_its_gap_away_and_no_more() -> None:
    one, other = cues(timeline(line("No.", 1, 1.4), line("Why?", 1.4, 3)), SPEAKERS, USUAL_ROOM)
    assert one.end_s == other.start_s == 1.4


def test_a_cue_begins_when_its_first_word_does() -> None:
    text = "Turn to the west and count the beams, and then, when you have seen all of them, wait."
    spoken = [(word, 0.3 * place, 0.3 * place + 0.2) for place, word in enumerate(text.split())]
    late = [
        (word, a + (3.0 if a >= 2.9 else 0), b + (3.0 if a >= 2.9 else 0)) for word, a, b in spoken
    ]
    one, other = cues(timeline(line(text, 2, 10.2, words=late)), SPEAKERS, USUAL_ROOM)
    assert one.text == "Mara: Turn to the west\nand count the beams, and then,"
    assert other.start_s == pytest.approx(2 + 10 * 0.3 + 3.0)


def test_words_that_were_timed_as_one_share_its_time() -> None:
    text = "Well — " + "ten more words that make this line a long one, " * 2 + "so."
    words = text.split()
    spoken = [("Well —", 0.0, 1.0)]
    spoken += [(word, 1 + 0.5 * place, 1.5 + 0.5 * place) for place, word in enumerate(words[2:])]
    one, other = cues(timeline(line(text, 0, 12, words=spoken)), SPEAKERS, USUAL_ROOM)
    first = len(one.text.split()) - 1  # without the name
    assert other.start_s == pytest.approx(1 + 0.5 * (first - 2))


def test_words_of_another_text_are_not_believed() -> None:
    text = "Turn to the west and count the beams, and then, when you have seen all of them, wait."
    wrong = [("something", 0.0, 7.9), ("else", 7.9, 8.0)]
    believed, shared = (
        cues(timeline(line(text, 2, 10, words=words)), SPEAKERS, USUAL_ROOM)
        for words in (wrong, ())
    )
    assert believed == shared


# What always holds

WORDS = st.text(
    st.one_of(
        st.sampled_from("abcdeéßñ.,;:!?—…-'\"«»()<>{}0123456789海辺がオ、。สมש"),
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]),
    ),
    min_size=1,
    max_size=60,
).filter(lambda word: len(word.split()) == 1)
NAMES = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=90)


@st.composite
def timelines(draw: st.DrawFn) -> MeasuredTimeline:
    lines, moment = [], 0.0
    for _ in range(draw(st.integers(1, 4))):
        words = draw(st.lists(WORDS, min_size=1, max_size=25))
        moment += draw(st.floats(0, 12))
        length = draw(st.floats(0.5, 20))
        cuts = sorted(
            draw(st.lists(st.floats(0, length), min_size=len(words), max_size=len(words)))
        )
        known = draw(st.booleans())
        timed = [
            (word, a, b) for word, (a, b) in zip(words, pairwise([*cuts, length]), strict=True)
        ]
        who = draw(st.sampled_from(["mara", "davy"]))
        lines.append(line(" ".join(words), moment, moment + length, who, timed if known else ()))
        moment += length
    return timeline(*lines, seconds=moment + draw(st.floats(0, 2)))


@pytest.mark.parametrize(
    ("name", "text", "marks"),
    [
        ("Mara", "Not tonight.", ""),
        ("Mara", "שלום, מה שלומך?", RLE),
        ("مارا", "ليس الليلة!", RLE),
        ("مارا", "Not tonight.", LRE),
        ("مارا", "...", LRE),
        ("Mara", "BBC, שידור חי!", RLE),
        ("Mara", "He said שלום and left.", LRE),
        ("Mara", "امشب نه، سال ۱۴۰۳.", RLE),
        ("Mara", "今夜はだめです。", ""),
    ],
)
def test_rows_say_in_which_direction_they_are_read(name: str, text: str, marks: str) -> None:
    [cue] = shown(text, "", name)
    rows = cue.split("\n")
    assert bare(cue) == bare(f"{name}:{text}")
    assert [row[0] if row[0] in LRE + RLE else "" for row in rows] == len(rows) * [marks]
    assert [row.count(PDF) for row in rows] == len(rows) * [1 if marks else 0]
    assert all(row.endswith(PDF) == bool(marks) for row in rows)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Mara", "Davy"], ["Mara", "Davy"]),
        (["Mara", "Mara"], ["Mara (1)", "Mara (2)"]),
        (["Mara", "Davy", "MARA ", "Davy"], ["Mara (1)", "Davy (1)", "MARA (2)", "Davy (2)"]),
        (["Mara", "Ma\u200bra"], ["Mara (1)", "Ma\u200bra (2)"]),
        (["Zo\u00eb", "Zoe\u0308"], ["Zo\u00eb (1)", "Zoe\u0308 (2)"]),
        (["محمد", "محمد"], ["محمد (1)", "محمد (2)"]),
        (["A" * 31, "A" * 31 + "B"], ["A" * 25 + "… (1)", "A" * 25 + "… (2)"]),
    ],
)
def test_speakers_of_one_name_are_told_apart(names: list[str], expected: list[str]) -> None:
    speakers = {str(number): SpeakerName(name, "en") for number, name in enumerate(names)}
    found = told_apart(speakers, speakers.keys())
    assert [speaker.shown for speaker in found.values()] == expected
    assert told_apart(speakers, {"0"}) == speakers  # one who is silent is not shown


@pytest.mark.parametrize(
    ("size", "columns_", "font_size"),
    [
        ((1280, 720), 42, 16),
        ((320, 180), 42, 16),
        ((1280, 536), 42, 16),
        ((960, 720), 42, 16),
        ((900, 720), 40, 16),
        ((720, 720), 32, 16),
        ((720, 900), 32, 13),
        ((1080, 1920), 32, 9),
    ],
)
def test_what_a_frame_has_room_for(size: tuple[int, int], columns_: int, font_size: int) -> None:
    room = CaptionRoom.of(FrameSize(width=size[0], height=size[1]))
    assert room == CaptionRoom(columns=columns_, font_size=font_size)
    letters_px = room.columns * room.font_size / 288 * size[1] * 0.5
    assert letters_px <= 0.92 * size[0]


def test_a_line_is_broken_for_the_frame() -> None:
    text = "When the fog comes in from the sea, this old lamp is all that they have."
    spoken = timeline(line(text, 0, 5))
    assert [cue.text for cue in cues(spoken, SPEAKERS, USUAL_ROOM)] == [
        "Mara: When the fog comes in from the sea,\nthis old lamp is all that they have."
    ]
    assert [cue.text for cue in cues(spoken, SPEAKERS, UPRIGHT)] == [
        "Mara: When the fog comes\nin from the sea,",
        "this old lamp is all\nthat they have.",
    ]


@given(
    timelines(),
    NAMES,
    st.sampled_from(["en-US", "ja-JP", "fr", ""]),
    st.sampled_from([USUAL_ROOM, UPRIGHT]),
)
def test_no_cue_breaks_a_rule(
    found: MeasuredTimeline, name: str, language: str, room: CaptionRoom
) -> None:
    speakers = {"mara": SpeakerName(name, language), "davy": DAVY}
    shown_cues = cues(found, speakers, room)
    for cue in shown_cues:
        rows = cue.text.split("\n")
        assert 1 <= len(rows) <= 2
        assert all(columns(row) <= room.columns for row in rows)
        assert all(row == " ".join(row.split()) and row for row in rows)
        assert 0 <= cue.start_s < cue.end_s <= found.samples / RATE + 0.001
    for one, other in pairwise(shown_cues):
        assert one.end_s <= other.start_s
    begins = [cue.start_s for cue in shown_cues]
    for spoken in found.lines:
        start, end = spoken.start_sample / RATE, spoken.end_sample / RATE
        inside = [cue for cue in shown_cues if start - 0.0006 <= cue.start_s < end - 0.0006]
        assert inside[0].start_s == pytest.approx(start, abs=0.0006)
        assert inside[-1].end_s <= max(end + 1, inside[-1].start_s + 1) + 0.001
        said = bare("".join(cue.text for cue in inside))
        written = bare(spoken.text)
        named = bare(f"{speakers[spoken.character_id].shown}:")
        assert said in {written, named + written}
    assert begins == sorted(begins)


@given(timelines(), st.sampled_from([USUAL_ROOM, UPRIGHT]))
def test_no_word_is_lost_doubled_or_moved(found: MeasuredTimeline, room: CaptionRoom) -> None:
    rows = without_direction(" ".join(cue.text for cue in cues(found, SPEAKERS, room))).split()
    words = [
        word
        for spoken in found.lines
        for word in without_direction(without_markup(spoken.text)).split()
    ]
    for word in words:
        taken = rows.pop(0)
        if taken in {"Mara:", "Davy:"} and taken != word:
            taken = rows.pop(0)
        while taken != word:  # a word of a script without spaces, or longer than a line
            assert re.search("[^\x00-\u02ff]", word) or columns(word) > room.columns
            taken += rows.pop(0)
    assert not rows


@given(st.text())
def test_characters_make_up_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("Mara", 4),
        ("e\u0301té", 3),
        ("海の家", 6),
        ("สวัสดี", 4),
        ("น้ำ", 2),  # a consonant with its mark, and the vowel behind it
        ("1️⃣", 2),
        ("👨‍👩‍👧", 2),
        ("🇫🇷", 2),
        ("שלום", 4),
    ],
)
def test_columns(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_every_caption_of_a_line_off_screen_is_in_italics_and_no_other() -> None:
    said = "It was night, and nobody knew the way. " * 3
    lines = [
        one.model_copy(update={"index": number})
        for number, one in enumerate(
            (line("No.", 0, 1), line(said, 2, 12, "davy"), line("Yes.", 13, 14))
        )
    ]
    found = cues(timeline(*lines), SPEAKERS, USUAL_ROOM, off_screen={1})
    styles = [cue.italic for cue in found]
    assert styles == [False, *[True] * (len(found) - 2), False]
    assert len(found) > 3
