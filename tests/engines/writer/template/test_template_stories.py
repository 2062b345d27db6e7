"""What the template writer makes of prompts, read as plans and as stories."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts import briefs
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.images.storyboard.words.beings import being_of
from sparkle_motion_dagster.engines.writer.template.plots.parts import PLOTS, Said, endings, plot
from sparkle_motion_dagster.engines.writer.template.reading.language import language_of
from sparkle_motion_dagster.engines.writer.template.story import story_of
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import (
    TONGUES,
    Texts,
    Tongue,
    places,
)
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ListedShot, ShotList
from sparkle_motion_dagster.shotlist.naming import slug
from sparkle_motion_dagster.shotlist.writing.answers import answer_schema, read_answer
from sparkle_motion_dagster.shotlist.writing.brief import Brief
from sparkle_motion_dagster.shotlist.writing.craft import craft_problems

LETTERS_A_SECOND = 14.0
KEPT_SECONDS = (8.0, 120.0)
"""Between these a film is as long as was asked for, within a fifth."""


def film_of(brief: Brief, seed: int = 1) -> tuple[ShotList, MoviePlan]:
    """Return a brief's story and its plan, which must keep every rule."""
    story = story_of(brief, seed)
    assert list(craft_problems(story, brief)) == []
    return story, validate(plan_of(story))


def shots(story: ShotList) -> list[ListedShot]:
    return [shot for scene in story.scenes for shot in scene.shots]


def lines(story: ShotList) -> list[str]:
    return [line.text for shot in shots(story) for line in shot.lines]


def told(story: ShotList) -> str:
    """Return all words of a story."""
    return " ".join(re.findall(r'"((?:[^"\\]|\\.)*)"', story.model_dump_json()))


@pytest.fixture(scope="module")
def films() -> list[tuple[Brief, ShotList, MoviePlan]]:
    return [(brief, *film_of(brief)) for brief in briefs()]


def test_every_prompt_becomes_a_film_of_its_length(
    films: list[tuple[Brief, ShotList, MoviePlan]],
) -> None:
    assert len(films) == 60
    for brief, story, plan in films:
        seconds = sum(shot.duration_sec for shot in plan.shots)
        assert 0.8 * brief.seconds <= seconds <= 1.2 * brief.seconds, brief.prompt[:60]
        for shot in plan.shots:
            said = sum(len(line.text) for line in shot.dialogue)
            assert said / LETTERS_A_SECOND <= shot.duration_sec, brief.prompt[:60]
        assert len(set(lines(story))) == len(lines(story)), brief.prompt[:60]
        assert story.credit


def test_every_answer_keeps_to_the_schema_and_is_the_same_again(
    films: list[tuple[Brief, ShotList, MoviePlan]],
) -> None:
    for brief, story, _ in films[::6]:
        assert story_of(brief, 1) == story
        assert read_answer(story.model_dump_json(indent=2)).listed == story
        schema = jsonschema.Draft202012Validator(answer_schema(brief))
        schema.validate(without_lines(story.model_dump(mode="json")))


def without_lines(said: Any) -> Any:
    """Return a shot list without what only scripts have."""
    if isinstance(said, dict):
        return {
            key: without_lines(one) for key, one in said.items() if key not in ("line", "number")
        }
    return [without_lines(one) for one in said] if isinstance(said, list) else said


def test_no_two_films_are_alike(films: list[tuple[Brief, ShotList, MoviePlan]]) -> None:
    stories = [story for _, story, _ in films]
    spoken = Counter(tuple(lines(story)) for story in stories)
    people = Counter(
        tuple((one.name, one.description) for one in story.characters) for story in stories
    )
    titles = Counter(story.title for story in stories)
    assert spoken.most_common(1)[0][1] == 1
    assert people.most_common(1)[0][1] == 1
    assert len(titles) >= 54, titles.most_common(3)
    # Another seed is another story.
    others = [story_of(brief, 2) for brief, *_ in films[::4]]
    assert not any(
        lines(one) == lines(other) for one, other in zip(stories[::4], others, strict=True)
    )


def test_lines_are_in_the_language_of_the_film(
    films: list[tuple[Brief, ShotList, MoviePlan]],
) -> None:
    for _, story, _ in films:
        assert language_of(" ".join(lines(story))) == story.language, lines(story)
    assert {story.language for _, story, _ in films} == set(TONGUES)


