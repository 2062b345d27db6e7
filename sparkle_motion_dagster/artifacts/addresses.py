"""Addresses of artifacts: ``artifact+fs://RUN/STAGE/ITEM/NAME``, and by digest."""

import re
from urllib.parse import quote, unquote

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.units import Record

_SCHEME = "artifact+fs://"
_BY_DIGEST = "artifact://sha256/"
_DIGEST_ADDRESS = re.compile(rf"{_BY_DIGEST}(?P<digest>[0-9a-f]{{64}})")


class AddressError(InputError):
    """What should be the address of an artifact is none."""


class ArtifactAddress(Record):
    """Which output of which item of which stage of which run is meant.

    An item's name may hold anything (a file that a plan names is one), slashes included: those
    are percent-encoded.
    """

    run_id: str = Field(min_length=1)
    stage: str = Field(min_length=1)
    item: str = Field(min_length=1)
    name: str = Field(min_length=1)

    @classmethod
    def of(cls, run_id: str, stage: str, artifact: Artifact) -> "ArtifactAddress":
        """Return the address of what a manifest lists."""
        return cls(run_id=run_id, stage=stage, item=artifact.id, name=artifact.name)

    @classmethod
    def parse(cls, text: str) -> "ArtifactAddress":
        """Return what an address names.

        Raises:
            AddressError: It is no address of an artifact.
        """
        parts = text.removeprefix(_SCHEME).split("/")
        if not text.startswith(_SCHEME) or len(parts) != 4 or not all(parts):
            raise AddressError(
                f"{text!r} is no address of an artifact: write {_SCHEME}RUN/STAGE/ITEM/NAME, with "
                "%2F for a slash in an item's name."
            )
        run_id, stage, item, name = map(unquote, parts)
        return cls(run_id=run_id, stage=stage, item=item, name=name)

    @property
    def path(self) -> str:
        """Its path below ``/artifacts/`` and ``/previews/`` on the server, percent-encoded."""
        return "/".join(quote(part, safe="") for part in self.parts)

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """The run, the stage, the item and the name: what artifacts are sorted by."""
        return self.run_id, self.stage, self.item, self.name

    def __str__(self) -> str:
        return f"{_SCHEME}{self.path}"


def digest_address(digest: str) -> str:
    """Return the address of a stored file by its digest, as plans name uploaded files."""
    return f"{_BY_DIGEST}{digest}"


def digest_in(address: str) -> str | None:
    """Return the digest that such an address holds; None: it is none."""
    found = _DIGEST_ADDRESS.fullmatch(address)
    return None if found is None else found["digest"]
