"""Random plans that keep every rule, small and short: hypothesis strategies, an object each."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

from hypothesis import strategies as st

PICTURES = ("drawn.png", "seen_through.png", "photo.jpg", "deep.tif", "moving.gif")
RECORDINGS = ("voice.wav",)
LINE_RECORDINGS = ("said.wav",)
CLIPS = ("footage.mp4",)
CLIP_S = 3.0
"""How long the clips are, in seconds."""

GRADES = ("warm.cube",)
FILES = frozenset({*PICTURES, *RECORDINGS, *LINE_RECORDINGS, *CLIPS, *GRADES})
"""The files that such plans name, see `write_files` of tests/test_random_plans.py."""

_Object = dict[str, Any]

_PROMPTS = (
    "close-up of Mara, surprised, at dusk", "wide shot, a crowd of forty fans in a stadium, night",
    "an empty kitchen at 3 a.m., rain on the window", "der alte Hafen im Nebel", "夜の港", "🌊🌊",
    "extreme close-up of a brass key on a table", "over the shoulder, two soldiers in a trench",
    "greenhouse on Mars, a small boxy robot", "a black card", "profile, low angle, silhouette",
    "no people, no clouds, not a single boat", "a cat, a dog, a horse and a bird on a pier",
)  # fmt: skip
_MOTIONS = (
    "slow push in", "pan left then tilt up", "handheld, quick", "static", "crane up", "dolly zoom",
    "orbit around her", "whip pan", "Kamerafahrt nach links", "🎥",
)  # fmt: skip
_LINES = (
    "Not tonight.", "What? No!", "Wait... is it 5:30 already?", "Yes.", "It costs $4.50, Dr. Webb.",
    "She said \"go\" - and went.", "I", "Ha ha ha!", "naïve café", "Well-known.", "“Quoted”",
    "One sentence. Another one? And a third, long enough to cross the cut of a short shot!",
)  # fmt: skip
_IN_OTHER_LETTERS = ("Привет.", "こんにちは", "مرحبا", "???", "…", "🙂")
_NAMES = ("Mara", "Mara", "Old Tom", "BOLT-7", "Ö", "مريم", "李", "x" * 200, "The Voice: radio")
_DESCRIPTIONS = (
    "lighthouse keeper, fifties", "a small boxy maintenance robot with one round blue eye",
    "girl, nine, red coat", "a grey tabby cat", "ship's computer, a voice without a body", "🤖",
    "alter Mann mit Bart", "tall woman in a white coat, glasses, long black hair",
)  # fmt: skip
_LANGUAGES = ("en-US", "en-GB", "de", "fr", "es", "it")

_TITLES = ("Light", "Harbour Light\nA film", "Τέλος", "Конец")

_free_text = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)
_seeds = st.integers(0, 2**32 - 1) | st.integers(0, 10**9).map(str)
_notes = st.dictionaries(
    st.text("abc", min_size=1, max_size=3), st.integers() | _free_text, max_size=2
)

_durations = st.one_of(*[st.floats(0.25, 1.2)] * 9, st.floats(0.001, 0.25))


def _texts(*examples: str) -> st.SearchStrategy[str]:
    """Return texts of which most are among the examples, and some are anything."""
    usual = st.sampled_from(examples)
    return st.one_of(usual, usual, usual, _free_text.filter(str.strip))


def _object(required: _Object, optional: _Object) -> st.SearchStrategy[_Object]:
    return st.fixed_dictionaries(required, optional=optional)


voice_profiles = _object(
    {},
    {
        "voice_id": st.sampled_from(["emma", "oliver", "leo"]),
        "language": st.sampled_from(_LANGUAGES),
        "pitch": st.floats(0.5, 2),
        "rate": st.floats(0.5, 2),
        "seed": _seeds,
        "reference_wav": st.sampled_from(RECORDINGS),
        "exaggeration": st.floats(0, 2),
        "cfg_weight": st.floats(0, 1),
        "temperature": st.floats(0.01, 2),
    },
)


_treatments = st.sampled_from(["none", "telephone", "radio", "far", "hall", "thought"])

cards = _object(
    {"text": st.sampled_from(_TITLES), "seconds": st.floats(0.5, 1.5)},
    {"style": st.sampled_from(["black", "paper", "picture"]), "fade": st.floats(0, 0.25)},
)


def screen_texts(seconds: float) -> st.SearchStrategy[_Object]:
    """Return texts over a shot of so many seconds."""
    return _object(
        {
            "text": st.sampled_from(_TITLES),
            "from": st.floats(0, seconds / 3),
            "to": st.floats(seconds / 2, seconds),
        },
        {"place": st.sampled_from(["lower_third", "top", "centre"])},
    )


def characters(number: int) -> st.SearchStrategy[_Object]:
    """Return characters; ``number`` is in their id."""
    return _object(
        {"id": st.just(f"who-{number}"), "name": _texts(*_NAMES).map(lambda name: name[:200])},
        {
            "description": _texts(*_DESCRIPTIONS),
            "reference_image": st.sampled_from(PICTURES),
            "voice_profile": voice_profiles,
            "treatment": _treatments,
        },
    )


def base_images(number: int, people: list[str]) -> st.SearchStrategy[_Object]:
    """Return keyframes with some of these people in them; ``number`` is in their id."""
    own = st.sampled_from(PICTURES)
    drawn = _object(
        {"id": st.just(f"f{number}"), "prompt": _texts(*_PROMPTS)},
        {
            "negative_prompt": _texts("blurry"),
            "characters": st.lists(st.sampled_from(people), unique=True) if people else st.just([]),
            "mime_type": st.just("image/png"),
            "metadata": _object({}, {"seed": _seeds, "note": _free_text}),
        },
    )
    brought = st.tuples(drawn, own, st.sampled_from(["local_path", "asset_uri"])).map(
        lambda parts: parts[0] | {parts[2]: parts[1]}
    )
    return st.one_of(drawn, drawn, brought)


def lines(people: list[str]) -> st.SearchStrategy[_Object]:
    """Return lines that these people speak."""
    said = st.one_of(
        *[st.sampled_from(_LINES)] * 12, st.sampled_from(_IN_OTHER_LETTERS), _free_text
    )
    return _object(
        {"character_id": st.sampled_from(people), "text": said.filter(str.strip)},
        {
            "metadata": _notes,
            "audio": st.sampled_from(LINE_RECORDINGS),
            "off_screen": st.booleans(),
            "treatment": _treatments,
        },
    )


def shots(number: int, people: list[str]) -> st.SearchStrategy[_Object]:
    """Return shots on keyframes ``number`` and ``number + 1``, short ones."""
    spoken = st.lists(lines(people), max_size=2) if people else st.just([])
    box = _object(
        {
            "left": st.floats(0, 0.4),
            "top": st.floats(0, 0.4),
            "width": st.floats(0.1, 0.6),
            "height": st.floats(0.1, 0.6),
        },
        {},
    )
    faces = st.dictionaries(st.sampled_from(people), st.none() | box) if people else st.just({})
    return _object(
        {
            "id": st.just(f"S.{number}"),
            "duration_sec": _durations,
            "visual_description": _texts("what happens"),
            "start_base_image_id": st.just(f"f{number}"),
            "end_base_image_id": st.just(f"f{number + 1}"),
        },
        {
            "setting": _texts("a pier"),
            "motion_prompt": _texts(*_MOTIONS),
            "negative_prompt": _texts("text"),
            "seed": _seeds,
            "is_talking_closeup": st.booleans(),
            "dialogue": spoken,
            "metadata": _object({}, {"faces": faces}),
            "grade": st.sampled_from(GRADES),
        },
    )


@st.composite
def clip_shots(draw: st.DrawFn, people: list[str]) -> _Object:
    """Draw a shot that is a clip of its author's own."""
    start, seconds = draw(st.floats(0, 1)), draw(st.floats(0.25, 1))
    clip = _object({"file": st.sampled_from(CLIPS), "in": st.just(start)}, {"out": st.just(CLIP_S)})
    return {
        "id": "S.clip",
        "duration_sec": seconds,
        "visual_description": "footage",
        "clip": draw(clip),
        "dialogue": draw(st.lists(lines(people), max_size=1)) if people else [],
    }


