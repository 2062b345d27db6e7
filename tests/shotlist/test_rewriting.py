"""A plan is rewritten as a changed shot list tells it, and stays as it is in all else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.screenplay.reading import read_script
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.differences import differences
from sparkle_motion_dagster.shotlist.listing import listed_of
from sparkle_motion_dagster.shotlist.models import (
    ListedCharacter,
    ListedLine,
    ListedScene,
    ListedShot,
    ShotList,
)
from sparkle_motion_dagster.shotlist.provenance import signed
from sparkle_motion_dagster.shotlist.references import END, START
from sparkle_motion_dagster.shotlist.rewriting.merging import merged
from sparkle_motion_dagster.shotlist.rewriting.rewriting import Rewriting, rewritten
from sparkle_motion_dagster.shotlist.scripts.breakdown import broken_down
from sparkle_motion_dagster.shotlist.writing.brief import Brief
from sparkle_motion_dagster.shotlist.writing.craft import craft_problems
from studio import EXAMPLES

SCRIPTS = Path(__file__).parents[1] / "data" / "scripts"
OF_SCRIPTS = ("keepers.fountain", "every_syntax.fountain")
BY_HAND = tuple(sorted(path.name for path in EXAMPLES.glob("*.yaml")))
EVERY_PLAN = (*BY_HAND, *OF_SCRIPTS)


@cache
def text_of(name: str) -> str:
    """Return an example plan, or the plan that is made of a script."""
    if name in BY_HAND:
        return (EXAMPLES / name).read_text("utf-8")
    made = plan_of(broken_down(read_script(SCRIPTS / name), name))
    return yaml_text(signed(made, name))


@cache
def plan_of_example(name: str) -> tuple[dict[str, Any], MoviePlan]:
    return plan_in(text_of(name))


@cache
def list_of(text: str) -> ShotList:
    return listed_of(plan_in(text)[1])


Shots = list[tuple[ListedScene, ListedShot]]


def shots_of(listed: ShotList) -> Shots:
    """Return the shots of a list, each with its scene."""
    return [(scene, shot) for scene in listed.scenes for shot in scene.shots]


def with_shots(listed: ShotList, shots: Shots) -> ShotList:
    """Return a list with other shots: a scene each is as good as one for several."""
    scenes = tuple(scene.model_copy(update={"shots": (shot,)}) for scene, shot in shots)
    return listed.model_copy(update={"scenes": scenes})


def cut(listed: ShotList, number: int) -> ShotList:
    """Return a list without a shot, counted from 1."""
    shots = shots_of(listed)
    return with_shots(listed, shots[: number - 1] + shots[number:])


def told(listed: ShotList, number: int, **fields: Any) -> ShotList:
    """Return a list in which a shot, counted from 1, is told otherwise."""
    shots = shots_of(listed)
    scene, shot = shots[number - 1]
    shots[number - 1] = (scene, shot.model_copy(update=fields))
    return with_shots(listed, shots)


def rewrite(name: str, change: Callable[[ShotList], ShotList]) -> tuple[Rewriting, dict[str, Any]]:
    """Return what comes of a plan, and what its file says then."""
    text = text_of(name)
    made = rewritten(text, change(list_of(text)))
    return made, plan_in(made.text)[0]


def merge(name: str, change: Callable[[ShotList], ShotList]) -> dict[str, Any]:
    """Return what a plan says when it is changed."""
    old, plan = plan_of_example(name)
    listed = listed_of(plan)
    new = merged(old, plan, listed, change(listed))
    MoviePlan.model_validate(new)
    return new


def ids(plan: dict[str, Any], part: str = "shots") -> list[str]:
    return [one["id"] for one in plan[part]]


def by_id(plan: dict[str, Any], part: str = "shots") -> dict[str, Any]:
    return {one["id"]: one for one in plan[part]}


@pytest.mark.parametrize("name", EVERY_PLAN)
def test_a_writer_is_told_what_it_could_have_written(name: str) -> None:
    listed = list_of(text_of(name))
    assert list(craft_problems(listed, Brief(prompt="As it is", seconds=300))) == []
    MoviePlan.model_validate(plan_of(listed))


def test_a_shot_may_say_as_much_as_one_did() -> None:
    text = text_of("harbour_light.yaml")
    speech = "Nobody comes. " * 10
    listed = told(list_of(text), 2, lines=(ListedLine(speaker="Mara", text=speech),) * 2)
    brief = Brief(prompt="As it is", seconds=300)
    (problem,) = craft_problems(listed, brief)
    assert "Divide it" in problem
    assert not list(craft_problems(listed, brief, listed))


@pytest.mark.parametrize("name", EVERY_PLAN)
def test_what_is_told_as_it_was_leaves_every_byte(name: str) -> None:
    text = text_of(name)
    listed = list_of(text)
    assert rewritten(text, listed) == Rewriting(text, ())
    again = with_shots(listed, shots_of(listed))  # other scenes, the same story
    assert rewritten(text, again) == Rewriting(text, ())


def test_a_shot_that_is_cut_takes_what_only_it_had_along() -> None:
    made, plan = rewrite("night_ferry.yaml", lambda listed: cut(cut(listed, 8), 4))
    old = by_id(plan_of_example("night_ferry.yaml")[0])
    assert by_id(plan) == {
        name: old[name] for name in old if name not in ("joss_waits", "theo_runs")
    }
    assert "lane" not in ids(plan, "base_images")
    assert "joss_close" in ids(plan, "base_images")
    assert [cue["file"] for cue in plan["soundtrack"]["effects"]] == [
        "night_ferry/bell.flac",
        "night_ferry/horn.flac",
    ]
    # The music that began with it begins with the next one.
    assert plan["soundtrack"]["music"][1]["at"] == {"shot": "the_town_behind"}
    assert [str(one) for one in made.differences[1:]] == [
        "soundtrack: its cues lie elsewhere, or are others",
        "shot 4 `joss_waits`: is gone",
        "shot 8 `theo_runs`: is gone",
        "keyframe `lane`: is gone",
    ]
    assert str(made.differences[0]) == "8 shots (8 as before, 2 gone), 38.3 s -> 33.5 s"


def test_one_line_changes_its_shot_and_nothing_else() -> None:
    def change(listed: ShotList) -> ShotList:
        (line,) = shots_of(listed)[6][1].lines
        return told(
            listed, 7, lines=(line.model_copy(update={"text": "One minute more. The sea waits."}),)
        )

    made, _ = rewrite("night_ferry.yaml", change)
    text = text_of("night_ferry.yaml")
    # The recording said the other line, and so it goes.
    assert made.text == text.replace(
        'text: "One minute more. The sea can wait."\n        audio: night_ferry/joss.flac\n',
        'text: "One minute more. The sea waits."\n',
    )
    assert [str(one) for one in made.differences[1:]] == [
        "shot 7 `joss_decides`: line 1 of JOSS: 'One minute more. The sea can wait.' -> "
        "'One minute more. The sea waits.'"
    ]


def test_lines_keep_their_times_and_a_longer_one_its_shot() -> None:
    said = (
        "Petrel, this is the harbour light. Answer me, Davy. Answer me, whatever it is that you do."
    )

    def change(listed: ShotList) -> ShotList:
        line = ListedLine(speaker="Mara", text=said)
        return cut(told(listed, 2, lines=(line,)), 4)

    plan = merge("harbour_light.yaml", change)
    old = plan_of_example("harbour_light.yaml")[0]
    longer = by_id(plan)["shot_002"]["duration_sec"] - 5.0
    assert longer == pytest.approx((len(said) - 51) / 14, abs=0.1)
    lines, before = (
        [one for one in each["dialogue_timeline"] if "text" in one] for each in (plan, old)
    )
    assert [one["text"] for one in lines] == [said, before[1]["text"], before[3]["text"]]
    assert lines[1]["start_time_sec"] == pytest.approx(before[1]["start_time_sec"] + longer)
    assert lines[2]["start_time_sec"] == pytest.approx(before[3]["start_time_sec"] + longer - 3.5)
    assert lines[2]["duration_sec"] == before[3]["duration_sec"]


@pytest.mark.parametrize("in_shots", [True, False], ids=["shots", "timeline"])
def test_a_line_that_is_said_in_another_shot_is_the_same(in_shots: bool) -> None:  # noqa: FBT001
    plan = plan_in(text_of("harbour_light.yaml"))[0]
    speech = "Petrel, this is the harbour light. " * 6
    (line,) = by_id(plan)["shot_002"]["dialogue"]
    entry = next(one for one in plan["dialogue_timeline"] if one.get("text") == line["text"])
    for one in (line, entry):
        one |= {"text": speech, "audio": "takes/mara.wav"}
    if not in_shots:
        for shot in plan["shots"]:
            shot.pop("dialogue", None)
    text = yaml_text(plan)
    listed = list_of(text)
    (shortened,) = shots_of(listed)[1][1].lines
    assert len(shortened.text) < len(speech)
    over = told(
        told(listed, 2, lines=()), 1, lines=(shortened.model_copy(update={"off_screen": True}),)
    )
    new = plan_in(rewritten(text, over).text)[0]
    (now,) = (one for one in new["dialogue_timeline"] if one.get("text") == speech)
    assert now["start_time_sec"] < entry["start_time_sec"]
    assert now["duration_sec"] == entry["duration_sec"]
    held = by_id(new)["shot_001"]["dialogue"][0] if in_shots else now
    assert (held["text"], held["audio"], held["off_screen"]) == (speech, "takes/mara.wav", True)


def test_shots_that_matched_what_is_gone_cut() -> None:
    plan = merge("silent_garden.yaml", lambda listed: cut(listed, 2))
    old = by_id(plan_of_example("silent_garden.yaml")[0])
    assert plan["shots"] == [old["morning"] | {"transition": "cut"}, old["nightfall"]]
    assert ids(plan, "base_images") == ["first_light", "noon", "last_sun", "moonrise"]


def test_a_new_shot_is_seen_in_the_picture_that_there_is() -> None:
    def change(listed: ShotList) -> ShotList:
        shots = shots_of(listed)
        scene, asks = shots[1]
        line = ListedLine(speaker="Joss", text="Well?")
        shots.insert(3, (scene, asks.model_copy(update={"lines": (line,), "shows": "Joss asks."})))
        return with_shots(listed, shots)

    plan = merge("night_ferry.yaml", change)
    old = plan_of_example("night_ferry.yaml")[0]
    (new,) = by_id(plan).keys() - by_id(old).keys()
    assert ids(plan)[3] == new
    shot = by_id(plan)[new]
    assert shot["start_base_image_id"] == "joss_close"
    assert shot["dialogue"] == [{"character_id": "joss", "text": "Well?"}]
    assert shot["is_talking_closeup"]
    assert plan["base_images"] == old["base_images"]


def test_cues_by_lines_count_them_anew() -> None:
    bell = {"line": 1, "edge": "end", "offset_sec": -0.2}

    def earlier(listed: ShotList) -> ShotList:
        (line,) = shots_of(listed)[0][1].lines
        return told(listed, 1, lines=(line.model_copy(update={"text": "Listen."}), line))

    def silent(listed: ShotList) -> ShotList:
        return told(listed, 1, lines=())

    assert merge("night_ferry.yaml", earlier)["soundtrack"]["effects"][0]["at"] == bell | {
        "line": 2
    }
    files = [cue["file"] for cue in merge("night_ferry.yaml", silent)["soundtrack"]["effects"]]
    assert "night_ferry/bell.flac" not in files


def test_somebody_who_is_called_otherwise_is_the_same() -> None:
    def change(listed: ShotList) -> ShotList:
        return ShotList.model_validate_json(listed.model_dump_json().replace("Davy", "Ewan"))

    made, plan = rewrite("harbour_light.yaml", change)
    old = plan_of_example("harbour_light.yaml")[0]
    assert by_id(plan, "characters")["davy"] == by_id(old, "characters")["davy"] | {"name": "Ewan"}
    assert [one["id"] for one in plan["shots"] if one != by_id(old)[one["id"]]] == ["shot_002"]
    assert "Answer me, Ewan." in made.text
    assert "Davy" not in made.text.replace("# Davy", "")


def test_a_name_is_another_wherever_the_story_has_it() -> None:
    plan = plan_in(text_of("harbour_light.yaml"))[0]
    plan |= {"title": "Davy's Lamp", "title_card": {"text": "Davy's Lamp"}}
    plan["metadata"] = {"story": "Davy waits. Davy leaves."}
    plan["characters"][0]["description"] = "Davy's aunt"
    plan["shots"][0]["setting"] = "Davy's room, night"
    text = yaml_text(plan)
    listed = ShotList.model_validate_json(list_of(text).model_dump_json().replace("Davy", "Ewan"))
    new = plan_in(rewritten(text, listed).text)[0]
    assert new["title_card"] == {"text": "Ewan's Lamp"}
    assert (new["title"], new["metadata"]["story"]) == ("Ewan's Lamp", "Ewan waits. Ewan leaves.")
    assert new["characters"][0]["description"] == "Ewan's aunt"
    assert new["shots"][0]["setting"] == "Ewan's room, night"
    assert listed_of(plan_in(rewritten(text, listed).text)[1]) == listed


def test_who_is_new_is_somebody_else_and_who_is_gone_is_nowhere() -> None:
    ann = ListedCharacter(name="Ann", description="girl of nine, red boots")

    def change(listed: ShotList) -> ShotList:
        listed = listed.model_copy(update={"characters": (*listed.characters[:1], ann)})
        listed = cut(listed, 4)
        line = ListedLine(speaker="Ann", text="I see you!")
        return told(listed, 4, shows="Ann laughs.", characters=("Ann",), lines=(line,))

    plan = merge("harbour_light.yaml", change)
    assert plan["characters"][1:] == [
        {"id": "ann", **ann.model_dump(include={"name", "description"})}
        | {"voice_profile": {"language": "en-US"}}
    ]
    assert {one for image in plan["base_images"] for one in image.get("characters", ())} == {
        "mara",
        "ann",
    }


def test_a_picture_of_ones_own_is_never_told_otherwise() -> None:
    def change(listed: ShotList) -> ShotList:
        shots = shots_of(told(listed, 2, size="medium shot"))
        return with_shots(listed, [*shots[:2], shots[1], *shots[2:]])

    plan = merge("portraits.yaml", change)
    old = plan_of_example("portraits.yaml")[0]
    start = by_id(plan)["painter"]["start_base_image_id"]
    assert plan["shots"][2]["start_base_image_id"] == start
    assert by_id(plan, "base_images")[start]["prompt"].startswith("medium shot of Iris")
    assert "iris_close" not in ids(plan, "base_images")
    assert plan["base_images"][0] == old["base_images"][0]


def test_another_hour_leaves_what_somebody_wrote_of_a_picture() -> None:
    def change(listed: ShotList) -> ShotList:
        shots = [
            (scene.model_copy(update={"time": "noon"}), shot) for scene, shot in shots_of(listed)
        ]
        return with_shots(listed, shots)

    plan = merge("night_ferry.yaml", change)
    old = plan_of_example("night_ferry.yaml")[0]
    told_anew = {one["id"]: one["prompt"].replace("night", "noon") for one in old["base_images"]}
    assert {one["id"]: one["prompt"] for one in plan["base_images"]} == told_anew


def test_another_mood_is_heard_where_it_is_told() -> None:
    def change(listed: ShotList) -> ShotList:
        shots = shots_of(listed)
        shots[2] = (shots[2][0].model_copy(update={"mood": "rain"}), shots[2][1])
        return with_shots(listed, shots)

    plan = merge("night_ferry.yaml", change)
    cues = [
        (one["mood"], one["at"]["shot"], one["until"]["shot"])
        for one in plan["soundtrack"]["ambience"]
    ]
    assert cues == [
        ("sea", "harbour_at_night", "joss_asks"),
        ("rain", "ada_answers", "ada_answers"),
        ("sea", "joss_waits", "on_deck"),
    ]


@pytest.mark.parametrize("said", ["fr", "en", "en-US", None])
def test_another_language_takes_other_voices(said: str | None) -> None:
    plan = merge(
        "overrun.yaml", lambda listed: listed.model_copy(update={"language": said, "title": "Late"})
    )
    voices = [one["voice_profile"] for one in plan["characters"]]
    own = [one["voice_profile"] for one in plan_of_example("overrun.yaml")[0]["characters"]]
    assert voices == ([{"language": "fr"}] * 2 if said == "fr" else own)


def test_a_field_that_is_null_says_nothing() -> None:
    plan = plan_in(text_of("night_ferry.yaml"))[0]
    nulls = {"clip": None, "end_base_image_id": None, "seed": None, "setting": None}
    with_nulls = plan | {"shots": [nulls | shot for shot in plan["shots"]], "style": None}
    assert "style" not in plan
    with_nulls["shots"][1] |= {"clip": "boat.mov", "start_base_image_id": None}
    del with_nulls["shots"][1]["end_base_image_id"]
    without = plan | {"shots": list(plan["shots"])}
    clip = {key: one for key, one in plan["shots"][1].items() if key not in (START, END)}
    without["shots"][1] = clip | {"clip": "boat.mov"}
    made = []
    for one in (with_nulls, without):
        text = yaml_text(one)
        listed = told(list_of(text), 1, shows="Something else.", ending="cut")
        new = rewritten(text, listed)
        made.append((plan_in(new.text)[0], new.differences))
    assert made[0] == made[1]


def test_comments_stay_with_what_they_stand_above() -> None:
    text = text_of("overrun.yaml").replace(
        "  - id: speech\n", "  # He rehearsed it.\n  - id: speech\n"
    )
    text = text.replace("  - id: answer\n", "  # She decides.\n  - id: answer\n")
    made = rewritten(text, cut(list_of(text), 2)).text
    assert "He rehearsed it" not in made
    assert "  # She decides.\n  - id: answer\n" in made
    assert "It is his face that is seen" not in made
    assert made.startswith("# Two people with more to say")
    assert "# wan-2.1 itself makes no shot over 5 s\n" in made


# Any edit of any plan.

_SHOTS = st.builds(
    ListedShot,
    size=st.sampled_from(["wide shot", "close-up", "medium shot"]),
    shows=st.sampled_from(["A moth circles.", "Nobody is there.", "It: rains - hard # now"]),
    camera=st.sampled_from([None, "static", "pan left"]),
    ending=st.sampled_from(["cut", "dissolve", "fade", "wipe"]),
)
_TEXTS = st.sampled_from(
    ["No.", "Then we are: late # again", "[softly] " + ", ".join(["never again"] * 10)]
)


def edits(data: st.DataObject, listed: ShotList) -> tuple[ShotList, Shots]:
    """Return a changed list, and the shots of it that nobody touched."""
    shots = shots_of(listed)
    kept = list(shots)
    names = [one.name for one in listed.characters if not one.off_screen]
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(shots) - 1))
        scene, shot = shots[number]
        kind = data.draw(
            st.sampled_from(["cut", "new", "move", "say", "hush", "show", "form", "hour", "mood"])
        )
        if kind == "new":
            shots.insert(number, (scene, data.draw(_SHOTS)))
            continue
        if kind == "move":
            shots.insert(data.draw(st.integers(0, len(shots) - 1)), shots.pop(number))
            continue
        kept = [one for one in kept if one != (scene, shot)]
        if kind == "cut" and len(shots) > 1:
            del shots[number]
        elif kind == "say" and names:
            name = data.draw(st.sampled_from(names))
            line = ListedLine(
                speaker=name, text=data.draw(_TEXTS), off_screen=name not in shot.characters
            )
            place = data.draw(st.integers(0, len(shot.lines)))
            lines = (*shot.lines[:place], line, *shot.lines[place + data.draw(st.integers(0, 1)) :])
            shots[number] = (scene, shot.model_copy(update={"lines": lines}))
        elif kind == "hush":
            shots[number] = (scene, shot.model_copy(update={"lines": shot.lines[1:]}))
        elif kind == "show":
            shots[number] = (scene, shot.model_copy(update={"shows": "Something else happens."}))
        elif kind == "form":
            other = data.draw(_SHOTS)
            form = {"size": other.size, "camera": other.camera, "ending": other.ending}
            shots[number] = (scene, shot.model_copy(update=form))
        elif kind == "hour":
            shots[number] = (scene.model_copy(update={"time": "noon"}), shot)
        elif kind == "mood":
            mood = data.draw(st.sampled_from(["rain", None]))
            shots[number] = (scene.model_copy(update={"mood": mood}), shot)
    return with_shots(listed, shots), kept


@settings(max_examples=80)
@given(st.data())
def test_any_edit_of_any_plan_leaves_what_it_did_not_touch(data: st.DataObject) -> None:
    old, plan = plan_of_example(data.draw(st.sampled_from(EVERY_PLAN)))
    for _ in range(data.draw(st.integers(1, 2))):  # what was rewritten is rewritten again
        listed = listed_of(plan)
        changed, kept = edits(data, listed)
        alike = Counter(shot.shows for _, shot in [*shots_of(listed), *shots_of(changed)])
        new = merged(old, plan, listed, changed)
        plan = MoviePlan.model_validate(new)
        assert bool(differences(old, new)) == (old != new)
        # It tells what it is to tell.
        assert all(
            (now.shows, said(now)) == (shot.shows, said(shot))
            for (_, now), (_, shot) in zip(
                shots_of(listed_of(plan)), shots_of(changed), strict=True
            )
        )
        # What nobody touched is as it was, but for how it becomes what follows it now.
        before, now = by_id(old), by_id(new)
        for shot_id, (scene, shot) in zip(ids(old), shots_of(listed), strict=True):
            if (scene, shot) in kept and alike[shot.shows] == 2:  # there is no other like it
                assert as_if_alone(now[shot_id]) == as_if_alone(before[shot_id])
        old = new


def said(shot: ListedShot) -> list[str]:
    return [line.text for line in shot.lines]


def as_if_alone(shot: dict[str, Any]) -> dict[str, Any]:
    """Return a shot without how it ends, and how long it is at least for that."""
    return {key: shot[key] for key in shot if key not in _OF_ITS_END}


_OF_ITS_END = ("transition", "transition_sec", "end_base_image_id", "duration_sec")
