"""Plans as language models answer them: in a code fence, with prose around, not quite JSON or YAML.

What does not belong there is taken off, and named. Lines keep their numbers.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

_FENCE = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$", re.MULTILINE)

_KEYS = "schema_version|title|characters|base_images|shots|dialogue_timeline|render_profile"
_JSON_BEGINS = re.compile(r"\{[ \t]*(?:[\"'“”„«}/#\n]|\Z)")
_YAML_BEGINS = re.compile(rf"^[ ]*(?:---[ ]*|[\"'“”„«]?(?:{_KEYS})[\"'“”»]?[ ]*:.*)$", re.MULTILINE)

_BLANKS = "\u00a0\u2000-\u200b\u202f\u3000\ufeff"
_YAML_LINE = re.compile(
    rf"(?:[ \t{_BLANKS}]|[-#%\]}}]|\.{{3}}|[\"'“”„«]?[A-Za-z_]+[\"'“”»]?[ ]*:(?:[ ]|$)|$)"
)
_QUOTED = '[“”„«][^“”„«»"\n]*[”“»"]'
_COMMENT = r"//[^\n]*|\#[^\n]*|/\*(?s:.*?)(?:\*/|\Z)"

_JSON_BRACKET = re.compile(rf'"(?:[^"\\\n]|\\.)*"?|{_COMMENT}|{_QUOTED}|(?P<bracket>[\[\]{{}}])')
_ANOTHER = re.compile(r"\s*\{")
_JSON_TOKEN = re.compile(
    rf"""
      (?P<string>"(?:[^"\\\n]|\\.)*"?)
    | (?P<comment>{_COMMENT})
    | ,(?=(?:\s|{_COMMENT})*(?P<closing>[\]}}]))
    | (?P<quoted>{_QUOTED})
    | (?P<single>'(?:[^'\\\n]|\\.)*')
    | \b(?P<literal>True|False|None)\b
    | (?P<blank>[{_BLANKS}])
    """,
    re.VERBOSE,
)
_YAML_ENTRY = re.compile(
    rf"""
    (?P<indent>[ {_BLANKS}]*) (?P<dashes>(?:-[ ]+)*)
    (?:(?P<key>{_QUOTED}|[\w"'-]+)(?P<colon>[ ]*:(?=[ ]|$)[ ]*))?
    (?P<value>.*)
    """,
    re.VERBOSE,
)
_FLOW_QUOTED = re.compile(rf"{_QUOTED}(?=[ ]*[:,\]}}])")
_LITERALS = {"True": "true", "False": "false", "None": "null"}


@dataclass(frozen=True)
class Finding:
    """What a text holds that no plan does, and the first line that does, counted from 1."""

    what: str
    line: int

    def __str__(self) -> str:
        return f"{self.what} (line {self.line})"


@dataclass(frozen=True)
class Cleaned:
    """A text without what was found in it, each kind once."""

    text: str
    found: tuple[Finding, ...]
    is_json: bool


def clean(text: str) -> Cleaned:
    """Return the plan that a text holds, as far as it can be told apart from what is around it."""
    cleaning = _Cleaning(text)
    cleaning.take_off_fence()
    is_json = cleaning.take_off_prose()
    if is_json:
        cleaning.replace(_JSON_TOKEN, cleaning.json_token)
    else:
        cleaning.replace(re.compile("^.+$", re.MULTILINE), cleaning.yaml_line)
    found = sorted((Finding(*one) for one in cleaning.found.items()), key=lambda one: one.line)
    return Cleaned(cleaning.text, tuple(found), is_json)


class _Cleaning:
    """A text that becomes cleaner, and the line of what was first taken off, by what it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[str, int] = {}

    def take_off_fence(self) -> None:
        """Keep what stands in a code fence; of several, in the longest."""
        blocks: list[tuple[int, int]] = []
        opening: re.Match[str] | None = None
        for fence in _FENCE.finditer(self.text):
            if opening is None:
                opening = fence
            elif _closes(fence, opening):
                blocks.append((opening.end(), fence.start()))
                opening = None
        if opening is not None:
            blocks.append((opening.end(), len(self.text)))
        if blocks:
            start, end = max(blocks, key=lambda block: block[1] - block[0])
            self._note("a Markdown code fence", start)
            self._keep(start, end)

    def take_off_prose(self) -> bool:
        """Keep the plan itself, and tell whether it is JSON."""
        as_json, as_yaml = _JSON_BEGINS.search(self.text), _YAML_BEGINS.search(self.text)
        if as_json and not (as_yaml and as_yaml.start() < as_json.start()):
            self._keep_noted(as_json.start(), self._end_of_json(as_json.start()))
            return True
        if as_yaml:
            self._keep_noted(*self._lines_of_yaml(as_yaml.start()))
        return False

    def replace(self, pattern: re.Pattern[str], cleaned: Callable[[re.Match[str]], str]) -> None:
        """Replace every match."""
        self.text = pattern.sub(cleaned, self.text)

    def json_token(self, token: re.Match[str]) -> str:
        """Return a token as JSON has it."""
        note = partial(self._note, at=token.start())
        if token["string"]:
            return token[0]
        if token["comment"]:
            note("comments, which JSON does not have")
            return "\n" * token[0].count("\n")
        if token["closing"]:
            closing = f'a comma before the closing "{token["closing"]}"'
            self._note(closing, token.start("closing"))
            return ""
        if token["quoted"]:
            return self._straight(token["quoted"], token.start())
        if token["single"]:
            note("single quotation marks, which JSON does not have")
            return _in_quotes(token["single"].replace("\\'", "'"))
        if token["literal"]:
            note(f"{token['literal']} as Python writes it")
            return _LITERALS[token["literal"]]
        note("blanks that are no spaces")
        return " "

    def yaml_line(self, found: re.Match[str]) -> str:
        """Return a line as YAML has it."""
        line = _YAML_ENTRY.fullmatch(found[0])
        if line is None:
            return found[0]
        indent = re.sub(f"[{_BLANKS}]", " ", line["indent"])
        if indent != line["indent"]:
            self._note("blanks that are no spaces", found.start())
        key, value = (self._yaml_word(line[name] or "", found.start()) for name in ("key", "value"))
        return f"{indent}{line['dashes']}{key}{line['colon'] or ''}{value}"

    def _yaml_word(self, word: str, at: int) -> str:
        """Return a key or a value in straight quotation marks, if it stands in others."""
        if re.fullmatch(rf"{_QUOTED}\s*", word):
            return self._straight(word.rstrip(), at)
        if word.startswith(("[", "{")):
            return _FLOW_QUOTED.sub(lambda found: self._straight(found[0], at), word)
        return word

    def _straight(self, quoted: str, at: int) -> str:
        self._note("typographic quotation marks", at)
        return _in_quotes(quoted)

    def _end_of_json(self, start: int) -> int:
        """Return where the object ends that begins somewhere.

        One that is cut off, or followed by another one, ends with the text.
        """
        depth = 0
        for token in _JSON_BRACKET.finditer(self.text, start):
            if token["bracket"]:
                depth += 1 if token["bracket"] in "[{" else -1
                if depth == 0 and not _ANOTHER.match(self.text, token.end()):
                    return token.end()
        return len(self.text)

    def _lines_of_yaml(self, known: int) -> tuple[int, int]:
        """Return where the lines begin and end, around a known one, that may be a plan's."""
        lines = self.text.split("\n")
        first = last = self.text.count("\n", 0, known)
        while first and _YAML_LINE.match(lines[first - 1]):
            first -= 1
        while last < len(lines) and _YAML_LINE.match(lines[last]):
            last += 1
        ends = [0, *accumulate(len(line) + 1 for line in lines)]
        return ends[first], ends[last]

    def _keep_noted(self, start: int, end: int) -> None:
        """Keep a part, and note it if anything but white space stands around it."""
        before, after = self.text[:start].strip(), self.text[end:].strip()
        if before or after:
            at = self.text.index(before) if before else end + self.text[end:].index(after)
            self._note("text around the plan", at)
            self._keep(start, end)

    def _keep(self, start: int, end: int) -> None:
        """Keep a part of the text, on its lines."""
        self.text = "\n" * self.text.count("\n", 0, start) + self.text[start:end]

    def _note(self, what: str, at: int) -> None:
        if what not in self.found:
            self.found[what] = self.text.count("\n", 0, at) + 1


def _closes(fence: re.Match[str], opening: re.Match[str]) -> bool:
    """Tell whether a fence closes the one that was opened: as long a one, without a word."""
    return not fence["info"].strip() and fence["marks"].startswith(opening["marks"])


def _in_quotes(quoted: str) -> str:
    """Return a quoted text in straight quotation marks."""
    said = quoted[1:-1]
    return json.dumps(said, ensure_ascii=False) if "\\" not in said else f'"{said}"'
