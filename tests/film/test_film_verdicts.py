"""What the film's checks say of a film that is older than one of them."""

from __future__ import annotations

import json

from sparkle_motion_dagster.film.checks.promises import CHECKS
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from studio import Studio, short_film


def test_a_film_is_measured_now_by_a_check_that_is_younger(rendered: Studio) -> None:
    (film,) = [
        artifact
        for artifact in rendered.manifests()[VIDEO_FINAL].artifacts
        if artifact.name == "film"
    ]
    path = rendered.home.actions / film.fingerprint[:2] / f"{film.fingerprint}.json"
    record = json.loads(path.read_text())
    checks = record["metadata"]["report"]["checks"]
    record["metadata"]["report"]["checks"] = [one for one in checks if one["name"] != "copied"]
    path.chmod(0o644)
    path.write_text(json.dumps(record))
    again = rendered.render(short_film())
    assert again.made == {}
    found = rendered.checks()
    assert {check.name for check in CHECKS[VIDEO_FINAL]} <= found.keys()
    assert found["copied"].passed
    assert found["copied"].metadata["pieces"].value == len(short_film()["shots"])
