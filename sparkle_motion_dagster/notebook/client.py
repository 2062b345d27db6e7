"""A client of the server of films: what one can ask of it over HTTP, as calls.

Whatever takes long is done by the server in its turn: each call comes back within seconds, and
`events` tell what becomes of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ValidationError

from sparkle_motion_dagster.api.final import FinalFilm
from sparkle_motion_dagster.api.plans import CheckedPlan, WhichPlan
from sparkle_motion_dagster.api.readiness.machine import Ready
from sparkle_motion_dagster.api.standing import FilmStanding
from sparkle_motion_dagster.artifacts.film_state import Comment, Decision
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.film.stages import DecidableStage
from sparkle_motion_dagster.film.takes.listing import ItemTakes
from sparkle_motion_dagster.forecast.explanation import Explanation
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.notebook.events import Fail, Hear, Listening
from sparkle_motion_dagster.notebook.problems import (
    ServerError,
    ServerUnreachableError,
    error_of,
)
from sparkle_motion_dagster.server.routes.artifacts import ArtifactList, ListedArtifact
from sparkle_motion_dagster.server.routes.comments import Comments
from sparkle_motion_dagster.server.routes.control import Controlled
from sparkle_motion_dagster.server.routes.drafts import OrderedDraft
from sparkle_motion_dagster.server.routes.films import Films
from sparkle_motion_dagster.server.routes.health import Health
from sparkle_motion_dagster.server.routes.plans import AcceptedPlan
from sparkle_motion_dagster.server.routes.renders import Ordered
from sparkle_motion_dagster.server.routes.reviews import Decided
from sparkle_motion_dagster.server.routes.takes import Directed, FilmTakes, TakesOrder

Control = Literal["pause", "resume", "stop"]


@dataclass(frozen=True)
class PlanText:
    """A film's plan as it is written, YAML or JSON, and its ETag."""

    text: str
    etag: str


_CONNECT_S = 10.0
_ANSWER_S = 300.0
"""How long the server may be silent; it looks at every file of a film for a dry run."""

_ALIVE_S = 10.0
"""How long a server that lives takes to say so at most."""

AnswerT = TypeVar("AnswerT", bound=BaseModel)


