"""What the caption strip's font can write, and how text is cut."""

from __future__ import annotations

from sparkle_motion_dagster.lettering import font, written


def test_latin_greek_and_cyrillic_are_written_as_they_are() -> None:
    text = "Ünïcode café, Ελληνικά, Русский, łódź — “quoted”…"
    assert written(text) == written(f"  {text}\n")
    assert written(text).text == text
    assert written(text).remark == ""


def test_what_is_missing_is_counted_and_named() -> None:
    mixed = written("tea 茶 and שלום")
    assert mixed.text == "tea and"
    assert mixed.remark == "[5 characters not in the font: Hebrew letters and Chinese characters]"
    assert written("sunny 🌞").remark == "[1 character not in the font: symbols]"
    nothing = written("こんにちは")
    assert nothing.text == ""
    assert nothing.remark == "[prompt in Japanese characters: not in the font]"


def test_marks_of_missing_letters_go_with_them_and_invisible_signs_are_no_letters() -> None:
    arabic = written("مَرْحَبًا café")
    assert arabic.text == "café"
    assert arabic.remark == "[9 characters not in the font: Arabic letters]"
    assert written("शनि tea").text == "शनि tea"
    assert written("a\u200bb \u202etea\ufe0f").text == "ab tea"
    assert written("a\u200bb \u202etea\ufe0f").remark == ""
    assert written("tea\0").text == "tea"


def test_a_text_is_cut_with_an_ellipsis() -> None:
    text = "a rather long prompt, with a comma"
    assert font().cut(text, font().width(text)) == text
    for room in (3.0, 6.0, 9.0):
        cut = font().cut(text, room)
        assert cut.endswith("…")
        assert font().width(cut) <= room
        assert text.startswith(cut[:-1])
    assert not font().cut("a rather, long", font().width("a rather,…")).endswith(",…")


def test_a_wide_text_is_wider() -> None:
    assert font().width("WWW") > 2 * font().width("iii")
