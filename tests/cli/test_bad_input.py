"""Bad input: every command and the inbox answer with the same message, which says where."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from PIL import Image

from refusals import refused_alike, rejected, sparkle
from sounds import silence, write_wav
from studio import Plan, plan_format_example, write_plan

Edit = Callable[[Plan], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    return tmp_path


def refused(result: Result, *parts: str) -> None:
    assert result.exit_code == 2, result.output
    for part in parts:
        assert part in result.stderr, result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title: [unclosed", "line 1"),
        (b"title: \xff\xfe film", "UTF-8"),
        (b"", "empty"),
        (b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n".encode()
            for n in range(9)
        ), "200000"),
        (b"title: !!python/object/apply:os.system ['true']\n", "line 1"),
        (b"title: " + b"[" * 500, "deep"),
        (b"title: a\ntitle: b\n", "line 2"),
        (b"- just\n- a list\n", "line 1"),
    ],
    ids=[
        "not-yaml", "not-utf8", "empty", "bomb", "tag", "deep", "duplicate", "list"
    ],
)  # fmt: skip
def test_files_that_are_no_plans(folder: Path, content: bytes, message: str) -> None:
    plan = folder / "film.yaml"
    plan.write_bytes(content)
    refused_alike(plan, str(plan), message)


def test_a_file_that_is_too_large(folder: Path) -> None:
    plan = folder / "film.yaml"
    plan.write_bytes(b"# " + b"x" * (4 * 2**20))
    for command in (("plan", "check"), ("add",), ("render",)):
        refused(sparkle(*command, plan), "is larger than 4194304 bytes")
    assert not (folder / "home").exists()
    assert "left alone" in rejected(plan)  # and not moved: it may be no plan at all


def dialogue(plan: Plan, **changes: Any) -> None:
    plan["dialogue_timeline"][1].update(changes)


RULES: list[tuple[str, Edit, tuple[str, ...]]] = [
    ("unknown-key", lambda p: p.update(titel="x"), ("titel", "did you mean 'title'")),
    ("keyframe-unknown", lambda p: p["base_images"].pop(), ("end_base_image_id", "frame_002")),
    (
        "continuity",
        lambda p: p["shots"][1].update(start_base_image_id="frame_000"),
        ("shots[0].end_base_image_id", "frame_000", "frame_001"),
    ),
    (
        "start-is-end",
        lambda p: p["shots"][0].update(end_base_image_id="frame_000"),
        ("shots[0]", "frame_000"),
    ),
    ("ids-unique", lambda p: p["shots"][1].update(id="SHOT_001"), ("shots[1].id", "SHOT_001")),
    ("id-parent", lambda p: p["shots"][0].update(id="../up"), ("shots[0].id", "../up")),
    ("id-absolute", lambda p: p["shots"][0].update(id="/etc/x"), ("shots[0].id", "/etc/x")),
    ("id-nul", lambda p: p["shots"][0].update(id="a\0b"), ("shots[0].id",)),
    ("id-dash", lambda p: p["shots"][0].update(id="-rf"), ("shots[0].id", "-rf")),
    ("blank-prompt", lambda p: p["base_images"][0].update(prompt="  "), ("base_images[0].prompt",)),
    (
        "unknown-character",
        lambda p: dialogue(p, character_id="nobody"),
        ("dialogue_timeline[1].character_id", "nobody"),
    ),
    (
        "timeline-gap",
        lambda p: dialogue(p, start_time_sec=5.5, duration_sec=2.0),
        ("dialogue_timeline[1]", "5.5", "5"),
    ),
    (
        "timeline-overlap",
        lambda p: dialogue(p, start_time_sec=4.5, duration_sec=3.0),
        ("dialogue_timeline[1]", "4.5", "5"),
    ),
    (
        "timeline-end",
        lambda p: p["dialogue_timeline"][2].update(duration_sec=1.0),
        ("dialogue_timeline", "8.5", "9"),
    ),
    ("nan", lambda p: p["shots"][0].update(duration_sec=float("nan")), ("shots[0].duration_sec",)),
    (
        "infinity",
        lambda p: p["shots"][0].update(duration_sec=float("inf")),
        ("shots[0].duration_sec",),
    ),
    (
        "film-too-long",
        lambda p: p["shots"][0].update(duration_sec=3599.0),
        ("3600", "3604"),
    ),
    ("line-too-long", lambda p: dialogue(p, text="a" * 2001), ("2000", "2001")),
    ("other-words", lambda p: dialogue(p, text="Not today."), ("Not today.", "Not tonight.")),
    (
        "picture-missing",
        lambda p: p["base_images"][0].update(local_path="gone.png"),
        ("base_images[0].local_path", "gone.png"),
    ),
    (
        "picture-outside",
        lambda p: p["base_images"][0].update(local_path="../secret.png"),
        ("base_images[0].local_path", "../secret.png"),
    ),
    (
        "picture-from-the-web",
        lambda p: p["base_images"][0].update(asset_uri="https://example.org/a.png"),
        ("base_images[0].asset_uri",),
    ),
    ("odd-size", lambda p: p["render_profile"]["metadata"].update(resolution="33x90"), ("33x90",)),
    ("shot-without-frame", lambda p: p["shots"][0].update(duration_sec=0), ("duration_sec",)),
]


@pytest.mark.parametrize(
    ("edit", "parts", "suffix"),
    [(*rule[1:], suffix) for rule, suffix in zip(RULES, cycle(("yaml", "json")), strict=False)],
    ids=[rule[0] for rule in RULES],
)
def test_every_rule_broken(folder: Path, edit: Edit, parts: tuple[str, ...], suffix: str) -> None:
    plan = copy.deepcopy(plan_format_example())
    edit(plan)
    path = folder / f"film.{suffix}"
    if suffix == "json":
        path.write_text(json.dumps(plan), encoding="utf-8")
    else:
        write_plan(plan, path)
    refused_alike(path, str(path), "line ", *parts)


def test_a_picture_that_is_none(folder: Path) -> None:
    plan = plan_format_example()
    plan["base_images"][0]["local_path"] = "photo.png"
    (folder / "photo.png").write_text("I am no picture")
    path = write_plan(plan, folder / "film.yaml")
    refused_alike(path, "base_images[0].local_path", "photo.png", "line ")


def test_a_picture_behind_a_link_out_of_the_folder(folder: Path) -> None:
    plans = folder / "plans"
    plans.mkdir()
    Image.new("RGB", (64, 64)).save(folder / "secret.png")
    (plans / "photo.png").symlink_to(folder / "secret.png")
    plan = plan_format_example()
    plan["base_images"][0]["local_path"] = "photo.png"
    path = write_plan(plan, plans / "film.yaml")
    refused_alike(path, "base_images[0].local_path", "photo.png")


def line(text: str) -> Edit:
    return lambda plan: (
        plan["shots"][1]["dialogue"][0].update(text=text),
        plan["dialogue_timeline"][1].update(text=text),
    )


def voice(**profile: Any) -> Edit:
    return lambda plan: plan["characters"][0].update(voice_profile=profile)


def brought(name: str, content: Callable[[Path], object] | bytes, field: str) -> Edit:
    """A file beside the plan, named as a recording, a portrait, or a keyframe's picture."""

    def edit(plan: Plan) -> None:
        path = Path(name)
        path.write_bytes(content) if isinstance(content, bytes) else content(path)
        if field == "reference_wav":
            plan["characters"][0]["voice_profile"]["reference_wav"] = name
        elif field == "reference_image":
            plan["characters"][0]["reference_image"] = name
        else:
            plan["base_images"][0]["local_path"] = name

    return edit


