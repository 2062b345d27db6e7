"""Breaking a screenplay down into shots, by rules: no model is asked, nothing left to chance.

Each paragraph of action is a shot, the first of a scene a wide one; whoever speaks and can be seen
does so in a close shot of their own; who cannot be seen is heard over the shot before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sparkle_motion_dagster.screenplay.elements import (
    Action,
    Direction,
    Element,
    SceneHeading,
    Screenplay,
    Speech,
    Transition,
)
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.shotlist.headings import Heading, heading_of
from sparkle_motion_dagster.shotlist.models import (
    Ending,
    ListedLine,
    ListedScene,
    ListedShot,
    ShotList,
    ShotSize,
)
from sparkle_motion_dagster.shotlist.moods import mood_of
from sparkle_motion_dagster.shotlist.people import Cast, cast_of, is_on_telephone, is_unseen

_NOWHERE = "an empty place"

_MOST_SHOWN = 160
"""Letters of action that a shot shows; a paragraph that says more is several shots."""

_MOST_SAID = 150
"""Letters that are said in a shot, some ten seconds; who says more is seen from nearer, and again
from further away."""

_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"”’')\]]*\s+|(?<=[。！？])")
_ENDINGS: tuple[tuple[re.Pattern[str], Ending], ...] = (
    (re.compile(r"DISSOLVE", re.IGNORECASE), "dissolve"),
    (re.compile(r"WIPE", re.IGNORECASE), "wipe"),
    (re.compile(r"FADE (?!IN|UP)|TO BLACK|BURN TO", re.IGNORECASE), "fade"),
)


def broken_down(script: Screenplay, name: str) -> ShotList:
    """Return a screenplay's shots.

    Args:
        script: The screenplay.
        name: What the film is called where its title page does not say.

    Raises:
        ScriptError: It has nothing that can be seen or heard.
    """
    cast = cast_of(script.elements)
    scenes = tuple(_scenes(script.elements, cast))
    if not scenes:
        raise ScriptError("It has neither action nor speech: there is nothing to film.")
    author = script.title_page.get("author") or script.title_page.get("authors")
    return ShotList(
        title=" ".join(script.title_page.get("title", "").split()) or name,
        credit=None if author is None else " ".join(author.split()),
        characters=tuple(cast.members.values()),
        scenes=scenes,
    )


def _parts(elements: Sequence[Element]) -> Iterator[Sequence[Element]]:
    """Yield the elements of each scene, its heading first; before the first one there is none."""
    part: list[Element] = []
    for element in elements:
        if isinstance(element, SceneHeading) and part:
            yield part
            part = []
        part.append(element)
    if part:
        yield part


@dataclass
class _Shooting:
    """A scene while it is broken down."""

    cast: Cast
    shots: list[ListedShot] = field(default_factory=list)

    def act(self, action: Action) -> None:
        for shows in _pieces(self.cast.told(action.text), _MOST_SHOWN):
            seen = self.cast.seen_in(shows)
            size: ShotSize = "two-shot" if len(seen) == 2 else "medium shot"
            self.shots.append(
                ListedShot(
                    size=size if self.shots else "wide shot",
                    shows=shows,
                    characters=seen,
                    line=action.line,
                )
            )

    def speak(self, speech: Speech) -> None:
        speaker = self.cast.named(speech.speaker)
        unseen = is_unseen(speech.extensions)
        for number, (line, text) in enumerate(_lines(speech)):
            said = ListedLine(
                speaker=speaker,
                text=text,
                off_screen=unseen,
                telephone=is_on_telephone(speech.extensions),
                line=line,
            )
            if unseen:
                self._over(said, speech)
            else:
                self._close(said, speech, nearer=number % 2 == 1)

    def _over(self, said: ListedLine, speech: Speech) -> None:
        """Have somebody heard over the shot before, where nobody speaks in it for all to see."""
        if self.shots and all(line.off_screen for line in self.shots[-1].lines):
            before = self.shots.pop()
            self.shots.append(before.model_copy(update={"lines": (*before.lines, said)}))
            return
        listening = self.shots[-1].characters if self.shots else ()
        self.shots.append(
            ListedShot(
                size="medium shot" if listening else "wide shot",
                shows=f"{' and '.join(listening)}, listening" if listening else "the place, quiet",
                characters=listening,
                lines=(said,),
                line=speech.line,
            )
        )

    def _close(self, said: ListedLine, speech: Speech, *, nearer: bool) -> None:
        self.shots.append(
            ListedShot(
                size="close-up" if nearer else "medium close-up",
                shows=f"{said.speaker} speaks",
                characters=(said.speaker,),
                lines=(said,),
                line=speech.line,
            )
        )

    def end(self, transition: Transition) -> None:
        ending = next((to for words, to in _ENDINGS if words.search(transition.text)), None)
        if ending is not None and self.shots:
            self.shots[-1] = self.shots[-1].model_copy(update={"ending": ending})


def _scenes(elements: Sequence[Element], cast: Cast) -> Iterator[ListedScene]:
    """Yield the scenes in which there is anything to be seen or heard."""
    time = None
    for part in _parts(elements):
        heading = _heading(part)
        time = time if heading.goes_on else heading.time
        shots = _shots(part, cast)
        if shots:
            told = [heading.place, *(one.text for one in part if isinstance(one, Action))]
            yield ListedScene(
                place=heading.place,
                time=time,
                interior=heading.interior,
                mood=mood_of(" ".join(told), interior=heading.interior),
                shots=shots,
            )


def _heading(part: Sequence[Element]) -> Heading:
    """Return where a scene is; what stands before the first heading is anywhere."""
    first = part[0]
    return heading_of(first.text) if isinstance(first, SceneHeading) else Heading(_NOWHERE)


def _shots(part: Sequence[Element], cast: Cast) -> tuple[ListedShot, ...]:
    shooting = _Shooting(cast)
    for element in part:
        match element:
            case Action(centred=False):
                shooting.act(element)
            case Speech():
                shooting.speak(element)
            case Transition():
                shooting.end(element)
            case _:
                pass
    return tuple(shooting.shots)


def _lines(speech: Speech) -> Iterator[tuple[int, str]]:
    """Yield what is said in each shot of a speech, directions in brackets, and where it stands."""
    direction = ""
    for part in speech.parts:
        if isinstance(part, Direction):
            direction += f"[{part.text}] "
            continue
        for piece in _pieces(part.text, _MOST_SAID):
            yield part.line, direction + piece
            direction = ""


def _pieces(text: str, most: int) -> Iterator[str]:
    """Yield a text in pieces of whole sentences, of at most so many letters where that goes."""
    piece = ""
    for sentence in filter(None, _SENTENCE.split(" ".join(text.split()))):
        if piece and len(piece) + len(sentence) >= most:
            yield piece
            piece = ""
        piece = f"{piece} {sentence}".strip()
    if piece:
        yield piece
