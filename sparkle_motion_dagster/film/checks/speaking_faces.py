"""The checks of real faces that speak: what was read of them in the finished clips."""

from collections.abc import Callable, Iterator, Sequence

from sparkle_motion_dagster.faces.readings import FaceReading
from sparkle_motion_dagster.film.checks.promises import FACES_KEPT, MOUTHS_MOVE, WHO_SPEAKS
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.faces.speaking import SpokenClip, SpokenLine

_CORRELATED = 0.7
"""Correlation of a mouth's opening with what sounds ask for, from which on it goes with them."""

_LATEST = 1.0
"""How many frames a mouth is early or late at most, for nobody to see it."""

_MEETING = 0.9
"""Of the sounds m, b and p of a film, at how many lips are seen to meet."""

_KEPT_DB = 32.0
"""PSNR of pictures that were encoded once more, and are otherwise what they were."""

_STRAYED = 0.03
"""How far points of a face that no mouth moves lie from where they lay at most, in its heights."""

_STILL = 0.01
"""What is read of a mouth that nobody moved: openings differ by so much at most."""

_OTHERS = 0.5
"""How much another mouth moves at most, of what the speaker's does."""


def verdicts(clips: Sequence[SpokenClip]) -> Iterator[Verdict]:
    """Hold what was read of the real faces in a film's clips against what they speak."""
    yield _mouths_move(clips)
    yield _faces_kept(clips)
    yield _who_speaks(clips)


def _mouths_move(clips: Sequence[SpokenClip]) -> Verdict:
    """Compare how far mouths are open with what the sounds of their lines ask for."""
    lines = {name: line for clip in clips for name, line in _named(clip)}
    agreeing = [line.agreement for line in lines.values() if line.agreement is not None]
    met = [meets for line in lines.values() for meets in line.met]
    out_of_step = [
        f"{name} ({_told(line)})" for name, line in lines.items() if not _is_in_step(line)
    ]
    share = sum(met) / len(met) if met else 1.0
    return MOUTHS_MOVE.verdict(
        {
            "lines": len(lines),
            "hardly_seen": len(lines) - len(agreeing),
            "least_correlation": _worst(min, [one.correlation for one in agreeing]),
            "correlation_from": _CORRELATED,
            "most_off_frames": _worst(max, [abs(one.lag) for one in agreeing]),
            "lips_meet": f"{sum(met)} of {len(met)} times",
            "out_of_step": "; ".join(out_of_step) or "none",
        },
        kept=not out_of_step and share >= _MEETING,
    )


def _is_in_step(line: SpokenLine) -> bool:
    """Tell whether a mouth goes with its line, as far as it is seen."""
    found = line.agreement
    return found is None or (found.correlation >= _CORRELATED and abs(found.lag) <= _LATEST)


def _told(line: SpokenLine) -> str:
    found = line.agreement
    seen = "hardly seen" if found is None else f"{found.correlation:.2f}, {found.lag:+.1f} frames"
    return f"{seen}; lips meet {sum(line.met)} of {len(line.met)} times"


def _faces_kept(clips: Sequence[SpokenClip]) -> Verdict:
    """Look at what is around the mouths and eyes of who speaks."""
    faces = [
        (clip.shot, speaker, face)
        for clip in clips
        for speaker, person in clip.people.items()
        for face in clip.readings.faces
        if face.person == person
    ]
    around_db = [face.around_db for *_, face in faces if face.around_db is not None]
    changed = [
        f"{shot}, {speaker} ({_around(face)}, {face.strayed:.3f} astray)"
        for shot, speaker, face in faces
        if face.strayed > _STRAYED or (face.around_db is not None and face.around_db < _KEPT_DB)
    ]
    return FACES_KEPT.verdict(
        {
            "faces": len(faces),
            "least_db": _worst(min, around_db),
            "db_from": _KEPT_DB,
            "most_astray": _worst(max, [face.strayed for *_, face in faces]),
            "astray_to": _STRAYED,
            "changed": "; ".join(changed) or "none",
        },
        kept=not changed,
    )


def _around(face: FaceReading) -> str:
    return "nothing around it" if face.around_db is None else f"{face.around_db:.1f} dB"


def _who_speaks(clips: Sequence[SpokenClip]) -> Verdict:
    """Look for faces that move where somebody else speaks."""
    lines = [(name, line) for clip in clips for name, line in _named(clip)]
    wrong = [
        f"{name} (person {person} moves)"
        for name, line in lines
        for person, moved in line.moved.items()
        if person != line.person and moved > max(_STILL, _OTHERS * line.moved.get(line.person, 0.0))
    ]
    return WHO_SPEAKS.verdict(
        {"lines": len(lines), "others": "; ".join(wrong) or "none"}, kept=not wrong
    )


def _worst(of: Callable[[list[float]], float], measured: list[float]) -> float | str:
    """Return the worst of what was measured, or that nothing was."""
    return round(of(measured), 3) if measured else "not measured"


def _named(clip: SpokenClip) -> Iterator[tuple[str, SpokenLine]]:
    """Yield the lines that a clip's faces speak, and what people call them."""
    for number, line in enumerate(clip.lines, start=1):
        yield f"{clip.shot}, {line.speaker}'s line {number}", line
