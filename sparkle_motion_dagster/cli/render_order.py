"""What `sparkle render` is asked for: which films, of which job, by whom, within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.cli.limits import within_limits

if TYPE_CHECKING:
    from sparkle_motion_dagster.api.batches import Batch


@dataclass(frozen=True)
class RenderOrder:
    """What somebody orders at the shell.

    Attributes:
        plan_files: The plans, in the order in which their films take turns.
        run_id: What the film of the only plan is called; None: as its plan file.
        profile: Which engines render them.
        job: What is to be made of them.
        replace: Whether their names are taken over from other profiles or plans.
        budget: What each may take, in place of its limits, each as WHAT=MOST.
        over_limits: Whether they may exceed their limits.
    """

    plan_files: tuple[Path, ...]
    run_id: str | None
    profile: str
    job: str
    replace: bool
    budget: tuple[str, ...]
    over_limits: bool

    def batch(self) -> Batch:
        """Return the films as they may be rendered: all plans are right, all limits are kept.

        Whoever sits at the terminal is asked of a film that exceeds its limits.

        Raises:
            BatchInputError, InputError: Plans, the profile or the run_id are wrong.
            BudgetError: A budget is wrong.
            OverLimitsError: A film exceeds its limits, or may, and nobody can be asked.
        """
        from sparkle_motion_dagster.api.batches import planned_batch

        batch = planned_batch(
            self.plan_files,
            profile=self.profile,
            run_id=self.run_id,
            job=self.job,
            replace=self.replace,
        )
        return batch.with_runs(
            within_limits(batch.home, run, self.budget, over_limits=self.over_limits)
            for run in batch.runs
        )
