"""Reading Final Draft's documents (.fdx): XML, in which every paragraph says what it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from sparkle_motion_dagster.screenplay.elements import (
    Action,
    Direction,
    Element,
    Note,
    SceneHeading,
    Screenplay,
    Section,
    Speech,
    Spoken,
    Transition,
)
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.speeches import cue
from sparkle_motion_dagster.screenplay.title_pages import typed_title_page

_SAID = ("Dialogue", "Lyrics")
_SECTIONS = ("New Act", "End of Act", "Act", "Sequence")
_TITLE, _NOTE = "TitlePage", "ScriptNote"
_UNSEEN = ("Cast List", "Note", "Outline Body")


@dataclass
class _Paragraph:
    """A paragraph of the document.

    Attributes:
        line: On which line of the file it begins.
        kind: What it is, as the document says: "Scene Heading".
        number: The scene's number.
        within: The elements around it.
        dual: Whether it is part of two speeches at the same time.
        text: What it says so far.
    """

    line: int
    kind: str
    number: str | None
    within: tuple[str, ...]
    dual: bool
    text: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def read_final_draft(source: bytes) -> Screenplay:
    """Return what a Final Draft document says.

    Args:
        source: The file, as it is.

    Raises:
        ScriptError: It is no such document, or damaged, or holds what XML files can do harm with.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    handler = _Paragraphs()
    try:
        parseString(source, handler)
    except (SAXException, DefusedXmlException, ValueError) as error:
        raise ScriptError(f"It cannot be read as a Final Draft document: {error}") from error
    if not handler.is_final_draft:
        raise ScriptError("It is XML, but no Final Draft document: save it as .fdx or Fountain.")
    title = [one.words for one in handler.found if _TITLE in one.within and one.words]
    told = [one for one in handler.found if _TITLE not in one.within]
    return Screenplay(typed_title_page(title), tuple(_elements(told)))


class _Paragraphs(ContentHandler):
    """Collects the paragraphs of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Paragraph] = []
        self.is_final_draft = False
        self._open: list[str] = []
        self._begun: list[_Paragraph] = []
        self._locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - SAX's name
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        self.is_final_draft |= not self._open and name == "FinalDraft"
        if name == "Paragraph":
            line = (self._locator.getLineNumber() if self._locator else None) or 1
            paragraph = _Paragraph(
                line,
                attrs.get("Type", "Action"),
                attrs.get("Number") or None,
                tuple(self._open),
                dual="DualDialogue" in self._open,
            )
            self._begun.append(paragraph)
            self.found.append(paragraph)
        self._open.append(name)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._open.pop()
        if name == "Paragraph":
            self._begun.pop()

    def characters(self, content: str) -> None:
        if self._open[-1] == "Text" and self._begun:
            self._begun[-1].text.append(content)


def _elements(paragraphs: Sequence[_Paragraph]) -> Iterator[Element]:
    """Yield what paragraphs say; a speech is several of them."""
    at = 0
    while at < len(paragraphs):
        end = at + 1
        if _opens_speech(paragraphs[at]):
            while end < len(paragraphs) and paragraphs[end].kind in (*_SAID, "Parenthetical"):
                end += 1
        yield from _element(paragraphs[at:end], second=_is_second(paragraphs, at))
        at = end


def _opens_speech(paragraph: _Paragraph) -> bool:
    return paragraph.kind == "Character" and _NOTE not in paragraph.within


def _is_second(paragraphs: Sequence[_Paragraph], at: int) -> bool:
    """Tell whether a speaker is the second of two who speak at the same time."""
    if not paragraphs[at].dual:
        return False
    before = (one for one in reversed(paragraphs[:at]) if one.kind == "Character" or not one.dual)
    return next((one.dual for one in before), False)


def _element(paragraphs: Sequence[_Paragraph], *, second: bool) -> Iterator[Element]:
    first, *others = paragraphs
    line, words = first.line, first.words
    if not words:
        return
    if _NOTE in first.within or first.kind in _UNSEEN:
        yield Note(line, words)
    elif first.kind == "Scene Heading":
        yield SceneHeading(line, words, first.number)
    elif first.kind == "Transition":
        yield Transition(line, words)
    elif first.kind in _SECTIONS:
        yield Section(line, words, 1)
    elif (speaker := cue(words)) is not None and first.kind == "Character":
        yield Speech(line, speaker.speaker, speaker.extensions, tuple(_parts(others)), dual=second)
    else:
        yield Action(line, words)


def _parts(paragraphs: Sequence[_Paragraph]) -> Iterator[Direction | Spoken]:
    for one in paragraphs:
        if not one.words:
            continue
        if one.kind == "Parenthetical":
            yield Direction(one.line, one.words.removeprefix("(").removesuffix(")").strip())
        else:
            yield Spoken(one.line, one.words, sung=one.kind == "Lyrics")
