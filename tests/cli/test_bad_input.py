"""Bad input: `sparkle render` answers each with exit code 2 and a message that says where."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from sparkle_motion_dagster.cli.main import main
from studio import Plan, plan_format_example, write_plan

Edit = Callable[[Plan], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    return tmp_path


def sparkle(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


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
        (b"title: " + b"[" * 5000, "deep"),
        (b"# " + b"x" * (4 * 2**20), "4194304"),
        (b"title: a\ntitle: b\n", "line 2"),
        (b"- just\n- a list\n", "line 1"),
    ],
    ids=[
        "not-yaml", "not-utf8", "empty", "bomb", "tag", "deep", "large", "duplicate", "list"
    ],
)  # fmt: skip
def test_files_that_are_no_plans(folder: Path, content: bytes, message: str) -> None:
    plan = folder / "film.yaml"
    plan.write_bytes(content)
    refused(sparkle("render", plan), str(plan), message)
    assert not (folder / "home").exists()


def dialogue(plan: Plan, **changes: Any) -> None:
    plan["dialogue_timeline"][1].update(changes)


RULES: list[tuple[str, Edit, tuple[str, ...]]] = [
    ("unknown-key", lambda p: p.update(titel="x"), ("titel", "did you mean 'title'")),
    ("keyframe-count", lambda p: p["base_images"].pop(), ("base_images", "3", "2")),
    (
        "continuity",
        lambda p: p["shots"][1].update(start_base_image_id="frame_000"),
        ("shots[1].start_base_image_id", "frame_000", "frame_001"),
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


@pytest.mark.parametrize(("edit", "parts"), [r[1:] for r in RULES], ids=[r[0] for r in RULES])
@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_every_rule_broken(folder: Path, edit: Edit, parts: tuple[str, ...], suffix: str) -> None:
    plan = copy.deepcopy(plan_format_example())
    edit(plan)
    path = folder / f"film.{suffix}"
    if suffix == "json":
        path.write_text(json.dumps(plan), encoding="utf-8")
    else:
        write_plan(plan, path)
    result = sparkle("render", path)
    refused(result, str(path), *parts)
    assert "line " in result.stderr


def test_a_picture_that_is_none(folder: Path) -> None:
    plan = plan_format_example()
    plan["base_images"][0]["local_path"] = "photo.png"
    (folder / "photo.png").write_text("I am no picture")
    path = write_plan(plan, folder / "film.yaml")
    for command in ("add", "render"):
        refused(sparkle(command, path), "base_images[0].local_path", "photo.png", "line ")


def test_a_picture_behind_a_link_out_of_the_folder(folder: Path) -> None:
    plans = folder / "plans"
    plans.mkdir()
    Image.new("RGB", (64, 64)).save(folder / "secret.png")
    (plans / "photo.png").symlink_to(folder / "secret.png")
    plan = plan_format_example()
    plan["base_images"][0]["local_path"] = "photo.png"
    path = write_plan(plan, plans / "film.yaml")
    refused(sparkle("render", path), "base_images[0].local_path", "photo.png")


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
