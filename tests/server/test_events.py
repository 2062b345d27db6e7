"""Events of a real server: nothing missed, nothing told twice, whoever comes and goes."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

import forked
from events import Ear, EventServer, event_server
from small_runs import make_item, make_run
from sparkle_motion_dagster.artifacts.film_state import Decision, Review
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.operations.comments import add_comment, delete_comment
from sparkle_motion_dagster.production.progress import Progress
from waiting import PATIENCE_S, until

MADE = {"base_images": "a text", "shot_clips": "a text"}
"""What was made of a film."""

SOON_S = 0.02


@pytest.fixture
def home(tmp_path: Path) -> SparkleHome:
    home = SparkleHome(tmp_path / "home")
    make_run(home, "film", MADE)
    make_run(home, "other", MADE)
    return home


@pytest.fixture
def server(home: SparkleHome) -> Iterator[EventServer]:
    """A server that tells at once, and often looks for what no file tells."""
    with event_server(home, look_every_s=0.2, tell_every_s=SOON_S) as server:
        yield server


def decide(home: SparkleHome, run_id: str, note: str = "") -> None:
    """Change how a film stands, as a person does."""
    review = Review(
        stage="base_images",
        content_digest="0" * 64,
        decision=Decision.APPROVED,
        note=note,
        by="somebody",
        at=datetime.now(UTC),
    )
    RunFolder(home, run_id).state.change(lambda state: state.with_review(review))


def note_of(standing: dict[str, Any]) -> str | None:
    reviews = standing.get("reviews") or {}
    return reviews["base_images"]["note"] if reviews else None


def hears_note(ear: Ear, run_id: str, note: str) -> None:
    """Wait until somebody hears of a decision."""
    ear.hears(note, lambda ear: note_of(ear.standing_of(run_id)) == note)


def hears_items(ear: Ear, number: int) -> None:
    """Wait until somebody has heard of as many items."""
    ear.hears(f"{number} items", lambda ear: len(ear.items()) == number)


class TestListening:
    def test_first_each_film_stands_somehow_then_what_changes(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        everybody, one = server.listen(), server.listen("/runs/film/events")
        assert one.answer.headers["Content-Type"].startswith("text/event-stream")
        assert one.answer.headers["Cache-Control"] == "no-store"
        everybody.hears("two films", lambda ear: len(ear.heard) == 2)
        one.hears("its film", lambda ear: len(ear.heard) == 1)
        assert {heard.data["run_id"] for heard in everybody.heard} == {"film", "other"}
        decide(home, "other", "of the other one")
        decide(home, "film", "well done")
        for ear in (everybody, one):
            hears_note(ear, "film", "well done")
            ear.close()
        assert {heard.data["run_id"] for heard in one.heard} == {"film"}

    def test_what_files_tell_is_heard_without_a_look(self, home: SparkleHome) -> None:
        with event_server(home, look_every_s=3600, tell_every_s=SOON_S) as server:
            ear = server.listen()
            ear.hears("two films", lambda ear: len(ear.heard) == 2)

            def heard() -> bool:
                decide(home, "film", "well done")  # again and again: watching has perhaps not begun
                return note_of(ear.standing_of("film")) == "well done"

            until("a note is heard", heard)

    def test_a_film_that_is_not_there_has_no_events(self, server: EventServer) -> None:
        assert httpx2.get(f"{server.address}/runs/nothing/events").status_code == 404

    def test_films_come_and_go(self, home: SparkleHome, server: EventServer) -> None:
        ear = server.listen()
        ear.hears("two films", lambda ear: len(ear.heard) == 2)
        folder = make_run(home, "third", MADE)
        ear.hears("the third", lambda ear: ear.standing_of("third"))
        shutil.rmtree(folder.detach())
        ear.hears("that it is gone", lambda ear: ear.kinds()[-1] == "gone")
        assert ear.heard[-1].data == {"run_id": "third"}
        ear.close()

    def test_damage_of_a_film_is_told_and_keeps_nobody_from_hearing_of_others(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        ear = server.listen()
        ear.hears("two films", lambda ear: len(ear.heard) == 2)
        RunFolder(home, "film").state.path.write_text("{")
        ear.hears_now("film", "damaged")
        decide(home, "other", "goes on")
        hears_note(ear, "other", "goes on")
        ear.close()

    def test_what_is_no_film_keeps_nobody_from_hearing_of_those(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        def strew(name: str) -> None:
            (home.runs / f"{name}.txt").write_text("no film")
            unsaid = home.runs / os.fsdecode(name.encode() + b"\xff")
            unsaid.mkdir()
            (unsaid / "file").touch()

        strew("before")
        ear = server.listen()
        ear.hears("two films", lambda ear: len(ear.heard) == 2)
        strew("meanwhile")
        decide(home, "film", "goes on")
        hears_note(ear, "film", "goes on")
        assert {heard.data["run_id"] for heard in ear.heard} == {"film", "other"}
        films = httpx2.get(f"{server.address}/runs").raise_for_status().json()["films"]
        assert {film["run_id"] for film in films} == {"film", "other"}
        ear.close()

    def test_comments_are_told_of(self, home: SparkleHome, server: EventServer) -> None:
        ear = server.listen("/runs/film/events")
        ear.hears("its film", lambda ear: len(ear.heard) == 1)
        made = add_comment(RunFolder(home, "film"), 1.0, "Again, please.")
        ear.hears("that there is one", lambda ear: ear.kinds() == ["standing", "comments"])
        delete_comment(RunFolder(home, "film"), made.id)
        ear.hears("that there is none", lambda ear: ear.kinds()[1:] == ["comments", "comments"])

    def test_many_hear_the_same_in_the_same_order(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        ears = [server.listen() for _ in range(20)]
        for number in range(5):
            decide(home, "film", str(number))
            decide(home, "other", str(number))
        decide(home, "film", "the last")
        for ear in ears:
            hears_note(ear, "film", "the last")
        assert len({tuple(one.id for one in ear.heard[2:]) for ear in ears}) == 1

    def test_without_listeners_nothing_is_watched(self, server: EventServer) -> None:
        ears = [server.listen(), server.listen("/runs/film/events")]
        until("it is watched", lambda: server.feed.is_watching)
        for ear in ears:
            ear.close()
        until("it is watched no more", lambda: not server.feed.is_watching)


class TestItems:
    def test_each_is_told_once_in_order_and_its_files_are_there(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        ear = server.listen("/runs/film/events")
        ear.hears("its film", lambda ear: len(ear.heard) == 1)
        records = [make_item(home, f"text {number}") for number in range(60)]
        folder = RunFolder(home, "film")
        with folder.held("a run"):
            progress = Progress(folder, "base_images")
            progress.expect(total=60, making=30)
            progress.taken({f"item {n}": record for n, record in enumerate(records[:30])})
            for number, record in enumerate(records[30:], 30):
                progress.made(record, [f"item {number}"])
        hears_items(ear, 60)
        assert ear.items() == [("base_images", f"item {number}") for number in range(60)]
        last = [one for one in ear.heard if one.kind == "item"][-1].data
        assert (last["done"], last["total"], last["made"]) == (60, 60, True)
        assert ask(server, f"/actions/{last['fingerprint']}/note") == b"text 59"
        assert ask(server, f"/actions/{last['fingerprint']}/small") == b"preview of text 59"
        assert b'"item":"item 59"' in ask(server, "/runs/film/items")
        ear.close()

    def test_of_a_new_film_too(self, home: SparkleHome, server: EventServer) -> None:
        ear = server.listen()
        ear.hears("two films", lambda ear: len(ear.heard) == 2)
        record = make_item(home, "text")
        make_run(home, "third", MADE)
        finish(home, "third", record, "first")
        ear.hears("the item", lambda ear: ear.items() == [("base_images", "first")])
        ear.close()

    def test_what_was_finished_before_is_no_news(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        record = make_item(home, "text")
        finish(home, "film", record, "before")
        ear = server.listen()
        ear.hears("two films", lambda ear: len(ear.heard) == 2)
        finish(home, "film", record, "now")
        ear.hears("the item", lambda ear: ear.items() == [("base_images", "now")])
        ear.close()

    def test_there_is_nothing_beside_the_files_of_an_action(self, server: EventServer) -> None:
        for path in ("0" * 64, "0" * 64 + "/note", "..%2f..", "xyz/note"):
            assert httpx2.get(f"{server.address}/actions/{path}").status_code in (404, 422)


def finish(home: SparkleHome, run_id: str, record: ActionRecord, item: str) -> None:
    """Have a run finish an item, and no more."""
    folder = RunFolder(home, run_id)
    progress = Progress(folder, "base_images")
    progress.expect(total=1, making=1)
    progress.made(record, [item])


def ask(server: EventServer, path: str) -> bytes:
    return httpx2.get(server.address + path).raise_for_status().content


class TestComingBack:
    def test_what_was_missed_is_heard_and_nothing_else(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        other = server.listen()
        ear = server.listen("/runs/film/events")
        decide(home, "film", "first")
        hears_note(ear, "film", "first")
        ear.close()
        for number in ("second", "third"):
            decide(home, "film", number)
            hears_note(other, "film", number)
        decide(home, "other", "of the other one")
        hears_note(other, "other", "of the other one")
        again = server.listen("/runs/film/events", after=ear.last_id)
        decide(home, "film", "fourth")
        hears_note(again, "film", "fourth")
        notes = [note_of(heard.data) for heard in again.heard]
        assert notes == ["second", "third", "fourth"]
        again.close()
        other.close()

    def test_also_what_happened_while_nobody_listened(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        ear = server.listen()
        ear.hears("two films", lambda ear: len(ear.heard) == 2)
        ear.close()
        until("it is watched no more", lambda: not server.feed.is_watching)
        decide(home, "film", "unheard of")
        finish(home, "film", make_item(home, "text"), "alone")
        again = server.listen(after=ear.last_id)
        again.hears("both", lambda ear: len(ear.heard) == 2)
        assert again.kinds() == ["item", "standing"]
        assert note_of(again.heard[-1].data) == "unheard of"
        again.close()

    def test_who_was_away_for_too_long_hears_how_films_stand(self, server: EventServer) -> None:
        before = server.listen()
        before.hears("two films", lambda ear: len(ear.heard) == 2)
        name = before.last_id.partition("-")[0]
        for after in ("", "nonsense", "0-0", f"{name}-999999", f"{name}--1", f"{name}-"):
            ear = server.listen(after=after)
            ear.hears(f"two films {after=}", lambda ear: ear.kinds() == ["standing", "standing"])
            assert ear.last_id == before.last_id, after
            ear.close()
        before.close()

    def test_after_a_restart_of_the_server_too(self, home: SparkleHome) -> None:
        with event_server(home, tell_every_s=SOON_S) as server:
            ear = server.listen()
            ear.hears("two films", lambda ear: len(ear.heard) == 2)
        ear.hears("the end", lambda ear: ear.has_ended)
        with event_server(home, tell_every_s=SOON_S) as server:
            again = server.listen(after=ear.last_id)
            again.hears("two films", lambda ear: ear.kinds() == ["standing", "standing"])
            assert again.last_id != ear.last_id
            again.close()


class TestTrouble:
    def test_who_does_not_listen_is_cut_off_and_keeps_nobody_waiting(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        deaf = socket.create_connection(("127.0.0.1", int(server.address.rsplit(":")[-1])))
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        # Closing, the server says at once that it has no more: else it waits for another request.
        deaf.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        ear = server.listen()
        ear.hears("two films", lambda ear: len(ear.heard) == 2)
        record, progress = make_item(home, "text"), Progress(RunFolder(home, "film"), "base_images")
        for batch in range(3):
            first = 1000 * batch
            progress.taken({f"item {number}": record for number in range(first, first + 1000)})
            hears_items(ear, first + 1000)
        # It hears the end as soon as it listens again.
        deaf.settimeout(60)
        received = b""
        while data := deaf.recv(65536):
            received += data
        assert received.endswith(b"\r\n0\r\n\r\n")
        assert len(received) < 1_000_000
        deaf.close()

    def test_a_run_that_is_killed_is_interrupted(
        self, home: SparkleHome, server: EventServer
    ) -> None:
        ear = server.listen("/runs/film/events")
        program = (
            "import sys, time\n"
            "from pathlib import Path\n"
            "from sparkle_motion_dagster.artifacts.home import SparkleHome\n"
            "from sparkle_motion_dagster.artifacts.run_folder import RunFolder\n"
            "from sparkle_motion_dagster.artifacts.film_state import State, Status\n"
            f"folder = RunFolder(SparkleHome(Path({str(home.root)!r})), 'film')\n"
            "with folder.held('a run'):\n"
            "    status = Status(state=State.RENDERING, dagster_run='a run')\n"
            "    folder.state.change(lambda state: state.with_status(status))\n"
            "    time.sleep(600)\n"
        )
        run = forked.Piped(["python", "-c", program], os.environ, home.root)
        ear.hears_now("film", "rendering")
        run.end(PATIENCE_S)
        ear.hears_now("film", "interrupted")
        ear.close()

    def test_the_end_of_the_server_ends_streams_at_once(self, server: EventServer) -> None:
        ears = [server.listen() for _ in range(20)]
        for ear in ears:
            ear.hears("two films", lambda ear: len(ear.heard) == 2)
        server.end()
        for ear in ears:
            ear.hears("the end", lambda ear: ear.has_ended)
            assert ear.ended_whole