@pytest.mark.parametrize(
    ("prompt", "places", "people", "words"),
    [
        (
            "two keepers argue in a lighthouse at dusk while the storm comes in",
            {
                "lamp room of the lighthouse, interior, dusk",
                "lighthouse on the cliffs, exterior, dusk",
            },
            ["lighthouse keeper", "lighthouse keeper"],
            ["a storm"],
        ),
        (
            "Anna (19) and Mr. Okafor, a teacher, in the snow at a train station, morning",
            {"railway station platform, exterior, morning"},
            ["woman of 19", "tweed|cardigan"],
            ["snow falling"],
        ),
        (
            "Eine alte Hexe sucht nachts im Wald ihren Schlüssel",
            {"forest, exterior, night"},
            ["woman of (6[89]|7|8).*pointed hat", ""],
            ["a brass key"],
        ),
        ("Un renard et un corbeau", {"forest"}, ["fox with red fur", "crow"], []),
        ("three sisters in a kitchen", {"kitchen, interior"}, ["woman of \\d\\d,"] * 3, []),
        (
            "a purple elephant in the garden at noon",
            {"garden, exterior, noon"},
            ["", ""],
            ["a purple elephant"],
        ),
    ],
)
def test_what_a_prompt_says_is_seen(
    prompt: str, places: set[str], people: list[str], words: list[str]
) -> None:
    story, _ = film_of(Brief(prompt=prompt, seconds=45))
    settings = " | ".join(scene.setting for scene in story.scenes)
    assert all(place in settings for place in places), settings
    assert len(story.characters) == len(people)
    for one, look in zip(story.characters, people, strict=True):
        assert re.search(look, one.description or ""), one
    seen = " | ".join(shot.shows for shot in shots(story))
    assert all(word in seen for word in words), seen
    looks = [one.description for one in story.characters]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize(
    ("prompt", "looks"),
    [
        ("a retired teacher of 70 and Anna", ["^[^,]* of 70,", "^woman"]),
        ("Una astronauta y su hermano", ["^woman.*spacesuit", "^man"]),
        ("Uma velha pianista e um pescador", ["^woman of (6[89]|7|8)", "^man"]),
        ("Deux soeurs", ["^woman", "^woman"]),
        ("Due fratelli nella casa del padre morto", ["^man", "^man"]),
        ("a mother and her daughter", ["^woman of (4[6-9]|5|60)", "^woman of (1|2)"]),
        ("a captain of 30 ships and a cook of 41", ["^\\w+ of (?!30)", "^\\w+ of 41"]),
        ("Un astronauta llama a su madre", ["spacesuit", "^woman of (6[89]|7|8)"]),
        ("Anna (7) and Tom (15), alone at home", ["^girl of 7,", "^boy of 15,"]),
        ("a sister and her mother", ["^woman of (2|3|4)", "^woman of (7|8)"]),
    ],
)
def test_people_are_who_the_prompt_says(prompt: str, looks: list[str]) -> None:
    for seed in range(4):
        people = story_of(Brief(prompt=prompt), seed).characters
        assert len(people) == len(looks)
        for one, look in zip(people, looks, strict=True):
            assert re.search(look, one.description or ""), (one, look)
            parts = (one.description or "").split(", ")
            assert len(set(parts)) == len(parts), one


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("Herr Schmidt wartet auf den Bus", "street"),
        ("Une femme au bord de la mer", "beach"),
        ("two strangers in a night train", "train compartment"),
        ("three sisters wait for a train", "railway station platform"),
    ],
)
def test_a_story_is_where_the_prompt_says(prompt: str, place: str) -> None:
    assert place in {one.place for one in story_of(Brief(prompt=prompt, seconds=12), 1).scenes}


def test_who_is_outside_does_not_say_that_they_are_in_this_room() -> None:
    indoors = [place for place in places().values() if place.starts == "inside" and not place.empty]
    here = re.compile(r"\b(this|cet?(te)?|est[ea]|diese[mr]|quest[ao]|nest[ea])\b")
    for place in indoors:
        assert not [at for tongue in TONGUES if here.search(at := place.at.of(tongue))]


@pytest.mark.parametrize("seconds", [18, 24, 30, 60])
def test_a_place_is_seen_before_anybody_speaks_there(seconds: int) -> None:
    for seed in range(8):
        story = story_of(Brief(prompt="two friends in a kitchen", seconds=seconds), seed)
        for before, scene in pairwise(story.scenes):
            assert before.place == scene.place or not scene.shots[0].lines


def test_nothing_is_shown_twice_on_end() -> None:
    for seed in range(12):
        story = story_of(Brief(prompt="a robot discovers a photograph", seconds=60), seed)
        shown = [shot.shows for shot in shots(story) if not shot.lines]
        assert shown.count("detail of a photograph") == 1


@pytest.mark.parametrize(
    ("tongue", "name", "names"),
    [("fr", "Odile", "d'Odile"), ("fr", "Hugo", "de Hugo"), ("es", "Inés", "Ana e Inés")],
)
def test_small_words_suit_the_names_behind_them(tongue: Tongue, name: str, names: str) -> None:
    said = dict.fromkeys(TONGUES, "Ana y {B}") | {"fr": "le départ de {B}"}
    assert names in Texts.model_validate(said).filled(tongue, {"B": name})


