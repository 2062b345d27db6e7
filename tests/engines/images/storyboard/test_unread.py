"""What a prompt says and its drawing does not show is said, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.images.storyboard.unread import ENGLISH_ONLY, not_shown
from sparkle_motion_dagster.plan.reading.loading import load_plan

EXAMPLES = Path(__file__).parents[4] / "examples" / "plans"
ROSA = {"rosa": "baker, sixties, grey bun, white apron, freckles"}


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a thermos and a barometer in a kitchen", "thermos barometer"),
        ("a kitchen at 3 a.m. in the rain, wide shot, 35mm, cinematic", ""),
        ("a harbour with a red crane and three penguins", "red crane penguins"),
        ("a harbour without penguins, like a dream", ""),
        ("a castle, a horse, a dog, a bicycle, a bench", "bench"),
        ("a letter, a cup, a candle, a ring on a table in a kitchen", "ring"),
        ("a boat in a library", "boat"),
        ("insert of a key, a watch, a knife and a ring", "ring"),
        ("a Mars bar in a kitchen", "mars bar"),
        ("a boy plays the moonlight sonata on the beach", "plays moonlight sonata"),
        ("a crowd of forty fans in a stadium at night", "stadium"),
        ("a 40-piece orchestra on a stage, hundreds of listeners", ""),
        ("a balloon in a bedroom", "balloon"),
        ("a greenhouse on Mars, a rover", "rover"),
        ("a kite above the beach", "kite"),
        ("a smiling woman on a beach", "smiling"),
        ("close-up of a smiling woman on a beach, eyes closed", ""),
        ("purple paw prints in an alley", ""),
        ("a painting", "painting"),
        ("wide shot of the bakery, sun through the windows, noon", ""),
        ("market square, red awnings", ""),
        ("a harbour, red awnings", "red awnings"),
        ("the wheelhouse at night, green compass glow", ""),
        ("a blackberry pie in a kitchen", ""),
        ("the red plain of Mars", ""),
        ("a red plain", "red plain"),
        ("a sailor on deck, his hands", ""),
        ("close-up of a sailor on deck, his hands", "hands"),
        ("the cabin of the spaceship at night", ""),
        ("a kitchen of a spaceship", ""),
        ("two robots in a workshop", ""),
    ],
)
def test_nobody_or_strangers(prompt: str, words: str) -> None:
    assert not_shown(prompt, 1, {}) == tuple(words.split())


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("close-up of Rosa, a freckled baker, flour on her cheeks", "flour"),
        ("Rosa in a kitchen, smiling", "smiling"),
        ("medium close-up of Rosa in a kitchen, a bicycle behind her", "bicycle"),
        ("medium shot of Rosa in a kitchen, a bicycle behind her", ""),
        ("Rosa writes a letter in a kitchen", "writes letter"),
        ("Rosa’s grey bun, close-up in a kitchen, tired", ""),
    ],
)
def test_somebody_whom_the_film_knows(prompt: str, words: str) -> None:
    assert not_shown(prompt, 1, ROSA) == tuple(words.split())


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("close-up of the robot, surprised, in a kitchen", ""),
        ("wide shot, the robot stands in the desert", ""),
        ("close-up of the robot, a bicycle behind it", "bicycle"),
        ("the two robots in a kitchen", ""),
    ],
)
def test_a_noun_that_means_who_is_there_is_shown(prompt: str, words: str) -> None:
    robot = {"bolt": "a small boxy maintenance robot with one round blue eye"}
    assert not_shown(prompt, 1, robot) == tuple(words.split())


@pytest.mark.parametrize(
    "prompt",
    [
        "eine alte Frau sitzt in der Küche mit dem Brot und der Katze",
        "une vieille femme dans la cuisine avec le chat",
        "una mujer en la cocina con el pan",
        "старая женщина на кухне",
        "台所の老婆、夜",
    ],
)
def test_another_language_is_said_once(prompt: str) -> None:
    assert not_shown(prompt, 1, {}) == (ENGLISH_ONLY,)


def test_the_examples_prompts_are_english_and_read_for_the_most_part() -> None:
    for path in sorted(EXAMPLES.glob("*.yaml")):
        for image in load_plan(path).plan.base_images:
            words = not_shown(image.prompt, 1, {})
            assert ENGLISH_ONLY not in words
            assert len(words) < 0.4 * len(image.prompt.split()), image.prompt
