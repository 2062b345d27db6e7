"""Whose face is whose: which of the faces that were followed speaks which character's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import numpy as np

from sparkle_motion_dagster.faces.looks import difference
from sparkle_motion_dagster.faces.records import ClipFaces, Looks, Track
from sparkle_motion_dagster.plan.shot import FaceBox

_STRANGER = 2.5
"""How different a face looks from a character's picture, from which on it is somebody else's."""


class KnownBy(StrEnum):
    """How it is known whose face a face is; the value ends the sentence "it is theirs, for..."."""

    BOX = "the plan says that their face is there"
    LIKENESS = "it looks most like their picture"
    ALONE = "nobody else is in the picture whose it can be"
    ORDER = "it has their place in the keyframe's order from left to right"
    LARGEST = "it is the largest of those that are nobody else's"


@dataclass(frozen=True)
class Pictured:
    """Somebody who is in the picture, and what they look like, where a picture of them tells."""

    id: str
    looks: Looks | None = None


@dataclass(frozen=True)
class Own:
    """The face of a speaker.

    Attributes:
        tracks: Where it is; several, where it is lost and found again, from the first to the last.
        known_by: How it is known to be theirs.
    """

    tracks: tuple[Track, ...]
    known_by: KnownBy

    def at(self, frame: int) -> Track | None:
        """Return the track that has the face in a frame; None: it is not seen there."""
        return next((track for track in self.tracks if track.start <= frame < track.end), None)


@dataclass(frozen=True)
class _Person:
    tracks: tuple[Track, ...]

    @property
    def looks(self) -> Looks:
        return max(self.tracks, key=lambda track: track.end - track.start).looks

    @property
    def size(self) -> float:
        """How large the face is, in pixels: the mean over all frames in which it is seen."""
        frames = [track.end - track.start for track in self.tracks]
        return float(np.average([track.height for track in self.tracks], weights=frames))

    @property
    def left(self) -> float:
        """How far from the left the face is when it is first seen, in pixels."""
        return float(self.tracks[0].points[0, :, 0].mean())

    def share_in(self, box: FaceBox, faces: ClipFaces) -> float:
        """Return in what share of its frames the middle of the face lies in a box."""
        middles = np.concatenate([track.points.mean(axis=1) for track in self.tracks])
        x, y = (middles / (faces.width, faces.height)).T
        across = (box.left <= x) & (x <= box.left + box.width)
        down = (box.top <= y) & (y <= box.top + box.height)
        return float((across & down).mean())


def whose(
    faces: ClipFaces,
    speakers: Sequence[str],
    pictured: Sequence[Pictured],
    boxes: Mapping[str, FaceBox | None] | None = None,
    known: Sequence[Pictured] = (),
) -> dict[str, Own | None]:
    """Return each speaker's face; None for those who have none in the picture, or none for certain.

    Args:
        faces: What was followed.
        speakers: Who is seen speaking.
        pictured: Who is in the picture, from left to right; empty where nobody says.
        boxes: What the plan says of faces (``ShotMetadata.faces``).
        known: Where nobody says who is in the picture, those speakers of whom there is another one.
    """
    matching = _Matching(faces, speakers, pictured, known)
    if boxes is not None:
        matching.by_boxes(boxes)
    matching.by_likeness()
    matching.by_who_is_there()
    return {speaker: matching.owned.get(speaker) for speaker in speakers}


def _together(one: Track, other: Track) -> bool:
    return one.start < other.end and other.start < one.end


class _Matching:
    def __init__(
        self,
        faces: ClipFaces,
        speakers: Sequence[str],
        pictured: Sequence[Pictured],
        known: Sequence[Pictured],
    ) -> None:
        self._faces = faces
        self._speakers = list(speakers)
        self._pictured = list(pictured)
        self._known = list(known)
        by_person = sorted(faces.tracks, key=lambda track: (track.person, track.start))
        groups = groupby(by_person, key=lambda track: track.person)
        people = [_Person(tuple(tracks)) for _, tracks in groups]
        self._people = sorted(people, key=lambda person: -person.size)
        self.owned: dict[str, Own] = {}

    def by_boxes(self, boxes: Mapping[str, FaceBox | None]) -> None:
        """Give faces to those whom the plan names with their places; who is not named has none."""
        for name, box in boxes.items():
            if box is None:
                continue
            inside = [(person.share_in(box, self._faces), person) for person in self._people]
            share, person = max(inside, key=lambda one: one[0], default=(0.0, None))
            if person is not None and share > 0:
                self._give(name, person, KnownBy.BOX)
            else:
                self._leave_out(name)
        for speaker in self._speakers:
            if speaker not in boxes:
                self._leave_out(speaker)

    def by_likeness(self) -> None:
        """Give faces to those of whom there is a picture, where there is a choice."""
        while len(self._people) > 1 or self._candidates > 1:
            alike = [
                (difference(one.looks, person.looks), one.id, person)
                for one in (*self._pictured, *self._known)
                if one.looks is not None
                for person in self._people
            ]
            apart, name, person = min(alike, key=lambda pair: pair[0], default=(np.inf, "", None))
            if person is None or apart > _STRANGER:
                return
            alone = self._candidates == 1
            self._give(name, self._whole(person) if alone else person, KnownBy.LIKENESS)

    @property
    def _candidates(self) -> int:
        """How many people the faces that are left may be: speakers, where nobody says who."""
        return len(self._pictured or self._speakers)

    def by_who_is_there(self) -> None:
        """Give the faces that are left to those who are left, if it is clear whose they are."""
        if not self._people or not self._speakers:
            return
        names = [one.id for one in self._pictured]
        if len(names) == 1:
            self._give(names[0], self._whole(self._people[0]), KnownBy.ALONE)
        elif len(names) == len(self._people):
            from_left = sorted(self._people, key=lambda person: person.left)
            for name, person in zip(names, from_left, strict=True):
                self._give(name, person, KnownBy.ORDER)
        elif len(self._speakers) == 1:
            self._give(self._speakers[0], self._people[0], KnownBy.LARGEST)

    def _whole(self, person: _Person) -> _Person:
        """Return somebody who is alone, with all faces that are seen where theirs is not.

        After a cut, or in another light, they look like somebody else.
        """
        tracks = person.tracks
        for other in self._people:
            if not any(_together(one, track) for one in tracks for track in other.tracks):
                tracks += other.tracks
        return _Person(tuple(sorted(tracks, key=lambda track: track.start)))

    def _give(self, name: str, person: _Person, known_by: KnownBy) -> None:
        self.owned[name] = Own(person.tracks, known_by)
        taken = {track.person for track in person.tracks}
        self._people = [one for one in self._people if one.tracks[0].person not in taken]
        self._leave_out(name)

    def _leave_out(self, name: str) -> None:
        self._pictured = [one for one in self._pictured if one.id != name]
        self._known = [one for one in self._known if one.id != name]
        self._speakers = [speaker for speaker in self._speakers if speaker != name]
