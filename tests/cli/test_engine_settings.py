"""`sparkle engines settings`: what it prints is a profile's part, and says the defaults."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from sparkle_motion_dagster.cli.engines.settings import settings_in_yaml
from sparkle_motion_dagster.engines.declaration import EngineDeclaration
from sparkle_motion_dagster.engines.registry import class_of, declarations, declared

SPEED = """\
        # or:
        # lora:
        #   # a safetensors file; its digest is part of the fingerprint, its path is not (a path)
        #   file:  # must be said
"""


def printed(engine: EngineDeclaration) -> str:
    return "\n".join(settings_in_yaml(engine, class_of(engine).settings_model))


@pytest.mark.parametrize("engine", declarations().values(), ids=lambda engine: engine.name)
def test_what_is_printed_can_be_copied_and_changes_nothing(engine: EngineDeclaration) -> None:
    part = YAML(typ="safe", pure=True).load(printed(engine))
    config = part[engine.kind]["config"]
    assert config["engine"] == engine.name
    settings = class_of(engine).settings_model
    assert set(config["settings"]) == set(settings.model_fields)
    assert settings.model_validate(config["settings"]) == settings()


def test_each_setting_says_what_it_means_and_what_it_may_be() -> None:
    text = printed(declared("wan"))
    assert "# how many steps a chunk takes (whole number, at least 1)\n      steps: 30\n" in text
    assert '(nearest, blend, flow)\n        method: "flow"\n' in text
    assert SPEED in text
    assert "(names, each with a text)\n      voices: {}\n" in printed(declared("openai_speech"))