def cut_off(path: Path) -> None:
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:-200])


def cut_off_wav(path: Path) -> None:
    write_wav(path, silence(1))
    os.truncate(path, 99)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'

UNRENDERABLE: list[tuple[str, Edit, tuple[str, ...]]] = [
    ("dots", line("..."), ("dialogue_timeline[1].text", "nothing that can be pronounced")),
    ("dashes", line("— – —"), ("nothing that can be pronounced",)),
    ("emoji", line("🙂🙂"), ("nothing that can be pronounced",)),
    ("invisible", line("\u200b\u2060…"), ("nothing that can be pronounced",)),
    ("quotation", line("“?!”"), ("nothing that can be pronounced",)),
    ("japanese", line("My name is 田中."), ("dialogue_timeline[1].text", "'田中.'", "en-US")),
    ("russian", line("Привет"), ("'Привет'", "ru-RU")),
    ("arabic-digits", line("Room ٣"), ("'٣'",)),
    ("voice", voice(voice_id="emmma"), ("characters", "emmma", "emma")),
    ("language", voice(language="ja-JP"), ("characters", "'mara'", "ja-JP")),
    ("pitch", voice(voice_id="emma", pitch=3.0), ("characters", "pitch")),
    ("rate", voice(voice_id="emma", rate=3.0), ("characters", "rate")),
    ("text-as-wav", brought("a.wav", b"not sound", "reference_wav"), ("a.wav is no WAV file",)),
    ("empty-wav", brought("a.wav", b"", "reference_wav"), ("a.wav is empty",)),
    (
        "soundless-wav",
        brought("a.wav", lambda path: write_wav(path, silence(0)), "reference_wav"),
        ("characters[0].voice_profile.reference_wav", "a.wav holds no sample"),
    ),
    ("cut-wav", brought("a.wav", cut_off_wav, "reference_wav"), ("a.wav is cut off",)),
    ("svg", brought("draw.svg", SVG, "local_path"), ("base_images[0].local_path", "draw.svg")),
    ("svg-as-png", brought("draw.png", SVG, "local_path"), ("draw.png is no picture",)),
    ("cut-picture", brought("a.png", cut_off, "local_path"), ("a.png is no picture",)),
    ("empty-portrait", brought("a.jpg", b"", "reference_image"), ("[0].reference_image",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "parts"), [u[1:] for u in UNRENDERABLE], ids=[u[0] for u in UNRENDERABLE]
)
def test_what_nobody_could_render(
    folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Edit, parts: tuple[str, ...]
) -> None:
    monkeypatch.chdir(folder)
    plan = plan_format_example()
    edit(plan)
    refused_alike(write_plan(plan, folder / "film.yaml"), "line ", *parts)


def test_all_that_is_in_the_way_is_said_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    plan = plan_format_example()
    line("田中?")(plan)
    plan["dialogue_timeline"][2] |= {"type": "dialogue", "character_id": "mara", "text": "…"}
    del plan["shots"][1]["dialogue"]
    refused_alike(
        write_plan(plan, folder / "film.yaml"),
        "2 problems", "dialogue_timeline[1].text", "dialogue_timeline[2].text",
    )  # fmt: skip


@pytest.mark.parametrize(("edit", "parts"), [
    (lambda p: p["shots"][1].update(duration_sec=30.0), ("shots", "wan", "Split them")),
    (lambda p: p["render_profile"]["video"].update(model_id="wan-9"), ("model_id", "wan-9")),
    (line("..."), ("dialogue_timeline[1].text", "nothing that can be pronounced")),
    (brought("a.wav", lambda path: write_wav(path, silence(12)), "reference_wav"), ("no sound",)),
    (brought("a.wav", lambda path: write_wav(path, silence(1)), "reference_wav"), ("lasts 1.0 s",)),
], ids=["long-shot", "model", "dots", "silent-recording", "short-recording"])  # fmt: skip
def test_what_the_cinematic_profile_cannot_render(
    folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Edit, parts: tuple[str, ...]
) -> None:
    monkeypatch.chdir(folder)
    plan = plan_format_example()
    edit(plan)
    if plan["shots"][1]["duration_sec"] == 30.0:
        plan["dialogue_timeline"][2]["duration_sec"] += 25.0
    path = write_plan(plan, folder / "film.yaml")
    refused_alike(path, *parts, profile="cinematic")


def test_check_says_which_profiles_can_render_a_plan(folder: Path) -> None:
    plan = plan_format_example()
    path = write_plan(plan, folder / "film.yaml")
    everywhere = "can render it: animatic, cinematic, cinematic-fast."
    assert everywhere in sparkle("plan", "check", path).stdout

    plan["characters"][0]["voice_profile"] = {"language": "ja-JP"}
    line("今夜はだめ。")(plan)
    path = write_plan(plan, folder / "film.yaml")
    result = sparkle("plan", "check", path)
    assert result.exit_code == 2
    able = "cinematic, cinematic-fast"
    assert f"can be rendered under {able}, but not under animatic" in result.stdout
    result = sparkle("plan", "check", path, "--profile", "cinematic")
    assert result.exit_code == 0
    assert f"can render it: {able}." in result.stdout
    assert "The profile animatic cannot: " in result.stdout
    assert "ja-JP" in result.stdout


def test_check_says_which_words_the_pictures_will_not_show(folder: Path) -> None:
    plan = plan_format_example()
    plan["base_images"][0]["prompt"] = "a thermos and a barometer in a kitchen"
    plan["style"] = "anamorphic lens"
    path = write_plan(plan, folder / "film.yaml")
    told = sparkle("plan", "check", path).stdout
    for field, words in (("base_images[0]", "thermos, barometer"), ("style", "anamorphic lens")):
        assert f"Please note, {field}: animatic will not show: {words}." in told
    other = sparkle("plan", "check", path, "--profile", "cinematic").stdout
    assert "will not show" not in other


def test_check_says_where_a_model_was_not_trained_on_the_films_size(folder: Path) -> None:
    plan = plan_format_example()
    plan["render_profile"]["video"]["model_id"] = "wan-2.1-vace-1.3b"
    plan["render_profile"]["metadata"] = {"resolution": "1280x720"}
    path = write_plan(plan, folder / "film.yaml")
    notice = (
        "Please note, render_profile.video.model_id: wan-2.1-vace-1.3b was trained on pictures as "
        "large as 832x480, and would make them 1280x720; the setting size of the video engine wan "
        "has it make them 832x464, which are scaled to the film's size."
    )
    checked = sparkle("plan", "check", path, "--profile", "cinematic")
    assert notice in checked.stdout, checked.output
    assert "Please note, render_profile" not in sparkle("plan", "check", path).stdout
    plan["render_profile"]["video"]["model_id"] = "wan-2.1"
    write_plan(plan, path)
    again = sparkle("plan", "check", path, "--profile", "cinematic")
    assert "render_profile.video" not in again.stdout


def test_another_plan_under_a_run_id_that_is_taken(folder: Path) -> None:
    paths = [folder / name / "film.yaml" for name in "ab"]
    for path in paths:
        path.parent.mkdir()
        plan = plan_format_example()
        line(f"This is {path.parent.name}.")(plan)
        write_plan(plan, path)
    assert sparkle("add", paths[0]).exit_code == 0
    for command in (("add",), ("render",)):
        refused(sparkle(*command, paths[1]), str(paths[0]), str(paths[1]), "--replace")
    note = rejected(paths[1])
    assert str(paths[0]) in note
    assert str(paths[1]) in note
    assert str(paths[0]) in sparkle("explain", paths[1]).stdout
    assert sparkle("add", paths[1], "--replace").exit_code == 0
    refused(sparkle("add", paths[0]), str(paths[1]))


@pytest.mark.parametrize("run_id", ["../up", "/etc/x", "-rf", "Upper", "a\nb", "", "x" * 65])
def test_run_ids_that_are_none(folder: Path, run_id: str) -> None:
    path = write_plan(plan_format_example(), folder / "film.yaml")
    result = sparkle("render", path, f"--run-id={run_id}")
    refused(result, "run id")


def test_a_shot_without_a_frame_is_refused_by_every_command(folder: Path) -> None:
    plan = plan_format_example()
    plan["shots"][0]["duration_sec"] = 8.99
    plan["shots"][1]["duration_sec"] = 0.01
    path = write_plan(plan, folder / "film.yaml")
    for command in (("plan", "check"), ("add",), ("render",)):
        refused(sparkle(*command, path), "shots[1].duration_sec", "0.01 s rounds to no frame")
    assert "No films" in sparkle("status").output


def test_a_plan_that_is_not_there(folder: Path) -> None:
    refused(sparkle("render", folder / "gone.yaml"), "gone.yaml")
    refused(sparkle("plan", "check", folder / "gone.yaml"), "gone.yaml")


def test_a_profile_that_is_not_there(folder: Path) -> None:
    path = write_plan(plan_format_example(), folder / "film.yaml")
    refused(sparkle("render", path, "--profile", "imax"), "imax", "animatic")


def test_a_run_that_is_not_there(folder: Path) -> None:
    refused(sparkle("status", "gone"), "gone")
    refused(sparkle("verify", "gone"), "gone")


def test_check_says_what_a_plan_asks_for(folder: Path) -> None:
    path = write_plan(plan_format_example(), folder / "film.yaml")
    result = sparkle("plan", "check", path)
    assert result.exit_code == 0
    assert "2 shots, 3 keyframes, 1 spoken line" in result.output


def test_the_schema_is_json(folder: Path) -> None:
    result = sparkle("plan", "schema")
    assert json.loads(result.output)["$schema"].startswith("https://json-schema.org")


def test_debug_shows_the_traceback(folder: Path) -> None:
    result = sparkle("--debug", "render", folder / "gone.yaml")
    assert result.exception is not None
    assert type(result.exception).__name__ == "PlanError"
