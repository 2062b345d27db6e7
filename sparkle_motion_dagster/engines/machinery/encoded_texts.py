"""Texts as models read them, kept in the store: a large encoder is loaded for new texts only.

What is kept is recorded like all that is made, under a fingerprint of the encoder and the text, but
no film needs it: `sparkle prune` removes it with the other records that no run needs.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.artifacts.errors import CorruptFileError, UnreadableRecordError
from sparkle_motion_dagster.artifacts.models import ActionRecord, EngineIdentity, OutputFile
from sparkle_motion_dagster.artifacts.store import Store

if TYPE_CHECKING:
    import torch

    from sparkle_motion_dagster.artifacts.home import SparkleHome

_LOG = logging.getLogger(__name__)

_OUTPUT = "encoded"
"""What a kept text is called, in its record and in its file of safetensors."""


class EncodedTexts:
    """Encoded texts in the store of a home.

    Args:
        home: Where they are kept; None: nowhere, so that each is encoded again.
    """

    def __init__(self, home: SparkleHome | None = None) -> None:
        self._home = home

    def find(self, encoder: EngineIdentity, text: str) -> torch.Tensor | None:
        """Return a text as it was encoded before, in the machine's memory.

        None: it was not, or what was kept of that is damaged.

        Args:
            encoder: All that decides what becomes of a text.
            text: The text.
        """
        if self._home is None:
            return None
        from safetensors.torch import load

        try:
            record = ActionLog(self._home.actions).find(_fingerprint(encoder, text))
            if record is None:
                return None
            stored = Store(self._home.store).file(record.outputs[_OUTPUT].sha256)
            return load(stored.path.read_bytes())[_OUTPUT]
        except (UnreadableRecordError, CorruptFileError, FileNotFoundError) as error:
            _LOG.warning("A text is encoded again, because what was kept of it is gone: %s", error)
            return None

    def keep(
        self, encoder: EngineIdentity, text: str, encoded: torch.Tensor, seconds: float
    ) -> None:
        """Keep an encoded text; what is damaged of it gives way.

        Args:
            encoder: As for `find`.
            text: The text.
            encoded: What became of it, in the machine's memory.
            seconds: How long that took.

        Raises:
            StoreBusyError: Another process has been changing what is stored for ten minutes.
            OSError: The disk is full, or cannot be written to.
        """
        if self._home is None:
            return
        from safetensors.torch import save

        data = save({_OUTPUT: encoded})
        # Nobody may collect the file before the record that names it is there.
        with changing(self._home):
            stored = Store(self._home.store).write(data)
            output = OutputFile(
                sha256=stored.sha256, size_bytes=len(data), media_type="application/octet-stream"
            )
            record = ActionRecord(
                fingerprint=_fingerprint(encoder, text),
                engine=encoder,
                request={"text": text},
                outputs={_OUTPUT: output},
                metadata={},
                seconds=seconds,
                made_at=datetime.now(UTC),
                versions={},
            )
            ActionLog(self._home.actions).write(record)


def _fingerprint(encoder: EngineIdentity, text: str) -> str:
    return digest_json({"engine": encoder.model_dump(mode="json"), "request": {"text": text}})
