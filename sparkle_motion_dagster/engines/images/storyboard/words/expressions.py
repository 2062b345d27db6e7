"""What a face says without a word, as a prompt describes it."""

from dataclasses import replace
from typing import Any

from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Mouth
from sparkle_motion_dagster.engines.images.storyboard.words.matching import says

_SMILE = Expression(Mouth(width=0.35, curve=0.75), brows=0.2, squint=0.45, blush=0.25)
_CALM = Expression(Mouth(curve=0.12))

_MOODS: tuple[tuple[str, Expression], ...] = (
    (
        r"(?:trying|tries|struggl\w+) not to (?:smile|laugh)|suppress\w* (?:a )?(?:smile|laugh)"
        r"|hint of a smile|half[- ]smil\w+|faint smile|ghost of a smile|smirk\w*|wry\w*",
        Expression(Mouth(width=-0.1, curve=0.45, press=0.5), brows=0.3, squint=0.35, blush=0.3),
    ),
    (
        r"laugh\w*|grin\w*|beam(?:s|ing) (?:with|at)|delight\w*|ecstatic|overjoyed|cheer\w*",
        Expression(Mouth(0.45, 0.7, 1.0), brows=0.4, squint=0.75, blush=0.5),
    ),
    (
        r"reliev\w+|relief",
        Expression(Mouth(0.12, 0.4, 0.7), brows=0.35, frown=-0.55, squint=0.4, tears=0.25),
    ),
    (
        r"melt\w*|tender\w*|moved|touched|eyes shining|shining eyes|fond\w*|loving\w*|in love",
        Expression(
            Mouth(width=0.15, curve=0.5), brows=0.3, frown=-0.5, squint=0.25, tears=0.4, blush=0.35
        ),
    ),
    (
        r"(?:crying|weep\w*|sobb\w*|in tears|tears|tearful)",
        Expression(Mouth(0.1, 0.1, -0.7), brows=0.25, frown=-1.0, lids=0.72, tears=1.0, blush=0.3),
    ),
    (
        r"scream\w*|shout\w*|yell\w*|roar\w*|bellow\w*",
        Expression(Mouth(0.9, 0.2, -0.2), brows=-0.2, frown=0.8, lids=0.95),
    ),
    (
        r"shock\w*|astonish\w*|gasp\w*|aghast|stunned|horrifi\w+|jaw drop\w*|dumbfounded",
        Expression(Mouth(0.65, -0.45, -0.05), brows=1.0, frown=-0.2, lids=1.35),
    ),
    (
        r"surpris\w+|amazed?|awe|wonder\w*|startled|wide[- ]eyed",
        Expression(Mouth(0.28, -0.35, 0.15), brows=0.8, frown=-0.1, lids=1.25),
    ),
    (
        r"furious\w*|rag(?:e|ing)|angr\w+|anger|seething|livid|outraged|snarl\w*",
        Expression(Mouth(0.0, 0.15, -0.55, 0.8), brows=-0.6, frown=1.0, lids=0.85, squint=0.3),
    ),
    (
        r"guilt\w*|asham\w+|sheepish\w*|caught|embarrass\w*|confess\w*",
        Expression(
            Mouth(0.0, -0.15, -0.2, 0.4), brows=0.5, frown=-0.8, gaze=(0.55, 0.1), blush=0.6
        ),
    ),
    (
        r"terrif\w+|terror|panic\w*|afraid|fear\w*|scared|frighten\w*|dread",
        Expression(Mouth(0.2, 0.35, -0.35), brows=0.8, frown=-0.85, lids=1.3),
    ),
    (
        r"worr(?:y|ied|ies|ying)|anxious\w*|nervous\w*|uneasy|concern\w*"
        r"|hold(?:s|ing) (?:her|his|their) breath|tense|hesita\w+|rehearsed|pleading",
        Expression(Mouth(0.0, -0.05, -0.3, 0.35), brows=0.35, frown=-0.7, lids=1.05),
    ),
    (
        r"sad(?:ly|ness)?|grie(?:f|v\w+)|sorrow\w*|mourn\w*|melanchol\w+|heartbroken|lonely|lost in"
        r"|disappoint\w*|regret\w*",
        Expression(Mouth(0.0, -0.05, -0.6), brows=0.15, frown=-0.9, lids=0.8, gaze=(0.0, 0.45)),
    ),
    (
        r"suspicio\w+|scepti\w+|skepti\w+|doubt\w*|narrowed|squint\w*|distrust\w*|evidence",
        Expression(Mouth(0.0, -0.1, -0.2, 0.4), brows=-0.3, frown=0.45, lids=0.62, squint=0.5),
    ),
    (
        r"determin\w+|resolute\w*|stern\w*|grim\w*|fierce\w*|serious\w*"
        r"|focus(?:ed|s) (?:face|gaze|eyes)|concentrat\w+|grip(?:s|ping)|gritted",
        Expression(Mouth(0.0, 0.0, -0.2, 0.5), brows=-0.3, frown=0.6, lids=0.92),
    ),
    (
        r"proud\w*|pride|triumph\w*|smug\w*|confident\w*",
        Expression(Mouth(0.0, 0.15, 0.5, 0.2), brows=0.35, lids=0.75, squint=0.3),
    ),
    (
        r"tired\w*|exhaust\w*|weary|wearily|sleepy|drowsy|yawn\w*",
        Expression(Mouth(0.0, 0.0, -0.2), brows=0.15, frown=-0.3, lids=0.5, gaze=(0.0, 0.2)),
    ),
    (
        r"smil\w+|happy|happily|joy\w*|content\w*"
        r"|(?:warm|kind)(?:ly)? (?:face|look|eyes)|cheerful\w*",
        _SMILE,
    ),
    (
        r"curious\w*|intrigued|attentive\w*|listen\w*|interest\w*",
        Expression(Mouth(0.06, -0.1, 0.15), brows=0.5, lids=1.12),
    ),
    (r"calm\w*|seren\w+|peaceful\w*|level gaze|gentle (?:face|look|eyes)", _CALM),
)
"""Moods, the ones that overrule others first: who tries not to smile does not smile."""

