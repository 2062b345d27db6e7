"""A film that the production loop makes alone is the film that `sparkle render` makes."""

from __future__ import annotations

from pathlib import Path

from studio import Gallery, Studio, short_film


def test_what_is_made_without_dagster_is_what_a_render_makes(
    gallery: Gallery, tmp_path: Path
) -> None:
    beside = gallery.short_film()
    rendered = beside.rendered()
    studio = Studio(tmp_path / "bare")
    bare = studio.make(short_film())
    assert (bare.made, bare.content) == (rendered.made, rendered.content)
    assert bare.digests == rendered.digests
    assert bare.warnings == rendered.warnings
    assert bare.warnings["base_images"], "its prompts hold words that no picture shows"
    shown = {name: (one.passed, one.metadata) for name, one in beside.checks().items()}
    assert {name: (one.passed, one.metadata) for name, one in bare.checks.items()} == shown
    again = studio.make(short_film())
    assert (again.made, again.new_actions) == ({}, 0)


def test_each_goes_on_from_what_the_other_left(rendered: Studio) -> None:
    before = rendered.rendered()
    plan = short_film() | {"title": "Another"}
    assert rendered.make(plan).made == {"video_final": ["film"]}
    again = rendered.render(short_film())
    assert (again.made, again.new_actions) == ({}, 0)
    assert again.digests == before.digests
