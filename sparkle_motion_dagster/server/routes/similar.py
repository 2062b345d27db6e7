"""Near-duplicates: which pictures and clips of all films show the same as one."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.api.similar import similar_to_digest, similar_to_item
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.operations.similar import SimilarItem
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.server.asked import Home
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.similar.index import THRESHOLD, SimilarIndex
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["artifacts"])


class SimilarArtifact(Record):
    """A picture or a clip of a film that shows the same."""

    distance: int = Field(description="in how many of 64 bits its hash differs")
    difference: float = Field(description="by how many levels of 255 it differs, at its worst")
    run_id: str
    stage: str
    item: str
    frame: int | None = Field(default=None, description="of a clip: the frame that is meant")
    width: int | None
    height: int | None
    sha256: Sha256
    made_at: AwareDatetime = Field(description="when its stage was published")
    download_url: str = Field(description="where this server sends it, without its host")

    @classmethod
    def of(cls, found: SimilarItem) -> "SimilarArtifact":
        """Return what was found, as it is sent."""
        told = found.model_dump(exclude={"file"})
        return cls(**told, download_url=f"/artifacts/sha256/{found.sha256}")


class SimilarArtifacts(Record):
    """What shows the same, the nearest first; ``found`` counts what was left out, too."""

    threshold: int
    found: int
    artifacts: tuple[SimilarArtifact, ...]


@router.get("/similar")
def similar(
    request: Request,
    home: Home,
    run_id: str | None = None,
    item: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            description="of this film: a keyframe, a portrait or a shot; ITEM@takeK, STAGE/ITEM",
        ),
    ] = None,
    sha256: Annotated[
        str | None,
        Query(pattern="^[0-9a-f]{64}$", description="instead: the digest of a picture or a clip"),
    ] = None,
    threshold: Annotated[
        int, Query(ge=0, le=32, description="in how many of 64 bits hashes may differ")
    ] = THRESHOLD,
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> SimilarArtifacts:
    """List what shows the same as an item of a film, or as a picture or clip of a digest.

    The item itself is left out; of a digest, all that have it are among them. What is new since
    somebody asked is hashed first, which takes some 20 ms a picture.
    """
    index: SimilarIndex = request.app.state.similar
    if sha256 is not None and run_id is None and item is None:
        found = similar_to_digest(home, sha256, threshold, index)
    elif sha256 is None and run_id is not None and item is not None:
        found = similar_to_item(home, check_run_id(run_id), item, threshold, index=index)
    else:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Say either run_id and item, or sha256: what is looked for is one picture or clip.",
        )
    return SimilarArtifacts(
        threshold=threshold,
        found=len(found.items),
        artifacts=tuple(map(SimilarArtifact.of, found.items[:limit])),
    )
