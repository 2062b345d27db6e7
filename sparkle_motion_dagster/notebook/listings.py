"""What buttons find, as tables: what the next render makes, and what a film is made of."""

from __future__ import annotations

from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.notebook.markup import block, paragraph, table
from sparkle_motion_dagster.operations.prune.pruning import size_text
from sparkle_motion_dagster.server.routes.artifacts import ArtifactList


def forecast_listing(explanation: Explanation, priced: PricedRun) -> str:
    """Return what the next render of a film makes, why, and what that takes."""
    maybe = f", and perhaps {explanation.maybe} more" if explanation.maybe else ""
    seconds = explanation.seconds_made + explanation.seconds_maybe
    took = f" That took {seconds:.0f} s the last time." if seconds else ""
    said = (
        f"{explanation.run_id} ({explanation.profile}): {explanation.made} items will be made"
        f"{maybe}; {explanation.taken} are there already.{took}"
    )
    told = (*map(str, priced.objections), *explanation.notes, *explanation.mends)
    notes = (paragraph(note, "warning") for note in told)
    rows = [
        (stage.stage, item.id, str(item.state), item.reason)
        for stage in explanation.stages
        for item in stage.items
        if item.state not in {ItemState.CURRENT, ItemState.TAKEN}
    ]
    shown = table(("Stage", "Item", "What becomes of it", "Why"), rows) if rows else ""
    return block(paragraph(said), paragraph(priced.line), *notes, shown)


def artifacts_listing(run_id: str, page: ArtifactList) -> str:
    """Return what a film is made of, the first page of it."""
    further = ", and more; the pane for artifacts shows all" if page.next_page_token else ""
    rows = [
        (one.stage, one.item, one.name, one.media_type, size_text(one.size_bytes), one.sha256[:12])
        for one in page.artifacts
    ]
    headers = ("Stage", "Item", "File", "Media type", "Size", "sha256")
    return block(paragraph(f"{run_id}: {len(rows)} files{further}."), table(headers, rows, (4,)))
