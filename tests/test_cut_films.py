"""A dialogue that is cut shot / reverse-shot: each face by itself, and each cut on its picture."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import measure
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.media.picture_review import ssim
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline
from studio import Plan, Studio

Luma = NDArray[np.float64]


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
    return np.asarray((picture[24:] @ weights), np.float64)


def keyframes(studio: Studio) -> Mapping[str, Luma]:
    folder = studio.home.runs / "film" / "base_images"
    return {
        image["id"]: luma(measure.picture(folder / f"{image['id']}.png"))
        for image in dialogue()["base_images"]
    }


def likeness(one: Luma, other: Luma) -> float:
    return ssim(one.astype(np.uint8), other.astype(np.uint8))


def share_of(other: Luma, shown: Luma, own: Luma) -> float:
    """Return how much of another picture shines through its own: 0 none of it, 1 all."""
    way = other - own
    return float(((shown - own) * way).sum() / (way * way).sum())


def test_a_picture_that_two_shots_show_is_made_once(studio: Studio) -> None:
    manifests = studio.manifests()
    assert len(manifests["base_images"].provenance.made) == 4
    clips = [
        artifact.sha256 for artifact in manifests["shot_clips"].artifacts if artifact.name == "clip"
    ]
    assert len(set(clips)) == len(clips) == 6, "two shots of one picture move differently"


def test_at_each_cut_both_sides_are_the_shots_own_pictures(studio: Studio) -> None:
    timeline, pictures = timeline_of(studio), keyframes(studio)
    shots = dialogue()["shots"]
    ends = [shot.start_frame + shot.frames - 1 for shot in timeline.shots]
    frames = measure.pictures(
        studio.film(), {*ends, *(shot.start_frame for shot in timeline.shots)}
    )
    for (place, following), (shot, next_shot) in zip(
        pairwise(timeline.shots), pairwise(shots), strict=True
    ):
        before, after = (
            luma(frames[frame]) for frame in (following.start_frame - 1, following.start_frame)
        )
        own, others = (pictures[each["start_base_image_id"]] for each in (shot, next_shot))
        assert likeness(after, others) > 0.9, following.id
        assert likeness(before, own) > likeness(before, others) + 0.1, place.id


def test_no_face_shines_through_another(studio: Studio) -> None:
    timeline, pictures = timeline_of(studio), keyframes(studio)
    frames = measure.pictures(studio.film(), set(range(timeline.frames)))
    for place, shot in zip(timeline.shots, dialogue()["shots"], strict=True):
        own = shot["start_base_image_id"]
        for name in set(pictures) - {own}:
            shares = [
                share_of(pictures[name], luma(frames[frame]), pictures[own])
                for frame in range(place.start_frame, place.start_frame + place.frames)
            ]
            assert max(map(abs, shares)) < 0.25, (place.id, name)


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
