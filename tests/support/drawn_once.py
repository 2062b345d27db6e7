"""Has a picture drawn and its prompt read when it is imported, for `forked.py`.

What reads prompts compiles some hundred patterns then, which every command would do anew.
"""

from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Frame
from sparkle_motion_dagster.engines.images.storyboard.illustration import illustrate
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of, with_name
from sparkle_motion_dagster.engines.images.storyboard.unread import not_shown

KEEPER = "old man, beard, blue coat"
PROMPT = "close-up of a keeper in a lamp room at dusk, smiling"

illustrate(PROMPT, 1, (), Frame(64, 36, 4))
not_shown(PROMPT, 1, {"keeper": KEEPER})
look_of("keeper", with_name("keeper", "The Keeper", KEEPER))
