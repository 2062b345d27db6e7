"""A script becomes a plan, and an edited script the same plan but for what was edited."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.soundtrack import Place
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.fountain import read_fountain
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.naming import slug
from sparkle_motion_dagster.shotlist.provenance import made_from_script, signed
from sparkle_motion_dagster.shotlist.scripts.breakdown import broken_down
from sparkle_motion_dagster.shotlist.scripts.revising import revised
from sparkle_motion_dagster.shotlist.scripts.script_plans import Written, write_plan
from studio import EXAMPLES

SCRIPTS = Path(__file__).parents[1] / "data" / "scripts"
EVERY_SCRIPT = sorted(SCRIPTS.iterdir(), key=lambda path: path.name)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return Path(shutil.copy(SCRIPTS / "keepers.fountain", tmp_path))


def written(script: Path) -> Written:
    return write_plan(script, script.with_suffix(".yaml"))


def again(script: Path, *edits: tuple[str, str]) -> Written:
    """Edit a script's text, and write its plan again."""
    text = script.read_text()
    for was, now in edits:
        assert was in text
        text = text.replace(was, now)
    script.write_text(text)
    return written(script)


def edit(script: Path, change: Callable[[Any], None]) -> None:
    """Change the plan of a script as a person does."""
    plan = script.with_suffix(".yaml")
    yaml = YAML()
    content = yaml.load(plan)
    change(content)
    yaml.dump(content, plan)


def script_line(shot: ShotSpec) -> int:
    assert shot.metadata.model_extra is not None
    return int(shot.metadata.model_extra["script_line"])


def shot(plan: Any, shot_id: str) -> Any:
    return next(one for one in plan["shots"] if one["id"] == shot_id)


