"""What every image engine promises, and what the storyboard engine draws."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from clips import child_processes, run_python
from sparkle_motion_dagster.engines.images.base import Appearance, ImageEngine, ImageRequest
from sparkle_motion_dagster.engines.images.canvas import Canvas, hsv
from sparkle_motion_dagster.engines.images.figures import Mouth, draw_portrait, look_of
from sparkle_motion_dagster.engines.images.storyboard import StoryboardEngine, StoryboardSettings
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=160, height=90)
STORYBOARD = StoryboardEngine(StoryboardSettings())
ENGINES: list[ImageEngine[Any]] = [STORYBOARD]
MARA = Appearance(id="mara", description="lighthouse keeper, fifties")
TOM = Appearance(id="tom")


def request_for(
    prompt: str, *people: Appearance, size: FrameSize = SIZE, seed: int = 7
) -> ImageRequest:
    return ImageRequest(prompt=prompt, characters=people, size=size, seed=seed)


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


every_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)


@every_engine
def test_each_request_gives_one_picture_of_its_size(
    engine: ImageEngine[Any], tmp_path: Path
) -> None:
    sizes = [FrameSize(width=64, height=96), FrameSize(width=160, height=90)]
    requests = [request_for("a valley", TOM, size=size) for size in sizes]
    results = list(engine.make(requests, tmp_path))
    assert [list(made.outputs) for made in results] == [["image"], ["image"]]
    for made, size in zip(results, sizes, strict=True):
        file = made.outputs["image"]
        assert file.media_type == "image/png"
        assert file.path.parent == tmp_path
        with Image.open(file.path) as image:
            image.load()
            assert (image.format, image.mode) == ("PNG", "RGB")
            assert image.size == (size.width, size.height)


@every_engine
def test_results_come_in_the_order_of_the_requests(
    engine: ImageEngine[Any], tmp_path: Path
) -> None:
    together = make(engine, THREE, tmp_path / "together")
    for index, request in enumerate(THREE):
        [alone] = make(engine, [request], tmp_path / str(index))
        assert np.array_equal(together[index], alone)


@every_engine
def test_the_same_request_gives_the_same_bytes(engine: ImageEngine[Any], tmp_path: Path) -> None:
    digests = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        made = next(engine.make(THREE, tmp_path / name))
        digests.append(made.outputs["image"].path.read_bytes())
    assert digests[0] == digests[1]


@every_engine
def test_closing_midway_ends_it(engine: ImageEngine[Any], tmp_path: Path) -> None:
    with contextlib.closing(engine.make(THREE, tmp_path)) as results:
        first = next(results)
    assert pixels(first.outputs["image"].path).shape == (90, 160, 3)
    assert child_processes() == []


@every_engine
def test_unused_fields_change_nothing(engine: ImageEngine[Any], tmp_path: Path) -> None:
    assert engine.unused_fields <= set(ImageRequest.model_fields)
    others: dict[str, Any] = {"negative_prompt": "blurry", "seed": 8}
    changed = {name: others[name] for name in engine.unused_fields}
    [one] = make(engine, THREE[:1], tmp_path / "one")
    [other] = make(engine, [THREE[0].model_copy(update=changed)], tmp_path / "other")
    assert np.array_equal(one, other)


def draw(folder: Path, *requests: ImageRequest) -> list[NDArray[np.uint8]]:
    return make(STORYBOARD, requests, folder)


def brightness(picture: NDArray[np.uint8]) -> float:
    return float(picture.mean())


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
    assert len(written) == 3
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
    assert brightness(day) > brightness(night) + 60
    sky = night[:15].astype(int)
    assert sky[..., 2].mean() > sky[..., 0].mean() + 8  # a night sky is blue
    assert np.abs(indoors.astype(int) - night).mean() > 15
    assert np.abs(shore.astype(int) - night).mean() > 15


def test_characters_are_seen_and_look_the_same_everywhere(tmp_path: Path) -> None:
    empty, one, both = draw(
        tmp_path,
        request_for("a valley"),
        request_for("a valley", MARA),
        request_for("a valley", MARA, TOM),
    )
    cloth = np.array(look_of(MARA).cloth)

    def in_cloth(picture: NDArray[np.uint8]) -> int:
        return int((np.abs(picture.astype(int) - cloth).max(axis=-1) < 22).sum())

    assert in_cloth(one) > in_cloth(empty) + 50
    assert in_cloth(both) > in_cloth(empty) + 50
    assert look_of(MARA).cloth != look_of(TOM).cloth


def test_a_close_up_is_mostly_face(tmp_path: Path) -> None:
    wide, near = draw(
        tmp_path, request_for("a valley", MARA), request_for("a valley, close-up", MARA)
    )
    skin = np.array(look_of(MARA).skin)

    def in_skin(picture: NDArray[np.uint8]) -> float:
        return float((np.abs(picture.astype(int) - skin).max(axis=-1) < 22).mean())

    assert in_skin(near) > 0.08
    assert in_skin(near) > 10 * in_skin(wide)


def test_another_seed_is_another_picture(tmp_path: Path) -> None:
    one, other = draw(tmp_path, request_for("hills", seed=1), request_for("hills", seed=2))
    assert np.abs(one.astype(int) - other.astype(int)).mean() > 2


GOLDEN = {
    "storm over a stone lighthouse, dusk, 35mm": "edef8ef63606e78f",
    "a kitchen at night": "77ba8a6254578a2f",
    "a city street at sunset": "70688a03ad42d1e4",
    "forest": "142f013d74cbfc71",
    "snow on the mountains, close-up of her face": "ffd225b0aeb04327",
}
"""Raise the engine's version when one of these changes: films are made again only then."""


