"""Comments: what people say of moments of a film, kept in its state."""

import secrets
from datetime import UTC, datetime

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.film_state import Comment, FilmState
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError, InputError, NotFoundError, reasons
from sparkle_motion_dagster.operations.people import user_name

MOST_COMMENTS = 300
"""Comments of a film; all of them lie in one small file, which a run that goes on writes again and
again."""

_ID_BYTES = 6


class TooManyCommentsError(ConflictError):
    """A film has as many comments as one may have."""


class NoSuchCommentError(NotFoundError):
    """A film has no comment of some id."""


def comments_of(folder: RunFolder) -> tuple[Comment, ...]:
    """Return the comments of a film, in the order of the moments that they are about.

    Raises:
        UnreadableStateError: The film's state is damaged.
    """
    return folder.state.read().comments


def add_comment(folder: RunFolder, at_s: float, text: str, by: str | None = None) -> Comment:
    """Comment on a moment of a film. It is on the disk when this returns.

    Args:
        folder: The film's, which is there.
        at_s: Which moment, in seconds from its first frame.
        text: What is said.
        by: Who says it; None: the user of this process.

    Raises:
        InputError: The text or the name says nothing or is too long, or no film has such a moment.
        TooManyCommentsError: The film has `MOST_COMMENTS` already.
        RunBusyError, UnreadableStateError: The film's state cannot be changed.
    """
    made = {
        "id": secrets.token_hex(_ID_BYTES),
        "at_s": at_s,
        "text": text,
        "by": by or user_name(),
        "made_at": datetime.now(UTC),
    }
    try:
        comment = Comment.model_validate(made)
    except ValidationError as error:
        raise InputError(f"That is no comment: {reasons(error, 'it')}.") from error

    def commented(state: FilmState) -> FilmState:
        if len(state.comments) >= MOST_COMMENTS:
            raise TooManyCommentsError(
                f"{folder.run_id} has {MOST_COMMENTS} comments, the most that a film may have: "
                "delete those that are settled."
            )
        return state.with_comments((*state.comments, comment))

    folder.state.change(commented)
    return comment


def delete_comment(folder: RunFolder, comment_id: str) -> None:
    """Delete a comment of a film.

    Raises:
        NoSuchCommentError: There is none of that id.
        RunBusyError, UnreadableStateError: The film's state cannot be changed.
    """

    def without(state: FilmState) -> FilmState:
        left = [one for one in state.comments if one.id != comment_id]
        if len(left) == len(state.comments):
            raise NoSuchCommentError(
                f"{folder.run_id} has no comment {comment_id!r}: `sparkle comments "
                f"{folder.run_id}` lists them."
            )
        return state.with_comments(left)

    folder.state.change(without)
