"""A dialogue that is cut shot / reverse-shot: each face by itself, and each cut on its picture."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import measure
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.media.picture_review import ssim
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from studio import Plan, Studio

Luma = NDArray[np.uint8]


def dialogue() -> Plan:
    """Return six shots over four pictures, of which two are shown twice."""
    people = {"mara": "woman, sixties, grey bun, navy coat", "tom": "man, thirties, yellow oilskin"}
    pictures = {
        "pier": ("wide shot of a pier at dusk", ["mara", "tom"]),
        "mara": ("close-up of Mara on the pier at dusk, worried", ["mara"]),
        "tom": ("close-up of Tom on the pier at dusk, smiling", ["tom"]),
        "sea": ("wide shot of the open sea at night, moon", []),
    }
    shown: list[dict[str, Any]] = [
        {"start_base_image_id": "pier", "motion_prompt": "slow push in"},
        {"start_base_image_id": "mara", "dialogue": [said("mara", "Well?")]},
        {"start_base_image_id": "tom", "dialogue": [said("tom", "It comes.")]},
        {"start_base_image_id": "mara", "dialogue": [said("mara", "Not now.")]},
        {"start_base_image_id": "tom", "transition": "hold", "motion_prompt": "slow pan left"},
        {"start_base_image_id": "sea", "motion_prompt": "slow pull back"},
    ]
    return {
        "title": "The Last Ferry",
        "characters": [
            {"id": name, "name": name.title(), "description": looks}
            for name, looks in people.items()
        ],
        "base_images": [
            {"id": name, "prompt": prompt, "characters": seen}
            for name, (prompt, seen) in pictures.items()
        ],
        "shots": [
            {
                "id": f"s{number}",
                "duration_sec": 1.25,
                "visual_description": "they wait",
                "transition": "cut",
                "is_talking_closeup": "dialogue" in shot,
                **shot,
            }
            for number, shot in enumerate(shown)
        ],
        "render_profile": {
            "video": {"model_id": "wan-2.1-vace-1.3b", "max_fps": 12},
            "metadata": {"resolution": "320x180"},
        },
    }


def said(who: str, text: str) -> dict[str, str]:
    return {"character_id": who, "text": text}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    studio = Studio(tmp_path_factory.mktemp("cut"))
    studio.render(dialogue())
    return studio


def timeline_of(studio: Studio) -> MeasuredTimeline:
    manifest: StageManifest = studio.manifests()["timeline_track"]
    path = (
        studio.home.runs
        / "film"
        / "timeline_track"
        / manifest.artifact("timeline", "timeline").file
    )
    return MeasuredTimeline.model_validate_json(path.read_bytes())


def luma(picture: measure.Picture) -> Luma:
    """Return a picture in grey, without the strip at its upper edge."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(np.rint(picture[24:] @ weights), np.uint8)


def keyframes(studio: Studio) -> Mapping[str, Luma]:
    folder = studio.home.runs / "film" / "base_images"
    return {
        image["id"]: luma(measure.picture(folder / f"{image['id']}.png"))
        for image in dialogue()["base_images"]
    }


def likeness(shown: Luma, picture: Luma) -> float:
    """Return how alike a frame is to a picture, seen by a camera that may have moved (SSIM)."""
    way = np.eye(2, 3, dtype=np.float32)
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-6)
    everywhere = np.full_like(shown, 255)
    _, found = cv2.findTransformECC(
        shown, picture, way, cv2.MOTION_AFFINE, until, everywhere, gaussFiltSize=5
    )
    seen = cv2.warpAffine(
        picture,
        np.asarray(found),
        (shown.shape[1], shown.shape[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return ssim(np.asarray(seen, np.uint8), shown)


def test_a_picture_that_two_shots_show_is_made_once(studio: Studio) -> None:
    manifests = studio.manifests()
    assert sorted(manifests["base_images"].provenance.made) == ["mara", "pier", "sea", "tom"]
    clips = [
        artifact.sha256 for artifact in manifests["shot_clips"].artifacts if artifact.name == "clip"
    ]
    assert len(set(clips)) == len(clips) == 6, "two shots of one picture move differently"


def test_at_each_cut_both_sides_are_the_shots_own_pictures(studio: Studio) -> None:
    """And so is every frame between: no face shines through another."""
    timeline, pictures = timeline_of(studio), keyframes(studio)
    frames = measure.pictures(studio.film(), set(range(timeline.frames)))
    for place, shot in zip(timeline.shots, dialogue()["shots"], strict=True):
        own = pictures[shot["start_base_image_id"]]
        shown = [luma(frames[place.start_frame + number]) for number in range(place.frames)]
        assert ssim(shown[0], own) > 0.9, place.id
        seen = [likeness(frame, own) for frame in shown]
        assert min(seen) > 0.93, place.id


def test_its_checks_promise_nothing_of_cuts(studio: Studio) -> None:
    checks = studio.checks()
    broken = {name for name, check in checks.items() if not check.passed}
    assert broken <= {"prompt_read"}
    assert checks["seams"].metadata["seams"].value == 0
    assert checks["on_keyframes"].metadata["least_alike_at_end"].value == 1.0
    assert checks["keyframes_differ"].metadata["closest_pair"].value == "none"


def test_another_end_makes_its_clip_and_the_film(studio: Studio) -> None:
    plan = copy.deepcopy(dialogue())
    plan["shots"][0] |= {"transition": "match", "end_base_image_id": "mara"}
    edited = studio.copy(studio.root.parent / "edited").render(plan)
    assert edited.made == {"shot_clips": ["s0"], "video_final": ["film"]}
    assert edited.new_actions == 2
