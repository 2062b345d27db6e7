"""Which words of a plan count: its author's, not those that plans are written with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plan_texts import PLAN
from sparkle_motion_dagster.plan.fields import field_path
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.plan.schema import plan_schema
from sparkle_motion_dagster.policy.blocklist import BlockedTexts, Blocklist
from sparkle_motion_dagster.policy.texts import texts_in

MORE = """
title_card: {text: Light, style: paper}
end_card: {text: End}
soundtrack:
  ambience: [{mood: sea, at: {shot: shot_001, edge: start}}]
grade: look.cube
"""


def plan() -> MoviePlan:
    data = read_yaml(PLAN + MORE).root.data()
    del data["dialogue_timeline"]
    silent, talking = data["shots"]
    silent["on_screen_text"] = [{"text": "Harbour", "from": 1, "to": 2, "place": "top"}]
    talking["transition"] = "fade"
    talking["dialogue"][0]["treatment"] = "telephone"
    talking["metadata"] = {"faces": {"mara": None}, "take": {"liked": ["second"]}}
    data["render_profile"] |= {"aspect": "16:9", "review": ["base_images"]}
    return MoviePlan.model_validate(data)


def vocabulary(schema: Any) -> Iterator[str]:
    """Yield the names of all keys that a plan may have, and all words that one can choose of."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (word for word in schema.get("enum", []) if isinstance(word, str))
        yield from filter(None, [schema.get("const")])
        for inner in schema.values():
            yield from vocabulary(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from vocabulary(inner)


def test_the_words_of_plans_themselves_are_nobodys() -> None:
    own = {"shot", "to", "end"}  # which the plan above uses, too
    terms = {word for word in vocabulary(plan_schema()) if not word.isdigit()} - own
    assert {"title", "match", "lower_third", "telephone", "from", "dialogue"} <= terms
    blocklist = Blocklist([BlockedTexts("all", sorted(terms), ())])
    found = [field_path(place) for place, text in texts_in(plan(), ()) if blocklist.rules_in(text)]
    assert found == []


def test_every_word_of_its_author_counts() -> None:
    texts = {field_path(place): text for place, text in texts_in(plan(), ())}
    for field, text in {
        "title": "Harbour Light",
        "style": None,
        "characters[0].id": "mara",
        "characters[0].voice_profile.voice_id": "emma",
        "base_images[1].characters[0]": "mara",
        "base_images[1].metadata.mood": "calm",
        "shots[0].on_screen_text[0].text": "Harbour",
        "shots[1].dialogue[0].text": "Not tonight.",
        "shots[1].metadata.faces.mara": None,
        "shots[1].metadata.take.liked[0]": "second",
        "title_card.text": "Light",
        "title_card.style": None,
        "soundtrack.ambience[0].mood": "sea",
        "soundtrack.ambience[0].at.shot": "shot_001",
        "soundtrack.ambience[0].at.edge": None,
        "grade": "look.cube",
        "render_profile.video.model_id": "wan-2.1",
        "metadata.plan_id": "harbour-light",
    }.items():
        assert texts.get(field) == text, field