@pytest.mark.parametrize("path", EVERY_SCRIPT, ids=lambda path: path.name)
def test_every_script_becomes_a_plan(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "film.yaml"
    write_plan(path, target)
    plan = load_plan(target).plan
    lines = len(path.read_text().splitlines())
    assert all(1 <= script_line(one) <= lines for one in plan.shots)
    before = target.read_bytes()
    assert write_plan(path, target).revision is not None
    assert target.read_bytes() == before


def test_what_a_plan_says(script: Path) -> None:
    written(script)
    plan = load_plan(script.with_suffix(".yaml")).plan
    assert plan.title == "The Keepers"
    assert [one.id for one in plan.characters if one.off_screen] == ["pilot"]
    assert plan.character("mara").description == "70, yellow oilskin, short white hair"
    spoken = [line.text for one in plan.shots for line in one.dialogue]
    assert spoken[:2] == [
        "The boat is late.",
        "[not looking up] The boat is always late. Hold the lamp.",
    ]
    assert [one.id for one in plan.shots] == [
        "lighthouse_01",
        *(f"lamp_room_0{number}" for number in range(1, 8)),
        "pier_01",
        "pier_02",
    ]
    # To and fro between two faces: a picture each.
    talking = [one.start_base_image_id for one in plan.shots if one.is_talking_closeup]
    assert talking[:4] == ["lamp_room_tom_medium_close_up", "lamp_room_mara_medium_close_up"] * 2
    assert [one.transition for one in plan.shots if one.transition != "cut"] == ["dissolve", "fade"]


def test_an_edited_line_changes_its_shot_alone(script: Path) -> None:
    first = written(script).plan
    revision = again(script, ("And if it goes out?", "And if it goes dark?")).revision
    assert revision is not None
    assert (revision.changed, revision.new, revision.gone) == (("lamp_room_04",), (), ())
    differing = [
        one["id"]
        for one, was in zip(revision.plan["shots"], first["shots"], strict=True)
        if one != was
    ]
    assert differing == ["lamp_room_04"]


def test_ids_stay_where_a_script_grows_and_shrinks(script: Path) -> None:
    written(script)
    revision = again(
        script,
        ("The radio crackles.\n", "A moth circles the lamp.\n\nThe radio crackles.\n"),
        ("MARA\nTold you.\n", ""),
    ).revision
    assert revision is not None
    assert revision.new == ("lamp_room_06_2",)
    assert revision.gone == ("pier_02",)
    assert revision.changed == ("pier_01",)  # which ends the film now
    ids = [one["id"] for one in revision.plan["shots"]]
    assert ids[6:9] == ["lamp_room_06_2", "lamp_room_06", "lamp_room_07"]
    spoken = [
        one
        for each in revision.plan["shots"]
        for one in (each, *each.get("dialogue", ()))
        if "A moth" not in each["visual_description"]
    ]
    text = script.read_text().splitlines()
    for one in spoken:
        said = one.get("text", one.get("visual_description", "")).removeprefix("[not looking up] ")
        if not said.endswith("speaks"):
            first = said.split()[0].lower()
            assert first in text[one["metadata"]["script_line"] - 1].lower(), said
    load_plan(script.with_suffix(".yaml"))


def test_a_shot_that_stays_is_seen_in_the_picture_that_there_is(tmp_path: Path) -> None:
    script = tmp_path / "film.fountain"
    script.write_text("EXT. HERE\n\nRain falls.\n\nA dog waits.\n\nA cat sleeps.\n")
    written(script)
    # What comes first in a scene is a wide shot: of the same shot there is another picture now.
    again(script, ("Rain falls.\n\n", ""))
    plan = load_plan(script.with_suffix(".yaml")).plan
    assert [one.id for one in plan.shots] == ["here_02", "here_03"]
    prompts = {one.id: one.prompt for one in plan.base_images}
    assert prompts[plan.shots[0].start_base_image_id or ""].startswith("wide shot")


def test_what_somebody_edited_in_the_plan_stays(script: Path) -> None:
    written(script)

    def mine(plan: Any) -> None:
        plan["style"] = "woodcut"
        plan["characters"][1]["voice_profile"] = {"voice_id": "emma"}
        shot(plan, "lamp_room_02")["motion_prompt"] = "slow push in"
        shot(plan, "lamp_room_06")["duration_sec"] = 6.5
        plan["shots"].remove(shot(plan, "lighthouse_01"))
        plan["base_images"] = [one for one in plan["base_images"] if one["id"] != "lighthouse"]
        plan["base_images"].append({"id": "moth", "prompt": "a moth"})
        added = {"id": "moth", "duration_sec": 3.0, "visual_description": "a moth"}
        added |= {"start_base_image_id": "moth", "transition": "cut"}
        plan["shots"].insert(2, added)
        plan["soundtrack"]["ambience"] = []
        plan["title_card"]["seconds"] = 5

    edit(script, mine)
    again(script, ("And if it goes out?", "And if it goes dark?"))
    plan = load_plan(script.with_suffix(".yaml")).plan
    assert plan.style == "woodcut"
    assert plan.character("mara").voice_profile.voice_id == "emma"
    ids = [one.id for one in plan.shots]
    assert "lighthouse_01" not in ids
    assert ids[:3] == ["lamp_room_01", "lamp_room_02", "moth"]
    assert plan.shots[1].motion_prompt == "slow push in"
    assert plan.shots[ids.index("lamp_room_06")].duration_sec == 6.5
    assert plan.shots[ids.index("lamp_room_04")].dialogue[0].text == "And if it goes dark?"
    assert plan.soundtrack is not None
    assert not plan.soundtrack.ambience
    assert plan.title_card is not None
    assert plan.title_card.seconds == 5


def test_what_no_script_tells_stays_where_it_tells_something_else(script: Path) -> None:
    written(script)

    def mine(plan: Any) -> None:
        plan["characters"][1] |= {"treatment": "hall", "voice_profile": {"voice_id": "emma"}}
        plan["title_card"]["seconds"] = 5
        lamp = shot(plan, "lamp_room_03")
        lamp |= {"seed": 7, "grade": "night.cube"}
        lamp["metadata"]["faces"] = {"mara": None}
        shot(plan, "lamp_room_06")["dialogue"][0]["audio"] = "pilot.wav"
        plan["base_images"][0]["asset_uri"] = "sea.png"

    edit(script, mine)
    again(
        script,
        ("Title: The Keepers", "Title: Keepers"),
        ("Rain on black rocks", "Hail on black rocks"),
        ("(70, yellow", "(72, yellow"),
        ("The boat is always late.", "It never comes."),
        ("The radio crackles", "The radio hisses"),
    )
    _, plan = plan_in(script.with_suffix(".yaml").read_text())
    shots = {one.id: one for one in plan.shots}
    assert plan.title_card is not None
    assert (plan.title_card.text, plan.title_card.seconds) == ("Keepers\nA. Writer", 5)
    assert "Hail on black rocks." in plan.base_images[0].prompt
    assert plan.base_images[0].asset_uri == "sea.png"
    mara = plan.character("mara")
    assert mara.description == "72, yellow oilskin, short white hair"
    assert (mara.treatment, mara.voice_profile.voice_id) == ("hall", "emma")
    lamp, radio = shots["lamp_room_03"], shots["lamp_room_06"]
    assert "It never comes." in lamp.dialogue[0].text
    assert (lamp.seed, lamp.grade, lamp.metadata.faces) == (7, "night.cube", {"mara": None})
    assert (radio.visual_description, radio.dialogue[0].audio) == (
        "The radio hisses.",
        "pilot.wav",
    )


def own_close_up(plan: Any) -> None:
    """Show Mara in a picture of one's own, and not in the one that was made."""
    made = "lamp_room_mara_medium_close_up"
    (picture,) = (one for one in plan["base_images"] if one["id"] == made)
    picture["id"] = "mine"
    for one in plan["shots"]:
        if one["start_base_image_id"] == made:
            one["start_base_image_id"] = "mine"


def own_shot(plan: Any) -> None:
    """Have Tom say more."""
    line = {"character_id": "tom", "text": "Ha.", "off_screen": True}
    added = {"id": "mine", "duration_sec": 2.5, "visual_description": "The lamp"}
    added |= {"start_base_image_id": "lighthouse", "transition": "cut", "dialogue": [line]}
    plan["shots"].append(added)


def own_match(plan: Any) -> None:
    """Have the second shot become the third."""
    following = shot(plan, "lamp_room_02")["start_base_image_id"]
    one = shot(plan, "lamp_room_01")
    one |= {"transition": "match", "end_base_image_id": following}


@pytest.mark.parametrize(
    ("mine", "edits", "shots"),
    [
        (own_close_up, [("FADE OUT.", "INT. LAMP ROOM - NIGHT\n\nMARA\nNever.\n")], 11),
        (own_shot, [("TOM", "JIM"), ("Tom", "Jim")], 11),
        (own_match, [("TOM\nThe boat is late.\n\n", ""), ("TOM\nAnd if it goes out?\n\n", "")], 8),
    ],
)
def test_what_an_edit_stands_on_stays_with_it(
    mine: Callable[[Any], None], edits: list[tuple[str, str]], shots: int, script: Path
) -> None:
    written(script)
    edit(script, mine)
    again(script, *edits)
    plan = load_plan(script.with_suffix(".yaml")).plan
    assert len(plan.shots) == shots


def test_cues_of_ones_own_go_with_what_they_lie_by(script: Path) -> None:
    written(script)

    def mine(plan: Any) -> None:
        plan["soundtrack"]["music"] = [{"file": "theme.ogg", "until": {"shot": "pier_02"}}]
        plan["soundtrack"]["effects"] = [{"file": "bell.ogg", "at": {"line": 3}}]

    edit(script, mine)
    again(script, ("TOM\nThe boat is late.\n", ""), ("MARA\nTold you.\n", ""), ("PIER", "LANE"))
    _, plan = plan_in(script.with_suffix(".yaml").read_text())
    soundtrack = plan.soundtrack
    assert soundtrack is not None
    assert [cue.mood for cue in soundtrack.ambience] == ["rain", "room tone"]
    (music,), (effect,) = soundtrack.music, soundtrack.effects
    assert (music.until, effect.at) == (Place(shot="lamp_room_07"), Place(line=2))


def test_a_plan_of_somebodys_own_is_left_alone(script: Path) -> None:
    target = script.with_suffix(".yaml")
    mine = EXAMPLES / "silent_garden.yaml"
    shutil.copy(mine, target)
    with pytest.raises(ScriptError, match="not made from a script"):
        written(script)
    assert target.read_bytes() == mine.read_bytes()


def test_a_plan_of_another_script_is_left_alone(script: Path) -> None:
    written(script)
    target = script.with_suffix(".yaml")
    renamed = script.rename(script.with_name("keepers_2.fountain"))
    assert write_plan(renamed, target).revision is not None  # the same story
    before = target.read_bytes()
    with pytest.raises(ScriptError, match="made from keepers_2"):
        write_plan(SCRIPTS / "the_kite.fountain", target)
    assert target.read_bytes() == before


@pytest.mark.parametrize("name", ["film.json", "film", "keepers.fountain"])
def test_what_is_not_named_like_a_plan_is_not_written(name: str, script: Path) -> None:
    files = {one: one.read_bytes() for one in script.parent.iterdir()}
    with pytest.raises(ScriptError, match=f"{name} is no name for a plan"):
        write_plan(script, script.with_name(name))
    assert {one: one.read_bytes() for one in script.parent.iterdir()} == files


def test_a_plan_that_an_edit_has_broken_is_named_and_left_alone(script: Path) -> None:
    written(script)
    edit(script, lambda plan: plan["shots"][0].pop("id"))
    before = script.with_suffix(".yaml").read_bytes()
    with pytest.raises(PlanError, match=r"keepers\.yaml.*shots\[0\]\.id"):
        written(script)
    assert script.with_suffix(".yaml").read_bytes() == before


_NAMES = st.text("Aaé火Я .'-_/", min_size=1, max_size=8)
_BLOCKS = st.one_of(
    st.builds("INT. {} - NIGHT".format, _NAMES),
    st.builds("{} waits. Then goes.".format, _NAMES),
    st.builds("{} ({}) waits, {}, and goes.".format, _NAMES.map(str.upper), _NAMES, _NAMES),
    st.builds("@{}\nNot tonight.".format, _NAMES),
    st.builds("@{} (V.O.)\n(softly)\nOn air.".format, _NAMES),
    st.sampled_from(["DISSOLVE TO:", "FADE OUT.", "> WIPE TO BLACK"]),
)


@settings(max_examples=60)
@given(st.lists(_BLOCKS, min_size=1, max_size=12))
def test_any_script_becomes_a_valid_plan(blocks: list[str]) -> None:
    script = read_fountain("EXT. HERE\n\nSomething.\n\n" + "\n\n".join(blocks))
    MoviePlan.model_validate(plan_of(broken_down(script, "Film")))


@settings(max_examples=80)
@given(st.lists(st.lists(_BLOCKS, min_size=1, max_size=8), min_size=2, max_size=4))
def test_a_script_that_is_edited_again_and_again_stays_a_valid_plan(
    drafts: list[list[str]],
) -> None:
    plan = None
    for blocks in drafts:
        script = read_fountain("EXT. HERE\n\nSomething.\n\n" + "\n\n".join(blocks))
        made = plan_of(broken_down(script, "Film"))
        if plan is None:
            plan = signed(made, "film.fountain")
        else:
            before = made_from_script(plan)
            assert before is not None
            plan = revised(plan, before, made, "film.fountain").plan
        MoviePlan.model_validate(plan)


@given(st.text(max_size=80))
def test_slugs_are_ids(name: str) -> None:
    assert slug(name, "x") == "x" or slug(name, "x").replace("_", "").isalnum()
    assert len(slug(name, "x")) <= 40
