"""`sparkle comments`: what people say of a film, listed and added."""

from __future__ import annotations

import json

from small_runs import make_run
from sparkle_motion_dagster.operations.comments import add_comment
from studio import Studio


def test_comments_are_added_listed_and_printed_for_programs(studio: Studio) -> None:
    folder = make_run(studio.home, "film", {"movie_plan": "plan"})
    add_comment(folder, 62.46, "The lamp is too dark.", "Mara")

    listed = studio.sparkle_here("comments", "film", "--add", "Cut earlier.", "--at", "9.5")

    assert listed.returncode == 0, listed.stderr
    first, second = listed.stdout.splitlines()
    assert first.startswith("0:09.5  ")
    assert first.endswith(": Cut earlier.")
    assert second == "1:02.5  Mara: The lamp is too dark."
    printed = json.loads(studio.sparkle_here("comments", "film", "--json").stdout)
    assert printed["run_id"] == "film"
    assert [one["at_s"] for one in printed["comments"]] == [9.5, 62.46]


def test_what_is_no_comment_is_refused(studio: Studio) -> None:
    make_run(studio.home, "film", {"movie_plan": "plan"})
    for options, reason in (
        (("film", "--add", "dark"), "--at"),
        (("film", "--at", "1"), "--add"),
        (("film", "--add", " ", "--at", "1"), "text: "),
        (("film", "--add", "dark", "--at", "-1"), "at_s: "),
        (("other",), "no film 'other'"),
    ):
        refused = studio.sparkle_here("comments", *options)
        assert refused.returncode == 2
        assert reason in refused.stderr
    assert studio.sparkle_here("comments", "film").stdout == ""
