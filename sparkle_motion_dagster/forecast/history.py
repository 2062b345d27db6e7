"""What was made before, looked up without making or writing anything."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from sparkle_motion_dagster.artifacts.digests import digest_json
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.models import ActionRecord, EngineIdentity, StageManifest
from sparkle_motion_dagster.film.stages import STAGES, TAKES
from sparkle_motion_dagster.forecast.comparing import Names, awaits, compare, readable
from sparkle_motion_dagster.production.known import Known, look_up
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class LastRender:
    """What a film has now: the manifests of its stages, and of its takes, if it has any."""

    manifests: Mapping[str, StageManifest]
    taken: StageManifest | None = None

    @classmethod
    def of(cls, run_id: str, workbench: Workbench) -> "LastRender":
        """Read what a film has."""
        folder = workbench.run_folder(run_id)
        found = {stage: folder.readable(stage) for stage in STAGES}
        manifests = {stage: manifest for stage, manifest in found.items() if manifest is not None}
        return cls(manifests, folder.readable(TAKES))

    def fingerprints(self, stage: str) -> dict[str, str]:
        """Return the items of a stage, but for what only passed through it."""
        manifest = self.manifests.get(stage)
        if manifest is None:
            return {}
        items = {*manifest.provenance.made, *manifest.provenance.taken}
        return {
            artifact.id: artifact.fingerprint
            for artifact in manifest.artifacts
            if artifact.id in items
        }

    def takes(self, stage: str) -> dict[str, str]:
        """Return the takes of a stage's items, and their measures, as the stage calls them."""
        of = f"{stage}."
        return {
            artifact.id.removeprefix(of): artifact.fingerprint
            for artifact in (self.taken.artifacts if self.taken else ())
            if artifact.id.startswith(of)
        }


class History:
    """The action log and the store, as the next render will find them."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._known: dict[str, Known] = {}
        self._asked: defaultdict[str, list[dict[str, JsonValue]]] | None = None
        self._requests: dict[tuple[str, frozenset[str]], list[dict[str, JsonValue]]] = {}

    def record(self, fingerprint: str) -> ActionRecord | None:
        """Return a record, whatever has become of its files; None where it cannot be read."""
        try:
            return self._workbench.actions.find(fingerprint)
        except UnreadableRecordError:
            return None

    def known(self, fingerprint: str) -> Known:
        """Return what a render would take for a fingerprint, every byte of it checked."""
        if fingerprint not in self._known:
            self._known[fingerprint] = look_up(fingerprint, self._workbench)
        return self._known[fingerprint]

    def may_know(
        self,
        engine: EngineIdentity,
        futures: Sequence[dict[str, JsonValue]],
        ignored: frozenset[str],
        names: Names,
    ) -> bool:
        """Tell whether anything that an engine has made could be what a request turns out to be.

        Args:
            engine: Who will answer.
            futures: All ways in which the request may turn out, `readable`.
            ignored: Fields of the request that are not compared.
            names: Whose the files in it are.
        """
        certain = list(_certain(futures, names))
        return any(
            all(_holds(request, *place) for place in certain)
            and not compare(request, futures, names).changes
            for request in self._requests_to(engine, ignored)
        )

    def _requests_to(
        self, engine: EngineIdentity, ignored: frozenset[str]
    ) -> Sequence[dict[str, JsonValue]]:
        key = (_key(engine), ignored)
        if key not in self._requests:
            found = self._all_requests().get(_key(engine), ())
            self._requests[key] = [readable(request, ignored) for request in found]
        return self._requests[key]

    def _all_requests(self) -> Mapping[str, Sequence[dict[str, JsonValue]]]:
        """Return what every engine was ever asked for, by the engine's key."""
        if self._asked is None:
            self._asked, keys = defaultdict(list), dict[str, str]()
            for record in self._workbench.actions.glances():
                engine, request = record.get("engine"), record.get("request")
                if isinstance(engine, dict) and isinstance(request, dict):
                    if (text := json.dumps(engine)) not in keys:
                        keys[text] = _key_of(engine)
                    self._asked[keys[text]].append(request)
        return self._asked


def _key(engine: EngineIdentity) -> str:
    return digest_json(engine.model_dump(mode="json"))


def _key_of(engine: Mapping[str, JsonValue]) -> str:
    """Return the key of an engine as a record has it; of one that cannot be read, nobody's."""
    try:
        return _key(EngineIdentity.model_validate(engine))
    except ValidationError:
        return ""


class UncheckedHistory(History):
    """The action log, whatever has become of the files: for a quick look before a render."""

    def known(self, fingerprint: str) -> Known:
        """Return what was recorded under a fingerprint."""
        return Known(record=self.record(fingerprint))


_Path = tuple[str, ...]


def _certain(
    futures: Sequence[dict[str, JsonValue]], names: Names, above: _Path = ()
) -> Iterator[tuple[_Path, JsonValue]]:
    """Yield what a request will hold in any case, by where it holds it: for a first, quick look."""
    first, *others = futures
    for key, value in first.items():
        where = (*above, key)
        if not all(key in other for other in others):
            continue
        later = [other[key] for other in others]
        if all(other == value for other in later) and not awaits(value, names):
            yield where, value
        elif isinstance(value, dict):
            inner = [value, *(other for other in later if isinstance(other, dict))]
            if len(inner) == len(futures):
                yield from _certain(inner, names, where)


def _holds(request: JsonValue, where: _Path, value: JsonValue) -> bool:
    """Tell whether a request, or a part of it, holds a value at some place."""
    for key in where:
        if not isinstance(request, dict) or key not in request:
            return False
        request = request[key]
    return request == value
