from __future__ import annotations

import unicodedata

import pytest

from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.plan.run_ids import check_run_id, run_id_of


@pytest.mark.parametrize("run_id", ["a", "0", "harbour_light", "a.b-c", "x" * 64])
def test_run_ids(run_id: str) -> None:
    assert check_run_id(run_id) == run_id


@pytest.mark.parametrize(
    "text", ["", "A", "-a", ".a", "a..b", "../a", "a/b", "a b", "a\n", "é", "x" * 65, "a\0"]
)
def test_what_is_no_run_id(text: str) -> None:
    with pytest.raises(InputError, match="is no run id: a run id is 1 to 64 lower-case letters"):
        check_run_id(text)


@pytest.mark.parametrize(
    ("name", "run_id"),
    [
        ("a.b-c_", "a.b-c_"),
        ("CON", "con"),
        ("x" * 64, "x" * 64),
        ("Mon film été 2026 – côté", "mon-film-ete-2026-cote"),
        ("plan (1)", "plan-1"),
        ("--storm", "storm"),
        ("Mr. Bean", "mr-bean"),
        ("storm..2", "storm.2"),
        ("Straße Ærø İstanbul ﬁn Łódź", "strasse-aero-istanbul-fin-lodz"),
        ("été.cinematic", "ete.cinematic"),
    ],
)
def test_a_name_makes_a_run_id(name: str, run_id: str) -> None:
    assert run_id_of(name) == run_id


NAMES = (
    *("Фильм", "фильмы", "Ταινία", "電影", "电影", "فيلم", "סרט", "영화", "🎬", "🎬🎬", "film 🎬"),
    *("", ".", "...", "!", "x" * 200, "x" * 201, "a" * 65, "é" * 70, "\udcff", "a\nb"),
)


def test_names_that_lose_something_make_ids_of_their_own() -> None:
    made = [run_id_of(name) for name in NAMES]
    assert [check_run_id(run_id) for run_id in made] == made
    assert len(set(made)) == len(NAMES)
    assert run_id_of("Фильм 2").startswith("2-")
    assert run_id_of("電影").startswith("film-")


@pytest.mark.parametrize("name", [*NAMES, "Côté", "プログラム.cinematic", "ガ" * 80])
def test_one_name_is_one_id_however_it_is_written(name: str) -> None:
    run_id = run_id_of(name)
    for form in ("NFC", "NFD"):
        assert run_id_of(unicodedata.normalize(form, name)) == run_id
    assert run_id_of(name.upper()) == run_id_of(name.lower())


@pytest.mark.parametrize("name", [*NAMES, "Côté", "x" * 64])
def test_what_follows_the_last_dot_stays(name: str) -> None:
    run_id = run_id_of(f"{name}.cinematic")
    assert check_run_id(run_id) == run_id
    assert run_id.endswith("cinematic")
