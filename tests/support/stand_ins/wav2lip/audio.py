"""What the stand-in hears."""

import numpy as np
import soundfile

STEP_S = 0.2
HEARD_S = 0.06


def windows(path, fps):
    """Return how loud it is 60 ms into the window of each frame, until there is no whole one."""
    samples, rate = soundfile.read(path)
    loudness = []
    while (len(loudness) / fps + STEP_S) * rate <= len(samples):
        at = round((len(loudness) / fps + HEARD_S) * rate)
        loudness.append(float(np.abs(samples[at - rate // 500 : at + rate // 500]).max()))
    return [*loudness, 0.0]