def test_names_of_the_prompt_are_the_people_of_the_film() -> None:
    story, _ = film_of(Brief(prompt="ANNA AND TOM MEET A PIRATE NAMED ZORBLAX ON A SHIP"))
    assert [one.name for one in story.characters] == ["Anna", "Tom", "Zorblax"]
    assert [(one.description or "").split()[0] for one in story.characters[:2]] == ["woman", "man"]


def test_what_is_in_no_vocabulary_is_spoken_of() -> None:
    story, _ = film_of(Brief(prompt="nobody can pronounce the word quetzalcoatl"))
    assert any("quetzalcoatl" in line for line in lines(story))


@pytest.mark.parametrize(
    "prompt",
    [
        "an astronaut alone on the moon calls home",
        "Giulia telefona a Marco",
        "João liga para a mãe",
        "a teacher calls his daughter from the moon",
    ],
)
def test_who_is_alone_or_calls_talks_to_a_voice(prompt: str) -> None:
    story, _ = film_of(Brief(prompt=prompt, seconds=60))
    _, voice = story.characters
    assert voice.off_screen
    assert all(voice.name not in shot.characters for shot in shots(story))
    spoken = [line for shot in shots(story) for line in shot.lines if line.speaker == voice.name]
    assert spoken
    assert all(line.treatment == "telephone" for line in spoken)


@pytest.mark.parametrize(
    ("prompt", "language", "says"),
    [
        ("Два смотрителя спорят на маяке", None, "Cyrillic"),
        ("灯台で二人の番人が口論する", None, "Chinese|Japanese"),
        ("Twee vrienden wachten op de trein en het regent", None, "Dutch"),
        ("Dwóch strażników kłóci się w latarni, a burza jest blisko", None, "Polish"),
        ("two keepers", "nl", "'nl'"),
        ("two keepers", "ja", "'ja'"),
    ],
)
def test_other_languages_are_refused(prompt: str, language: str | None, says: str) -> None:
    with pytest.raises(EngineInputError, match=says) as refused:
        story_of(Brief(prompt=prompt, language=language), 1)
    assert "English, French, German, Italian, Portuguese and Spanish" in str(refused.value)


@pytest.mark.parametrize("prompt", ["Dracula's ladder", "McDonald’s"])
def test_whose_something_is_tells_no_other_language(prompt: str) -> None:
    assert language_of(prompt) == "en"


@pytest.mark.parametrize("brief", briefs()[-4:], ids=lambda brief: brief.prompt[:12])
def test_only_words_of_a_prompt_reach_the_story(brief: Brief) -> None:
    story, _ = film_of(brief)
    words = told(story)
    assert not re.search(
        r"[/\\<>{}$`@=|\x00-\x1f\u200b-\u200f\u202a-\u202f]|\.\.[^.]|://|\w\.\w", words
    ), words


def test_every_line_of_every_plot_can_be_said() -> None:
    every = [
        shot
        for name in (*PLOTS, "topic", "third")
        for phase in (plot(name).setup, plot(name).turn, plot(name).end)
        for beat in phase
        for shot in beat.shots
        if isinstance(shot, Said)
    ]
    every += [line for those in endings().values() for line in those]
    slots = dict.fromkeys(("A", "B", "C", "thing", "Thing", "named", "at", "word", "Word"), "Mara")
    for tongue in TONGUES:
        said = [line.of(tongue).format_map(slots) for line in every]
        assert max(map(len, said)) <= 110
        assert all(re.search(r"[.!?…][”»“]?$", line) for line in said), tongue


@settings(max_examples=20, deadline=None)
@given(
    prompt=st.one_of(
        st.text(min_size=1, max_size=80).filter(lambda text: any(map(str.isalnum, text))),
        st.lists(
            st.sampled_from(
                ("a", "two", "old", "keeper", "fox", "Anna", "Tom", "night", "letter", "sea", "in")
            ),
            min_size=1,
            max_size=12,
        ).map(" ".join),
    ),
    seconds=st.floats(8, 600),
    seed=st.integers(0, 2**32 - 1),
    language=st.sampled_from([None, *TONGUES]),
)
def test_any_prompt_is_a_film_or_refused(
    prompt: str, seconds: float, seed: int, language: str | None
) -> None:
    brief = Brief(prompt=prompt, seconds=seconds, language=language)
    try:
        _, plan = film_of(brief, seed)
    except EngineInputError:
        return
    if KEPT_SECONDS[0] <= seconds <= KEPT_SECONDS[1]:
        length = sum(shot.duration_sec for shot in plan.shots)
        assert 0.8 * seconds <= length <= 1.2 * seconds


@pytest.mark.parametrize(
    "prompt", ["a fox and a crow", "un zorro y un oso", "Katze und Maus", "robots"]
)
def test_animals_and_robots_are_drawn_as_what_they_are(prompt: str) -> None:
    story, _ = film_of(Brief(prompt=prompt))
    for one in story.characters:
        kind = being_of(one.description or "", slug(one.name, "somebody")).species
        assert kind != "person"
        assert kind in (one.description or "")
