"""What a motion prompt asks of the camera, read from its words.

A prompt is a sequence of phases ("crane up, then push in"); all moves within one happen together.
Only words of the camera's own trade are taken by themselves (pan, tilt, dolly, zoom); words that
people in the picture may do as well (drift, rise, follow) need a direction, or the camera's name.
"""

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sparkle_motion_dagster.artifacts.digests import digest_bytes


class Pace(enum.Enum):
    """How a phase is to be moved."""

    STILL = "still"
    QUIET = "quiet"
    SLOW = "slow"
    STEADY = "steady"
    FAST = "fast"
    WHIP = "whip"


@dataclass(frozen=True)
class Move:
    """Where the camera goes; 1 is as far as its pace takes it.

    Attributes:
        right: Sideways, to the right.
        down: Downwards.
        zoom: In, by dolly or by lens: a flat picture shows no difference.
        roll: Clockwise about its own axis.
    """

    right: float = 0.0
    down: float = 0.0
    zoom: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True)
class Phase:
    """Moves that happen together, at one pace."""

    move: Move
    pace: Pace = Pace.STEADY


@dataclass(frozen=True)
class Motion:
    """All that a motion prompt asks for.

    Attributes:
        phases: What happens one after the other; at least one.
        sway: How much the hand that holds the camera shows; 0 is a tripod, 1 a steady hand.
        lean: How far the horizon is slanted for most of the shot, clockwise, in degrees.
    """

    phases: tuple[Phase, ...]
    sway: float = 0.0
    lean: float = 0.0

    @property
    def is_still(self) -> bool:
        """Whether the camera is asked to stand still all the time."""
        return all(phase.pace is Pace.STILL for phase in self.phases)

    @property
    def is_quiet(self) -> bool:
        """Whether no move was asked for."""
        return all(phase.pace is Pace.QUIET for phase in self.phases)


def read_motion(prompt: str | None, chance: str = "", again: int | None = None) -> Motion:
    """Read a motion prompt. One that names no move gets a quiet one.

    Args:
        prompt: The prompt, in English.
        chance: With the prompt it throws the dice for what is left open (which quiet move; which
            side a pan goes to that names none).
        again: Where this is asked for, what is left open is never what it is without it.
    """
    text = _plain(prompt or "")
    dice = _Chance(f"{text}\n{chance}", again)
    phases = tuple(
        phase for clause in _SEQUENCE.split(text) for phase in _phases_of(clause, dice.side())
    )
    return Motion(
        phases=phases or (Phase(dice.quiet(), Pace.QUIET),),
        sway=_sway(text),
        lean=_lean(text) * dice.side(),
    )


