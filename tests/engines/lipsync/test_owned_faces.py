"""Whose face is whose where a clip goes from one picture to another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import stored
from painted_face import OTHER, PaintedFace, paint
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.base import Appearance, OwnPicture
from sparkle_motion_dagster.engines.lipsync.base import (
    LipsyncLine,
    LipsyncRequest,
    NoFaceFoundError,
    Pictured,
)
from sparkle_motion_dagster.engines.lipsync.mesh.engine import MeshEngine, MeshSettings
from sparkle_motion_dagster.engines.lipsync.owned_faces import (
    frames_from_ends,
    leaning,
    owned_faces,
)
from sparkle_motion_dagster.faces.finding import faces_in
from sparkle_motion_dagster.faces.records import ClipFaces, Looks, Mesh, Track
from sparkle_motion_dagster.faces.similarity import Similarity
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.units import FrameSize

FRAMES = 48
LOOKS = Looks(skin=(60, 10, 10), hair=(20, 0, 0), build=(0,) * 12)
MESH = Mesh.of(np.random.default_rng(1).uniform(20, 80, (468, 2)))


def track(person: int, frames: range, right: float = 0.0) -> Track:
    places = tuple(Similarity(right=right) for _ in frames)
    return Track(person=person, looks=LOOKS, start=frames.start, meshes=(MESH,), places=places)


def request_for(
    folder: Path, tracks: Sequence[Track], speakers: Sequence[str], pictured: Sequence[str]
) -> LipsyncRequest:
    """A clip in which all speakers begin a line; ``pictured`` names who is in each keyframe."""
    followed = folder / "faces.json"
    faces = ClipFaces(frames=FRAMES, width=320, height=180, tracks=tuple(tracks))
    followed.write_text(faces.model_dump_json(), encoding="utf-8")
    nothing = StoredFile(sha256="0" * 64, path=folder / "nothing")
    return LipsyncRequest(
        clip=nothing,
        followed=stored(followed),
        pictured=tuple(tuple(Pictured(id=name) for name in names.split()) for names in pictured),
        lines=tuple(
            LipsyncLine(
                speaker=Appearance(id=name), audio=nothing, timings=None, offset_samples=4800
            )
            for name in speakers
        ),
        frames=FRAMES,
        frame_rate=Fraction(24),
        size=FrameSize(width=320, height=180),
        encoding=ClipEncoding(crf=18, preset="veryfast"),
    )


def people_of(request: LipsyncRequest) -> dict[str, list[int]]:
    """Return the numbers of whose faces the speakers have."""
    return {
        speaker: sorted({one.person for one in own.tracks})
        for speaker, own in owned_faces(request).items()
    }


def test_each_keyframes_people_are_seen_at_its_end(tmp_path: Path) -> None:
    tracks = [track(0, range(30), right=200), track(1, range(34, FRAMES))]
    request = request_for(tmp_path, tracks, ["ann", "ben"], ["ann", "ben"])
    assert people_of(request) == {"ann": [0], "ben": [1]}


def test_faces_that_are_to_be_found_are_at_each_end(tmp_path: Path) -> None:
    """The plan names the people, and no place of theirs; whoever it leaves out is only heard."""
    tracks = [track(0, range(30), right=200), track(1, range(34, FRAMES))]
    request = request_for(tmp_path, tracks, ["ann", "ben", "cat"], ["ann", "ben"])
    request = request.model_copy(update={"faces": {"ann": None, "ben": None}})
    assert people_of(request) == {"ann": [0], "ben": [1]}
    assert people_of(request.model_copy(update={"faces": {"ben": None}})) == {"ben": [1]}
    assert people_of(request.model_copy(update={"faces": {}})) == {}


def test_who_is_not_found_is_told_what_helps(tmp_path: Path) -> None:
    """A place in the plan says whose a face is; where nobody is followed, it finds none."""
    unclear = [track(0, range(FRAMES)), track(1, range(FRAMES), right=200)]
    request = request_for(tmp_path, unclear, ["ann", "ben"], [""])
    engine = MeshEngine(MeshSettings(without_face="fail"))
    with pytest.raises(NoFaceFoundError, match=r"ann and ben .*Say in the plan .*faces: {ann: "):
        next(engine.make([request], tmp_path))
    with pytest.raises(NoFaceFoundError, match=r"nor anybody else's.* larger") as raised:
        next(engine.make([request.model_copy(update={"followed": None})], tmp_path))
    assert "faces: {" not in str(raised.value)


@pytest.mark.parametrize("speakers", [["ann", "ben"], ["ben"]])
def test_a_face_that_goes_on_is_of_nobody_who_comes_later(
    tmp_path: Path, speakers: list[str]
) -> None:
    request = request_for(tmp_path, [track(0, range(FRAMES))], speakers, ["ann", "ben"])
    assert people_of(request) == ({"ann": [0]} if "ann" in speakers else {})


@pytest.mark.parametrize("pictured", [[""], ["", ""]])
def test_of_whom_nobody_says_who_they_are_a_single_speaker_has_the_largest(
    tmp_path: Path, pictured: list[str]
) -> None:
    request = request_for(tmp_path, [track(0, range(FRAMES))], ["ann"], pictured)
    assert people_of(request) == {"ann": [0]}


def test_who_is_in_both_keyframes_keeps_the_face(tmp_path: Path) -> None:
    tracks = [track(0, range(FRAMES)), track(1, range(30, FRAMES), right=200)]
    request = request_for(tmp_path, tracks, ["ann", "ben"], ["ann", "ann ben"])
    assert people_of(request) == {"ann": [0], "ben": [1]}


def test_who_is_in_the_picture_is_seen_whoever_began_to_speak_before(tmp_path: Path) -> None:
    request = request_for(tmp_path, [track(0, range(FRAMES))], ["ann", "ben"], ["ben"])
    early = request.lines[1].model_copy(update={"offset_samples": -48_000})
    request = request.model_copy(update={"lines": (request.lines[0], early)})
    assert request.seen == ("ben",)
    assert people_of(request) == {"ben": [0]}


def test_who_speaks_in_a_clip_of_ones_own_is_seen_with_a_picture_or_without(tmp_path: Path) -> None:
    request = request_for(tmp_path, [track(0, range(FRAMES))], ["ann", "ben"], [])
    assert request.model_copy(update={"known": (Pictured(id="ann"),)}).seen == ("ann", "ben")


@pytest.mark.parametrize("order", ["ann ben", "ben ann"])
def test_faces_are_known_by_pictures_of_people(tmp_path: Path, order: str) -> None:
    """Ann stands on the left, whoever is named first; her picture shows her elsewhere."""
    fair = PaintedFace(0, 0, 0)
    people = {"ann": fair.at(150, 80, 110), "ben": OTHER.at(170, 90, 100)}
    pictured = []
    for name in order.split():
        path = tmp_path / f"{name}.png"
        Image.fromarray(paint(320, 180, [people[name]], (200, 190, 180))).save(path)
        own = OwnPicture(sha256=stored(path).sha256, path=path)
        pictured.append(Pictured(id=name, reference=own))
    both = faces_in(paint(320, 180, [fair.at(90, 84, 90), OTHER.at(230, 84, 90)]))
    faces = sorted(both.faces, key=lambda face: face.mesh.box)
    tracks = [
        track(number, range(FRAMES)).model_copy(update={"looks": face.looks})
        for number, face in enumerate(faces)
    ]
    request = request_for(tmp_path, tracks, ["ann", "ben"], [order])
    request = request.model_copy(update={"pictured": (tuple(pictured),)})
    assert people_of(request) == {"ann": [0], "ben": [1]}


def test_a_face_comes_and_goes_within_a_clip(tmp_path: Path) -> None:
    request = request_for(tmp_path, [track(0, range(10, 20))], ["ann"], ["ann"])
    own = owned_faces(request)["ann"]
    assert [frames_from_ends(own, frame) for frame in (9, 10, 14, 19, 20)] == [-1, 0, 4, 0, -1]


def test_portraits_know_on_which_side_faces_are(tmp_path: Path) -> None:
    left, right = (
        leaning(request_for(tmp_path, [track(0, range(FRAMES), right)], ["ann"], ["ann"]))
        for right in (0, 220)
    )
    assert left < 0 < right


def test_faces_of_another_clip_are_refused(tmp_path: Path) -> None:
    request = request_for(tmp_path, [track(0, range(FRAMES))], ["ann"], ["ann"])
    with pytest.raises(EngineError, match="followed through 48 frames, but their shot has 40"):
        owned_faces(request.model_copy(update={"frames": 40}))
    assert request.followed is not None
    request.followed.path.write_text("{}")
    with pytest.raises(EngineError, match="are none"):
        owned_faces(request)
