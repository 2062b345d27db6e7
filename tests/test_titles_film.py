"""A film with title cards, a text over a shot and burned-in captions; what edits make again."""

from __future__ import annotations

import numpy as np
import pytest

import measure
from studio import Plan, Studio, short_film

FPS = 12
TITLE_S, END_S = 1.5, 1.0


def titled_film() -> Plan:
    """Return the short film (1 s and 2 s) between two cards, with a text over its first shot."""
    plan = short_film()
    plan["render_profile"]["metadata"]["resolution"] = "320x180"
    plan["title_card"] = {"text": "Harbour Light\nA film", "seconds": TITLE_S}
    plan["end_card"] = {"text": "Fin", "seconds": END_S, "style": "paper", "fade": 0}
    plan["shots"][0]["on_screen_text"] = [{"text": "Neringa, 1961", "from": 0.25}]
    plan["render_profile"]["burned_captions"] = "words"
    return plan


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    studio = Studio(tmp_path_factory.mktemp("titles"))
    studio.make(titled_film())
    return studio


def test_the_cards_lengthen_the_film_and_everything_after_moves(studio: Studio) -> None:
    film = studio.film()
    assert len(measure.frame_times(film)) == round((TITLE_S + 1 + 2 + END_S) * FPS)
    held = measure.streams(film)
    assert held.chapters == (
        *("Harbour Light A film", "camera climbs the tower", "Mara speaks to the storm", "Fin"),
    )
    # The picture shows the captions, so that no stream does; the files beside it stay.
    assert held.kinds == ("video", "audio")
    ((start, _, text),) = measure.subtitle_file(film.with_suffix(".srt"))
    assert (start, text) == (TITLE_S + 1, "Mara: Not tonight.")
    sound = measure.sound(film)
    assert measure.rms_db(sound[: round((TITLE_S + 1) * measure.RATE) - 4096]) < -60
    assert measure.rms_db(sound[round((TITLE_S + 1) * measure.RATE) :][: measure.RATE]) > -45


def test_what_is_written_is_seen_when_it_should_be(studio: Studio) -> None:
    title, first, second = (round(s * FPS) for s in (TITLE_S, TITLE_S + 1, TITLE_S + 3))
    seen = measure.pictures(studio.film(), set(range(second + round(END_S * FPS))))
    middle = seen[title // 2]
    assert middle.max() > 220
    assert middle[:20].max() < 12
    assert seen[0].max() < middle.max() / 2

    def letters(frame: int, rows: slice, columns: slice) -> int:
        return int((seen[frame][rows, columns] > 225).all(axis=-1).sum())

    # The text lies on the lower left of the first shot, from its third frame on.
    plate = slice(110, 142), slice(16, 100)
    assert letters(title + 6, *plate) > 12
    assert letters(title + 2, *plate) < 5
    # The caption lies at the lower edge while the line sounds.
    caption = slice(150, 172), slice(80, 240)
    assert letters(first + 6, *caption) > 10
    assert letters(first - 1, *caption) < 10

    def lit(frame: int) -> int:
        """Count the pixels that are more yellow than any white one: of the word that is spoken."""
        red, green, blue = np.moveaxis(seen[frame][caption].astype(int), -1, 0)
        return int(((red > 170) & (green > 130) & (red - blue > 60)).sum())

    assert lit(first - 1) == 0
    assert lit(first + 6) > 5
    assert np.abs(seen[second].astype(int).mean(axis=(0, 1)) - (239, 233, 220)).max() < 6


@pytest.mark.service
def test_a_titles_text_makes_its_picture_its_clip_and_the_film(studio: Studio) -> None:
    plan = titled_film()
    plan["title_card"]["text"] = "Harbour Night\nA film"
    explained = studio.sparkle_here("explain", studio.write(plan)).stdout
    assert "title_card" in explained
    assert "scene" not in explained  # a card is no drawing whose parts are known
    edited = studio.make(plan)
    assert edited.made == {
        "base_images": ["title_card"],
        "shot_clips": ["title_card"],
        "video_final": ["film"],
    }
    assert edited.new_actions == 3


def test_a_text_over_a_shot_makes_the_shots_last_step_and_the_film(studio: Studio) -> None:
    plan = titled_film()
    plan["shots"][0]["on_screen_text"][0]["text"] = "Neringa, 1962"
    edited = studio.make(plan)
    assert edited.made == {"video_final": ["film", "shot_001@finished"]}
    safe = edited.checks["text_is_safe"]
    assert (safe.passed, safe.metadata["outside"].value) == (True, "none"), safe.metadata
    explained = studio.sparkle_here("explain", studio.write(titled_film())).stdout
    assert "finished clip shot_001" in explained
    assert "The next render makes nothing" in explained
