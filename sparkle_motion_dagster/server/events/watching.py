"""What changes in a folder, as the system tells it to one watcher for all who want to know."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

_logger = logging.getLogger(__name__)


async def changed_below(
    folder: Path, at_least_every_s: float, at_most_every_s: float
) -> AsyncGenerator[set[str], None]:
    """Yield the names in a folder, hidden ones aside, at or below which something has changed.

    Where nothing has, and where the system tells nothing, an empty set says that it is time for a
    look: network disks do not tell what other machines write. Names that are no text are left out.

    Args:
        folder: The folder, which is made if need be.
        at_least_every_s: How long nothing may be yielded, in seconds.
        at_most_every_s: What changes within as many seconds is yielded at once.
    """
    from watchfiles import awatch

    folder.mkdir(parents=True, exist_ok=True)
    together_ms = round(at_most_every_s * 1000)
    changes = awatch(
        folder,
        watch_filter=None,
        debounce=together_ms,
        step=together_ms,
        rust_timeout=round(at_least_every_s * 1000),
        yield_on_timeout=True,
        force_polling=False,
        ignore_permission_denied=True,
    )
    depth = len(folder.parts)
    try:
        async with aclosing(changes):
            async for changed in changes:
                paths = (Path(path).parts for _, path in changed)
                names = {parts[depth] for parts in paths if len(parts) > depth}
                yield {name for name in names if name[0] != "." and name.isprintable()}
    # The watcher's own errors: it may not be made, or a file's name is one that it cannot tell.
    except (OSError, RuntimeError, ExceptionGroup) as error:
        _logger.warning(
            "The system does not tell what changes below %s (%s): it is looked at every %.0f s.",
            folder,
            error,
            at_least_every_s,
        )
    while True:
        await asyncio.sleep(at_least_every_s)
        yield set()