_DETAILS: tuple[tuple[str, str, float], ...] = (
    (
        r"eye(?:s|lids) (?:closed|shut)|clos(?:es|ed|ing) (?:her|his|their) eyes|asleep|sleeping",
        "lids",
        0.0,
    ),
    (
        r"eyebrows? (?:at full height|raised|up|high)"
        r"|rais(?:es|ed|ing) (?:an |her |his )?eyebrows?",
        "brows",
        1.0,
    ),
    (r"eyebrows? (?:lowered|down)|lower(?:s|ed|ing) (?:her|his) eyebrows?", "brows", -0.1),
    (r"frown\w*|scowl\w*|knit(?:ted)? brows?", "frown", 0.7),
    (r"wide (?:honest |open )?eyes|eyes wide", "lids", 1.3),
    (r"eyes? (?:is |are )?narrowed|narrow(?:s|ed|ing) (?:her|his|their) eyes", "lids", 0.6),
    (r"blush\w*|flushed|red[- ]cheeked|rosy", "blush", 1.0),
    (r"tear (?:on|down)|wet eyes|eyes (?:wet|brimming|glisten\w*)", "tears", 0.9),
)
_OPEN_MOUTH = r"mouth (?:is |hangs )?open|open(?:s)? (?:her|his|their) mouth|agape|sing(?:s|ing)"

_LOOKS = r"(?:look|glanc|gaz|star|turn)\w* (?:\w+ ){0,3}"
_GAZES: tuple[tuple[str, tuple[float, float]], ...] = (
    (rf"{_LOOKS}left|eyes (?:to the )?left", (-0.8, 0.0)),
    (rf"{_LOOKS}right|eyes (?:to the )?right", (0.8, 0.0)),
    (rf"{_LOOKS}(?:up|upwards?|skywards?)|eyes (?:up|lifted|raised)", (0.0, -0.8)),
    (rf"{_LOOKS}(?:down|downwards?)|eyes (?:down|lowered|cast)|downcast|reading", (0.0, 0.8)),
    (r"(?:look|glanc)\w* away|avert\w+|sidelong|eyes follow\w*", (0.75, 0.15)),
)


def expression_of(prompt: str) -> Expression:
    """Return what a prompt says about the face in its picture; calm where it says nothing.

    Of several moods the strongest is the face's; details (closed eyes, raised eyebrows, where it
    looks) are laid over it.
    """
    expression = next((mood for words, mood in _MOODS if says(words, prompt)), _CALM)
    details: dict[str, Any] = {
        name: value for words, name, value in _DETAILS if says(words, prompt)
    }
    expression = replace(expression, **details)
    if says(_OPEN_MOUTH, prompt) and expression.mouth.opening < 0.4:
        expression = replace(expression, mouth=replace(expression.mouth, opening=0.45, press=0.0))
    gaze = next((gaze for words, gaze in _GAZES if says(words, prompt)), None)
    return replace(expression, gaze=gaze) if gaze is not None else expression


FACE_WORDS = (
    *(words for words, _ in _MOODS),
    *(words for words, _, _ in _DETAILS),
    _OPEN_MOUTH,
    *(words for words, _ in _GAZES),
)
"""All words by which a prompt says what a face does."""