class _Chance:
    """Chance that falls the same way for the same words, in every process."""

    def __init__(self, words: str, again: int | None) -> None:
        self._number = int(digest_bytes(words.encode())[:16], 16)
        self._again = again

    def side(self) -> int:
        """Return -1 or 1."""
        side = 1 if self._number % 2 else -1
        return side if self._again is None else -side

    def quiet(self) -> Move:
        """Return a quiet move."""
        others = len(_QUIET_MOVES) - 1
        further = 0 if self._again is None else 1 + self._again % others
        return _QUIET_MOVES[(self._number // 2 + further) % len(_QUIET_MOVES)]


_QUIET_MOVES = (
    Move(zoom=1),
    Move(right=1, zoom=0.5),
    Move(right=-1, zoom=0.5),
    Move(down=-1, zoom=0.7),
    Move(zoom=0.8, right=0.5),
)

_SEQUENCE = re.compile(
    r"\b(?:and then|then|followed by|after which|and finally|finally|before (?=\w+ing\b)"
    r"|end(?:s|ing)? (?:on|in|with))\b"
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|without|doesn't|don't|does not|do not)(?: any)?(?: camera)?"
    r" (?:mov\w+|motion|pan\w*|zoom\w*|tilt\w*|dolly\w*)"
)
_FROM_TO = (
    (re.compile(r"\b(?:from )?(?:the )?left to (?:the )?right\b"), "right"),
    (re.compile(r"\b(?:from )?(?:the )?right to (?:the )?left\b"), "left"),
    (re.compile(r"\b(?:from )?(?:the )?top to (?:the )?bottom\b"), "down"),
    (re.compile(r"\b(?:from )?(?:the )?bottom to (?:the )?top\b"), "up"),
    (re.compile(r"\bpull(?:s|ing)? focus\b|\brack(?:s|ing)? focus\b|\bin focus\b"), "focus"),
    (re.compile(r"\b(?:extreme )?close ups?\b|\bup close\b"), "closeup"),
)

_PACES = (
    (Pace.WHIP, re.compile(r"\b(?:whip\w*|swish\w*)\b")),
    (
        Pace.FAST,
        re.compile(r"\b(?:fast|quick\w*|rapid\w*|swift\w*|sudden\w*|abrupt\w*|brisk\w*|crash)\b"),
    ),
    (
        Pace.SLOW,
        re.compile(
            r"\b(?:slow\w*|gentl[ey]|quiet\w*|subtl[ey]|soft\w*|creep\w*|barely|calm\w*|linger\w*"
            r"|imperceptibl[ey]|inch\w*|drift\w*)\b"
        ),
    ),
)
_STILL = re.compile(
    r"\b(?:static|locked|lock ?off|still|tripod|fixed|motionless|stationary|hold|holds|unmoving)\b"
)
_SWAYS = re.compile(r"\b(?:hand ?held|shak[ey]\w*|jitter\w*|wobbl\w*|sway\w*)\b")
_SWAYS_MUCH = re.compile(r"\b(?:shak[ey]\w*|jitter\w*|wobbl\w*|rough|urgent|nervous)\b")
_SWAYS_LITTLE = re.compile(r"\b(?:slight\w*|subtl[ey]|gentl[ey]|breath\w*|soft\w*)\b")
_LEANS = re.compile(r"\b(?:dutch|canted|tilted|askew|kilter|slanted)\b")
_SLIGHTLY = re.compile(r"\b(?:slight\w*|subtl[ey]|a little)\b")

_SIDEWAYS = "sideways"
_ARC = "arc"
_TILT = "tilt"
_ROLL = "roll"
_DEPTH_OR_HEIGHT = "any"

_DIRECTIONS: Mapping[str, Move] = {
    "left": Move(right=-1),
    "leftward": Move(right=-1),
    "right": Move(right=1),
    "rightward": Move(right=1),
    "up": Move(down=-1),
    "upward": Move(down=-1),
    "skyward": Move(down=-1),
    "down": Move(down=1),
    "downward": Move(down=1),
    "in": Move(zoom=1),
    "into": Move(zoom=1),
    "inward": Move(zoom=1),
    "forward": Move(zoom=1),
    "closer": Move(zoom=1),
    "toward": Move(zoom=1),
    "out": Move(zoom=-1),
    "outward": Move(zoom=-1),
    "back": Move(zoom=-1),
    "backward": Move(zoom=-1),
    "away": Move(zoom=-1),
    "clockwise": Move(roll=1),
    "counterclockwise": Move(roll=-1),
    "anticlockwise": Move(roll=-1),
}


@dataclass(frozen=True)
class _Verb:
    """A word for a move.

    Attributes:
        forms: What matches it, whole.
        otherwise: Where it goes when no direction is named.
        kind: What a direction means to it.
        shared: Whether people in the picture may do it too.
    """

    forms: re.Pattern[str]
    otherwise: Move
    kind: str = _DEPTH_OR_HEIGHT
    shared: bool = False


_VERBS = (
    _Verb(re.compile(r"pan(?:s|ned|ning)?|whip|swish"), Move(right=1), _SIDEWAYS),
    _Verb(re.compile(r"(?:truck|track|crab|straf)(?:e?s|ing)?"), Move(right=1), _SIDEWAYS),
    _Verb(re.compile(r"tilt(?:s|ing)?"), Move(down=-1), _TILT),
    _Verb(re.compile(r"cran(?:es?|ing)|(?:boom|jib|pedestal)(?:s|b?ing)?"), Move(down=-1)),
    _Verb(re.compile(r"push(?:es|ing)?|doll(?:y|ies|ying)|zoom(?:s|ing)?"), Move(zoom=1)),
    _Verb(re.compile(r"tighten(?:s|ing)?"), Move(zoom=1)),
    _Verb(re.compile(r"pull(?:s|ing)?|widen(?:s|ing)?"), Move(zoom=-1)),
    _Verb(re.compile(r"arc(?:s|ing)?|orbit(?:s|ing)?"), Move(right=1, zoom=0.4), _ARC),
    _Verb(re.compile(r"circl(?:es?|ing)"), Move(right=1, zoom=0.4), _ARC, shared=True),
    _Verb(re.compile(r"(?:roll|rotat)(?:e?s?|ing)"), Move(roll=1), _ROLL, shared=True),
    _Verb(
        re.compile(r"(?:drift|float|slid|glid|sweep|swing|travel|mov|follow|fl[yi])(?:e?s?|ing)"),
        Move(right=1),
        _SIDEWAYS,
        shared=True,
    ),
    _Verb(re.compile(r"(?:ris|climb|ascend|lift)(?:e?s?|ing)"), Move(down=-1), shared=True),
    _Verb(re.compile(r"(?:descend|sink|lower|drop)(?:s|p?ing)?"), Move(down=1), shared=True),
    _Verb(re.compile(r"(?:creep|inch|eas|clos)(?:e?s?|ing)"), Move(zoom=1), shared=True),
    _Verb(re.compile(r"retreat(?:s|ing)?|backs|backing"), Move(zoom=-1), shared=True),
)

_REACH = 4
"""A direction stands at most this many words behind its verb."""


def _plain(prompt: str) -> str:
    """Return a prompt in lower case, hyphens gone, ways from one side to the other in one word."""
    text = re.sub(r"[-–—_\s]+", " ", prompt.lower().replace("’", "'"))
    text = _NEGATED.sub("static", text)
    for pattern, meaning in _FROM_TO:
        text = pattern.sub(meaning, text)
    return text


def _phases_of(clause: str, side: int) -> Iterator[Phase]:
    """Give the phase that a part of the prompt asks for, if it asks for one."""
    named: dict[str, float] = {}
    open_ones: dict[str, float] = {}
    for move, is_named in _moves(clause, side):
        for axis, value in vars(move).items():
            if value:
                (named if is_named else open_ones).setdefault(axis, value)
    if axes := open_ones | named:
        pace = (pace for pace, words in _PACES if words.search(clause))
        yield Phase(Move(**axes), next(pace, Pace.STEADY))
    elif _STILL.search(clause):
        yield Phase(Move(), Pace.STILL)


def _moves(clause: str, side: int) -> Iterator[tuple[Move, bool]]:
    """Find the moves in a clause, and tell for each whether its direction was named."""
    words = re.findall(r"[a-z']+|[,;.:!?]", clause)
    for place, word in enumerate(words):
        verb = next((verb for verb in _VERBS if verb.forms.fullmatch(word)), None)
        if verb is None:
            continue
        directions = _directions(words, place)
        for direction in directions:
            yield _understood(verb, direction), True
        if not directions and (not verb.shared or _is_the_cameras(words, place)):
            move = verb.otherwise
            yield replace(move, right=side * move.right, roll=side * move.roll), False


def _directions(words: list[str], verb: int) -> list[Move]:
    """Return the directions that belong to a verb: behind it, or right before it."""
    found: list[Move] = []
    last = verb
    for place in range(verb + 1, len(words)):
        joined = not found or words[last + 1] == "and" or place == last + 1
        if not words[place].isalpha() or not joined or place - last > _REACH:
            break
        if any(each.forms.fullmatch(words[place]) for each in _VERBS):
            break
        direction = _DIRECTIONS.get(words[place].removesuffix("s"))
        if direction is not None:
            found.append(direction)
            last = place
    if not found and verb and (before := _DIRECTIONS.get(words[verb - 1].removesuffix("s"))):
        found.append(before)
    return found


def _understood(verb: _Verb, direction: Move) -> Move:
    """Return what a direction means to a verb: to tilt left is to roll, to arc left to come in."""
    sideways = direction.right or direction.roll
    if verb.kind == _ARC and sideways:
        return Move(right=sideways, zoom=verb.otherwise.zoom)
    if verb.kind in (_TILT, _ROLL) and sideways:
        return Move(roll=sideways)
    return direction


def _is_the_cameras(words: list[str], verb: int) -> bool:
    """Tell whether the camera does what somebody does: it was named, or the clause opens so."""
    before = [word for word in words[:verb] if word.isalpha()]
    return "camera" in before or "shot" in words[verb + 1 : verb + 2] or not before


def _sway(text: str) -> float:
    if not _SWAYS.search(text):
        return 0.0
    if _SWAYS_MUCH.search(text):
        return 2.0
    return 0.6 if _SWAYS_LITTLE.search(text) else 1.0


def _lean(text: str) -> float:
    if not _LEANS.search(text):
        return 0.0
    return 2.0 if _SLIGHTLY.search(text) else 4.0
