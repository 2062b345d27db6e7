"""`sparkle explain`: what it says comes true, and it leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from ruamel.yaml import YAML

from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.forecast.explanation import Change, Explanation, ItemForecast, ItemState
from studio import Plan, Rendered, Studio

PLAN = """
title: Harbour Light, a film of four shots in which nobody goes out to sea tonight
characters:
  - {id: mara, name: Mara, description: "keeper, fifties", voice_profile: {voice_id: emma}}
  - {id: tom, name: Tom, description: fisherman, voice_profile: {voice_id: oliver}}
base_images:
  - {id: headland, prompt: "storm over a stone lighthouse, dusk"}
  - {id: lamp_room, prompt: "lamp room interior, brass lens, warm light"}
  - {id: mara_close, prompt: "close-up of Mara's face", characters: [mara]}
  - {id: quay, prompt: "the quay at night, rain", characters: [tom]}
  - {id: morning, prompt: "the harbour at sunrise, wide shot"}
shots:
  - {id: climb, duration_sec: 1.5, visual_description: the tower,
     start_base_image_id: headland, end_base_image_id: lamp_room, motion_prompt: slow pan left}
  - {id: refusal, duration_sec: 2.0, visual_description: Mara speaks, is_talking_closeup: true,
     start_base_image_id: lamp_room, end_base_image_id: mara_close,
     dialogue: [{character_id: mara, text: Not tonight.}]}
  - {id: plea, duration_sec: 1.5, visual_description: Tom on the quay,
     start_base_image_id: mara_close, end_base_image_id: quay, motion_prompt: static,
     dialogue: [{character_id: tom, text: Why not?},
                {character_id: tom, text: The boat is out and the storm is here.}]}
  - {id: dawn, duration_sec: 1.5, visual_description: the boat comes home,
     start_base_image_id: quay, end_base_image_id: morning, motion_prompt: dolly in}
render_profile: {video: {model_id: wan-2.1, max_fps: 12}, metadata: {resolution: 128x72}}
"""

Edit = Callable[[Plan], object]
Where = tuple[str, str]


def plan_of_four() -> Plan:
    plan: Plan = YAML(typ="safe", pure=True).load(PLAN)
    return plan


class Workshop(Studio):
    """A studio with profiles of its own."""

    @property
    def profiles(self) -> Path:
        return self.root / "profiles"

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"SPARKLE_PROFILES": str(self.profiles)}

    def write_profile(self, name: str, edit: Callable[[dict[str, Any]], object]) -> None:
        """Write the animatic profile under another name, edited."""
        yaml = YAML(typ="safe", pure=True)
        profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
        profile["resources"]["film"]["config"]["profile"] = name
        edit(profile["resources"])
        self.profiles.mkdir(exist_ok=True)
        yaml.dump(profile, self.profiles / f"{name}.yaml")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> tuple[Studio, Explanation]:
    """A studio with one rendered film, and what was said of it before there was anything."""
    studio = Studio(tmp_path_factory.mktemp("master"))
    studio.write(plan_of_four())
    foreseen = explained(studio)
    assert not studio.home.root.exists()
    studio.make(plan_of_four())
    return studio, foreseen


@pytest.fixture
def rendered(master: tuple[Studio, Explanation], tmp_path: Path) -> Workshop:
    """A studio of one's own with that film."""
    master[0].copy(tmp_path)
    return Workshop(tmp_path)


def sparkle(studio: Studio, *arguments: str) -> Result:
    environment = {
        name: value for name, value in studio.environment.items() if name.startswith("SPARKLE_")
    }
    return CliRunner().invoke(main, arguments, env=environment)


