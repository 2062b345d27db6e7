"""A film with every transition: where it shows them, and what an edit of one makes again."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.media.join import Piece, encoded
from studio import Plan, Rendered, Studio

RATE = Fraction(12)
FRAMES = 72


def plan() -> Plan:
    """Four shots of 18 frames; in the first two somebody talks, and the line crosses their cut.

    The first one just ends in a cut, then there are a wipe, and a fade, and a fade to the end.
    """
    closeups = ["Mara in a lamp room", "Mara at a window", "Tom in a harbour", "Tom on a boat"]
    pictures = [f"close-up of {closeup}" for closeup in closeups]
    shots = [("0", "1", "cut"), ("2", "3", "wipe"), ("4", "0", "fade"), ("1", "2", "fade")]

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
                "transition": transition,
                "is_talking_closeup": number < 2,
            }
            for number, (start, end, transition) in enumerate(shots)
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


def edited(transition: str) -> Plan:
    """Return the plan with another end of its first shot."""
    changed = plan()
    changed["shots"][0] |= {"transition": transition, "transition_sec": 0.5}
    return changed


Renders = tuple[Studio, Rendered, Rendered, Rendered]


@pytest.fixture(scope="module")
def renders(tmp_path_factory: pytest.TempPathFactory) -> Renders:
    """The film with a cut after its first shot, with a dissolve instead, and with a wipe."""
    studio = Studio(tmp_path_factory.mktemp("transitions"))
    cut = studio.render(plan())
    studio.film().rename(studio.root / "cut.mp4")
    dissolve = studio.render(edited("dissolve"))
    studio.film().rename(studio.root / "dissolve.mp4")
    return studio, cut, dissolve, studio.render(edited("wipe"))


def test_an_edit_makes_again_what_it_touches(renders: Renders) -> None:
    """A dissolve needs clips that go on, one of them also in the next wipe; a wipe takes those."""
    _, cut, dissolve, wipe = renders
    transitions = [f"shot_{number}@transition" for number in range(4)]
    assert cut.made["video_final"] == ["film", *transitions[1:]]
    assert dissolve.made == {
        "shot_clips": ["shot_0", "shot_1"],
        "lipsync_clips": ["shot_0", "shot_1"],
        "video_final": ["film", "shot_0@transition", "shot_1@transition"],
    }
    assert wipe.made == {"video_final": ["film", "shot_0@transition"]}
    assert (dissolve.new_actions, wipe.new_actions) == (7, 2)


def test_the_film_stays_as_long_as_it_is_and_its_lines_where_they_are(renders: Renders) -> None:
    studio, *films = renders
    paths = [studio.root / "cut.mp4", studio.root / "dissolve.mp4", studio.film()]
    for rendered in films:
        film = rendered.manifests["video_final"].artifact("film", "film").facts
        assert (film.frames, film.frame_rate) == (FRAMES, RATE)
    for name in ("video_final/film.srt", "timeline_track/timeline.wav"):
        assert len({rendered.digests[name] for rendered in films}) == 1
    for path in paths:
        with av.open(str(path)) as container:
            chapters = [
                (chapter["start"] * chapter["time_base"], chapter["end"] * chapter["time_base"])
                for chapter in container.chapters()
                if chapter["time_base"]
            ]
        cuts = [Fraction(3, 2) * number for number in range(5)]
        assert chapters == list(pairwise(cuts))


def test_all_but_the_transitions_are_the_clips_own(renders: Renders) -> None:
    """Half a second after the first shot, else 0.8 s: 10 frames, of which 5 are before the cut."""
    studio, *_, wipe = renders
    clips = [clip_of(wipe.manifests["lipsync_clips"], f"shot_{n}", studio) for n in range(4)]
    between = [
        clip_of(wipe.manifests["video_final"], f"shot_{n}@transition", studio) for n in range(4)
    ]
    pieces = [
        *(Piece(clips[0], range(15)), Piece(between[0])),
        *(Piece(clips[1], range(6, 16)), Piece(between[1])),
        *(Piece(clips[2], range(10, 18)), Piece(between[2])),
        *(Piece(clips[3], range(5, 8)), Piece(between[3])),
    ]
    assert list(encoded([Piece(studio.film())])) == list(encoded(pieces))
    frames = list(read_frames(studio.film()))
    black = [number for number, frame in enumerate(frames) if frame.y.max() <= 17]
    assert black == [53, 54, 71]
    assert studio.checks()["copied"].metadata["pieces"].value == 8
    assert all(
        studio.checks()[name].passed for name in ("frame_counts", "copied", "picture", "sync")
    )


def clip_of(manifest: StageManifest, item: str, studio: Studio) -> Path:
    digest = manifest.artifact(item, "clip").sha256
    return studio.home.store / digest[:2] / digest
