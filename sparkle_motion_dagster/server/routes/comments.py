"""Comments: what people say of moments of a film."""

from http import HTTPStatus

from fastapi import APIRouter
from pydantic import Field

from sparkle_motion_dagster.artifacts.film_state import Comment, FilmTime, Name, Said
from sparkle_motion_dagster.operations.comments import add_comment, comments_of, delete_comment
from sparkle_motion_dagster.server.asked import Film
from sparkle_motion_dagster.units import Record

router = APIRouter(tags=["comments"])


class Comments(Record):
    """All comments of a film, in the order of the moments that they are about."""

    comments: tuple[Comment, ...]


class NewComment(Record):
    """A comment that somebody makes."""

    at_s: FilmTime = Field(examples=[12.5])
    text: Said = Field(examples=["The lamp is too dark here."])
    by: Name | None = Field(
        default=None, description="who says it; default: the user of the server", examples=["Mara"]
    )


@router.get("/runs/{run_id}/comments")
def comments(film: Film) -> Comments:
    """List what people say of a film."""
    return Comments(comments=comments_of(film))


@router.post("/runs/{run_id}/comments", status_code=HTTPStatus.CREATED)
def comment(film: Film, made: NewComment) -> Comment:
    """Comment on a moment of a film. 409: it has as many comments as it may have."""
    return add_comment(film, made.at_s, made.text, made.by)


@router.delete("/runs/{run_id}/comments/{comment_id}", status_code=HTTPStatus.NO_CONTENT)
def delete(film: Film, comment_id: str) -> None:
    """Delete a comment."""
    delete_comment(film, comment_id)
