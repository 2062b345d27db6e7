"""A film with a narrator, a phone call and a recorded line: looked at, listened to, edited."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from measure import frames_of
from sounds import speech, write_wav
from sparkle_motion_dagster.film.stages import FILM, LIPSYNC_CLIPS, SHOT_CLIPS, VIDEO_FINAL
from sparkle_motion_dagster.media.caption_check import read_captions
from studio import Plan, Studio
