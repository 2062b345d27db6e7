"""A film with every transition: where it shows them, and what an edit of one makes again."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from joined import encoded
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from sparkle_motion_dagster.media.film.join import Piece
from sparkle_motion_dagster.media.frames import read_frames
from studio import Plan, Rendered, Studio

TRANSITIONS = [f"shot_{number}@transition" for number in range(4)]


def ending_in(transition: str, seconds: float | None = 0.5) -> Plan:
    """Return a plan of four shots of 18 frames, the first of which ends in a transition.

    In the first two somebody talks, and a line crosses the cut between them. Then there are a wipe,
    a fade, and a fade to the end.
    """
    closeups = ["Mara in a lamp room", "Mara at a window", "Tom in a harbour", "Tom on a boat"]
    pictures = [f"close-up of {closeup}" for closeup in closeups]
    shots = [("0", "1", transition), ("2", "3", "wipe"), ("4", "0", "fade"), ("1", "2", "fade")]

    def said(who: str, text: str, start: float, seconds: float) -> dict[str, Any]:
        return {
            "type": "dialogue",
            "character_id": who,
            "text": text,
            "start_time_sec": start,
            "duration_sec": seconds,
        }

    def silence(start: float, seconds: float) -> dict[str, Any]:
        return {"type": "silence", "start_time_sec": start, "duration_sec": seconds}

    return {
        "title": "Overlaps",
        "characters": [{"id": "mara", "name": "Mara"}, {"id": "tom", "name": "Tom"}],
        "base_images": [
            {"id": str(number), "prompt": prompt}
            for number, prompt in enumerate([*pictures, "a harbour at noon"])
        ],
        "shots": [
            {
                "id": f"shot_{number}",
                "duration_sec": 1.5,
                "visual_description": f"Shot {number}.",
                "start_base_image_id": start,
                "end_base_image_id": end,
                "transition": kind,
                **({"transition_sec": seconds} if number == 0 and seconds else {}),
                "is_talking_closeup": number < 2,
            }
            for number, (start, end, kind) in enumerate(shots)
        ],
        "dialogue_timeline": [
            silence(0, 0.8),
            said("mara", "Not tonight, Tom.", 0.8, 1.2),
            said("tom", "No.", 2.0, 0.5),
            silence(2.5, 3.5),
        ],
        "render_profile": {
            "video": {"model_id": "any", "max_fps": 12},
            "metadata": {"resolution": "128x72"},
        },
    }


Renders = tuple[Studio, Rendered, Rendered]


@pytest.fixture(scope="module")
def renders(tmp_path_factory: pytest.TempPathFactory) -> Renders:
    """The film with a dissolve after its first shot, and then with a wipe instead."""
    studio = Studio(tmp_path_factory.mktemp("transitions"))
    dissolve = studio.make(ending_in("dissolve"))
    studio.film().rename(studio.root / "dissolve.mp4")
    return studio, dissolve, studio.make(ending_in("wipe"))


def test_a_wipe_for_a_dissolve_makes_that_transition_and_the_film(renders: Renders) -> None:
    _, dissolve, wipe = renders
    assert dissolve.made["video_final"] == ["film", *TRANSITIONS, "sound"]
    assert wipe.made == {"video_final": ["film", "shot_0@transition"]}
    assert wipe.new_actions == 2


def test_a_cut_for_a_wipe_makes_both_clips_and_what_is_made_of_them(renders: Renders) -> None:
    """Neither goes on beyond the cut then; the second one is in the next wipe, too."""
    studio, *_ = renders
    told = studio.sparkle_here("explain", studio.write(ending_in("cut", None)), "--json")
    explanation = Explanation.model_validate_json(told.stdout)
    assert {
        stage.stage: [item.id for item in stage.items if item.state is ItemState.MADE]
        for stage in explanation.stages
        if stage.count(ItemState.MADE)
    } == {
        "shot_clips": ["shot_0", "shot_1"],
        "lipsync_clips": ["shot_0", "shot_1"],
        "video_final": ["shot_1@transition", "film"],
    }
    assert explanation.maybe == 0


def test_chapters_and_captions_are_where_they_are_without_transitions(renders: Renders) -> None:
    studio, dissolve, wipe = renders
    for path in (studio.root / "dissolve.mp4", studio.film()):
        with av.open(str(path)) as container:
            chapters = [
                (chapter["start"] * chapter["time_base"], chapter["end"] * chapter["time_base"])
                for chapter in container.chapters()
                if chapter["time_base"]
            ]
        assert chapters == list(pairwise(Fraction(3, 2) * number for number in range(5)))
    assert dissolve.digests["video_final/film.srt"] == wipe.digests["video_final/film.srt"]
    starts = [line[:12] for line in captions_of(studio) if "-->" in line]
    assert starts == ["00:00:00,800", "00:00:02,000"]


def test_all_but_the_transitions_are_the_clips_own(renders: Renders) -> None:
    """Half a second after the first shot, else 0.8 s: 10 frames, of which 5 are before the cut."""
    studio, _, wipe = renders
    clips = [clip_of(wipe.manifests["lipsync_clips"], f"shot_{n}", studio) for n in range(4)]
    between = [clip_of(wipe.manifests["video_final"], name, studio) for name in TRANSITIONS]
    pieces = [
        *(Piece(clips[0], range(15)), Piece(between[0])),
        *(Piece(clips[1], range(6, 16)), Piece(between[1])),
        *(Piece(clips[2], range(10, 18)), Piece(between[2])),
        *(Piece(clips[3], range(5, 8)), Piece(between[3])),
    ]
    assert list(encoded([Piece(studio.film())])) == list(encoded(pieces))
    checks = wipe.checks
    assert checks["copied"].metadata["pieces"].value == 8
    assert all(checks[name].passed for name in ("frame_counts", "copied", "picture", "sync"))


def test_a_fade_is_black_at_the_cut_and_at_the_end(renders: Renders) -> None:
    studio, *_ = renders
    frames = list(read_frames(studio.film()))
    assert len(frames) == 72
    black = [number for number, frame in enumerate(frames) if frame.y.max() <= 17]
    assert black == [53, 54, 71]


def captions_of(studio: Studio) -> list[str]:
    return studio.film().with_suffix(".srt").read_text(encoding="utf-8").splitlines()


def clip_of(manifest: StageManifest, item: str, studio: Studio) -> Path:
    digest = manifest.artifact(item, "clip").sha256
    return studio.home.store / digest[:2] / digest
