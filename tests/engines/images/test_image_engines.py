"""What every image engine promises, and what the storyboard engine draws."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import tiny_sdxl
from clips import child_processes, run_python
from devices import on_cpu
from sketch_engine.engine import SketchEngine, SketchSettings
from sparkle_motion_dagster.engines.images.base import (
    Appearance,
    ImageEngine,
    ImageRequest,
)
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings
from sparkle_motion_dagster.engines.images.storyboard.engine import (
    StoryboardEngine,
    StoryboardSettings,
)
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.scene import KeyframeScene
from sparkle_motion_dagster.engines.registry import engines_of_kind
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=160, height=90)
STORYBOARD = StoryboardEngine(StoryboardSettings())
PLAIN = StoryboardEngine(StoryboardSettings(caption_strip=False))
WITHOUT_MODEL: dict[str, ImageEngine[Any]] = {
    "captioned": STORYBOARD,
    "plain": PLAIN,
    "sketch": SketchEngine(SketchSettings()),
}
assert {"sdxl", *(each.name for each in WITHOUT_MODEL.values())} >= set(
    engines_of_kind("images")
), "put your engine into WITHOUT_MODEL, or into the fixture `engine`"
MARA = Appearance(id="mara", description="lighthouse keeper, fifties")
TOM = Appearance(id="tom")


def request_for(
    prompt: str, *people: Appearance, size: FrameSize = SIZE, seed: int = 7
) -> ImageRequest:
    return ImageRequest(shot="shot_001", prompt=prompt, characters=people, size=size, seed=seed)


THREE = [
    request_for("storm over a stone lighthouse, dusk, 35mm"),
    request_for("lamp room interior, brass lens, warm light", MARA),
    request_for("close-up of Mara's face lit by the lamp", MARA),
]


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def make(
    engine: ImageEngine[Any], requests: Sequence[ImageRequest], folder: Path
) -> list[NDArray[np.uint8]]:
    folder.mkdir(exist_ok=True)
    return [pixels(made.outputs["image"].path) for made in engine.make(requests, folder)]


@pytest.fixture(scope="module", params=[*WITHOUT_MODEL, "sdxl"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ImageEngine[Any]:
    """Each engine in turn, one of another distribution, too.

    SDXL has a tiny model, and no batches: they change the last bit.
    """
    if request.param != "sdxl":
        return WITHOUT_MODEL[request.param]
    weights = tiny_sdxl.save_base(tmp_path_factory.mktemp("sdxl"))
    adapter = tiny_sdxl.save_adapter(tmp_path_factory.mktemp("adapter"), weights)
    settings = SdxlSettings(
        weights=weights, adapter_weights=adapter, native_area=0, steps=2, batch=1
    )
    return SdxlEngine(settings, on_cpu())


def test_each_request_gives_one_picture_of_its_size(
    engine: ImageEngine[Any], tmp_path: Path
) -> None:
    sizes = [FrameSize(width=64, height=96), FrameSize(width=160, height=90)]
    requests = [request_for("a valley", TOM, size=size) for size in sizes]
    results = list(engine.make(requests, tmp_path))
    assert [next(iter(made.outputs)) for made in results] == ["image", "image"]
    for made, size in zip(results, sizes, strict=True):
        file = made.outputs["image"]
        assert file.media_type == "image/png"
        assert file.path.parent == tmp_path
        with Image.open(file.path) as image:
            image.load()
            assert (image.format, image.mode) == ("PNG", "RGB")
            assert image.size == (size.width, size.height)


def test_results_come_in_the_order_of_the_requests(
    engine: ImageEngine[Any], tmp_path: Path
) -> None:
    together = make(engine, THREE, tmp_path / "together")
    for index, request in enumerate(THREE):
        [alone] = make(engine, [request], tmp_path / str(index))
        assert np.array_equal(together[index], alone)


def test_the_same_request_gives_the_same_bytes(engine: ImageEngine[Any], tmp_path: Path) -> None:
    files = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        made = list(engine.make(THREE, tmp_path / name))
        files.append([file.path.read_bytes() for each in made for file in each.outputs.values()])
    assert files[0] == files[1]


def test_closing_midway_ends_it(engine: ImageEngine[Any], tmp_path: Path) -> None:
    with contextlib.closing(engine.make(THREE, tmp_path)) as results:
        first = next(results)
    assert pixels(first.outputs["image"].path).shape == (90, 160, 3)
    assert child_processes() == []


def test_unused_fields_change_nothing(engine: ImageEngine[Any], tmp_path: Path) -> None:
    assert engine.unused_fields <= set(ImageRequest.model_fields)
    others: dict[str, Any] = {
        "negative_prompt": "blurry",
        "place": "a cliff",
        "seed": 8,
        "shot": "another",
        "style": "ink on paper",
    }
    changed = {name: others[name] for name in engine.unused_fields}
    [one] = make(engine, THREE[:1], tmp_path / "one")
    [other] = make(engine, [THREE[0].model_copy(update=changed)], tmp_path / "other")
    assert np.array_equal(one, other)


def draw(folder: Path, *requests: ImageRequest) -> list[NDArray[np.uint8]]:
    """Without the caption strip: what the tests below measure is the drawing."""
    return make(PLAIN, requests, folder)


def scene_of(folder: Path, request: ImageRequest) -> KeyframeScene:
    folder.mkdir(exist_ok=True)
    [made] = STORYBOARD.make([request], folder)
    assert made.outputs["scene"].media_type == "application/json"
    return KeyframeScene.model_validate_json(made.outputs["scene"].path.read_text())


def brightness(picture: NDArray[np.uint8]) -> float:
    return float(picture.mean())


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_another_process_draws_the_same_bytes(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    list(STORYBOARD.make(THREE, here))
    run_python(
        "import sys, pathlib; sys.path.insert(0, sys.argv[2]); import test_image_engines as t\n"
        "list(t.STORYBOARD.make(t.THREE, pathlib.Path(sys.argv[1])))",
        there,
        Path(__file__).parent,
    )
    written = sorted(path.name for path in here.iterdir())
    assert len(written) == 6
    for name in written:
        assert (here / name).read_bytes() == (there / name).read_bytes()


def test_different_prompts_give_visibly_different_pictures(tmp_path: Path) -> None:
    prompts = [
        "storm over a stone lighthouse, dusk, 35mm",
        "lamp room interior, brass lens, warm light",
        "the office of a tired detective",
        "a forest path at sunset",
        "mountains at night",
        "a quiet city street",
        "rolling fields",
        "rolling fields, later",
    ]
    pictures = draw(tmp_path, *(request_for(prompt) for prompt in prompts))
    for one, other in combinations(pictures, 2):
        assert np.abs(one.astype(int) - other.astype(int)).mean() > 3


def test_the_prompt_sets_the_hour_and_the_place(tmp_path: Path) -> None:
    day, night, indoors, shore = draw(
        tmp_path,
        request_for("a village street at noon"),
        request_for("a village street at night"),
        request_for("the kitchen at night"),
        request_for("the sea cliffs at night"),
    )
    assert brightness(day) > brightness(night) + 40
    sky = night[:12, 60:100].astype(int)
    assert sky[..., 2].mean() > sky[..., 0].mean() + 8  # a night sky is blue
    assert np.abs(indoors.astype(int) - night).mean() > 15
    assert np.abs(shore.astype(int) - night).mean() > 15


def test_weather_and_season_change_the_picture(tmp_path: Path) -> None:
    clear, rain, fog, winter, autumn = draw(
        tmp_path,
        request_for("a meadow in summer, noon, clear"),
        request_for("a meadow in summer, noon, rain"),
        request_for("a meadow in summer, noon, fog"),
        request_for("a meadow in winter snow, noon, clear"),
        request_for("a meadow in autumn, noon, clear"),
    )
    assert brightness(rain) < brightness(clear) - 10
    assert fog.astype(int).std() < clear.astype(int).std() - 5  # fog takes the contrast
    ground = np.s_[60:, :, :]
    assert winter[ground].mean() > clear[ground].mean() + 30
    warmth = [float(p[..., 0].mean() - p[..., 1].mean()) for p in (autumn, clear)]
    assert warmth[0] > warmth[1] + 5


def test_what_the_prompt_denies_is_not_drawn(tmp_path: Path) -> None:
    dry, denied, wet = (
        picture.mean()
        for picture in draw(
            tmp_path,
            request_for("a village street at noon"),
            request_for("a village street at noon, no rain"),
            request_for("a village street at noon, rain"),
        )
    )
    assert abs(denied - dry) < 12
    assert wet < denied - 20


def test_characters_are_seen_and_look_the_same_everywhere(tmp_path: Path) -> None:
    valley, street = "a valley at noon", "a city street at noon"
    for index, prompt in enumerate((valley, street)):
        one, other = draw(
            tmp_path / str(index), request_for(prompt, MARA), request_for(prompt, TOM)
        )
        changed = np.abs(one.astype(int) - other.astype(int)).max(axis=-1) > 25
        assert changed.sum() > 60  # people differ
        assert changed[:, :50].sum() + changed[:, 110:].sum() < 0.2 * changed.sum()
    assert look_of("mara", "a keeper") == look_of("mara", "a keeper")
    assert look_of("mara", "a keeper") != look_of("tom", "a keeper")


def test_a_close_up_is_mostly_face(tmp_path: Path) -> None:
    request = request_for("a valley at noon, close-up", MARA)
    [near], [empty] = (
        draw(tmp_path / n, r) for n, r in (("a", request), ("b", request_for("a valley")))
    )
    [face] = scene_of(tmp_path / "scene", request).faces
    assert face.character_id == "mara"
    assert 0.2 < face.size < 0.35
    top, bottom = (round((face.y + side * 0.7 * face.size) * 90) for side in (-1, 1))
    half = face.size * 0.5 * 90
    left, right = (round(face.x * 160 + side * half) for side in (-1, 1))
    skin = np.array(look_of(MARA.id, MARA.description).skin, dtype=float)
    hue = near[top:bottom, left:right].reshape(-1, 3).astype(float)
    along = (hue @ skin) / (np.linalg.norm(hue, axis=1) * np.linalg.norm(skin) + 1e-9)
    assert np.median(along) > 0.97  # in any light, most of it has the skin's hue
    assert difference(near, empty) > 10


def test_the_scene_names_the_faces_that_can_be_read(tmp_path: Path) -> None:
    wide = scene_of(tmp_path / "1", request_for("wide shot of a harbour", MARA, TOM))
    two = scene_of(tmp_path / "2", request_for("two-shot in a bar at night", MARA, TOM))
    stranger = scene_of(tmp_path / "3", request_for("close-up of a woman's face"))
    behind = scene_of(tmp_path / "4", request_for("over the shoulder, in a bar", MARA, TOM))
    assert wide.faces == ()
    assert [face.character_id for face in two.faces] == ["mara", "tom"]
    assert two.faces[0].x < 0.5 < two.faces[1].x
    assert two.faces[0].turn > 0 > two.faces[1].turn  # they look at one another
    assert stranger.faces == ()
    assert [face.character_id for face in behind.faces] == ["mara"]


def test_the_scene_says_where_a_group_is(tmp_path: Path) -> None:
    """Where it is none, the scene is to the letter what it has always been."""
    crowd = scene_of(tmp_path / "1", request_for("wide shot, a dozen fans on a beach"))
    two = scene_of(tmp_path / "2", request_for("wide shot, a beach", MARA, TOM))
    thing = scene_of(tmp_path / "3", request_for("insert of a letter before a crowd of fans"))
    assert crowd.group is not None
    assert 0.02 < crowd.group.left < 0.5 < crowd.group.right < 0.98
    assert two.group is thing.group is None
    assert "group" not in two.model_dump_json()
    assert KeyframeScene.model_validate_json('{"strip_rows":18,"faces":[]}').group is None


def test_a_crowd_is_drawn_behind_a_character(tmp_path: Path) -> None:
    """Many people, who differ, where there was one: and hers is still the only face to be read."""
    request = request_for("close-up, a valley, before a dozen fans", MARA)
    alone = request_for("close-up, a valley, before a dozen vans", MARA)
    [crowd], [few] = draw(tmp_path / "1", request), draw(tmp_path / "2", alone)
    assert difference(crowd, few) > 5
    assert [face.character_id for face in scene_of(tmp_path / "3", request).faces] == ["mara"]


def test_an_unnamed_person_is_drawn_in_a_close_up(tmp_path: Path) -> None:
    someone, nobody = draw(
        tmp_path,
        request_for("close-up of a woman's face in a field at noon"),
        request_for("a field at noon"),
    )
    assert difference(someone, nobody) > 20


def test_a_near_thing_is_drawn_though_somebody_peeps_over_a_wall(tmp_path: Path) -> None:
    seen = scene_of(tmp_path, request_for("insert of a letter, a cat peeping over a wall, beach"))
    assert seen.faces == ()


@pytest.mark.parametrize(
    "size", [(64, 64), (90, 160), (120, 120), (512, 64), (64, 512)], ids=lambda s: f"{s[0]}x{s[1]}"
)
def test_faces_lie_in_frames_of_every_shape(tmp_path: Path, size: tuple[int, int]) -> None:
    frame = FrameSize(width=size[0], height=size[1])
    scene = scene_of(tmp_path, request_for("two-shot on a beach", MARA, TOM, size=frame))
    assert scene.strip_rows % 2 == 0
    assert 0 < scene.strip_rows <= 0.07 * size[1] + 1
    for face in scene.faces:
        half = face.size * frame.height / frame.width * 0.8
        assert half <= face.x <= 1 - half
        assert scene.strip_rows / frame.height <= face.y - face.size


def test_the_strip_holds_shot_and_prompt_above_the_drawing(tmp_path: Path) -> None:
    size = FrameSize(width=640, height=360)
    request = request_for("hills at noon", size=size)
    rows = scene_of(tmp_path / "scene", request).strip_rows
    assert rows == 18
    [one], [other], [plain] = (
        make(engine, [each], tmp_path / name)
        for engine, each, name in (
            (STORYBOARD, request, "one"),
            (STORYBOARD, request.model_copy(update={"shot": "shot_002"}), "other"),
            (PLAIN, request, "plain"),
        )
    )
    assert np.array_equal(one[rows:], other[rows:])
    assert difference(one[:rows], other[:rows]) > 0
    ink = one[:rows].max(axis=(0, 2)) > 120
    assert ink[10:140].any()
    assert not ink[-100:].any()  # a short prompt leaves the rest of the band free
    assert plain[:rows].mean() > 80  # without the strip the sky reaches the upper edge


def test_a_long_prompt_is_cut_at_the_width(tmp_path: Path) -> None:
    size = FrameSize(width=640, height=360)
    [picture] = make(STORYBOARD, [request_for("hills " * 60, size=size)], tmp_path)
    ink = picture[:18].max(axis=(0, 2)) > 120
    assert ink[560:630].any()
    assert not ink[634:].any()


@pytest.mark.parametrize(
    ("prompt", "remarks"),
    [
        ("холмы утром, λόφος το πρωί", None),
        ("a hill 山丘 in the morning", ["[2 characters not in the font: Chinese characters]"]),
        ("山丘的早晨", ["[prompt in Chinese characters: not in the font]"]),
    ],
)
def test_what_the_font_lacks_is_said(
    tmp_path: Path, prompt: str, remarks: list[str] | None
) -> None:
    [made] = STORYBOARD.make([request_for(prompt)], tmp_path)
    assert made.metadata.get("not_written") == remarks


@pytest.mark.parametrize("place", ["harbour", "street", "kitchen"])
def test_a_place_keeps_its_layout_whatever_the_prompt_says_besides(
    tmp_path: Path, place: str
) -> None:
    """The seed of the keyframe that shows it first decides it, not the prompt, nor the own seed."""
    prompts = (f"a {place} at noon in summer, bird's eye view", f"{place}, bird's eye view, Mara")
    first, second = (
        request_for(prompt, seed=seed) for prompt, seed in zip(prompts, (3, 4), strict=True)
    )
    [_, setting] = STORYBOARD.settings_of(prompts, (3, 4))
    same, chance = draw(tmp_path, second.model_copy(update={"setting": setting}), second)
    [shown] = draw(tmp_path / "first", first)
    assert difference(shown, same) < difference(shown, chance)


def test_another_seed_is_another_picture(tmp_path: Path) -> None:
    one, other = draw(tmp_path, request_for("hills", seed=1), request_for("hills", seed=2))
    assert np.abs(one.astype(int) - other.astype(int)).mean() > 2


GOLDEN = {
    "storm over a stone lighthouse, dusk, 35mm": "15e7f5d8e818816d",
    "a kitchen at night": "09ef7a04b0e14a1e",
    "a city street at sunset": "200a75d69c9070e6",
    "forest": "98d492665a8ffe91",
    "snow on the mountains, close-up of her face": "ae356bf54004058d",
}
"""Raise the engine's version when one of these changes: films are made again only then."""


@pytest.mark.parametrize("prompt", GOLDEN)
def test_the_drawing_has_not_changed_without_a_new_version(tmp_path: Path, prompt: str) -> None:
    people = (MARA,) if "her face" in prompt else ()
    [picture] = draw(tmp_path, request_for(prompt, *people))
    assert hashlib.sha256(picture.tobytes()).hexdigest()[:16] == GOLDEN[prompt]
    assert STORYBOARD.version == 6
