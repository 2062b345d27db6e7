"""Whose face is whose."""

import numpy as np
import pytest

from sparkle_motion_dagster.faces.records import ClipFaces, Looks, Mesh, Track
from sparkle_motion_dagster.faces.similarity import Similarity
from sparkle_motion_dagster.faces.whose import KnownBy, Own, Pictured, whose
from sparkle_motion_dagster.plan.shot import FaceBox

FRAMES = 48

FAIR = Looks(skin=(75, 12, 16), hair=(70, 4, 30), clothes=(80, 2, 4), build=(170, 280, 540))
DARK = Looks(skin=(45, 14, 20), hair=(12, 3, 4), clothes=(30, 30, 20), build=(180, 300, 580))
GREY = Looks(skin=(66, 8, 10), hair=(60, 0, 2), clothes=(20, 0, -4), build=(190, 310, 600))


def track(person: int, looks: Looks, x: float, size: float = 120, start: int = 0) -> Track:
    """Return the face of a person who does not move, from a frame on, half of the clip or all."""
    points = np.random.default_rng(1).uniform(-0.4, 0.4, (468, 2))
    points[[10, 152]] = (0, -0.5), (0, 0.5)
    length = FRAMES // 2 if start else FRAMES
    return Track(
        person=person,
        looks=looks,
        start=start,
        meshes=(Mesh.of(points * size + (x, 180)),),
        places=(Similarity(),) * length,
    )


def clip(*tracks: Track) -> ClipFaces:
    return ClipFaces(frames=FRAMES, width=640, height=360, tracks=tracks)


def left_of(own: Own | None) -> float:
    assert own is not None
    return float(own.tracks[0].points[0, :, 0].mean())


TWO = clip(track(0, FAIR, 150), track(1, DARK, 450, size=160))
BOX_LEFT = FaceBox(left=0.0, top=0.2, width=0.5, height=0.6)


def test_the_plan_has_the_first_word() -> None:
    pictured = [Pictured("ada", DARK), Pictured("ben", FAIR)]
    owned = whose(TWO, ["ada"], pictured, {"ada": BOX_LEFT})
    assert left_of(owned["ada"]) < 200
    assert owned["ada"] is not None
    assert owned["ada"].known_by is KnownBy.BOX


def test_whom_the_plan_does_not_name_is_not_in_the_picture() -> None:
    owned = whose(TWO, ["ada", "ben"], [Pictured("ada"), Pictured("ben")], {"ada": None})
    assert owned["ada"] is not None
    assert owned["ben"] is None


def test_where_the_plan_has_a_face_there_must_be_one() -> None:
    nowhere = FaceBox(left=0.4, top=0.0, width=0.1, height=0.1)
    assert whose(TWO, ["ada"], [Pictured("ada")], {"ada": nowhere}) == {"ada": None}


def test_the_only_one_in_the_picture_has_the_largest_face() -> None:
    own = whose(TWO, ["ada"], [Pictured("ada")])["ada"]
    assert left_of(own) > 400
    assert own is not None
    assert own.known_by is KnownBy.ALONE


@pytest.mark.parametrize("looks", [None, DARK])
def test_the_only_one_has_every_face_that_is_seen_where_theirs_is_not(looks: Looks | None) -> None:
    cut = clip(track(0, FAIR, 150, start=24), track(1, DARK, 300, start=0))
    first = cut.tracks[1].model_copy(update={"places": cut.tracks[1].places[:24]})
    other_light = cut.model_copy(update={"tracks": (cut.tracks[0], first)})
    own = whose(other_light, ["ada"], [Pictured("ada", looks)])["ada"]
    assert own is not None
    assert [one.start for one in own.tracks] == [0, 24]
    assert own.at(23) is first
    assert own.at(24) is cut.tracks[0]
    assert own.at(48) is None


@pytest.mark.parametrize("names", [("ada", "ben"), ("ben", "ada")])
def test_a_picture_of_somebody_tells_whose_face_it_is(names: tuple[str, str]) -> None:
    looks = {"ada": DARK, "ben": FAIR}
    owned = whose(TWO, names, [Pictured(name, looks[name]) for name in names])
    assert left_of(owned["ada"]) > 400
    assert left_of(owned["ben"]) < 200


def test_who_is_alike_is_known_and_who_is_left_takes_what_is_left() -> None:
    owned = whose(TWO, ["ada", "ben"], [Pictured("ada", DARK), Pictured("ben")])
    assert left_of(owned["ada"]) > 400
    assert left_of(owned["ben"]) < 200


def test_in_a_clip_of_ones_own_anybody_may_be() -> None:
    """There is a picture of Ada, and none of Ben, who speaks as well."""
    known = [Pictured("ada", DARK)]
    owned = whose(TWO, ["ada", "ben"], [], known=known)
    assert left_of(owned["ada"]) > 400
    assert left_of(owned["ben"]) < 200
    cut = clip(track(0, GREY, 150, start=24), track(1, DARK, 300))
    first = cut.tracks[1].model_copy(update={"places": cut.tracks[1].places[:24]})
    owned = whose(clip(cut.tracks[0], first), ["ada", "ben"], [], known=known)
    assert [own and own.tracks for own in owned.values()] == [(first,), (cut.tracks[0],)]


def test_one_face_and_two_pictures() -> None:
    alone = clip(track(0, FAIR, 300))
    owned = whose(alone, ["ada", "ben"], [Pictured("ada", DARK), Pictured("ben", FAIR)])
    assert owned["ada"] is None
    assert owned["ben"] is not None


def test_without_pictures_the_order_from_the_left_tells() -> None:
    pictured = [Pictured("ada"), Pictured("ben")]
    owned = whose(TWO, ["ben", "ada"], pictured)
    assert left_of(owned["ada"]) < 200
    assert left_of(owned["ben"]) > 400


def test_where_nobody_knows_nobody_speaks_but_one_alone() -> None:
    three = clip(track(0, FAIR, 100), track(1, DARK, 300, size=200), track(2, GREY, 500))
    pictured = [Pictured("ada"), Pictured("ben")]
    assert whose(three, ["ada", "ben"], pictured) == {"ada": None, "ben": None}
    own = whose(three, ["ben"], pictured)["ben"]
    assert left_of(own) == pytest.approx(300, abs=20)
    assert own is not None
    assert own.known_by is KnownBy.LARGEST


def test_nobody_is_there() -> None:
    assert whose(clip(), ["ada"], [Pictured("ada", FAIR)]) == {"ada": None}


def test_what_is_written_is_read() -> None:
    assert ClipFaces.model_validate_json(TWO.model_dump_json()) == TWO
    points = np.random.default_rng(3).uniform(-50, 1300, (468, 2))
    assert np.abs(Mesh.of(points).points - points).max() <= 1 / 32
