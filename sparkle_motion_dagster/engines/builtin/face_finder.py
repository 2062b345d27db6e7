"""The face finder: where the faces are in a keyframe whose maker does not say."""

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.engines.images.storyboard.scene import Box, KeyframeScene
from sparkle_motion_dagster.faces.finding import faces_in
from sparkle_motion_dagster.faces.records import PictureFaces
from sparkle_motion_dagster.media.pictures import open_picture


class FindRequest(Request):
    """A keyframe."""

    image: StoredFile


class FaceFinder(Engine[FindRequest, EngineSettings]):
    """Finds faces. Equal pictures give equal bytes on any number of cores.

    Each result holds one output ``faces`` (``application/json``, a ``PictureFaces`` of
    ``faces/records.py``). Where there is a face it holds a second one, ``scene`` (a
    ``KeyframeScene``): what all faces together take of the picture, which cameras keep in view.

    ``metadata["faces"]`` says how many there are.
    """

    name = "face-finder"
    version = 2
    settings_model = EngineSettings
    at_once = True

    def make(self, requests: Sequence[FindRequest], folder: Path) -> Generator[Made]:
        """Look at one keyframe a request."""
        for number, request in enumerate(requests):
            picture = open_picture(request.image.path).convert("RGB")
            found = faces_in(np.asarray(picture, np.uint8))
            texts = {"faces": found.model_dump_json()}
            if found.faces:
                texts["scene"] = KeyframeScene(group=_around(found)).model_dump_json()
            outputs = {}
            for name, text in texts.items():
                path = folder / f"{name}_{number:04d}.json"
                path.write_text(text, encoding="utf-8")
                outputs[name] = MadeFile(path, "application/json")
            yield Made(outputs, {"faces": len(found.faces)})


def _around(found: PictureFaces) -> Box:
    """Return the part of a picture that its faces take together."""
    lefts, tops, rights, bottoms = zip(*(mesh.box for mesh in found.meshes), strict=True)
    return Box(
        left=max(min(lefts) / found.width, 0),
        top=max(min(tops) / found.height, 0),
        right=min(max(rights) / found.width, 1),
        bottom=min(max(bottoms) / found.height, 1),
    )
