"""Plans over HTTP: checked, accepted into the inbox, read and replaced; prompts become drafts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from films_client import studio_client
from plan_texts import PLAN, changed
from sparkle_motion_dagster.plan.reading.document import MAX_BYTES
from studio import Studio

YAML = {"Content-Type": "application/yaml"}
EDITED = changed(("Mara speaks to the storm", "Mara shouts at the storm"))
HIDDEN = "what lies outside"


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with studio_client(studio) as client:
        yield client


def sent(client: TestClient, text: str, query: str = "", **headers: str) -> dict[str, object]:
    """Send a plan, which must be accepted."""
    answer = client.post(f"/plans{query}", content=text, headers=YAML | headers)
    assert answer.status_code == 202, answer.text
    accepted: dict[str, object] = answer.json()
    return accepted


def test_a_plan_is_checked_and_nothing_is_written(client: TestClient, studio: Studio) -> None:
    answer = client.post("/plans/check?name=harbour.yaml", content=PLAN, headers=YAML)

    assert answer.status_code == 200
    said = answer.json()
    assert (said["title"], said["shots"], said["seconds"], said["lines"]) == (
        "Harbour Light",
        2,
        9.0,
        1,
    )
    assert {one["profile"]: one["able"] for one in said["profiles"]}["animatic"]
    assert list(studio.plans.iterdir()) == []
    assert not studio.home.root.exists()


def test_what_is_wrong_with_a_plan_is_told_by_field_and_line(client: TestClient) -> None:
    wrong = PLAN.replace("title: Harbour Light", "titel: Harbour Light")
    for path in ("/plans/check?name=harbour.yaml", "/plans?name=harbour.yaml"):
        answer = client.post(path, content=wrong, headers=YAML)

        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        problems = {one["field"]: one.get("line") for one in answer.json()["problems"]}
        assert problems["titel"] == 2
        assert answer.json()["detail"].startswith("harbour.yaml")


def test_json_is_read_as_json(client: TestClient, studio: Studio) -> None:
    # A tab is no indentation in YAML.
    text = json.dumps({"title": "One Lamp", "base_images": [], "shots": []}, indent="\t")
    as_json = {"Content-Type": "application/json; charset=utf-8"}
    answer = client.post("/plans/check", content=text, headers=as_json)
    assert answer.status_code == 422
    assert "shots" in {one["field"] for one in answer.json()["problems"]}
    assert answer.json()["detail"].startswith("plan.json")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/yaml", 422),
        (b"\xff\xfe", "application/yaml", 422),
        (b"[1, 2]", "application/json", 422),
        (b"x" * (MAX_BYTES + 1), "application/yaml", 413),
        (PLAN.encode(), "image/png", 415),
        (PLAN.encode(), "", 415),
    ],
)
def test_what_is_no_plan_is_refused(
    client: TestClient, studio: Studio, content: bytes, kind: str, status: int
) -> None:
    for path in ("/plans/check", "/plans"):
        answer = client.post(path, content=content, headers={"Content-Type": kind})
        assert answer.status_code == status
    assert list(studio.plans.iterdir()) == []


def test_files_are_looked_for_in_the_inbox_alone(client: TestClient, studio: Studio) -> None:
    (studio.root / "outside.png").write_text(HIDDEN)
    for name in ("/etc/passwd", "../outside.png", "missing.png"):
        plan = changed(("    prompt: lamp room\n", f"    prompt: lamp\n    local_path: {name}\n"))
        answer = client.post("/plans", content=plan, headers=YAML)
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["problems"]] == ["base_images[1].local_path"]
        assert HIDDEN not in answer.text


def test_a_plan_is_accepted_into_the_inbox_under_its_title(
    client: TestClient, studio: Studio
) -> None:
    accepted = sent(client, PLAN)

    file = studio.plans / "harbour-light.yaml"
    assert accepted["run_id"] == "harbour-light"
    assert accepted["path"] == str(file)
    assert file.read_text() == PLAN
    assert str(file) in str(accepted["message"])


@pytest.mark.parametrize(
    ("query", "film"),
    [
        ("?run_id=film", "film"),
        ("?name=Night%20Ferry.yaml", "night-ferry"),
        ("?name=..%2F..%2Fescape.yaml", "escape"),
        ("?profile=cinematic", "harbour-light.cinematic"),
        ("?run_id=film.cinematic&profile=cinematic", "film.cinematic"),
    ],
)
def test_a_film_is_called_as_one_says(
    client: TestClient, studio: Studio, query: str, film: str
) -> None:
    assert sent(client, PLAN, query)["run_id"] == film
    assert [path.name for path in studio.plans.iterdir()] == [f"{film}.yaml"]


@pytest.mark.parametrize("query", ["?run_id=..%2Fup", "?run_id=Film", "?run_id=film&profile=oil"])
def test_what_is_no_name_is_refused(client: TestClient, studio: Studio, query: str) -> None:
    assert client.post(f"/plans{query}", content=PLAN, headers=YAML).status_code == 400
    assert list(studio.plans.iterdir()) == []


def test_no_plan_is_replaced_unasked_and_none_is_lost(client: TestClient, studio: Studio) -> None:
    sent(client, PLAN, "?run_id=film")
    file, kept = studio.plans / "film.yaml", studio.plans / "drafts" / "film.replaced.yaml"

    refused = client.post("/plans?run_id=film", content=EDITED, headers=YAML)
    assert refused.status_code == 409
    assert file.read_text() == PLAN
    assert "has this very plan" in str(sent(client, PLAN, "?run_id=film")["message"])

    assert str(kept) in str(sent(client, EDITED, "?run_id=film&replace=true")["message"])
    assert (file.read_text(), kept.read_text()) == (EDITED, PLAN)


def test_an_edit_replaces_just_what_was_edited(client: TestClient, studio: Studio) -> None:
    sent(client, PLAN, "?run_id=film")
    read = client.get("/runs/film/plan")
    assert read.text == PLAN
    assert read.headers["content-type"].startswith("application/yaml")
    tag = {"If-Match": read.headers["etag"]}
    again = client.get("/runs/film/plan", headers={"If-None-Match": read.headers["etag"]})
    assert again.status_code == 304

    first = client.post("/plans?run_id=film", content=EDITED, headers=YAML | tag)
    assert first.status_code == 202
    late = client.post("/plans?run_id=film", content=f"{EDITED}# late", headers=YAML | tag)
    assert late.status_code == 412
    assert (studio.plans / "film.yaml").read_text() == EDITED
    next_tag = {"If-Match": first.headers["etag"]}
    third = client.post("/plans?run_id=film", content=f"{EDITED}# more", headers=YAML | next_tag)
    assert third.status_code == 202


def test_a_json_plan_takes_the_place_of_a_yaml_one(client: TestClient, studio: Studio) -> None:
    sent(client, PLAN, "?run_id=film")
    plan = client.get("/runs/film/plan")
    assert plan.status_code == 200
    text = json.dumps(
        {
            "title": "One Lamp",
            "base_images": [{"id": "lamp", "prompt": "a lamp"}, {"id": "end", "prompt": "dark"}],
            "shots": [
                {
                    "id": "shot",
                    "duration_sec": 2,
                    "visual_description": "a lamp goes out",
                    "start_base_image_id": "lamp",
                    "end_base_image_id": "end",
                }
            ],
            "dialogue_timeline": [{"type": "silence", "start_time_sec": 0, "duration_sec": 2}],
            "render_profile": {"video": {"model_id": "wan-2.1"}},
        }
    )
    as_json = {"Content-Type": "application/json"}
    answer = client.post("/plans?run_id=film&replace=true", content=text, headers=as_json)
    assert answer.status_code == 202, answer.text
    assert [path.name for path in studio.plans.glob("*.*")] == ["film.json"]
    read = client.get("/runs/film/plan")
    assert (read.text, read.headers["content-type"]) == (text, "application/json")


def test_a_plan_that_is_not_there_is_not_found(client: TestClient, studio: Studio) -> None:
    for query in ("", "?of=plan", "?of=draft", "?of=frozen"):
        assert client.get(f"/runs/film/plan{query}").status_code == 404
    assert client.get("/runs/film/plan?of=all").status_code == 422
    assert client.get("/runs/..%2e/plan").status_code in (400, 404)


def test_a_film_of_a_plan_elsewhere_keeps_its_name(
    client: TestClient, studio: Studio, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(PLAN)
    added = studio.sparkle_here("add", elsewhere, "--run-id", "film")
    assert added.returncode == 0, added.stderr

    refused = client.post("/plans?run_id=film", content=EDITED, headers=YAML)

    assert refused.status_code == 409
    assert str(elsewhere) in refused.json()["detail"]
    assert list(studio.plans.iterdir()) == []
    # As it was frozen, it says the same.
    frozen = client.get("/runs/film/plan?of=frozen")
    assert frozen.headers["content-type"].startswith("application/yaml")
    sent(client, frozen.text, "?run_id=film")
    assert "Mara speaks to the storm" in (studio.plans / "film.yaml").read_text()


def test_a_prompt_is_ordered_as_a_draft_under_a_name_of_its_own(client: TestClient) -> None:
    prompt = {"prompt": "Two keepers argue", "seconds": 12}

    first, second = (client.post("/drafts", json=prompt) for _ in range(2))

    assert (first.status_code, second.status_code) == (202, 202)
    assert [one.json()["run_id"] for one in (first, second)] == [
        "two-keepers-argue",
        "two-keepers-argue-2",
    ]
    assert "behind 1 other film" in second.json()["message"]
    again = client.post("/drafts", json=prompt | {"run_id": "two-keepers-argue"})
    assert again.status_code == 409
    assert "ordered already" in again.json()["detail"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"prompt": ""}, 422),
        ({"prompt": "..."}, 422),
        ({"prompt": "a lamp\u0007"}, 422),
        ({"prompt": "a lamp\ud800"}, 422),
        ({"prompt": "x" * 20_001}, 422),
        ({"prompt": "a lamp", "seconds": 1}, 422),
        ({"prompt": "a lamp", "plan": "/etc/passwd"}, 422),
        ({"prompt": "a lamp", "run_id": "../up"}, 400),
        ({"prompt": "a lamp", "run_id": "film", "profile": "cinematic"}, 400),
        ({"prompt": "a lamp", "writer": "nobody"}, 400),
        ({"prompt": "a lamp", "profile": "oil"}, 400),
    ],
)
def test_what_nobody_can_be_asked_for_is_refused(
    client: TestClient, studio: Studio, asked: dict[str, object], status: int
) -> None:
    body = json.dumps(asked)
    answer = client.post("/drafts", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert not studio.home.runs.exists()


@pytest.mark.parametrize(
    ("engine", "setting"),
    [("openai", {"base_url": "http://evil.example"}), ("transformers", {"weights": "elsewhere"})],
)
def test_a_request_sets_no_writer_to_what_only_a_profile_may(
    client: TestClient, engine: str, setting: dict[str, str]
) -> None:
    writer = {"engine": engine, "settings": setting}
    answer = client.post("/drafts", json={"prompt": "a lamp", "writer": writer})
    assert answer.status_code == 400
    assert "a request does not say" in answer.json()["detail"]


def test_what_the_policy_forbids_is_refused_at_once_and_noted(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text('schema_version: "1"\nblocked: [{name: weather, terms: [storm]}]\n')
    monkeypatch.setenv("SPARKLE_POLICY", str(policy))
    with studio_client(studio) as client:
        draft = client.post("/drafts", json={"prompt": "A lighthouse.\nThe storm comes."})
        plan = client.post("/plans", content=PLAN, headers=YAML)

    assert draft.status_code == plan.status_code == 422
    assert [one["line"] for one in draft.json()["problems"]] == [2]
    assert "shots[1].visual_description" in {one["field"] for one in plan.json()["problems"]}
    noted = [json.loads(line) for line in studio.home.audit.read_text().splitlines()]
    assert [(one["via"], one["verdict"]) for one in noted] == [
        ("write", "refused"),
        ("add", "refused"),
    ]


def test_nothing_is_taken_without_the_token(studio: Studio) -> None:
    with studio_client(studio) as client:
        del client.headers["Authorization"]
        for path in ("/plans", "/plans/check", "/drafts", "/runs/film/render"):
            answer = client.post(path, content=PLAN, headers=YAML)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
    assert list(studio.plans.iterdir()) == []
