"""Placeholders: digests that stand for files which are still to be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.artifacts.store import FileSignature, Store
from sparkle_motion_dagster.film import stages
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class Owner:
    """Whose a file is: an item of a stage. As text, what people call it."""

    stage: str
    item: str

    @property
    def awaited(self) -> str:
        """What people wait for: a line, whether it is its usual take or a faster one."""
        is_take = self.stage == stages.TIMELINE_TRACK and stages.is_of_a_line(self.item)
        return self.item if is_take else str(self)

    def __str__(self) -> str:
        match self.stage, self.item:
            case stages.MOVIE_PLAN, name:
                return f"file {name}"
            case stages.DIALOGUE_WAVS | stages.TIMELINE_TRACK, item if "@" in item:
                return stages.in_words(item)
            case stages.TIMELINE_TRACK, stages.TIMELINE:
                return "the track"
            case stages.TIMELINE_TRACK, stages.MIX:
                return "the mix"
            case stages.TIMELINE_TRACK, line:
                return f"{line} spoken faster"
            case stages.BASE_IMAGES, item if keyframe := stages.shown_in(item):
                return f"the faces in {keyframe}"
            case stages.BASE_IMAGES, item:
                return item if stages.may_be_portrait(item) else f"keyframe {item}"
            case stages.SHOT_CLIPS, item:
                shot = stages.shot_of_footage(item)
                return f"clip {item}" if shot is None else f"footage of {shot}"
            case stages.LIPSYNC_CLIPS, item if shot := stages.shot_of_mouths(item):
                return f"the mouths in {shot}"
            case stages.LIPSYNC_CLIPS, item:
                shot = stages.shown_in(item)
                return f"talking clip {item}" if shot is None else f"the faces in {shot}"
            case stages.VIDEO_FINAL, item if shot := stages.shot_of_finished(item):
                return f"finished clip {shot}"
            case stages.VIDEO_FINAL, item if shot := stages.shot_of_transition(item):
                return f"transition after {shot}"
            case stages.VIDEO_FINAL, stages.SOUND:
                return "the mastered sound"
            case stages.VIDEO_FINAL, _:
                return "the film"
            case _, item:
                return item


class PlaceholderStore(Store):
    """The store, and files that are still to be made: each has a digest that stands for it.

    ``owners`` maps those digests to whose files they are. ``lent`` are whole copies, by digest,
    that the next render takes back into the store before anything else.
    """

    def __init__(self, root: Path, checked: dict[str, FileSignature] | None = None) -> None:
        super().__init__(root, checked)
        self.owners: dict[str, Owner] = {}
        self.lent: Mapping[str, Path] = {}

    def placeholder(self, owner: Owner, name: str) -> StoredFile:
        """Return the file `name` that `owner` will have; it does not exist yet."""
        digest = digest_json(["placeholder", owner.stage, owner.item, name])
        self.owners[digest] = owner
        return self.file(digest)

    def file(self, digest: str) -> StoredFile:
        """Return a stored file, its bytes checked, or one that is still to be made."""
        if digest in self.owners:
            return StoredFile(sha256=digest, path=self.root)
        if digest in self.lent:
            return StoredFile(sha256=digest, path=self.lent[digest])
        return super().file(digest)


class DryWorkbench(Workbench):
    """A workbench on which nothing is made: placeholders stand for what is not there.

    Args:
        home: Where everything lies.
        beside: The store of whoever has checked some of it already; None: nobody has.
    """

    store: PlaceholderStore

    def __init__(self, home: SparkleHome, beside: Store | None = None) -> None:
        super().__init__(home)
        self.store = PlaceholderStore(home.store, beside.checked if beside else None)
