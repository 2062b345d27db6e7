"""The films of a server as the notebook knows them: which there are, which is chosen, how it is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import traitlets

from sparkle_motion_dagster.api.standing import FilmStanding, Now
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.server.events.messages import ItemOfFilm, Kind, OfFilm

if TYPE_CHECKING:
    import httpx2

    from sparkle_motion_dagster.notebook.client import Client
    from sparkle_motion_dagster.notebook.events import Fail, Listening


class Films(traitlets.HasTraits):
    """Films, kept current by the server's events.

    Attributes:
        names: Their run_ids, the one that changed last first.
        run_id: The chosen one's; "" where none is chosen.
        standing: How the chosen one stands; None: nothing is known of it yet.
        item: The item of the chosen one that was done last; None: not heard of any yet.
    """

    names = traitlets.Tuple(())
    run_id = traitlets.Unicode("")
    standing = traitlets.Instance(FilmStanding, allow_none=True)
    item = traitlets.Instance(ItemOfFilm, allow_none=True)

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._known: dict[str, FilmStanding] = {}
        self._changing = threading.RLock()
        self._listening: Listening | None = None

    @property
    def chosen(self) -> str:
        """The chosen film's run_id.

        Raises:
            InputError: None is chosen.
        """
        if not self.run_id:
            raise InputError("Choose a film first, or have a plan written for a new one.")
        return self.run_id

    def refresh(self) -> None:
        """Ask the server for all films, and choose the one that changed last if none is chosen."""
        found = self._client.films()
        with self._changing:
            self._known = {one.run_id: one for one in found}
            self.names = tuple(self._known)
        if not self.run_id and found:
            self.choose(found[0].run_id)
        elif self.run_id in self._known:
            self.standing = self._known[self.run_id]

    def choose(self, run_id: str) -> None:
        """Choose a film; one that is not there yet will be heard of."""
        with self._changing:
            if run_id and run_id not in self.names:
                self.names = (run_id, *self.names)
            self.item = None
            self.standing = self._known.get(run_id)
            self.run_id = run_id

    def look(self, run_id: str) -> FilmStanding:
        """Ask the server how a film stands."""
        found = self._client.standing(run_id)
        self._take(found)
        return found

    def listen(self, lose: Fail, fail: Fail) -> None:
        """Keep current by the server's events from now on.

        Args:
            lose: Is told why nothing is heard for now; it goes on trying.
            fail: Is told why that ends before it is cancelled.
        """
        self.deafen()
        self._listening = self._client.events(self._hear, lose, fail)

    def deafen(self) -> None:
        """Hear of nothing any more."""
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None

    @property
    def is_live(self) -> bool:
        """Whether it is kept current."""
        return self._listening is not None and self._listening.is_listening

    def _hear(self, event: httpx2.ServerSentEvent) -> None:
        match event.event:
            case Kind.STANDING:
                self._take(FilmStanding.model_validate_json(event.data))
            case Kind.ITEM:
                done = ItemOfFilm.model_validate_json(event.data)
                if done.run_id == self.run_id:
                    self.item = done
            case Kind.GONE:
                self._forget(OfFilm.model_validate_json(event.data).run_id)

    def _take(self, found: FilmStanding) -> None:
        with self._changing:
            self._known[found.run_id] = found
            if found.run_id not in self.names:
                self.names = (found.run_id, *self.names)
            if found.run_id == self.run_id:
                self.standing = found

    def _forget(self, run_id: str) -> None:
        with self._changing:
            self._known.pop(run_id, None)
            if run_id == self.run_id:
                # It stays chosen: one that has left the queue a moment ago is to come back.
                self.standing = None
                return
            self.names = tuple(name for name in self.names if name != run_id)


def described(standing: FilmStanding, item: ItemOfFilm | None = None) -> str:
    """Return how a film stands, in a line."""
    if standing.now is Now.RENDERING and (report := standing.progress) is not None:
        done, stage = report.done, report.stage
        if item is not None and item.stage == stage:
            done = max(done, item.done)
        said = f"rendering: {stage}, {done} of {report.total}"
        said += f", {report.at}" if report.at else ""
        said += f", {report.doing}" if report.doing else ""
        left = standing.remaining_s
        return said if left is None else f"{said}, about {left:.0f} s left in this stage"
    if standing.in_queue:
        return f"{standing.now}: {standing.in_queue}"
    if standing.now is Now.RENDERED and standing.film_s is not None:
        return f"rendered: a film of {standing.film_s:.1f} s"
    told = " ".join(filter(None, (standing.message, standing.damage)))
    return f"{standing.now}: {told}" if told else str(standing.now)
