"""What the web UI shows of takes: side by side, with what was measured, and which one counts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg

from sparkle_motion_dagster.artifacts.errors import CorruptFileError
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.markdown import linked
from sparkle_motion_dagster.assets.previews import SHEET_WIDTH, shown_picture, table
from sparkle_motion_dagster.film.stages import TAKES
from sparkle_motion_dagster.film.takes.listing import ItemTakes, ListedTake, item_takes
from sparkle_motion_dagster.media.sheets import SheetRow, SheetTake, takes_sheet
from sparkle_motion_dagster.operations.film_servers import server_address
from sparkle_motion_dagster.production.workbench import Workbench

_MOST_LINKS = 8
"""Links that are seen at once; the film's page has them all."""


def shown_takes(
    workbench: Workbench, manifest: StageManifest
) -> Mapping[str, dg.MetadataValue[str]]:
    """Return what is to be seen of takes: a contact sheet, a table, and links where a server is.

    Args:
        workbench: Where they lie.
        manifest: What is about to be published: of a stage, whose items' takes are shown if there
            are any; or of the film's takes, all of which are.
    """
    run_id = manifest.run_id
    listed = item_takes(workbench.home, workbench.run_folder(run_id), [manifest])
    items = [one for one in listed if len(one.takes) > 1 and manifest.stage in (one.stage, TAKES)]
    if not items:
        return {}
    sheet = takes_sheet([_row(item, workbench) for item in items], SHEET_WIDTH)
    links = list(_links(workbench, items))
    return {
        "takes sheet": shown_picture(workbench, run_id, "takes", "jpeg", sheet),
        "takes": table(
            ["item", "take", "", "differs by", "measured"],
            [
                (
                    item.called,
                    take.number,
                    ", ".join(item.marks(take)),
                    take.differs,
                    ", ".join(take.measured),
                )
                for item in items
                for take in item.takes
            ],
        ),
        **({"play takes": dg.MetadataValue.md(" \N{MIDDLE DOT} ".join(links))} if links else {}),
    }


def _row(item: ItemTakes, workbench: Workbench) -> SheetRow:
    said = ", ".join(filter(None, ["pinned" if item.is_pinned else "", item.why]))
    title = f"{item.called}: {said}" if said else item.called
    return SheetRow(title, tuple(_cell(item, take, workbench) for take in item.takes))


def _cell(item: ItemTakes, take: ListedTake, workbench: Workbench) -> SheetTake:
    name = ", ".join([f"take {take.number}", *item.marks(take)])
    lines = (name, take.differs, *take.measured)
    return SheetTake(_picture_of(take, workbench), lines, is_marked=take.in_film)


def _picture_of(take: ListedTake, workbench: Workbench) -> Path | None:
    """Return the picture of a take: a clip's strip; None: it has none, or it is damaged."""
    preview = None if take.file is None else take.file.preview
    if preview is None:
        return None
    try:
        return workbench.store.file(preview.sha256).path
    except CorruptFileError:
        return None  # `sparkle verify` says so


def _links(workbench: Workbench, items: Sequence[ItemTakes]) -> Iterator[str]:
    """Yield links that show or play takes, where a film server is."""
    server = server_address(workbench.home)
    if server is None:
        return
    playable = [
        (f"{item.called} {take.number}", take.file.address)
        for item in items
        for take in item.takes
        if take.file is not None
    ]
    yield from (linked(name, f"{server}{address}") for name, address in playable[:_MOST_LINKS])
