"""Speaks what a file orders, and prints the digests of the takes: for a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from speech_takes import speech_engine, spoken

if __name__ == "__main__":
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    requests = [SpeechRequest.model_validate(one) for one in order["requests"]]
    engine = speech_engine(order["engine"], order["settings"])
    print(json.dumps([take.digests for take in spoken(engine, requests, Path(order["folder"]))]))
