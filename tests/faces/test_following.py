"""Faces of a clip, followed from frame to frame."""

import hashlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import run_python
from painted_face import OTHER, PaintedFace, paint
from sparkle_motion_dagster.faces.following import follow
from sparkle_motion_dagster.faces.records import ClipFaces
from sparkle_motion_dagster.faces.square import Picture

RATE = Fraction(24)
WIDTH, HEIGHT = 320, 180


def clip(frames: int, people: Callable[[int], list[PaintedFace]]) -> Iterator[Picture]:
    """Yield frames with whoever is in each of them."""
    return (paint(WIDTH, HEIGHT, people(frame)) for frame in range(frames))


def middle(faces: ClipFaces, frame: int) -> dict[int, float]:
    """Return how far from the left each person's face is in a frame."""
    seen = ((track.person, track.points_at(frame)) for track in faces.tracks)
    return {person: float(points[:, 0].mean()) for person, points in seen if points is not None}


def test_a_face_under_a_moving_camera_is_one_mesh_in_many_places() -> None:
    """A pan with a slow zoom: 2.5 pixels and half a percent a frame."""
    faces = follow(
        clip(24, lambda frame: [PaintedFace(120 + 2.5 * frame, 84, 84 + 0.42 * frame)]), RATE
    )
    [track] = faces.tracks
    assert (track.start, track.end, track.is_rigid) == (0, 24, True)
    places = track.points.mean(axis=1)[:, 0]
    assert np.diff(places) == pytest.approx(2.5, abs=0.35)
    heights = np.ptp(track.points[:, :, 1], axis=1)
    assert heights[-1] / heights[0] == pytest.approx(93.66 / 84, abs=0.02)


def test_a_face_that_speaks_has_a_mesh_of_every_frame_without_lag() -> None:
    opened = [0.0, 0.0, 0.2, 0.6, 1.0, 0.6, 0.2, 0.0] * 2
    faces = follow(clip(16, lambda frame: [PaintedFace(160, 80, 96, opened=opened[frame])]), RATE)
    [track] = faces.tracks
    assert not track.is_rigid
    gaps = track.points[:, 14, 1] - track.points[:, 13, 1]
    assert [int(peak) for peak in (np.argmax(gaps[:8]), 8 + np.argmax(gaps[8:]))] == [4, 12]
    assert np.corrcoef(gaps, opened)[0, 1] > 0.97


def test_two_people_who_swap_sides_stay_themselves() -> None:
    def people(frame: int) -> list[PaintedFace]:
        way = 160 * frame / 31
        return [PaintedFace(80 + way, 62, 76), OTHER.at(240 - way, 84, 92)]

    faces = follow(clip(32, people), RATE)
    starts, ends = middle(faces, 0), middle(faces, 31)
    assert len(starts) == len(ends) == 2
    by_start, by_end = sorted(starts, key=starts.__getitem__), sorted(ends, key=ends.__getitem__)
    assert by_start == by_end[::-1]


@pytest.mark.parametrize(("behind", "before"), [(96, 76), (80, 92)])
def test_whoever_passes_behind_somebody_stays_themselves(behind: float, before: float) -> None:
    """The mesh follows the face in front where the other one is hidden, the larger one or not."""

    def people(frame: int) -> list[PaintedFace]:
        way = min(max(8 * (frame - 2), 0), 160)
        return [OTHER.at(80 + way, 84, behind), PaintedFace(240 - way, 84, before)]

    faces = follow(clip(26, people), RATE)
    starts, ends = middle(faces, 0), middle(faces, 25)
    in_front, hidden = max(starts, key=starts.__getitem__), min(starts, key=starts.__getitem__)
    assert ends == {in_front: pytest.approx(80, abs=4), hidden: pytest.approx(240, abs=4)}
    for track in faces.tracks:
        assert np.abs(np.diff(track.points[:, :, 0].mean(axis=1))).max() < 16


def test_whoever_turns_away_and_comes_back_is_the_same_person() -> None:
    def people(frame: int) -> list[PaintedFace]:
        ada = PaintedFace(90, 84, 84, from_behind=12 <= frame < 30)
        return [ada, OTHER.at(240, 84, 84)]

    faces = follow(clip(42, people), RATE)
    ada = sorted(
        (track for track in faces.tracks if track.points[0, :, 0].mean() < 160),
        key=lambda track: track.start,
    )
    assert (ada[0].start, ada[0].end) == (0, 12)
    assert (ada[1].start, ada[1].end) == (30, 42)
    assert ada[0].person == ada[1].person
    assert {track.person for track in faces.tracks} == {0, 1}


def test_a_face_that_is_hidden_for_a_moment_is_followed_through() -> None:
    def people(frame: int) -> list[PaintedFace]:
        return [] if 8 <= frame < 12 else [PaintedFace(100 + 4 * frame, 84, 84)]

    [track] = follow(clip(20, people), RATE).tracks
    assert (track.start, track.end) == (0, 20)
    assert np.diff(track.points[:, :, 0].mean(axis=1)) == pytest.approx(4, abs=0.8)


def test_a_face_that_leaves_the_picture_is_lost_where_it_leaves() -> None:
    faces = follow(clip(24, lambda frame: [PaintedFace(200 + 8 * frame, 84, 84)]), RATE)
    [track] = faces.tracks
    assert track.start == 0
    mouth = track.points[-1, [61, 291], 0]
    assert mouth.max() < WIDTH
    assert mouth.max() > WIDTH - 20


def test_a_face_is_followed_from_where_it_came() -> None:
    """It is looked for every twelve frames, and was there five frames before."""
    faces = follow(clip(20, lambda frame: [PaintedFace(90, 84, 84)] if frame >= 7 else []), RATE)
    [track] = faces.tracks
    assert (track.start, track.end) == (7, 20)


def test_at_a_cut_every_face_ends() -> None:
    def frames() -> Iterator[Picture]:
        yield from clip(12, lambda _: [PaintedFace(160, 84, 92)])
        for _ in range(12):
            yield paint(WIDTH, HEIGHT, [OTHER.at(164, 86, 92)], (40, 40, 70))

    faces = follow(frames(), RATE)
    found = sorted((track.start, track.end, track.person) for track in faces.tracks)
    assert found == [(0, 12, 0), (12, 24, 1)]


def test_nobody_is_there() -> None:
    faces = follow(clip(6, lambda _: []), RATE)
    assert faces == ClipFaces(frames=6, width=WIDTH, height=HEIGHT)
    with pytest.raises(ValueError, match="without frames"):
        follow([], RATE)


def followed_digest() -> str:
    """Return what was followed in a short clip, in short."""
    faces = follow(
        clip(6, lambda frame: [PaintedFace(120 + 3 * frame, 84, 90, tilt=2 * frame)]), RATE
    )
    return hashlib.sha256(faces.model_dump_json().encode()).hexdigest()


def test_one_core_sees_what_many_see() -> None:
    alone = run_python(
        "sys.path.insert(0, sys.argv[1]); import test_following as t; print(t.followed_digest())",
        Path(__file__).parent,
    )
    assert alone.strip() == followed_digest()
