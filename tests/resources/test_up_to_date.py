"""Which films are up to date: those that a render would leave as they are, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sparkle_motion_dagster.api.rendering import planned_run
from sparkle_motion_dagster.artifacts.choices import NOTHING_CHOSEN, Recipe, Take
from sparkle_motion_dagster.artifacts.film_state import Decision, State
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.film.stages import BASE_IMAGES, SHOT_CLIPS, STAGES, VIDEO_FINAL
from sparkle_motion_dagster.operations.comments import add_comment
from sparkle_motion_dagster.operations.reviews import approve, reject
from sparkle_motion_dagster.resources.up_to_date import up_to_date
from sparkle_motion_dagster.runs.instance import open_instance
from sparkle_motion_dagster.runs.names import STILLS_ONLY
from studio import Plan, Studio, short_film

FILM = "film"


def stands(studio: Studio, **asked: str | bool) -> bool:
    """Tell whether rendering the studio's plan file, as is asked for, would start no run."""
    job, replace = str(asked.get("job", "render_movie")), bool(asked.get("replace"))
    profile, plan = str(asked.get("profile", "animatic")), studio.plans / "film.yaml"
    run = planned_run(studio.home, plan, profile, FILM, job=job, replace=replace)
    found = up_to_date(run, studio.home)
    assert found is None or found.files == files_of(studio)
    return found is not None


def files_of(studio: Studio) -> int:
    folder = studio.home.runs / FILM
    shown = [path for stage in STAGES for path in (folder / stage).iterdir()]
    return sum(path.name != "manifest.json" for path in shown)


def folder_of(studio: Studio) -> RunFolder:
    return RunFolder(studio.home, FILM)


def changed(studio: Studio, change: Callable[[Plan], object]) -> None:
    """Change the studio's plan file."""
    plan = short_film()
    change(plan)
    studio.write(plan)


def manifest_of(studio: Studio, stage: str) -> StageManifest:
    manifest = folder_of(studio).read(stage)
    assert manifest is not None
    return manifest


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_film_that_was_rendered_from_the_same_plan_file_is(rendered: Studio) -> None:
    assert stands(rendered)
    assert not stands(rendered, job=STILLS_ONLY)
    assert not stands(rendered, replace=True), "whoever takes a film over has it run"


def test_a_plan_file_that_is_written_otherwise_means_the_same(rendered: Studio) -> None:
    path = rendered.plans / "film.yaml"
    plan = short_film()
    path.write_text(f"# {plan['title']}, as before\n")
    with path.open("a") as file:
        YAML(typ="safe", pure=True).dump(dict(sorted(plan.items())), file)
    assert stands(rendered)


def test_a_plan_file_that_was_moved_is_noted_by_a_run(rendered: Studio) -> None:
    elsewhere = rendered.root / "film.yaml"
    (rendered.plans / "film.yaml").rename(elsewhere)
    run = planned_run(rendered.home, elsewhere, "animatic", FILM)
    assert up_to_date(run, rendered.home) is None


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda plan: plan.update(title="Another Light"), id="title"),
        pytest.param(
            lambda plan: [
                line.update(text="Not now.")
                for line in (plan["shots"][1]["dialogue"][0], plan["dialogue_timeline"][1])
            ],
            id="line",
        ),
        pytest.param(lambda plan: plan["shots"][0].update(motion_prompt="pan left"), id="motion"),
        pytest.param(lambda plan: plan["metadata"].update(seed="5"), id="seed"),
        # What no engine is asked for, is in the frozen plan.
        pytest.param(lambda plan: plan["metadata"].update(plan_id="other"), id="plan_id"),
    ],
)
def test_a_film_whose_plan_was_edited_is_not(
    rendered: Studio, edit: Callable[[Plan], object]
) -> None:
    changed(rendered, edit)
    assert not stands(rendered)
    changed(rendered, lambda _: None)
    assert stands(rendered), "the edit was taken back before anything was made of it"


