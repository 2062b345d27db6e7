"""The asset checks of a film whose plan is out of the ordinary."""

from __future__ import annotations

from PIL import Image, ImageDraw

from studio import Studio

SIZE = (128, 72)


def test_checks_tell_what_the_plan_explains_from_what_it_does_not(studio: Studio) -> None:
    """What is explained is no fault, what is not is said: black, stillness, words left out."""
    card = Image.new("RGB", SIZE)
    ImageDraw.Draw(card).text((40, 30), "THE END", fill="white")
    card.save(studio.plans / "card.png")
    grey, later = Image.new("RGB", SIZE, "grey"), Image.new("RGB", SIZE, "red")
    grey.save(studio.plans / "grey.gif", save_all=True, append_images=[later])
    Image.new("RGB", SIZE).save(studio.plans / "lost.png")
    pictures = {"card.png": "a card", "grey.gif": "grey", "lost.png": "the harbour"}
    order = ["card.png", "card.png", "grey.gif", "grey.gif", "lost.png"]
    made = studio.make(
        {
            "title": "Cards",
            "style": "35mm",
            "characters": [{"id": "mara", "name": "Mara"}],
            "base_images": [
                {"id": "frame_0", "prompt": "three penguins, a harbour at noon, wide shot"},
                *(
                    {"id": f"frame_{number}", "prompt": pictures[picture], "local_path": picture}
                    for number, picture in enumerate(order, 1)
                ),
            ],
            "shots": [
                {
                    "id": f"shot_{number}",
                    "duration_sec": 1.5,
                    "visual_description": "A card.",
                    "start_base_image_id": f"frame_{number}",
                    "end_base_image_id": f"frame_{number + 1}",
                }
                for number in range(5)
            ],
            "dialogue_timeline": [
                {
                    "type": "dialogue",
                    "character_id": "mara",
                    "text": "(softly) The *end* 😀.",
                    "start_time_sec": 0,
                    "duration_sec": 7.5,
                }
            ],
            "render_profile": {
                "video": {"model_id": "wan-2.1", "max_fps": 12},
                "metadata": {"resolution": f"{SIZE[0]}x{SIZE[1]}"},
            },
        }
    )
    checks = made.checks
    black = checks["not_black"].metadata["black"].value
    assert isinstance(black, str)
    assert black.startswith("shot_4 from")
    assert ";" not in black
    assert checks["whole_pictures"].metadata["shown_in_part"].value == "; ".join(
        2 * ["grey.gif holds 2 pictures: the first one is shown"]
    )
    assert checks["not_frozen"].metadata["frozen"].value == "shot_3 from 0.00 s for 1.50 s"
    assert checks["keyframes_differ"].metadata["shots_with_near_duplicates"].value == (
        "shot_1, shot_3, shot_4"
    )
    assert checks["prompt_read"].metadata["not_shown"].value == (
        "1 of 6 pictures leave out words of their prompts: frame_0 (penguins)"
    )
    assert checks["prompt_read"].metadata["style_not_shown"].value == "35mm"
    assert checks["all_spoken"].metadata["passed_over"].value == "line 1: * 😀"
    assert checks["all_spoken"].metadata["directions"].value == "line 1: (softly)"
    assert {name for name, check in checks.items() if not check.passed} == {
        "all_spoken",
        "keyframes_differ",
        "not_black",
        "not_frozen",
        "prompt_read",
        "whole_pictures",
    }
    status = studio.sparkle_here("status", "film").stdout
    assert "Warning: dialogue_wavs: all_spoken (should be: All that is written is spoken" in status
    assert status.count("Warning: ") == 6
