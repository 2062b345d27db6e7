"""Drafts: a plan is written about a prompt."""

from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, Field
from starlette.concurrency import run_in_threadpool

from sparkle_motion_dagster.api.writing import order_draft
from sparkle_motion_dagster.plan.run_ids import run_id_of
from sparkle_motion_dagster.server.asked import Home
from sparkle_motion_dagster.server.problems import ProblemError
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment
from sparkle_motion_dagster.shotlist.writing.brief import Prompt, Style
from sparkle_motion_dagster.shotlist.writing.prompt_files import name_of, read_prompt_text
from sparkle_motion_dagster.units import Record, plain

router = APIRouter(tags=["drafts"])

_PROMPT_TYPE = "text/markdown"
_PROMPT_FILE = (
    "---\nseconds: 30\n---\nTwo keepers argue in a lighthouse while the storm comes in.\n"
)


class DraftOrder(Assignment):
    """What a plan is to be written about, and what its film is called."""

    prompt: Annotated[Prompt, AfterValidator(plain)] = Field(
        examples=["Two keepers argue in a lighthouse while the storm comes in"]
    )
    style: Annotated[Style, AfterValidator(plain)] | None = Field(
        default=None, examples=["ink on paper"]
    )
    run_id: str | None = Field(
        default=None, description="what the film is called; default: as the prompt's first words"
    )
    profile: str | None = Field(
        default=None, description="the film's profile; default: what its name says, else animatic"
    )

    @property
    def assignment(self) -> Assignment:
        """What is asked of the writer."""
        return Assignment.model_validate(self.model_dump(exclude={"run_id", "profile"}))


class OrderedDraft(Record):
    """A draft that is to be written in its turn."""

    run_id: str
    message: str


@router.post("/drafts", status_code=HTTPStatus.ACCEPTED)
def draft(home: Home, order: DraftOrder) -> OrderedDraft:
    """Have a plan written: a draft, to be read and approved by a person.

    400: there is no such writer, or a request may not set it so. 409: a run of that film goes on
    or waits already. 422: the policy refuses the prompt.
    """
    done = order_draft(home, order.assignment, order.run_id, order.profile)
    return OrderedDraft(run_id=done.film, message=done.message)


@router.post(
    "/drafts/prompt-files",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"text/markdown": {"schema": {"type": "string"}, "example": _PROMPT_FILE}},
        }
    },
)
async def draft_of_file(
    home: Home,
    request: Request,
    name: Annotated[
        str, Query(pattern=r"(?i)^.+\.prompt\.md$", description="the prompt file's name")
    ],
) -> OrderedDraft:
    """Have a plan written as a prompt file says, for the film that is called as the file.

    415: it is sent as something else. 422: it is no valid prompt file; each problem has its line.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _PROMPT_TYPE:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"A prompt file is sent as {_PROMPT_TYPE}."
        )
    file = Path(PurePosixPath(name).name)
    asked = read_prompt_text(await request.body(), file)
    done = await run_in_threadpool(order_draft, home, asked, run_id_of(name_of(file)), None)
    return OrderedDraft(run_id=done.film, message=done.message)
