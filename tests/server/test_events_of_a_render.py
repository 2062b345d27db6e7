"""A real render, watched to its end: every item told once, and how the film stands told last."""

from __future__ import annotations

from collections import Counter

from events import event_server
from studio import Studio, short_film


def test_every_item_is_told_once_and_the_rendered_film_last(rendered: Studio) -> None:
    plan = short_film()
    plan["base_images"][0]["prompt"] = "a stone lighthouse in the snow, dusk, 35mm"
    with event_server(rendered.home) as server:
        ear = server.listen("/runs/film/events")
        ear.hears_now("film", "rendered")
        before = ear.heard[0].data
        made = rendered.render(plan)
        ear.hears(
            "the film is rendered anew",
            lambda ear: (
                ear.heard[-1].data.get("now") == "rendered"
                and ear.heard[-1].data["since"] != before["since"]
            ),
        )

    told = [one.data for one in ear.heard if one.kind == "item"]
    times = Counter((one["stage"], one["item"], one["fingerprint"]) for one in told)
    assert set(times.values()) == {1}
    fingerprints = {one["fingerprint"] for one in told}
    for stage, manifest in made.manifests.items():
        if stage != "movie_plan":
            assert {artifact.fingerprint for artifact in manifest.artifacts} <= fingerprints, stage
    for stage, items in made.made.items():
        assert set(items) <= {one["item"] for one in told if one["stage"] == stage and one["made"]}
    stands = [one.data for one in ear.heard if one.kind == "standing"]
    assert {"rendering", "rendered"} == {one["now"] for one in stands}
    # How it stands is told five times a second: a stage that takes less may not be among these.
    seen = [one["progress"]["stage"] for one in stands if one["progress"]]
    assert seen
    assert seen == sorted(seen, key=list(made.manifests).index)
    numbers = [int(one.id.rpartition("-")[2]) for one in ear.heard[1:]]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
