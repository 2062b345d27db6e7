"""Comments on films: kept in their order, within bounds, and with the film wherever that goes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_runs import FINISHED, make_run
from sparkle_motion_dagster.artifacts.archive.archiving import archive_run
from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
from sparkle_motion_dagster.artifacts.archive.restoring import restore_run
from sparkle_motion_dagster.artifacts.film_state import (
    LATEST_S,
    LONGEST_COMMENT,
    LONGEST_NAME,
    Comment,
    FilmState,
    State,
    Status,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import InputError, NotFoundError
from sparkle_motion_dagster.operations.comments import (
    MOST_COMMENTS,
    TooManyCommentsError,
    add_comment,
    comments_of,
    delete_comment,
)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return make_run(SparkleHome(tmp_path / "home"), "film", {stage: stage for stage in FINISHED})


def test_comments_stand_in_the_order_of_their_moments(folder: RunFolder) -> None:
    for at_s in (7.25, 0.0, 3.5):
        add_comment(folder, at_s, f" at {at_s}\r\nsharp ", "Mara")

    listed = comments_of(folder)

    assert [one.at_s for one in listed] == [0.0, 3.5, 7.25]
    assert listed[0].text == "at 0.0\nsharp"
    assert {one.by for one in listed} == {"Mara"}
    assert len({one.id for one in listed}) == 3


def test_a_comment_is_of_the_user_where_nobody_says_whose(folder: RunFolder) -> None:
    assert add_comment(folder, 1.0, "dark").by.strip()


def test_one_goes_and_the_others_stay(folder: RunFolder) -> None:
    first, second = (add_comment(folder, 1.0, text) for text in ("dark", "late"))

    delete_comment(folder, first.id)

    assert comments_of(folder) == (second,)
    with pytest.raises(NotFoundError, match=f"film has no comment '{first.id}'"):
        delete_comment(folder, first.id)


@pytest.mark.parametrize(
    ("at_s", "text", "by"),
    [
        (-0.1, "dark", None),
        (LATEST_S + 1, "dark", None),
        (float("nan"), "dark", None),
        (float("inf"), "dark", None),
        (1.0, "", None),
        (1.0, " \n ", None),
        (1.0, "x" * (LONGEST_COMMENT + 1), None),
        (1.0, "dark\x1b[2J", None),
        (1.0, "dark\ud800", None),
        (1.0, "dark", "x" * (LONGEST_NAME + 1)),
        (1.0, "dark", "Ma\0ra"),
    ],
)
def test_what_is_no_comment_is_refused(
    folder: RunFolder, at_s: float, text: str, by: str | None
) -> None:
    with pytest.raises(InputError, match="That is no comment"):
        add_comment(folder, at_s, text, by)
    assert comments_of(folder) == ()


def test_a_film_has_some_hundreds_of_comments_at_most(folder: RunFolder) -> None:
    one = add_comment(folder, 1.0, "dark")
    full = [one.model_copy(update={"id": f"{number:012x}"}) for number in range(MOST_COMMENTS)]
    folder.state.change(lambda state: state.with_comments(full))

    with pytest.raises(TooManyCommentsError, match="has 300 comments"):
        add_comment(folder, 1.0, "one more")

    delete_comment(folder, full[0].id)
    add_comment(folder, 1.0, "one more")
    assert len(comments_of(folder)) == MOST_COMMENTS


def test_of_many_who_comment_at_once_nobody_is_lost(folder: RunFolder) -> None:
    def comment(number: int) -> None:
        for moment in range(5):
            add_comment(folder, moment, f"{number}.{moment}")

    threads = [threading.Thread(target=comment, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({one.text for one in comments_of(folder)}) == 30


def test_comments_stay_whatever_a_run_says(folder: RunFolder) -> None:
    said = add_comment(folder, 1.0, "dark")
    with folder.held("a run"):
        rendered = Status(state=State.RENDERED, dagster_run="a run")
        folder.state.change(lambda state: state.with_status(rendered))
        during = add_comment(folder, 2.0, "late")

    assert comments_of(folder) == (said, during)


def test_comments_go_into_the_archive_and_come_back(folder: RunFolder, tmp_path: Path) -> None:
    said = add_comment(folder, 1.0, "dark")
    archive = RemoteFolder(str(tmp_path / "archive"))
    archive_run(SparkleHome(tmp_path / "home"), "film", archive)
    elsewhere = SparkleHome(tmp_path / "elsewhere")

    restore_run(elsewhere, "film", archive, "video_final")

    assert comments_of(RunFolder(elsewhere, "film")) == (said,)
    # What somebody says here since is kept, beside what the archive has.
    later = add_comment(RunFolder(elsewhere, "film"), 0.5, "early")
    restore_run(elsewhere, "film", archive, "video_final")
    assert comments_of(RunFolder(elsewhere, "film")) == (later, said)


def test_a_state_without_comments_reads_as_it_did_before_there_were_any(folder: RunFolder) -> None:
    said = add_comment(folder, 1.0, "dark")
    assert '"comments":' in folder.state.path.read_text()
    delete_comment(folder, said.id)
    folder.state.change(
        lambda state: state.with_status(Status(state=State.RENDERED, dagster_run=None))
    )

    assert "comments" not in folder.state.path.read_text()
    assert FilmState.model_validate_json('{"schema_version":"2"}').comments == ()


comments = st.builds(
    Comment,
    id=st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    at_s=st.floats(0, LATEST_S),
    text=st.sampled_from(["dark", "late"]),
    by=st.just("Mara"),
    made_at=st.datetimes(timezones=st.timezones()),
)


@given(st.lists(comments, max_size=8), st.lists(comments, max_size=8))
def test_two_records_of_a_film_are_put_together_without_doubles(
    here: list[Comment], there: list[Comment]
) -> None:
    ours = FilmState().with_comments(here)
    both = ours.completed_with(FilmState().with_comments(there))

    assert {one.id for one in both.comments} == {one.id for one in (*here, *there)}
    moments = [one.at_s for one in both.comments]
    assert moments == sorted(moments)
    assert both.completed_with(ours) == both
