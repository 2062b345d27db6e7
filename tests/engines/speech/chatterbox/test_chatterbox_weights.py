"""Fetching Chatterbox's weights, from a hub on this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

import forked
from hub import Hub, running, safetensors
from waiting import PATIENCE_S

_FETCHES = """
import json, sys
assert "huggingface_hub" not in sys.modules
from sparkle_motion_dagster.engines.machinery.fetching import FetchError, fetch, plan_fetch
from sparkle_motion_dagster.engines.speech.chatterbox.models import MODELS
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
english, multilingual = MODELS["english"], MODELS["multilingual"]
told = []
folder = fetch(plan_fetch(english.weights, "chatterbox"), "chatterbox")
told.append(sorted(path.name for path in folder.iterdir()))
told.append(english.located(None) == folder)
for act in (
    lambda: multilingual.located(None),
    lambda: plan_fetch(english.weights.model_copy(update={"restricted_pickles": ()}), "chatterbox"),
):
    try:
        act()
    except (MissingWeightsError, FetchError) as error:
        told.append(str(error))
print(json.dumps(told))
"""


def test_only_the_pickles_that_are_named_are_fetched(tmp_path: Path) -> None:
    """English and multilingual are one repository: what is there of one is not the other."""
    files = {
        **dict.fromkeys(("ve.safetensors", "t3_cfg.safetensors"), safetensors()),
        **dict.fromkeys(("s3gen.safetensors", "t3_mtl23ls_v2.safetensors"), safetensors()),
        **dict.fromkeys(("conds.pt", "s3gen.pt", "t3_cfg.pt", "ve.pt"), b"a pickle"),
        **dict.fromkeys(("tokenizer.json", "Cangjie5_TC.json"), b"{}"),
    }
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    with running(Hub(files=files)) as hub:
        known = inherited | {
            "HF_HOME": str(tmp_path),
            "HF_ENDPOINT": hub.endpoint,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        }
        ended = forked.run(["python", "-c", _FETCHES], known, tmp_path, PATIENCE_S)
    assert ended.returncode == 0, ended.stderr
    names, located, missing, refused = json.loads(ended.stdout)
    wanted = ["conds.pt", "s3gen.safetensors", "t3_cfg.safetensors", "tokenizer.json"]
    assert names == [*wanted, "ve.safetensors"]
    assert located is True
    assert "`sparkle engines install chatterbox --model multilingual`" in missing
    assert "could run code when they are loaded: conds.pt. Nothing was fetched." in refused