@st.composite
def endings(draw: st.DrawFn, shots: list[_Object]) -> list[_Object]:
    """Draw how shots end that are a chain of keyframes: most match, and each is still shown."""
    drawn = []
    for number, shot in enumerate(shots):
        following = shots[number + 1] if number + 1 < len(shots) else None
        timed = ["fade"] if following is None else ["dissolve", "fade", "wipe"]
        untimed = ["cut"] if following is None else ["cut", "hold"]
        kind = draw(st.sampled_from(["match"] * 4 + untimed * 2 + timed))
        ending = {} if kind == "match" else {"transition": kind}
        if kind in timed:
            # A quarter of the shorter shot on each side: those of both ends fit into every shot.
            room = min(each["duration_sec"] for each in (shot, following or shot))
            ending["transition_sec"] = room / 2
        if following is not None and (kind == "hold" or (kind != "match" and draw(st.booleans()))):
            shot = {key: value for key, value in shot.items() if key != "end_base_image_id"}
        drawn.append(shot | ending)
    return drawn


render_profiles = _object(
    {
        "video": _object(
            {"model_id": _texts("wan-2.1")},
            {
                "max_fps": st.sampled_from([5, 6.25, 8, 10, 12, 23.976, 0.7]),
                "notes": _free_text.filter(str.strip),
            },
        ),
        "metadata": st.just({"resolution": "64x64"}),
    },
    {
        "review": st.just([]),
        "aspect": st.just("1:1"),
        "burned_captions": st.sampled_from(["off", "lines", "words"]),
    },
)