def explained(studio: Studio, *arguments: str) -> Explanation:
    result = sparkle(studio, "explain", "film", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return Explanation.model_validate_json(result.stdout)


def told(studio: Studio, *arguments: str) -> str:
    result = sparkle(studio, "explain", "film", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def items(explanation: Explanation, *states: ItemState) -> set[Where]:
    return {
        (stage.stage, item.id)
        for stage in explanation.stages
        for item in stage.items
        if item.state in states
    }


def item_of(explanation: Explanation, stage: str, item_id: str) -> ItemForecast:
    found = [
        item
        for one in explanation.stages
        for item in one.items
        if (one.stage, item.id) == (stage, item_id)
    ]
    assert len(found) == 1, explanation
    return found[0]


def made(render: Rendered) -> set[Where]:
    return {(stage, item) for stage, found in render.made.items() for item in found}


def there(render: Rendered) -> set[Where]:
    return {
        (stage, item)
        for stage, manifest in render.manifests.items()
        if stage != "movie_plan"
        for item in (*manifest.provenance.made, *manifest.provenance.taken)
    }


def assert_comes_true(explanation: Explanation, render: Rendered) -> None:
    will, may = items(explanation, ItemState.MADE), items(explanation, ItemState.MAYBE)
    assert will <= made(render), (will - made(render), explanation)
    assert made(render) <= will | may, (made(render) - will - may, explanation)
    taken = items(explanation, ItemState.CURRENT, ItemState.TAKEN)
    assert will | taken <= there(render) <= will | taken | may
    assert not items(explanation, ItemState.GONE) & there(render)
    assert (explanation.made, explanation.maybe) == (len(will), len(may))
    assert explanation.taken == len(taken)


def motion(plan: Plan) -> None:
    plan["shots"][0]["motion_prompt"] = "fast pan right"


def keyframe(plan: Plan) -> None:
    plan["base_images"][1]["prompt"] = "a red balloon over a lake at noon"


def keyframe_and_motion(plan: Plan) -> None:
    keyframe(plan)
    motion(plan)


def title(plan: Plan) -> None:
    plan["title"] = plan["title"].replace("tonight", "tomorrow")


def first_line(plan: Plan) -> None:
    plan["shots"][1]["dialogue"][0]["text"] = "Not tonight, and not tomorrow either, I am afraid."


def last_line(plan: Plan) -> None:
    plan["shots"][2]["dialogue"][1]["text"] = "No boat."


def last_line_and_title(plan: Plan) -> None:
    last_line(plan)
    title(plan)


def same_line_twice(plan: Plan) -> None:
    line = {"character_id": "mara", "text": "Never again."}
    plan["shots"][3]["dialogue"] = [line, line]


def no_lines(plan: Plan) -> None:
    for shot in plan["shots"]:
        shot.pop("dialogue", None)


def looks_and_voice(plan: Plan) -> None:
    plan["characters"][0]["description"] = "keeper, thirty, a red coat"
    plan["characters"][1]["voice_profile"]["pitch"] = 0.9


def seed_and_rate(plan: Plan) -> None:
    plan["metadata"] = {"seed": 7}
    plan["render_profile"]["video"]["max_fps"] = 10


def inserted_shot(plan: Plan) -> None:
    plan["base_images"].insert(1, {"id": "owl", "prompt": "an owl at midnight"})
    flight = {
        "id": "flight",
        "duration_sec": 1.0,
        "visual_description": "the owl flies",
        "start_base_image_id": "headland",
        "end_base_image_id": "owl",
    }
    plan["shots"][0]["start_base_image_id"] = "owl"
    plan["shots"].insert(0, flight)


def no_last_shot(plan: Plan) -> None:
    del plan["shots"][-1], plan["base_images"][-1]
    plan["characters"].reverse()


EDITS: list[Edit] = [first_line]

MORE_EDITS: list[Edit] = [
    same_line_twice,
    keyframe_and_motion,
    last_line_and_title,
    no_lines,
    looks_and_voice,
    seed_and_rate,
    inserted_shot,
    no_last_shot,
]
"""Each renders the film again, which takes its time."""


@pytest.mark.parametrize(
    "edit",
    [*EDITS, *(pytest.param(edit, marks=pytest.mark.service) for edit in MORE_EDITS)],
    ids=lambda edit: edit.__name__,
)
def test_what_it_says_of_an_edit_comes_true(rendered: Studio, edit: Edit) -> None:
    plan = plan_of_four()
    edit(plan)
    rendered.write(plan)
    explanation = explained(rendered)
    assert_comes_true(explanation, rendered.make(plan))


def test_what_an_edit_leaves_out_is_said_to_be_gone(rendered: Studio) -> None:
    plan = plan_of_four()
    no_last_shot(plan)
    rendered.write(plan)
    gone = items(explained(rendered), ItemState.GONE)
    assert gone == {("base_images", "morning"), ("shot_clips", "dawn")}


def test_nothing_to_do_is_said_in_a_line(rendered: Studio) -> None:
    explanation = explained(rendered)
    assert items(explanation, *set(ItemState) - {ItemState.CURRENT}) == set()
    assert items(explanation, ItemState.CURRENT) == there(rendered.rendered())
    assert "Nothing to do: all" in told(rendered).splitlines()[-1]


def test_a_note_of_the_author_makes_nothing(rendered: Studio) -> None:
    plan = plan_of_four()
    plan["metadata"] = {"for": "the producer"}
    rendered.write(plan)
    explanation = explained(rendered)
    assert explanation.made == explanation.maybe == 0
    assert [change.field for change in explanation.plan_changes] == ["metadata.for"]
    text = told(rendered)
    assert 'metadata.for is new: "the producer"' in text
    assert "makes nothing" in text


def test_a_long_text_is_shown_where_it_differs(rendered: Studio) -> None:
    plan = plan_of_four()
    title(plan)
    rendered.write(plan)
    assert items(explained(rendered), ItemState.MADE, ItemState.MAYBE) == {("video_final", "film")}
    assert 'film  will be made: title: "…out to sea tonight" -> "…out to sea tomorrow"' in told(
        rendered
    )


def test_a_changed_field_is_shown_with_both_values(rendered: Studio) -> None:
    plan = plan_of_four()
    motion(plan)
    rendered.write(plan)
    explanation = explained(rendered)
    assert items(explanation, ItemState.MADE) == {("shot_clips", "climb")}
    assert items(explanation, ItemState.MAYBE) == {("video_final", "film")}
    clip = item_of(explanation, "shot_clips", "climb")
    before, after = "slow pan left", "fast pan right"
    assert clip.changes == (Change(field="motion_prompt", before=before, after=after),)
    assert clip.seconds is not None
    assert explanation.seconds_made == clip.seconds
    assert item_of(explanation, "video_final", "film").waits_for == ("clip climb",)
    text = told(rendered)
    assert 'climb  will be made: motion_prompt: "slow pan left" -> "fast pan right"' in text
    assert "makes at least 1 item, at most 2" in text


def test_what_hangs_on_a_keyframe_waits_for_it(rendered: Studio) -> None:
    plan = plan_of_four()
    keyframe(plan)
    rendered.write(plan)
    explanation = explained(rendered)
    # Another picture names no place of its own: it is in the lamp room, too.
    pictures = {"lamp_room", "mara_close"}
    assert items(explanation, ItemState.MADE) == {("base_images", one) for one in pictures}
    clips = {("shot_clips", shot) for shot in ("climb", "refusal", "plea")}
    assert items(explanation, ItemState.MAYBE) == {
        *clips,
        ("lipsync_clips", "refusal"),
        ("video_final", "film"),
    }
    for stage, clip in clips:
        waits_for = item_of(explanation, stage, clip).waits_for
        assert waits_for
        assert set(waits_for) <= {f"keyframe {one}" for one in pictures}


def test_only_what_a_line_can_move_waits_for_it(rendered: Studio) -> None:
    plan = plan_of_four()
    last_line(plan)
    rendered.write(plan)
    explanation = explained(rendered)
    assert ("dialogue_wavs", "line_0003") in items(explanation, ItemState.MADE)
    assert ("timeline_track", "timeline") in items(explanation, ItemState.MADE)
    # Its own shot may become shorter; the others keep their lengths, wherever it ends.
    assert items(explanation, ItemState.MAYBE) == {
        ("timeline_track", "line_0003"),
        ("shot_clips", "plea"),
    }
    assert item_of(explanation, "shot_clips", "plea").waits_for == ("line_0003",)


@pytest.mark.service
def test_a_changed_file_is_named_by_its_owner(rendered: Studio) -> None:
    plan = plan_of_four()
    plan["base_images"][0]["local_path"] = "photo.png"
    Image.new("RGB", (320, 180), "navy").save(rendered.plans / "photo.png")
    rendered.write(plan)
    # Nobody knows who is in a picture before somebody has looked.
    assert items(explained(rendered), ItemState.MADE) == {
        ("base_images", "headland"),
        ("base_images", "headland@faces"),
        ("video_final", "film"),
    }
    rendered.render(plan)
    Image.new("RGB", (320, 180), "olive").save(rendered.plans / "photo.png")
    explanation = explained(rendered)
    assert items(explanation, ItemState.MADE) == {("base_images", "headland")}
    said = " ".join(told(rendered).split())
    assert "headland will be made: picture: file photo.png changed" in said
    assert "headland@faces may be made: waits for keyframe headland" in said
    assert_comes_true(explanation, rendered.make(plan))
    # Back to the first picture: everything has been made before, and every name is known.
    Image.new("RGB", (320, 180), "navy").save(rendered.plans / "photo.png")
    explanation = explained(rendered)
    assert explanation.made == explanation.maybe == 0
    assert item_of(explanation, "shot_clips", "climb").state is ItemState.TAKEN
    text = told(rendered)
    assert "start: keyframe headland changed" in text
    assert "makes nothing" in text


@pytest.mark.service
def test_an_undone_edit_beside_an_unheard_line_is_not_said_to_be_made(rendered: Studio) -> None:
    plan = plan_of_four()
    plan["shots"][1]["motion_prompt"] = "zoom out"
    rendered.render(plan)
    del plan["shots"][1]["motion_prompt"]
    plan["shots"][1]["dialogue"][0]["text"] = "Not now."
    rendered.write(plan)
    explanation = explained(rendered)
    clip = item_of(explanation, "shot_clips", "refusal")
    assert clip.state is ItemState.MAYBE
    assert [change.field for change in clip.changes] == ["motion_prompt"]
    again = rendered.render(plan)
    assert ("shot_clips", "refusal") not in made(again)
    assert_comes_true(explanation, again)


@pytest.mark.parametrize(
    ("stage", "item", "name"),
    [
        pytest.param("base_images", "lamp_room", "image", marks=pytest.mark.service),
        ("dialogue_wavs", "line_0001", "audio"),
    ],
)
def test_a_missing_file_is_said_and_made_again(
    rendered: Studio, stage: str, item: str, name: str
) -> None:
    artifact = rendered.manifests()[stage].artifact(item, name)
    Store(rendered.home.store).path_of(artifact.sha256).unlink()
    for path in (rendered.home.runs / "film").glob(f"*/{artifact.file}"):
        path.unlink()
    explanation = explained(rendered)
    assert item_of(explanation, stage, item).state is ItemState.MADE
    mends = told(rendered)
    assert f"{stage}/{artifact.file} is gone: to be made again." in mends
    assert f"{item} is to be made again: its stored {name} is missing or damaged." in mends
    render = rendered.make(plan_of_four())
    assert_comes_true(explanation, render)
    assert made(render) == {(stage, item)}


def test_a_missing_record_is_said_and_made_again(rendered: Studio) -> None:
    clip = rendered.manifests()["shot_clips"].artifact("dawn", "clip")
    record = rendered.home.actions / clip.fingerprint[:2] / f"{clip.fingerprint}.json"
    record.unlink()
    explanation = explained(rendered)
    dawn = item_of(explanation, "shot_clips", "dawn")
    assert dawn.state is ItemState.MADE
    assert dawn.reason == "its action record is missing or damaged"
    assert items(explanation, ItemState.MADE, ItemState.MAYBE) == {
        ("shot_clips", "dawn"),
        ("video_final", "film"),
    }


def test_a_film_that_was_never_rendered_is_all_new(master: tuple[Studio, Explanation]) -> None:
    studio, explanation = master
    assert items(explanation, *set(ItemState) - {ItemState.MADE, ItemState.MAYBE}) == set()
    # Whether a line has to be spoken faster is known when it has been spoken.
    assert {stage for stage, _ in items(explanation, ItemState.MAYBE)} <= {"timeline_track"}
    assert_comes_true(explanation, studio.rendered())


def test_a_film_takes_what_another_one_made(rendered: Studio) -> None:
    plan = plan_of_four()
    title(plan)
    rendered.write(plan, "second")
    result = sparkle(rendered, "explain", "second", "--json")
    explanation = Explanation.model_validate_json(result.stdout)
    assert items(explanation, ItemState.MADE) == {("video_final", "film")}
    assert items(explanation, *set(ItemState) - {ItemState.MADE, ItemState.TAKEN}) == set()
    assert_comes_true(explanation, rendered.make(plan, "second"))


def test_the_plan_is_the_one_that_a_render_would_take(rendered: Studio, tmp_path: Path) -> None:
    plan = plan_of_four()
    title(plan)
    rendered.write(plan)
    elsewhere = tmp_path / "elsewhere.yaml"
    (rendered.plans / "film.yaml").rename(elsewhere)
    frozen = explained(rendered)
    assert (frozen.plan, frozen.made) == (None, 0)
    given = explained(rendered, "--plan", str(elsewhere))
    assert (given.plan, given.made) == (str(elsewhere), 1)
    (changed,) = given.plan_changes
    assert (changed.field, changed.after) == ("title", plan["title"])


def test_it_leaves_no_trace(rendered: Studio) -> None:
    plan = plan_of_four()
    first_line(plan)
    plan["base_images"][0]["local_path"] = "photo.png"
    Image.new("RGB", (320, 180), "navy").save(rendered.plans / "photo.png")
    rendered.write(plan)
    before = traces(rendered.root)
    # A process of its own, as people start it.
    result = rendered.sparkle("explain", "film")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert traces(rendered.root) == before


def traces(root: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*")}


def test_what_cannot_be_explained_is_wrong_input(rendered: Studio) -> None:
    unknown = sparkle(rendered, "explain", "nobody")
    assert unknown.exit_code == 2
    assert "film" in unknown.stderr
    assert sparkle(rendered, "explain", "../film").exit_code == 2
    assert sparkle(rendered, "explain", "film", "--profile", "dreams").exit_code == 2
    plan = plan_of_four()
    plan["shots"][0]["end_base_image_id"] = "nowhere"
    rendered.write(plan)
    wrong = sparkle(rendered, "explain", "film")
    assert wrong.exit_code == 2
    assert "nowhere" in wrong.stderr


def slower_speech(resources: dict[str, Any]) -> None:
    resources["speech"]["config"]["settings"]["providers"] = {"espeak": {"words_per_minute": 150}}


def coarser_clips(resources: dict[str, Any]) -> None:
    resources["film"]["config"]["settings"]["delivery"]["crf"] = 30


@pytest.mark.service
def test_another_profile_and_a_changed_setting_of_it_are_explained(rendered: Workshop) -> None:
    plan = plan_of_four()
    rendered.write_profile("mine", coarser_clips)
    explanation = explained(rendered, "--profile", "mine")
    assert explanation.profile == "mine"
    (note,) = explanation.notes
    assert "animatic" in note
    assert "--replace" in note
    (changed,) = item_of(explanation, "shot_clips", "climb").changes
    assert (changed.field, changed.after) == ("encoding.crf", 30)
    before = rendered.rendered()
    mine = ("--run-id", "film", "--profile", "mine")
    taken_over = rendered.render(plan, "film", *mine, "--replace")
    assert before.content != taken_over.content
    assert_comes_true(explanation, taken_over)

    rendered.write_profile("mine", slower_speech)
    explanation = explained(rendered)
    assert explanation.profile == "mine"
    (changed,) = item_of(explanation, "dialogue_wavs", "line_0001").changes
    assert (changed.field, changed.after) == ("engine.settings.words_per_minute", 150)
    assert_comes_true(explanation, rendered.render(plan, "film", *mine))