@pytest.mark.parametrize("prompt", GOLDEN)
def test_the_drawing_has_not_changed_without_a_new_version(tmp_path: Path, prompt: str) -> None:
    [picture] = draw(tmp_path, request_for(prompt, MARA))
    assert hashlib.sha256(picture.tobytes()).hexdigest()[:16] == GOLDEN[prompt]
    assert STORYBOARD.version == 1


def test_a_shape_is_a_gradient_cut_out_of_the_whole_picture() -> None:
    """However small it is, and also where it leaves the picture."""
    rng = np.random.default_rng(8)
    canvas = Canvas(211, 97)
    expected = canvas.image.copy()
    for _ in range(400):
        spread = float(rng.choice([0.01, 0.1, 0.6, 1.5]))
        centre = rng.uniform(-0.3, 1.3, 2)
        corners = [(float(x), float(y)) for x, y in centre + rng.uniform(-spread, spread, (5, 2))]
        colour, foot = (hsv(*rng.uniform(0, 1, 3)) for _ in range(2))
        canvas.shape(corners, colour, foot)

        pixels = [(x * 211, y * 97) for x, y in corners]
        top, bottom = (round(edge(y for _, y in pixels)) for edge in (min, max))
        rows = max(1, bottom - top)
        share = (np.arange(rows) / rows)[:, None]
        column = np.rint(np.array(colour) * (1 - share) + np.array(foot) * share)
        mask = Image.new("L", expected.size)
        ImageDraw.Draw(mask).polygon(pixels, fill=255)
        fill = Image.fromarray(np.repeat(column.astype(np.uint8)[:, None], 211, axis=1))
        expected.paste(fill, (0, top), mask.crop((0, top, 211, top + rows)))
    assert np.array_equal(np.asarray(canvas.image), np.asarray(expected))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units elsewhere")
def test_a_small_shape_on_a_large_canvas_takes_little_memory() -> None:
    """Measured in a process of its own: what Pillow takes, Python does not see."""
    run_python(
        "import resource\n"
        "from sparkle_motion_dagster.engines.images.canvas import Canvas\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "canvas, before = Canvas(6000, 6000), peak()\n"
        "house = [(0.5, 0.2), (0.51, 0.2), (0.51, 0.9), (0.5, 0.9)]\n"
        "canvas.shape(house, (9, 9, 9), (200, 200, 200))\n"
        "assert canvas.image.getpixel((3030, 3000)) != (0, 0, 0)\n"
        "assert peak() - before < 30_000, f'{peak() - before} KiB for 4.2 MB of pixels'\n"
    )


def test_a_mouth_opens() -> None:
    dark = []
    for openness in (0.0, 0.3, 0.6, 1.0):
        canvas = Image.new("RGB", (200, 200), look_of(MARA).backdrop)
        centre, mouth = (100, 90), Mouth(openness=openness, width=0.5)
        draw_portrait(ImageDraw.Draw(canvas), centre, 70, look_of(MARA), mouth)
        inside = np.abs(np.asarray(canvas).astype(int) - (70, 20, 26)).max(axis=-1) < 4
        dark.append(int(inside.sum()))
    assert dark == sorted(dark)
    assert dark[0] == 0
    assert dark[-1] > dark[1] > 20
