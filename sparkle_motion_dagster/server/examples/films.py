"""Examples of what is sent of films: how they stand, what was made, what machines miss."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from sparkle_motion_dagster.api.final import Checksum, FinalFilm
from sparkle_motion_dagster.api.readiness.machine import Check, Ready
from sparkle_motion_dagster.api.run_context import RunContext, StageContext
from sparkle_motion_dagster.api.stage_summaries import StageStanding
from sparkle_motion_dagster.api.standing import FilmStanding, Now
from sparkle_motion_dagster.artifacts.film_state import Holder, ProgressReport, State
from sparkle_motion_dagster.artifacts.models import (
    ActionRecord,
    Artifact,
    EngineIdentity,
    MediaFacts,
    OutputFile,
    Provenance,
    StageManifest,
)
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, SHOT_CLIPS, VIDEO_FINAL
from sparkle_motion_dagster.server.problems import FieldProblem, Problem, problem_type
from sparkle_motion_dagster.server.routes.films import Films
from sparkle_motion_dagster.server.routes.health import Health
from sparkle_motion_dagster.server.routes.schemas import Schemas
from sparkle_motion_dagster.server.routes.sessions import Session

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_CAMERA = EngineIdentity(name="camera", version=12)
_ASSEMBLER = EngineIdentity(name="film_assembler", version=15)
FACTS = MediaFacts(duration_s=9.0, frames=216, width=1280, height=720)

_STANDING = FilmStanding(
    run_id="harbour_light",
    profile="animatic",
    now=Now.RENDERING,
    left_as=State.RENDERING,
    since=AT,
    holder=Holder(pid=4711, dagster_run="0d0fbc1c-3a0e-4a1e-9f6a-7f2f6a5f9e11", since=AT),
    progress=ProgressReport(
        pid=4711,
        stage=SHOT_CLIPS,
        item="shot_002",
        done=1,
        total=2,
        made=1,
        making=2,
        pace_s=4.5,
        made_at=AT,
        started_at=AT,
        updated_at=AT,
    ),
    remaining_s=4.5,
    fraction=0.64,
    stages=(
        StageStanding(
            stage=MOVIE_PLAN,
            made=True,
            items=1,
            items_made=1,
            seconds=0.1,
            engine="plan_importer v3",
            created_at=AT,
            content_digest=DIGEST,
        ),
        StageStanding(stage=SHOT_CLIPS, made=False),
    ),
)

_MANIFEST = StageManifest(
    run_id="harbour_light",
    profile="animatic",
    stage=SHOT_CLIPS,
    engine=_CAMERA,
    plan_digest=DIGEST,
    upstream={MOVIE_PLAN: DIGEST},
    content_digest=DIGEST,
    artifacts=(
        Artifact(
            id="shot_001",
            name="clip",
            file="shot_001.mp4",
            media_type="video/mp4",
            size_bytes=1_482_113,
            sha256=DIGEST,
            fingerprint=DIGEST,
            facts=FACTS,
        ),
    ),
    provenance=Provenance(
        created_at=AT,
        made=("shot_001",),
        taken=(),
        seconds=4.2,
        versions={"python": "3.11.9"},
        host="studio",
        device="cpu",
    ),
)

_CONTEXT = RunContext(
    run_id="harbour_light",
    profile="animatic",
    plan_digest=DIGEST,
    dagster_run="0d0fbc1c-3a0e-4a1e-9f6a-7f2f6a5f9e11",
    stages={
        VIDEO_FINAL: StageContext(
            engine=_ASSEMBLER,
            plan_digest=DIGEST,
            upstream={SHOT_CLIPS: DIGEST},
            content_digest=DIGEST,
            created_at=AT,
            host="studio",
            device="cpu",
            versions={"python": "3.11.9"},
        )
    },
)

_FINAL = FinalFilm(
    run_id="harbour_light",
    uri="artifact+fs://harbour_light/video_final/film/film",
    local_path=Path("/films/runs/harbour_light/video_final/harbour_light.mp4"),
    download_url="http://127.0.0.1:7077/artifacts/harbour_light/video_final/film/film",
    checksum=Checksum(sha256=DIGEST),
    size_bytes=3_204_551,
    media_type="video/mp4",
    duration_s=9.0,
    facts=FACTS,
    created_at=AT,
)

_READY = Ready(
    ready=False,
    profile="animatic",
    checks=(
        Check(name="home", ok=True, detail="Films lie in /films."),
        Check(name="daemon", ok=False, detail="Nobody works off the queue: start `sparkle ui`."),
    ),
)

_FILMS = Films.model_validate(
    {"films": (_STANDING,), "next_page_token": "1767182400000000000.harbour_light"}
)

_PROBLEM = Problem(
    type=problem_type(422),
    title="Invalid",
    status=422,
    detail="harbour_light.yaml: line 7: shots[0].duration_sec: it is missing",
    problems=(FieldProblem(field="shots[0].duration_sec", line=7, message="it is missing"),),
)

_ACTION = ActionRecord(
    fingerprint=DIGEST,
    engine=_CAMERA,
    request={"shot": "shot_001", "frames": 96},
    outputs={"clip": OutputFile(sha256=DIGEST, size_bytes=1_482_113, media_type="video/mp4")},
    metadata={},
    seconds=4.2,
    made_at=AT,
    versions={"python": "3.11.9"},
)

FILM_EXAMPLES: tuple[BaseModel, ...] = (
    _FILMS,
    _STANDING,
    _MANIFEST,
    _CONTEXT,
    _FINAL,
    _ACTION,
    Health(),
    _READY,
    Schemas(schemas=("MoviePlan", "StageManifest")),
    Session(may_write=True),
    _PROBLEM,
)