def test_a_film_that_another_profile_would_make_otherwise_is_not(
    rendered: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    film = profile["resources"]["film"]["config"]
    film["profile"] = "other"
    yaml.dump(profile, rendered.root / "other.yaml")
    monkeypatch.setenv("SPARKLE_PROFILES", str(rendered.root))
    for stage in STAGES:  # as if it had been the other one's all the time
        manifest = manifest_of(rendered, stage).model_copy(update={"profile": "other"})
        folder_of(rendered).publish(manifest, Store(rendered.home.store))
    assert stands(rendered, profile="other")
    film["settings"]["delivery"]["crf"] = 20
    yaml.dump(profile, rendered.root / "other.yaml")
    assert not stands(rendered, profile="other")


def published(studio: Studio) -> Path:
    return studio.home.runs / FILM / SHOT_CLIPS / "shot_001.mp4"


def stored(studio: Studio) -> Path:
    artifact = manifest_of(studio, SHOT_CLIPS).artifact("shot_001", "clip")
    return Store(studio.home.store).path_of(artifact.sha256)


def preview(studio: Studio) -> Path:
    artifact = manifest_of(studio, BASE_IMAGES).artifact("frame_001", "image")
    (found,) = studio.home.actions.glob(f"*/{artifact.fingerprint}.json")
    record = YAML(typ="safe", pure=True).load(found)
    return Store(studio.home.store).path_of(record["previews"]["thumbnail"]["sha256"])


def action_record(studio: Studio) -> Path:
    artifact = manifest_of(studio, SHOT_CLIPS).artifact("shot_001", "clip")
    (found,) = studio.home.actions.glob(f"*/{artifact.fingerprint}.json")
    return found


def manifest_file(studio: Studio) -> Path:
    return studio.home.runs / FILM / SHOT_CLIPS / "manifest.json"


def log_of_the_run(studio: Studio) -> Path:
    status = folder_of(studio).state.read().status
    assert status is not None
    return studio.home.dagster / "history" / "runs" / f"{status.dagster_run}.db"


def page(studio: Studio) -> Path:
    return studio.home.runs / FILM / "index.html"


@pytest.mark.parametrize(
    "lost", [published, stored, preview, action_record, manifest_file, log_of_the_run, page]
)
def test_a_film_of_which_anything_is_missing_is_not(
    rendered: Studio, lost: Callable[[Studio], Path]
) -> None:
    lost(rendered).unlink()
    assert not stands(rendered)


@pytest.mark.parametrize("damaged", [published, stored, preview, action_record, manifest_file])
def test_a_film_of_which_a_byte_is_another_is_not(
    rendered: Studio, damaged: Callable[[Studio], Path]
) -> None:
    path = damaged(rendered)
    whole = path.read_bytes()
    overwrite(path, whole[:-1] + b"!")
    assert not stands(rendered)


def test_the_page_of_a_film_that_is_has_the_comments_made_since(rendered: Studio) -> None:
    add_comment(folder_of(rendered), 1.0, "The lamp is too bright.")
    assert "too bright" not in page(rendered).read_text()
    assert stands(rendered)
    assert "too bright" in page(rendered).read_text()


def test_a_film_beside_whose_files_somebody_has_put_another_is_not(rendered: Studio) -> None:
    (rendered.home.runs / FILM / SHOT_CLIPS / "mine.mp4").write_bytes(b"mine")
    assert not stands(rendered)


@pytest.mark.parametrize("state", sorted(set(State) - {State.RENDERED}))
def test_a_film_whose_last_run_did_not_end_well_is_not(rendered: Studio, state: State) -> None:
    """One that failed its check, for example: what it has is that of the run before."""

    def left(status: State) -> None:
        folder_of(rendered).state.change(
            lambda film: film.with_status(film.status and film.status.model_copy(
                update={"state": status}
            ))
        )  # fmt: skip

    left(state)
    assert not stands(rendered)
    left(State.RENDERED)
    assert stands(rendered)


def test_a_film_that_somebody_works_on_is_not(rendered: Studio) -> None:
    with folder_of(rendered).held(doing="archived"):
        assert not stands(rendered)


def test_a_film_whose_run_dagster_does_not_show_as_a_success_is_not(rendered: Studio) -> None:
    """All was made before its process died: so the film's state says, and that the run failed."""
    status = folder_of(rendered).state.read().status
    assert status is not None
    assert status.dagster_run is not None
    with open_instance(rendered.home) as instance:
        run = instance.get_run_by_id(status.dagster_run)
        assert run is not None
        assert stands(rendered)
        instance.report_run_failed(run, "The process that rendered it is gone.")
        assert not stands(rendered)


def test_a_film_whose_run_was_deleted_in_the_web_ui_is_not(rendered: Studio) -> None:
    """Dagster leaves the file of its log, empty."""
    status = folder_of(rendered).state.read().status
    assert status is not None
    assert status.dagster_run is not None
    with open_instance(rendered.home) as instance:
        instance.delete_run(status.dagster_run)
    assert log_of_the_run(rendered).is_file()
    assert not stands(rendered)


def test_a_film_of_another_version_is_not(rendered: Studio) -> None:
    manifest = manifest_of(rendered, VIDEO_FINAL)
    versions = {**manifest.provenance.versions, "sparkle-motion-dagster": "0.0.1"}
    provenance = manifest.provenance.model_copy(update={"versions": versions})
    older = manifest.model_copy(update={"provenance": provenance})
    folder_of(rendered).publish(older, Store(rendered.home.store))
    assert not stands(rendered)


def test_a_film_of_which_something_else_is_told_than_would_be_now_is_not(rendered: Studio) -> None:
    """Its files are the same: another profile's wish, or an older code's word, made the note."""
    manifest = manifest_of(rendered, BASE_IMAGES)
    first, *others = manifest.artifacts
    noted = first.model_copy(update={"metadata": {**first.metadata, "note": "by hand"}})
    other = manifest.model_copy(update={"artifacts": (noted, *others)})
    folder_of(rendered).publish(other, Store(rendered.home.store))
    assert not stands(rendered)


def test_a_film_that_is_to_have_another_take_is_not(rendered: Studio) -> None:
    """It is one that is there already: the take that another keyframe is."""
    choices = folder_of(rendered).choices
    item = "frame_001"
    print_ = manifest_of(rendered, BASE_IMAGES).artifact(item, "image").fingerprint
    known = NOTHING_CHOSEN.known(BASE_IMAGES, item)
    plans = Take(number=1, recipe=Recipe(), fingerprint=print_)
    choices.change(lambda before: before.with_item(known.with_take(plans)))
    assert stands(rendered), "of its takes, it has the one that is chosen"
    other = Take(number=2, recipe=Recipe(prompt="a lamp at noon"), fingerprint=None)
    chosen = known.with_take(plans).with_take(other).model_copy(update={"chosen": 2})
    choices.change(lambda before: before.with_item(chosen))
    assert not stands(rendered)


def test_a_film_that_a_person_has_to_approve_is_when_somebody_did(
    rendered: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    profile["resources"]["film"]["config"]["profile"] = "careful"
    profile["resources"]["film"]["config"]["settings"]["review"] = [BASE_IMAGES]
    yaml.dump(profile, rendered.root / "careful.yaml")
    monkeypatch.setenv("SPARKLE_PROFILES", str(rendered.root))
    for stage in STAGES:
        manifest = manifest_of(rendered, stage).model_copy(update={"profile": "careful"})
        folder_of(rendered).publish(manifest, Store(rendered.home.store))
    assert not stands(rendered, profile="careful")
    approve(folder_of(rendered), BASE_IMAGES, "Good.")
    assert stands(rendered, profile="careful")
    reject(folder_of(rendered), BASE_IMAGES, "Too dark.")
    review = folder_of(rendered).state.read().reviews[BASE_IMAGES]
    assert review.decision is Decision.REJECTED
    assert not stands(rendered, profile="careful")
