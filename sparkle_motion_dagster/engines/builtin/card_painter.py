"""The card painter: a title card's picture, which is its keyframe."""

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.engines.builtin.ink import written_in
from sparkle_motion_dagster.engines.images.base import examine_keyframe
from sparkle_motion_dagster.media.pictures import write_png
from sparkle_motion_dagster.media.titling.cards import BLACK, ON_PICTURE, PAPER, Colours, card
from sparkle_motion_dagster.plan.titles import CardStyle
from sparkle_motion_dagster.units import FrameSize


class CardRequest(Request):
    """What a card says, and what that stands on."""

    text: str
    style: CardStyle
    picture: StoredFile | None = Field(
        default=None, description="the keyframe that it stands on, where the style is picture"
    )
    size: FrameSize


COLOURS: Mapping[CardStyle, Colours] = {"black": BLACK, "paper": PAPER, "picture": ON_PICTURE}
"""The colours of each style."""


class CardPainter(Engine[CardRequest, EngineSettings]):
    """Paints cards. Results hold what image engines' do: one output ``image``.

    Their metadata says where the text was drawn; see `written_in`.
    """

    name = "card"
    version = 2
    settings_model = EngineSettings

    def make(self, requests: Sequence[CardRequest], folder: Path) -> Generator[Made]:
        """Paint one card a request."""
        for number, request in enumerate(requests):
            image = folder / f"card-{number}.png"
            picture = None if request.picture is None else request.picture.path
            painted = card(request.text, request.size, COLOURS[request.style], picture)
            write_png(painted.picture, image)
            yield Made({"image": MadeFile(image, "image/png")}, written_in([painted.ink]))

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Measure a card, and write its thumbnail; see ``Engine.examine``."""
        return examine_keyframe(output, folder)
