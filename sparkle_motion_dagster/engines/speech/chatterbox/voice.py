"""How Chatterbox performs a voice."""

from collections.abc import Collection
from typing import Final, Literal, Self

from pydantic import Field

from sparkle_motion_dagster.engines.speech.performances import EMOTION, VARIATION, Performance, Role
from sparkle_motion_dagster.units import Record

BUILTIN: Final = "builtin"
"""The name of the voice that a model comes with."""


class ChatterboxDelivery(Record):
    """How a voice is spoken.

    ``exaggeration`` is how strongly emotion is played, ``cfg_weight`` how closely the pace follows
    the voice's recording, ``temperature`` how freely it varies from take to take. The defaults are
    those of Chatterbox's authors. Turbo knows temperature alone.
    """

    exaggeration: float = Field(default=0.5, ge=0.0, le=2.0)
    cfg_weight: float = Field(default=0.5, ge=0.0, le=1.0)
    temperature: float = Field(default=0.8, gt=0.0, le=2.0)


class ChatterboxVoice(ChatterboxDelivery, Performance):
    """How Chatterbox performs a voice: it comes with one, and imitates others."""

    voice: Literal["builtin"] = BUILTIN

    def played(self, role: Role, features: Collection[str]) -> Self:
        """Return how a role is spoken with the voice; see ``Performance.played``.

        What the model cannot do is left at its default: changing it makes nothing again.
        """
        heeded = {
            EMOTION: {"exaggeration": role.exaggeration, "cfg_weight": role.cfg_weight},
            VARIATION: {"temperature": role.temperature},
        }
        chosen = self.model_dump(exclude_unset=True)
        for feature, fields in heeded.items():
            if feature in features:
                chosen |= {name: value for name, value in fields.items() if value is not None}
            else:
                chosen = {name: value for name, value in chosen.items() if name not in fields}
        return self.model_validate(chosen)
