"""The check of a finished film: what was promised, measured on the written file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import Record
from sparkle_motion_dagster.media.mastering import MasteringTarget, measure_loudness
from sparkle_motion_dagster.media.sound import Samples, decoded_sound
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameSize, format_rate
