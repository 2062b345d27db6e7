"""Where the film server shows what a stage made, for the web UI; nothing where no server is."""

from collections.abc import Mapping

import dagster as dg

from sparkle_motion_dagster.artifacts.addresses import ArtifactAddress
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.assets.markdown import SHOWN_AT_ONCE, escaped, linked
from sparkle_motion_dagster.operations.film_servers import server_address
from sparkle_motion_dagster.runs.pages import page_of

_OPENED = ("audio", "image", "video")
"""Main parts of the media types that browsers show and play."""


def links_to(home: SparkleHome, manifest: StageManifest) -> Mapping[str, dg.MetadataValue[str]]:
    """Return links to the film's page, and to all that a stage made that one can see or hear."""
    server = server_address(home)
    if server is None:
        return {}
    page = page_of(server, manifest.run_id)
    shown = [one for one in manifest.artifacts if one.media_type.split("/")[0] in _OPENED]
    links = [_link(server, manifest, one) for one in shown]
    return {
        "page": dg.MetadataValue.url(page),
        **({"open": dg.MetadataValue.md(_listed(links, page))} if links else {}),
    }


def download_of(server: str, address: ArtifactAddress) -> str:
    """Return where a server has an artifact."""
    return f"{server}/artifacts/{address.path}"


def _link(server: str, manifest: StageManifest, artifact: Artifact) -> str:
    usual = artifact.name in {"audio", "clip", "image", artifact.id}
    label = artifact.id if usual else f"{artifact.id} {artifact.name}"
    address = ArtifactAddress.of(manifest.run_id, manifest.stage, artifact)
    return linked(escaped(label), download_of(server, address))


def _listed(links: list[str], page: str) -> str:
    """Return links as a list; of more than the web UI shows at once the first ones."""
    separator = " · "
    text = separator.join(links)
    shown = len(links)
    while len(text) > SHOWN_AT_ONCE:
        shown -= 1
        more = linked(f"and {len(links) - shown} more", page)
        text = separator.join([*links[:shown], more])
    return text
