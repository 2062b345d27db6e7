"""Breaking a screenplay down into shots, by rules: no model is asked, nothing left to chance.

Each paragraph of action is a shot, the first of a scene a wide one; whoever speaks and can be seen
does so in a close shot of their own; who cannot be seen is heard over the shot before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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
    ListedLine,
    ListedScene,
    ListedShot,
    ShotList,
    ShotSize,
)
from sparkle_motion_dagster.shotlist.scripts.camera_words import (
    CameraWords,
    camera_words,
    ending_of,
    is_transition,
)
from sparkle_motion_dagster.shotlist.scripts.hearing import is_unseen, treatment_of
from sparkle_motion_dagster.shotlist.scripts.moods import mood_of
from sparkle_motion_dagster.shotlist.scripts.people import Cast, cast_of
from sparkle_motion_dagster.shotlist.scripts.sentences import parts_of

_NOWHERE = "an empty place"

_MOST_SHOWN = 160
"""Letters of action that a shot shows; a paragraph that says more is several shots."""

_MOST_SAID = 150
"""Letters that are said in a shot, some ten seconds; who says more is seen from nearer, and again
from further away."""

_PRONOUN = re.compile(r"(?P<several>They|Their|Both)\b|(?:She|He|Her|His)\b")
"""Who was in the picture before, where a paragraph begins with it and names nobody."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")


def broken_down(script: Screenplay, name: str) -> ShotList:
    """Return a screenplay's shots.

    Args:
        script: The screenplay.
        name: What the film is called where its title page does not say.

    Raises:
        ScriptError: It has nothing that can be seen or heard, or its language cannot be read.
    """
    cast = cast_of(script.elements)
    scenes = tuple(_scenes(script.elements, cast))
    if not scenes:
        raise ScriptError("It has neither action nor speech: there is nothing to film.")
    return ShotList(
        title=_on_title_page(script, "title") or name,
        credit=_credit(script),
        language=_language(script),
        characters=tuple(cast.members.values()),
        scenes=scenes,
    )


def _on_title_page(script: Screenplay, *names: str) -> str | None:
    """Return what a title page says by the first of some names that it has; None: by none."""
    told = (" ".join(script.title_page.get(name, "").split()) for name in names)
    return next(filter(None, told), None)


def _credit(script: Screenplay) -> str | None:
    author = _on_title_page(script, "author", "authors")
    if author is None:
        return None
    return " ".join(filter(None, (_on_title_page(script, "credit"), author)))


def _language(script: Screenplay) -> str | None:
    language = _on_title_page(script, "language")
    if language is not None and _LANGUAGE.fullmatch(language) is None:
        raise ScriptError(
            f"Its title page says {language!r} for its language: write a tag, such as fr or pt-BR."
        )
    return language


def _parts(elements: Sequence[Element]) -> Iterator[Sequence[Element]]:
    """Yield the elements of each scene, its heading first; of a script without any there is none.

    What stands before the first heading is seen and heard in its scene.
    """
    begins = [at for at, element in enumerate(elements) if isinstance(element, SceneHeading)]
    if elements and not begins:
        yield elements
    for at, end in pairwise((*begins, len(elements))):
        before = elements[:at] if at == begins[0] else ()
        yield (elements[at], *before, *elements[at + 1 : end])


@dataclass
class _Shooting:
    """A scene while it is broken down."""

    cast: Cast
    shots: list[ListedShot] = field(default_factory=list)
    told: CameraWords | None = None
    """What the camera is told of the next shot of what happens."""

    def act(self, action: Action) -> None:
        if is_transition(action.text):
            self.end(action.text)
        elif (told := camera_words(action.text)) is not None:
            self.told = told
        else:
            self._show(action)

    def _show(self, action: Action) -> None:
        told, self.told = self.told, None
        text = self.cast.told(action.text)
        if told is not None and told.subject is not None:
            text = f"{self.cast.told(told.subject)}. {text}"
        for shows in parts_of(text, _MOST_SHOWN):
            seen = self.cast.seen_in(shows) or self._meant(shows)
            size: ShotSize = "two-shot" if len(seen) == 2 else "medium shot"
            self.shots.append(
                ListedShot(
                    size=(told and told.size) or (size if self.shots else "wide shot"),
                    shows=shows,
                    characters=seen,
                    line=action.line,
                )
            )

    def _meant(self, shows: str) -> tuple[str, ...]:
        """Return whom a paragraph means that begins with a pronoun: whoever was seen last."""
        pronoun = _PRONOUN.match(shows)
        last = next((shot.characters for shot in reversed(self.shots) if shot.characters), ())
        if pronoun is None or (len(last) > 1) != bool(pronoun["several"]):
            return ()
        return last

    def speak(self, speech: Speech) -> None:
        speaker = self.cast.named(speech.speaker)
        unseen = is_unseen(speech.extensions)
        for number, (line, text) in enumerate(_lines(speech)):
            said = ListedLine(
                speaker=speaker,
                text=text,
                off_screen=unseen,
                treatment=treatment_of(speech.speaker, speech.extensions),
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
        there = self.shots[-1].characters if self.shots else ()
        does = "silent" if said.speaker in there else "listening"
        self.shots.append(
            ListedShot(
                size="medium shot" if there else "wide shot",
                shows=f"{' and '.join(there)}, {does}" if there else "the place, quiet",
                characters=there,
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

    def end(self, transition: str) -> None:
        ending = ending_of(transition)
        if ending is not None and self.shots:
            self.shots[-1] = self.shots[-1].model_copy(update={"ending": ending})


def _scenes(elements: Sequence[Element], cast: Cast) -> Iterator[ListedScene]:
    """Yield the scenes in which there is anything to be seen or heard."""
    time, number = None, 0
    for part in _parts(elements):
        heading = _heading(part)
        number += isinstance(part[0], SceneHeading)
        time = time if heading.goes_on else heading.time
        shots = _shots(part, cast)
        if shots:
            told = " ".join(one.text for one in part if isinstance(one, Action))
            yield ListedScene(
                place=heading.place,
                time=time,
                interior=heading.interior,
                mood=mood_of(heading.place, told, interior=heading.interior),
                number=_number(part[0], number),
                shots=shots,
            )


def _heading(part: Sequence[Element]) -> Heading:
    """Return where a scene is; a script without headings is anywhere."""
    first = part[0]
    return heading_of(first.text) if isinstance(first, SceneHeading) else Heading(_NOWHERE)


def _number(first: Element, counted: int) -> str | None:
    """Return what a scene is called by: the number of its heading, else as scenes are counted."""
    if not isinstance(first, SceneHeading):
        return None
    return first.number or str(counted)


def _shots(part: Sequence[Element], cast: Cast) -> tuple[ListedShot, ...]:
    shooting = _Shooting(cast)
    for element in part:
        match element:
            case Action(centred=False):
                shooting.act(element)
            case Speech():
                shooting.speak(element)
            case Transition():
                shooting.end(element.text)
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
        for piece in parts_of(part.text, _MOST_SAID):
            yield part.line, direction + piece
            direction = ""
