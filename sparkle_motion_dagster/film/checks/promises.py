"""What each stage promises, in words: its checks, which are measured by the modules beside this."""

from collections.abc import Mapping

from sparkle_motion_dagster.film.checks.verdict import Check
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    LIPSYNC_CLIPS,
    MOVIE_PLAN,
    PLAN_DRAFT,
    SHOT_CLIPS,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.media.film.promises import PROMISES

TRAINED_SIZE = Check("trained_size", "Clips are made at a size that their model was trained on.")

ALL_SPOKEN = Check(
    "all_spoken",
    "All that is written is spoken: no line holds emoji, marks of markup, or signs that have no "
    "words in its language. Stage directions are left out, and listed beside.",
)
VOICES_APART = Check(
    "voices_apart",
    "No two characters speak with the same voice. One who does can be given a voice of its own in "
    "the plan's voice_profile: a reference_wav to imitate, another voice_id, or a pitch.",
)
VOICES_STAY = Check(
    "voices_stay",
    "Nobody changes from one provider's voice to another's. One who does can be given a provider "
    "in the plan: voice_profile.provider.",
)
TAKES_GOOD = Check(
    "takes_good",
    "Every take is as it should be: not clipped, not cut short, about as long as its text. Another "
    "seed (voice_profile.seed), or other words, may help one that is not.",
)

WORDS_HEARD = Check(
    "words_heard",
    "A recogniser understands what is said: of no line it mistakes more than a third of the words. "
    "Listen to one that is named: another voice, slower speech, or other words may help it.",
)

LINES_AUDIBLE = Check(
    "lines_audible",
    "Every line can be heard where the timeline puts it, and nothing where nothing is planned.",
    blocking=True,
)
STEMS_ADD_UP = Check(
    "stems_add_up",
    "The film's sound is what its stems add up to, within a rounding.",
    blocking=True,
)
SPEECH_OVER_MUSIC = Check(
    "speech_over_music",
    "Speech is at least 10 dB louder than the music under it. Lower the gain_db of music that is "
    "named, or let it step back further: `ducking` in the profile's film settings.",
)
CUES_HEARD = Check(
    "cues_heard",
    "Every cue of the soundtrack is heard from its beginning. Give one that is named another "
    "place: a line may lie elsewhere than it seemed.",
)
AS_LONG_AS_PLANNED = Check(
    "as_long_as_planned",
    "The film is as long as planned: no shot had to wait for its lines. Give one that had more "
    "seconds, or its lines fewer words.",
)

KEYFRAMES_DIFFER = Check(
    "keyframes_differ",
    "Where a shot goes from one keyframe to another, the two are not near-duplicates: something "
    "happens.",
)
WHOLE_PICTURES = Check(
    "whole_pictures", "Every picture that the plan brings is one: no animation, no further pages."
)
PROMPT_READ = Check("prompt_read", "The pictures show what their prompts say, word by word.")
PORTRAITS_SHOW_FACES = Check(
    "portraits_show_faces",
    "The portrait of whoever may be seen speaking shows a face, by which theirs is known in clips.",
)

TEXT_IS_SAFE = Check(
    "text_is_safe", "All that is written on the screen lies where every screen shows it."
)

FRAME_COUNTS = Check(
    "frame_counts",
    "Every clip has exactly as many frames as the timeline and its transitions say.",
    blocking=True,
)
NOT_BLACK = Check("not_black", "No clip shows a black picture that the plan does not explain.")
NOT_FROZEN = Check(
    "not_frozen", "Nothing stands still for a second or more, unless the plan asks for stillness."
)
ON_KEYFRAMES = Check(
    "on_keyframes",
    "Every clip starts on its start keyframe, and ends at its end keyframe where it has one.",
)
OWN_CLIPS_LAST = Check(
    "own_clips_last",
    "Every clip of the plan's own lasts as long as its shot: its last picture is not held.",
)

SEEN = (NOT_BLACK, NOT_FROZEN, ON_KEYFRAMES)
"""What is promised of how a clip looks, whoever has encoded it."""

SEAMS = Check(
    "seams",
    "Wherever a shot ends on the keyframe that the next one starts on, the pictures on both sides "
    "are alike: nothing jumps.",
)
FACES_FOUND = Check(
    "faces_found", "In every talking close-up the speakers' faces were found: their mouths move."
)
MOUTHS_SHARP = Check(
    "mouths_sharp",
    "No face is so large that the mouth it was given is seen to be softer than the rest of it.",
)

MOUTHS_MOVE = Check(
    "mouths_move",
    "The mouths of real faces go with what is said: they open as its sounds ask for it, in time, "
    "and their lips meet for m, b and p.",
)
FACES_KEPT = Check(
    "faces_kept",
    "Around the mouths and eyes of real faces that speak, pictures are what they were.",
)
WHO_SPEAKS = Check("who_speaks", "The real face that moves is the speaker's, and no other.")

AS_LONG_AS_ASKED = Check(
    "as_long_as_asked", "The plan is about as long as was asked for: within a quarter."
)

FILM_CHECKS = tuple(
    Check(name, description, blocking=True) for name, description in PROMISES.items()
)
"""What is measured on the finished file, before it counts."""

CHECKS: Mapping[str, tuple[Check, ...]] = {
    PLAN_DRAFT: (AS_LONG_AS_ASKED,),
    MOVIE_PLAN: (TRAINED_SIZE,),
    DIALOGUE_WAVS: (ALL_SPOKEN, VOICES_APART, VOICES_STAY, TAKES_GOOD, WORDS_HEARD),
    TIMELINE_TRACK: (
        LINES_AUDIBLE,
        STEMS_ADD_UP,
        SPEECH_OVER_MUSIC,
        CUES_HEARD,
        AS_LONG_AS_PLANNED,
    ),
    BASE_IMAGES: (
        KEYFRAMES_DIFFER,
        WHOLE_PICTURES,
        PROMPT_READ,
        PORTRAITS_SHOW_FACES,
        TEXT_IS_SAFE,
    ),
    SHOT_CLIPS: (FRAME_COUNTS, *SEEN, OWN_CLIPS_LAST),
    LIPSYNC_CLIPS: (
        FRAME_COUNTS,
        *SEEN,
        SEAMS,
        FACES_FOUND,
        MOUTHS_SHARP,
        MOUTHS_MOVE,
        FACES_KEPT,
        WHO_SPEAKS,
    ),
    VIDEO_FINAL: (*FILM_CHECKS, WORDS_HEARD, TEXT_IS_SAFE),
}
"""The checks of each stage, in the order in which they are shown."""
