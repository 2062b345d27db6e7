"""What is promised of a film's mastered sound; ``master_check`` measures it."""

from collections.abc import Mapping

SOUND_PROMISES: Mapping[str, str] = {
    "sync": "Every line sounds as it was laid, within one frame of its place under the picture.",
    "speech": "Every line is loud enough to be heard, and where nothing is on the track is "
    "silence.",
    "loudness": "The film has its loudness, and no peak that clips; where nothing sounds it is "
    "silent.",
}
"""The checks' names, and what each one promises."""
