"""What is promised of a finished film; ``check`` measures it."""

from collections.abc import Mapping

from sparkle_motion_dagster.media.sound.promises import SOUND_PROMISES

PROMISES: Mapping[str, str] = {
    "picture": "Every frame is there, in the film's size, at its exact time from 0 on; each was "
    "decoded when its clip was made.",
    "copied": "Nothing was encoded again: the picture is that of the clips and transitions, and "
    "the sound the mastered one, bit by bit.",
    "length": "Film, picture and sound are exactly as long as the frames.",
    **{
        name: f"{promise} Measured on the mastered sound, of which the film's is a copy."
        for name, promise in SOUND_PROMISES.items()
    },
    "captions": "Captions say what is spoken, while it is: two lines that fit, none over another.",
    "streams": "Sound, captions, chapters and title are there, and the film plays while it loads.",
}
"""The checks' names, and what each one promises."""
