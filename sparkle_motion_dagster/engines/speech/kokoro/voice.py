"""How Kokoro performs a voice."""

import math
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sparkle_motion_dagster.engines.speech.kokoro.upstream import GRADES
from sparkle_motion_dagster.engines.speech.performances import Performance, Role
from sparkle_motion_dagster.units import Record

Effect = Literal["tremor", "robot"]

_NAME = r"[a-z]{2}_[a-z]+"
_SHARE = r"0\.\d{0,3}[1-9]"


class KokoroDelivery(Record):
    """How a voice is spoken; each number is a factor, and 1 is the voice as it is.

    ``rate`` multiplies the pace, ``volume`` the amplitude. ``pitch`` raises the melody alone, and
    the formants stay, as when somebody speaks higher: within 1 % of what is asked for, and the
    recogniser understands as much (measured from 0.7 to 1.3). ``size`` is the speaker's: 0.85
    raises pitch and formants 1/0.85 times, as in a child. ``effect`` is what the voice has
    besides: ``tremor``, the trembling of an old one, or ``robot``, a monotonous buzz.
    """

    rate: float = Field(default=1.0, ge=0.5, le=2.0)
    volume: float = Field(default=1.0, gt=0.0, le=4.0)
    pitch: float = Field(default=1.0, ge=0.7, le=1.3)
    size: float = Field(default=1.0, ge=0.75, le=1.2)
    effect: Effect | None = None


class KokoroVoice(KokoroDelivery, Performance):
    """How Kokoro performs a voice: upstream's name for it (``af_heart``), and its delivery.

    Instead of ``voice`` the catalogue may say ``mix: {af_heart: 3, bf_emma: 2}``: a voice between
    several, each counting as much as its number says of all. It is kept as a voice of the name
    ``af_heart*0.6+bf_emma*0.4``.
    """

    tells_apart: ClassVar[bool] = True

    voice: str = Field(pattern=rf"^{_NAME}(\*{_SHARE}(\+{_NAME}\*{_SHARE})+)?$")

    @model_validator(mode="before")
    @classmethod
    def _mixed(cls, written: Any) -> Any:
        """Read a mix as the voice that it is."""
        if not isinstance(written, Mapping) or written.get("mix") is None:
            return written
        rest = {name: value for name, value in written.items() if name != "mix"}
        if rest.get("voice") is not None:
            raise ValueError(
                "say either voice or mix; in a file of your own, `voice: null` leaves out the "
                "voice that is there"
            )
        return rest | {"voice": _mix_name(written["mix"])}

    @property
    def label(self) -> str:
        """Upstream's name and grade of the voice, or of each that it is mixed of."""
        mix = mix_of(self.voice)
        if len(mix) == 1:
            return _graded(self.voice)
        most_first = sorted(mix.items(), key=lambda part: -part[1])
        return ", ".join(f"{share:.0%} {_graded(name)}" for name, share in most_first)

    def played(self, role: Role, features: Collection[str]) -> Self:
        """Return how a role is spoken with the voice; see ``Performance.played``."""
        factors = {
            "pitch": round(self.pitch * (role.pitch or 1.0), 6),
            "rate": round(self.rate * (role.rate or 1.0), 6),
        }
        return self.model_validate(self.model_dump() | factors)


def _graded(name: str) -> str:
    return f"{name} ({GRADES[name]})" if name in GRADES else name


def mix_of(voice: str) -> Mapping[str, float]:
    """Return upstream's voices in a voice's name, and how much each counts."""
    parts = (part.partition("*") for part in voice.split("+"))
    return {name: float(share or 1) for name, _, share in parts}


def _mix_name(mix: Any) -> str:
    """Return the name of a mix.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(mix, Mapping) or not mix:
        raise ValueError("a mix says how much each voice counts: {af_heart: 0.6, bf_emma: 0.4}")
    for name, weight in mix.items():
        if (
            isinstance(weight, bool)
            or not isinstance(weight, int | float)
            or not 0 < weight < math.inf
        ):
            raise ValueError(f"{name} must count more than 0 in a mix, not {weight!r}")
    whole = sum(mix.values())
    shares = {name: round(weight / whole, 4) for name, weight in sorted(mix.items())}
    if len(shares) == 1:
        return str(next(iter(shares)))
    if min(shares.values()) < 0.001:
        raise ValueError("in a mix each voice must count at least a thousandth of the whole")
    return "+".join(f"{name}*{share:.4f}".rstrip("0") for name, share in shares.items())
