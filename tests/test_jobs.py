"""The jobs: each makes its part of a film, and says what it lacks."""

from __future__ import annotations

import pytest

from studio import Studio, short_film


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    studio = Studio(tmp_path_factory.mktemp("jobs"))
    studio.write(short_film())
    return studio


def test_one_part_after_the_other_makes_the_whole_film(studio: Studio) -> None:
    plan = studio.plans / "film.yaml"
    stills = studio.sparkle_here("render", plan, "--job", "stills_only")
    assert stills.returncode == 0, stills.stderr
    assert set(studio.manifests()) == {"movie_plan", "base_images"}
    sound = studio.sparkle_here("render", plan, "--job", "sound_only")
    assert sound.returncode == 0, sound.stderr
    assert set(studio.manifests()) == {
        "movie_plan",
        "base_images",
        "dialogue_wavs",
        "timeline_track",
    }
    early = studio.sparkle_here("render", plan, "--job", "finalize_movie")
    assert early.returncode == 1
    assert "lipsync_clips of film has not been made yet" in early.stderr
    whole = studio.sparkle_here("render", plan)
    assert whole.returncode == 0, whole.stderr
    made = studio.rendered().made
    assert set(made) == {"shot_clips", "lipsync_clips", "video_final"}
    film = studio.film()
    before = film.read_bytes()
    film.unlink()
    final = studio.sparkle_here("render", plan, "--job", "finalize_movie")
    assert final.returncode == 0, final.stderr
    assert film.read_bytes() == before


def test_what_is_missing_is_named_as_a_whole(studio: Studio) -> None:
    plan = studio.plans / "film.yaml"
    nothing = studio.sparkle_here("render", plan, "--run-id", "other", "--job", "finalize_movie")
    assert nothing.returncode == 1
    for stage in ("movie_plan", "lipsync_clips", "timeline_track"):
        assert stage in nothing.stderr
    assert "have not been made yet" in nothing.stderr