def soundtracks(shots: int, lines: int) -> st.SearchStrategy[_Object]:
    """Return soundtracks for films of so many shots and lines: cues in a shot, or from one on."""
    shot: st.SearchStrategy[_Object] = st.integers(0, shots - 1).map(
        lambda number: {"shot": f"S.{number}"}
    )
    start: st.SearchStrategy[Any] = st.one_of(st.just(0), st.just({"sec": 0.0}), shot)
    if lines:
        line = st.integers(1, lines).map(lambda number: {"line": number})
        later = {"edge": st.sampled_from(["start", "end"]), "offset_sec": st.floats(-1, 1)}
        start |= st.tuples(line, _object(later, {})).map(lambda one: one[0] | one[1])
    levels = {
        "gain_db": st.floats(-40, 20),
        "fade_in_sec": st.floats(0, 60),
        "fade_out_sec": st.floats(0, 60),
        "loop": st.booleans(),
    }
    alone = _object({"at": start}, levels)
    within = st.tuples(shot, alone).map(lambda one: one[1] | {"at": one[0], "until": one[0]})
    placed = st.one_of(alone, within)
    file = st.fixed_dictionaries({"file": st.sampled_from(RECORDINGS)})
    mood = st.fixed_dictionaries({"mood": st.sampled_from(["room tone", "Wind", "crowd_murmur"])})

    def cues(source: st.SearchStrategy[_Object]) -> st.SearchStrategy[list[_Object]]:
        return st.lists(
            st.tuples(source, placed).map(lambda one: one[0] | one[1]), min_size=1, max_size=2
        )

    return _object({"music": cues(file), "ambience": cues(file | mood)}, {"effects": cues(file)})


@st.composite
def timelines(draw: st.DrawFn, spoken: list[_Object], seconds: float) -> list[_Object]:
    """Draw a timeline of so many seconds with these lines in order, and silences around them."""
    entries: list[_Object] = []
    for line in spoken:
        if draw(st.booleans()):
            entries.append({"type": "silence"})
        entries.append({"type": "dialogue", **{key: line[key] for key in ("character_id", "text")}})
    if not entries or draw(st.booleans()):
        entries.append({"type": "silence"})
    shares = [draw(st.floats(0.05, 1)) for _ in entries]
    ends = [seconds * end / sum(shares) for end in accumulate(shares)]
    for entry, (start, end) in zip(entries, pairwise([0.0, *ends]), strict=True):
        entry |= {"start_time_sec": start, "duration_sec": end - start}
    return entries


def _unseen(plan: _Object) -> list[_Object]:
    """Return the characters of a plan that no picture and no shot says are seen."""
    seen = {who for image in plan["base_images"] for who in image.get("characters", ())}
    seen |= {who for shot in plan["shots"] for who in shot.get("metadata", {}).get("faces", ())}
    return [character for character in plan["characters"] if character["id"] not in seen]


@st.composite
def plans(draw: st.DrawFn) -> _Object:
    """Draw a plan of one to four shots that keeps every rule; pictures are 64x64."""
    cast = [draw(characters(number)) for number in range(draw(st.integers(0, 3)))]
    people = [character["id"] for character in cast]
    count = draw(st.integers(1, 3))
    chain = [draw(shots(number, people)) for number in range(count)]
    plan = {
        "title": draw(_texts("Harbour Light", "🌊" * 200, "a/b\\c: \"d\" 'e'")),
        "characters": cast,
        "base_images": [draw(base_images(number, people)) for number in range(count + 1)],
        "shots": draw(endings(chain)),
        "render_profile": draw(render_profiles),
        **draw(
            _object(
                {},
                {
                    "schema_version": st.just("1"),
                    "metadata": _object(
                        {},
                        {
                            "plan_id": _texts("one"),
                            "seed": _seeds,
                            "resolution": st.just("128x72"),
                        },
                    ),
                    "style": _texts("35mm, muted colours", "ink on paper"),
                    "title_card": cards,
                    "end_card": cards,
                    "grade": st.sampled_from(GRADES),
                },
            )
        ),
    }
    for shot in plan["shots"]:
        if draw(st.booleans()):
            shot["on_screen_text"] = [draw(screen_texts(shot["duration_sec"]))]
    if draw(st.booleans()):
        plan["shots"].insert(0, draw(clip_shots(people)))
        plan.get("title_card", {}).pop("style", None)  # a clip has no keyframe to stand on
    for character in _unseen(plan):
        if draw(st.booleans()):
            character["off_screen"] = draw(st.booleans())
    spoken = [line for shot in plan["shots"] for line in shot.get("dialogue", [])]
    if draw(st.booleans()):
        plan["soundtrack"] = draw(soundtracks(count, len(spoken)))
    if draw(st.booleans()):
        seconds = sum(shot["duration_sec"] for shot in plan["shots"])
        plan["dialogue_timeline"] = draw(timelines(spoken, seconds))
    return plan
