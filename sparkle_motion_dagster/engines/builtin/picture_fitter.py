"""The fitter: a keyframe that the user brings, fitted to the frame."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.engines.images.base import OwnPicture, examine_keyframe
from sparkle_motion_dagster.media.pictures import WHITE, fit_picture
from sparkle_motion_dagster.units import FrameSize


class FitRequest(Request):
    """A picture, and the size of the film's frame."""

    picture: OwnPicture
    size: FrameSize


class PictureFitter(Engine[FitRequest, EngineSettings]):
    """Fits pictures. Results hold what image engines' do: one output ``image``."""

    name = "fitter"
    version = 3
    settings_model = EngineSettings
    at_once = True

    def make(self, requests: Sequence[FitRequest], folder: Path) -> Generator[Made]:
        """Fit one picture a request."""
        for number, request in enumerate(requests):
            image = folder / f"keyframe-{number}.png"
            own = request.picture
            fit_picture(own.path, image, request.size, own.background or WHITE)
            yield Made({"image": MadeFile(image, "image/png")})

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Measure a keyframe, and write its thumbnail; see ``Engine.examine``."""
        return examine_keyframe(output, folder)
