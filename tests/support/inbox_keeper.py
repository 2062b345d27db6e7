"""An inbox that is looked at again and again, as the daemon does."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from plan_texts import PLAN
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.film.intake import freeze_plan
from sparkle_motion_dagster.operations.inbox.contents import Profiles
from sparkle_motion_dagster.operations.inbox.memory import AnyOrder
from sparkle_motion_dagster.operations.inbox.tick import Inbox, Tick
from sparkle_motion_dagster.plan.reading.loading import LoadedPlan
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.manifest import StageOf, StageResult, manifest_of
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import check_plan, digest_of_draft
from sparkle_motion_dagster.resources.profiles import load_profile, profile_asked_by
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment


def picture_bytes(grey: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (64, 64), grey).save(file, format="PNG")
    return file.getvalue()


@dataclass
class Keeper:
    """Looks at an inbox again and again, and passes every batch on, as a daemon does."""

    root: Path
    busy: Collection[str] = ()
    runs: set[str] = field(default_factory=set)
    cursor: str | None = None
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plans = self.root / "plans"
        self.plans.mkdir()
        self.workbench = Workbench(SparkleHome(self.root / "home"))

    def put(self, name: str, text: str = PLAN) -> Path:
        path = self.plans / name
        path.write_text(text, encoding="utf-8")
        return path

    def picture(self, grey: int = 0) -> Path:
        path = self.plans / "lamp.png"
        path.write_bytes(picture_bytes(grey))
        return path

    def unended(self) -> Collection[str]:
        return self.busy

    def is_known(self, run_key: str) -> bool:
        return run_key in self.runs

    def check(self, plan: LoadedPlan, _: str) -> None:
        check_plan(plan, load_profile("animatic"), AuditLog(self.workbench.home, "inbox"))

    def draft_digest(self, asked: Assignment, _: str) -> Sha256:
        return digest_of_draft(asked, load_profile("animatic"))

    def look(self) -> Tick:
        """Look, and lose what it brings."""
        profiles = Profiles(profile_asked_by, self.check, self.draft_digest)
        inbox = Inbox(self.plans, self.workbench, profiles)
        tick = inbox.tick(self, self.cursor)
        self.notes += tick.notes
        return tick

    def tick(self) -> tuple[AnyOrder, ...]:
        """Look, and pass on what it brings."""
        tick = self.look()
        self.cursor = tick.cursor
        self.runs |= {order.run_key for order in tick.orders}
        return tick.orders

    def ticks(self, number: int) -> list[str]:
        """Look several times; return the run_ids of all orders."""
        return [order.run_id for _ in range(number) for order in self.tick()]

    def make(self, run_id: str, plan: Path) -> None:
        """Leave what a run that has ended leaves, as far as it says which plan it was made from."""
        folder, store = self.workbench.run_folder(run_id), self.workbench.store
        manifest = freeze_plan(run_id, "animatic", plan, self.workbench)
        folder.publish(manifest, store)
        film = StageOf("video_final", run_id, "animatic", manifest.plan_digest)
        nothing = StageResult.of(EngineIdentity(name="assembler", version=1), ())
        folder.publish(manifest_of(film, {}, nothing), store)
