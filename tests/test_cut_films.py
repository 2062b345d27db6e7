"""A dialogue that is cut shot / reverse-shot: each face by itself, and each cut on its picture."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import measure
from cut_dialogue import dialogue
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.media.picture_review import ssim
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from studio import Rendered, Studio

Luma = NDArray[np.uint8]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("cut"))


@pytest.fixture(scope="module")
def made(studio: Studio) -> Rendered:
    """The film of the dialogue, made in the studio."""
    return studio.make(dialogue())


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


def test_a_picture_that_two_shots_show_is_made_once(made: Rendered) -> None:
    manifests = made.manifests
    assert sorted(manifests["base_images"].provenance.made) == ["mara", "pier", "sea", "tom"]
    clips = [clip.sha256 for clip in manifests["lipsync_clips"].artifacts if clip.name == "clip"]
    assert len(set(clips)) == len(clips) == 6, "two shots of one picture move differently"


@pytest.mark.usefixtures("made")
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


def test_its_checks_promise_nothing_of_cuts(made: Rendered) -> None:
    checks = made.checks
    broken = {name for name, check in checks.items() if not check.passed}
    assert broken <= {"prompt_read"}
    assert checks["seams"].metadata["seams"].value == 0
    assert checks["on_keyframes"].metadata["least_alike_at_end"].value == 1.0
    assert checks["keyframes_differ"].metadata["closest_pair"].value == "none"


@pytest.mark.service
@pytest.mark.usefixtures("made")
def test_another_end_makes_its_clip_and_the_film(studio: Studio) -> None:
    plan = copy.deepcopy(dialogue())
    plan["shots"][0] |= {"transition": "match", "end_base_image_id": "mara"}
    edited = studio.copy(studio.root.parent / "edited").make(plan)
    assert edited.made == {"shot_clips": ["s0"], "video_final": ["film"]}
    assert edited.new_actions == 2
