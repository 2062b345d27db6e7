"""Plans: checked, accepted into the inbox, and given out to be edited."""

import dataclasses
from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from sparkle_motion_dagster.api.limits import priced_plan
from sparkle_motion_dagster.api.plans import (
    CheckedPlan,
    PlanChangedError,
    PlanSuffix,
    SentPlan,
    WhichPlan,
    accept_plan,
    check_plan_text,
    keep_draft,
    plan_text,
)
from sparkle_motion_dagster.artifacts.digests import digest_bytes
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.server.asked import Home, RunId
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["plans"])

_SUFFIXES: dict[str, PlanSuffix] = {
    "application/yaml": ".yaml",
    "application/x-yaml": ".yaml",
    "text/yaml": ".yaml",
    "text/x-yaml": ".yaml",
    "application/json": ".json",
}
"""How a plan is read that is sent as a media type."""

_MEDIA_TYPES = {".yaml": "application/yaml", ".json": "application/json"}
_EXAMPLE = {
    "title": "Harbour Light",
    "base_images": [{"id": "lamp", "prompt": "a lamp at dusk"}],
    "shots": [
        {
            "id": "shot_1",
            "duration_sec": 2,
            "visual_description": "the lamp",
            "start_base_image_id": "lamp",
            "transition": "cut",
        }
    ],
    "render_profile": {"video": {"model_id": "wan-2.1"}},
}
_EXAMPLE_YAML = (
    "title: Harbour Light\nbase_images:\n  - {id: lamp, prompt: a lamp at dusk}\nshots:\n"
    "  - {id: shot_1, duration_sec: 2, visual_description: the lamp, start_base_image_id: lamp,\n"
    "     transition: cut}\nrender_profile: {video: {model_id: wan-2.1}}\n"
)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}, "example": _EXAMPLE_YAML},
            "application/json": {
                "schema": {"type": "object", "description": "A MoviePlan, see /schemas/MoviePlan."},
                "example": _EXAMPLE,
            },
        },
    }
}
"""How the description of this API tells of a plan that is sent."""


class AcceptedPlan(Record):
    """A plan that lies in the inbox now."""

    run_id: str
    message: str
    path: str


async def _sent(
    request: Request,
    name: Annotated[
        str | None, Query(description="the name of its file, by which its film is called")
    ] = None,
) -> SentPlan:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _SUFFIXES:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"A plan is sent as one of {', '.join(_SUFFIXES)}, not as {kind or 'no type at all'}.",
        )
    return SentPlan(text=await request.body(), suffix=_SUFFIXES[kind], name=name)


Sent = Annotated[SentPlan, Depends(_sent)]
"""The plan that a request brings.

Raises:
    ProblemError: Its media type is none of a plan's (415).
"""


_CalledSo: TypeAlias = Annotated[
    str | None, Query(description="what its film is called; default: as its file, or its title")
]
_OfProfile: TypeAlias = Annotated[
    str | None, Query(description="what the film's profile is; its name has to say so")
]


@router.post("/plans/check", openapi_extra=_BODY)
def check(sent: Sent) -> CheckedPlan:
    """Check a plan, and say which profiles can render it; nothing is written.

    422: it is no valid plan; each problem has its field and its line.
    """
    return check_plan_text(sent)


@router.post("/plans/price", openapi_extra=_BODY)
def price(
    home: Home,
    sent: Sent,
    run_id: _CalledSo = None,
    profile: _OfProfile = None,
) -> PricedRun:
    """Say what rendering a plan takes, and which of its limits object to that.

    Nothing is made, nor written. 422: it is no valid plan, or that profile cannot render it.
    """
    return priced_plan(home, dataclasses.replace(sent, run_id=run_id, profile=profile))


@router.post("/plans", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BODY)
def accept(
    home: Home,
    sent: Sent,
    response: Response,
    *,
    run_id: _CalledSo = None,
    profile: _OfProfile = None,
    replace: Annotated[
        bool, Query(description="whether another plan of the film is replaced, which is kept")
    ] = False,
    if_match: Annotated[
        str | None, Header(description="the ETag of the plan that was changed to be this one")
    ] = None,
) -> AcceptedPlan:
    """Put a plan into the inbox, which renders it.

    409: the film has another plan, or was made of one that lies elsewhere. 412: its plan is not the
    one any more that If-Match names.
    """
    sent = dataclasses.replace(sent, run_id=run_id, profile=profile)
    changed = None if if_match in (None, "*") else if_match.strip().strip('"')
    try:
        accepted = accept_plan(home, sent, changed, replace_other=replace or if_match == "*")
    except PlanChangedError as error:
        raise ProblemError(HTTPStatus.PRECONDITION_FAILED, str(error)) from error
    response.headers["ETag"] = f'"{accepted.digest}"'
    return AcceptedPlan(run_id=accepted.film, message=accepted.message, path=str(accepted.path))


@router.get(
    "/runs/{run_id}/plan",
    response_class=Response,
    responses={HTTPStatus.OK: {"content": {"application/yaml": {}, "application/json": {}}}},
)
def plan(
    home: Home,
    run_id: RunId,
    of: Annotated[
        WhichPlan, Query(description="the one in the inbox, the draft, or as it was frozen")
    ] = "plan",
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the text of a film's plan; its ETag is for If-Match, when it has been changed."""
    text = plan_text(home, run_id, of)
    tag = f'"{digest_bytes(text.data)}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(text.data, media_type=_MEDIA_TYPES[text.suffix], headers=headers)


@router.post(
    "/runs/{run_id}/draft",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    openapi_extra=_BODY,
)
def edited(
    home: Home,
    sent: Sent,
    run_id: RunId,
    if_match: Annotated[
        str | None, Header(description="the ETag of the draft that was edited to be this one")
    ] = None,
) -> Response:
    """Keep the draft of a film as a person has edited it, to be approved or rejected.

    412: it is not the draft any more that If-Match names. 422: it is no valid plan.
    """
    changed = None if if_match in (None, "*") else if_match.strip().strip('"')
    try:
        kept = keep_draft(home, run_id, sent.text, changed)
    except PlanChangedError as error:
        raise ProblemError(HTTPStatus.PRECONDITION_FAILED, str(error)) from error
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"ETag": f'"{kept}"'})
