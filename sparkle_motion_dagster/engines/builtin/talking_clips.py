"""Talking clips: mouths are drawn on a shot's frames as they come, and those are encoded once."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import EngineIdentity, StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineInputError,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
)
from sparkle_motion_dagster.engines.builtin.move_planner import PlannedMove
from sparkle_motion_dagster.engines.lipsync.base import FrameLipsyncEngine, SpokenRequest
from sparkle_motion_dagster.engines.machinery.clips import examine_clip
from sparkle_motion_dagster.engines.video.base import FrameEngine, MoveRequest
from sparkle_motion_dagster.media.encode import write_clip


class TalkingClipRequest(SpokenRequest):
    """A shot whose clip is made with its mouths moved.

    ``move`` is what was planned of it (a ``PlannedMove``): it decides the frames, and is what the
    request is known by. ``shot`` is the same with its files, for whoever makes them.
    """

    move: StoredFile
    shot: MoveRequest = Field(exclude=True)


class TalkingClips(Engine[TalkingClipRequest, EngineSettings]):
    """Makes the clips of talking close-ups in one pass: a video engine's frames, spoken.

    Each result holds one output ``clip``, as one of a lip-sync engine does, and says of it what
    that engine says.
    """

    name: ClassVar[str] = "talking_clips"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[EngineSettings]] = EngineSettings
    usual_pace: ClassVar[float] = 0.021
    """240 frames of 1280x720 in 5.5 s, two clips at a time, on two cores of an Intel Xeon."""
    usual_bytes: ClassVar[float] = 9e3

    def __init__(self, video: FrameEngine[Any], lipsync: FrameLipsyncEngine[Any]) -> None:
        super().__init__(EngineSettings())
        self._video = video
        self._lipsync = lipsync
        self.at_once = video.at_once and lipsync.at_once

    def introduction(self) -> EngineIdentity:
        """Return who this is, and who moves the mouths; whose frames they are, the move says."""
        lipsync = self._lipsync.identity().model_dump(mode="json")
        return super().introduction().model_copy(update={"settings": {"lipsync": lipsync}})

    def check(self, request: TalkingClipRequest) -> None:
        """Make sure that a shot is still what was planned of it.

        Raises:
            EngineInputError: It is not: its video engine, or a setting of it, is another one now.
        """
        planned = PlannedMove.model_validate_json(request.move.path.read_bytes())
        if planned != PlannedMove.of(self._video, request.shot):
            raise EngineInputError(
                f"its move was planned by {planned.video} with other settings or for another "
                f"shot, and {self._video.identity()} is to make it now. Render the whole film: "
                "what did not change is taken from the store."
            )

    def make(
        self, requests: Sequence[TalkingClipRequest], folder: Path
    ) -> Generator[Made, None, None]:
        """Make one clip a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            clip = folder / f"clip_{index:04d}.mp4"
            spoken = self._lipsync.spoken(request, self._video.frames(request.shot))
            written = write_clip(
                clip,
                spoken.frames,
                size=request.size,
                frame_rate=request.frame_rate,
                encoding=request.encoding,
                splices=request.splices,
            )
            if written != request.frames:
                raise EngineError(
                    f"{self._video.name} gave {written} frames, but the shot has {request.frames}"
                )
            yield Made({"clip": MadeFile(clip, "video/mp4")}, spoken.metadata)

    def unload(self) -> None:
        """Free what both engines have loaded; see ``Engine.unload``."""
        self._video.unload()
        self._lipsync.unload()

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Look through a clip; see ``Engine.examine``."""
        return examine_clip(output, folder)