class Client:
    """Asks a server of films.

    Every call raises, besides what it says itself:
        ServerUnreachableError: Nobody answers, or the answer breaks off.
        RefusedError: The request is wrong, or the token is.
        NotThereError: There is no such film, or no such thing of it.
        NotNowError: Things stand such that it cannot be done now.
        ServerError: The server failed.
    """

    def __init__(self, address: str, token: str | None = None) -> None:
        """Prepare it; nothing is asked yet.

        Args:
            address: Such as ``http://127.0.0.1:7077``.
            token: The server's token. None: this client only reads.
        """
        self.address = address.rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = httpx2.Client(
            base_url=self.address,
            headers=self._headers,
            timeout=httpx2.Timeout(_ANSWER_S, connect=_CONNECT_S),
        )

    def close(self) -> None:
        """Let its connections go."""
        self._http.close()

    def greet(self) -> None:
        """Make sure that a server of films answers."""
        with self._explained():
            response = self._http.get("/healthz", timeout=_ALIVE_S)
        _good(Health, response)

    def ready(self, profile: str) -> Ready:
        """Return whether the server can make films of a profile, and what is missing."""
        return self._read(Ready, "/ready", {"profile": profile})

    def films(self) -> list[FilmStanding]:
        """Return all films, the one that changed last first."""
        found: list[FilmStanding] = []
        token: str | None = ""
        while token is not None:
            page = self._read(Films, "/runs", {"page_token": token} if token else {})
            found += page.films
            token = page.next_page_token
        return found

    def standing(self, run_id: str) -> FilmStanding:
        """Return how a film stands."""
        return self._read(FilmStanding, _film(run_id))

    def manifest(self, run_id: str, stage: str) -> StageManifest:
        """Return what a stage of a film left behind."""
        return self._read(StageManifest, f"{_film(run_id)}/manifest/{quote(stage, safe='')}")

    def final(self, run_id: str) -> FinalFilm:
        """Return where the finished film lies.

        Raises:
            NotNowError: There is none; it says why, and how to get one.
        """
        return self._read(FinalFilm, f"{_film(run_id)}/final")

    def plan(self, run_id: str, of: WhichPlan = "plan") -> PlanText:
        """Return a film's plan as it is written: YAML, or JSON if somebody wrote that."""
        with self._explained():
            response = self._http.get(f"{_film(run_id)}/plan", params={"of": of})
        if not response.is_success:
            raise error_of(response)
        return PlanText(text=response.text, etag=response.headers.get("etag", ""))

    def check_plan(self, text: str, name: str = "plan") -> CheckedPlan:
        """Return what a plan comes to that keeps all rules.

        Raises:
            RefusedError: It does not; its problems name fields and lines.
        """
        return self._send_plan(CheckedPlan, "/plans/check", text, {"name": name})

    def put_plan(
        self, text: str, run_id: str, *, changed: str = "", replace: bool = False
    ) -> AcceptedPlan:
        """Put a plan into the inbox, from which it is rendered.

        Args:
            text: The plan, YAML or JSON.
            run_id: What its film is called.
            changed: The ETag of the plan that was changed to be this one.
            replace: Whether any other plan of the film is replaced; that one is kept aside.

        Raises:
            RefusedError: It does not keep all rules (its problems name fields and lines), or the
                film's plan is not the one any more that was changed.
            NotNowError: The film has another plan.
        """
        headers = {"If-Match": changed} if changed else {}
        asked = {"run_id": run_id, "replace": str(replace).lower()}
        return self._send_plan(AcceptedPlan, "/plans", text, asked, headers)

    def draft(self, prompt: str, **options: str | float | None) -> OrderedDraft:
        """Have a plan written about a prompt, in its turn.

        Args:
            prompt: What the film is to be about.
            options: ``run_id``, ``seconds``, ``style``, ``language``, ``seed``, ``writer`` and
                ``profile``, as `sparkle write` takes them; None: as if it was not there.
        """
        said = {name: value for name, value in options.items() if value is not None}
        return self._send(OrderedDraft, "/drafts", {"prompt": prompt, **said})

    def render(
        self,
        run_id: str,
        job: str = "render_movie",
        *,
        profile: str | None = None,
        replace: bool = False,
        over_limits: bool = False,
    ) -> Ordered:
        """Have a film rendered in its turn, or a part of it, as the job says.

        Raises:
            OverLimitsRefusedError: It would take more than its limits allow, and must not.
        """
        asked = _render(job, profile, replace) | {"over_limits": over_limits}
        return self._send(Ordered, f"{_film(run_id)}/render", asked)

    def price(self, run_id: str) -> PricedRun:
        """Return what rendering a film takes, and what its limits object to."""
        return self._read(PricedRun, f"{_film(run_id)}/price")

    def dry_run(
        self,
        run_id: str,
        job: str = "render_movie",
        *,
        profile: str | None = None,
        replace: bool = False,
    ) -> Explanation:
        """Return what a render would make and what it would take from the store."""
        asked = _render(job, profile, replace) | {"dry_run": True}
        return self._send(Explanation, f"{_film(run_id)}/render", asked)

    def control(self, run_id: str, wish: Control) -> Controlled:
        """Pause, stop or resume a film's run."""
        return self._send(Controlled, f"{_film(run_id)}/control/{wish}", None)

    def review(
        self, run_id: str, stage: DecidableStage, decision: Decision, note: str = ""
    ) -> Decided:
        """Approve or reject what a stage made."""
        place = f"{_film(run_id)}/reviews/{stage}"
        return self._send(Decided, place, {"decision": decision, "note": note})

    def takes(self, run_id: str) -> FilmTakes:
        """Return the items of a film of which there are takes, and those."""
        return self._read(FilmTakes, f"{_film(run_id)}/takes")

    def more_takes(self, run_id: str, order: TakesOrder) -> Ordered:
        """Have further takes of an item made, in their turn."""
        return self._send(Ordered, f"{_film(run_id)}/takes", order.model_dump(mode="json"))

    def choose_take(self, run_id: str, item: ItemTakes, number: int) -> Directed:
        """Have a film take one of an item's takes, from its next render on."""
        return self._send(Directed, f"{_takes(run_id, item)}/choice", {"take": number}, "PUT")

    def pin(self, run_id: str, item: ItemTakes) -> Directed:
        """Have an item stay as it is, whatever is edited."""
        return self._send(Directed, f"{_takes(run_id, item)}/pin", None, "PUT")

    def unpin(self, run_id: str, item: ItemTakes) -> Directed:
        """Have a pinned item follow the plan again."""
        return self._send(Directed, f"{_takes(run_id, item)}/pin", None, "DELETE")

    def comments(self, run_id: str) -> tuple[Comment, ...]:
        """Return what people say of a film, by time."""
        return self._read(Comments, f"{_film(run_id)}/comments").comments

    def comment(self, run_id: str, at_s: float, text: str) -> Comment:
        """Say something of the moment of a film that is so many seconds from its start."""
        return self._send(Comment, f"{_film(run_id)}/comments", {"at_s": at_s, "text": text})

    def artifacts(
        self, run_id: str, stage: str | None = None, page_token: str | None = None, limit: int = 100
    ) -> ArtifactList:
        """Return a page of what a film is made of."""
        asked = {"run_id": run_id, "stage": stage, "page_token": page_token, "limit": limit}
        said = {name: value for name, value in asked.items() if value is not None}
        return self._read(ArtifactList, "/artifacts", said)

    def content(self, artifact: ListedArtifact) -> bytes:
        """Return an artifact's bytes; all of them are held in memory."""
        return self.download(artifact.download_url)

    def download(self, url: str) -> bytes:
        """Return the bytes of a ``download_url``; all of them are held in memory.

        Only its path counts: whatever the server is called there, it is this one.
        """
        with self._explained():
            response = self._http.get(httpx2.URL(url).path)
        if not response.is_success:
            raise error_of(response)
        return response.content

    def events(self, hear: Hear, lose: Fail, fail: Fail) -> Listening:
        """Hear of everything that happens to films, in a thread of its own, until it is cancelled.

        Args:
            hear: Is told of each event, in that thread.
            lose: Is told why nothing is heard for now; it goes on trying.
            fail: Is told why it ends before it is cancelled.
        """
        return Listening(self.address, self._headers, hear, lose, fail)

    def _read(
        self, kind: type[AnswerT], path: str, asked: Mapping[str, str | int] | None = None
    ) -> AnswerT:
        with self._explained():
            response = self._http.get(path, params=dict(asked or {}))
        return _good(kind, response)

    def _send(
        self,
        kind: type[AnswerT],
        path: str,
        body: Mapping[str, Any] | None,
        method: Literal["POST", "PUT", "DELETE"] = "POST",
    ) -> AnswerT:
        with self._explained():
            response = self._http.request(method, path, json=body)
        return _good(kind, response)

    def _send_plan(
        self,
        kind: type[AnswerT],
        path: str,
        text: str,
        asked: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> AnswerT:
        is_json = text.lstrip().startswith("{")
        media_type = "application/json" if is_json else "application/yaml"
        with self._explained():
            response = self._http.post(
                path,
                content=text.encode(),
                params=dict(asked),
                headers={"Content-Type": media_type, **(headers or {})},
            )
        return _good(kind, response)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ServerUnreachableError(self.address, error) from error


def _film(run_id: str) -> str:
    return f"/runs/{quote(run_id, safe='')}"


def _takes(run_id: str, item: ItemTakes) -> str:
    return f"{_film(run_id)}/takes/{quote(item.stage, safe='')}/{quote(item.called, safe='')}"


def _render(job: str, profile: str | None, replace: bool) -> dict[str, Any]:  # noqa: FBT001
    said = {} if profile is None else {"profile": profile}
    return {"job": job, "replace": replace, **said}


def _good(kind: type[AnswerT], response: httpx2.Response) -> AnswerT:
    if not response.is_success:
        raise error_of(response)
    return _parsed(kind, response)


def _parsed(kind: type[AnswerT], response: httpx2.Response) -> AnswerT:
    try:
        return kind.model_validate_json(response.content)
    except ValidationError as error:
        raise ServerError(
            f"{response.request.url} answers what is no {kind.__name__}: is the server of another "
            "version than this notebook?"
        ) from error
