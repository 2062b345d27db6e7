"""A text in pieces that stay together, and how good a place each gap is to break the text at."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sparkle_motion_dagster.plan.captions.captioning import columns, graphemes

SENTENCE, CLAUSE, CONJUNCTION, LINK, NOUN, WORD = 0, 2, 3, 5, 7, 9
SUBJECT, INSIDE, HANGING, TIE, APART = 13, 14, 18, 25, 60
"""What it costs to break after a sentence, after a comma, before "and" or "but", before another
linking word, before an article and its noun, between words; after a pronoun, inside a script
without spaces, after a linking word, between an article or a number and what it belongs to, and
inside a word."""

_CHUNK = 14
"""Columns of the parts of a word that is longer than a line."""

_LINKS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "about above across after against along although among and around as at because "
        "before behind below beneath beside between beyond but by despite down during for from how "
        "if in inside into like near nor of off on onto or out over since so than that through "
        "till to toward towards under unless until up upon what when where whether which while who "
        "whose why with within without yet",
        "fr": "à afin après au aux avant avec car chez comme contre dans de depuis des derrière "
        "devant donc dont du durant en entre et jusque lorsque mais malgré ni où ou par parce "
        "pendant pour puis puisque quand que qui quoique sans sauf selon si sous sur vers",
        "de": "aber als an am auf aus außer bei beim bevor bis da damit dann dass denn durch ehe "
        "für gegen hinter im in indem ins mit nach neben ob obwohl oder ohne seit sondern sowie "
        "trotz über um und unter vom von vor während wegen weil wenn wie wo zu zum zur zwischen",
        "es": "a al ante antes aunque bajo como con contra cuando de del desde donde durante e en "
        "entre hacia hasta mientras ni o para pero por porque pues que quien según si sin sino "
        "sobre tras u y",
        "it": "a ad al alla anche che chi come con contro da dal dalla dei del della di dopo dove "
        "durante e ed fino fra in ma mentre ne nel nella o per perché poi prima quando se senza "
        "sopra sotto su sul sulla tra verso",
        "pt": "a antes ao após até com como contra da das de depois desde do dos durante e em "
        "embora enquanto entre mas na nas nem no nos onde ou para pela pelo por porque quando que "
        "quem se sem sob sobre",
        "nl": "aan achter als bij binnen boven buiten dan dat door dus en hoewel in langs maar met "
        "na naar naast of om omdat onder op over sinds te tegen tegenover terwijl tot totdat "
        "tussen uit van voor voordat waar want wanneer zonder",
        "pl": "a aby ale albo bez bo by chociaż czy dla do gdy gdzie i jak jeśli kiedy ku lub lecz "
        "między na nad nie niż o od oraz po pod ponad przed przez przy u w we więc z za ze że żeby",
        "ru": "а без в во где да для до если за и из или как когда которая которое которые который "
        "к ко между на над не но о об от перед по под потому при про с со среди то у через что "
        "чтобы",
        "uk": "а або але без бо в від де для до з за зі і й коли між на над не о об од перед по "
        "під при про та у через чи що щоб як якщо",
        "el": "αλλά αν από αφού για ενώ επειδή ή και κατά με μετά μέχρι να όπου όταν ότι παρά πριν "
        "προς που σαν σε στα στη στην στις στο στον στους χωρίς ως",
    }.items()
}
"""Conjunctions and prepositions: a phrase begins with them."""

_CONJUNCTIONS = frozenset(
    ("and", "but", "or", "et", "mais", "ou", "und", "aber", "oder", "y", "pero", "e", "ma", "mas")
)

_TIED: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the an my your his her its our their this that these those no not every each some "
        "any very too don't won't can't",
        "fr": "le la les un une mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce "
        "cet cette ces ne très",
        "de": "der die das den dem des ein eine einen einem einer eines mein meine dein deine sein "
        "seine ihr ihre unser unsere kein keine sehr nicht",
        "es": "el la los las un una unos unas mi mis tu tus su sus este esta ese esa no muy lo",
        "it": "il lo la i gli le un uno una mio mia tuo tua suo sua questo questa non molto",
        "pt": "o os as um uma meu minha seu sua este esta esse essa não muito",
        "nl": "de het een mijn jouw zijn haar ons onze hun deze die dit dat geen niet zeer",
        "pl": "nie ten ta to mój moja twój twoja się bardzo",
        "ru": "не ни этот эта это мой моя твой твоя очень",
        "uk": "не ні цей ця це мій моя твій твоя дуже",
        "el": "ο η το οι τα τον την του της των ένας μια ένα δεν θα",
    }.items()
}
"""Articles and the like: what they belong to comes next."""

_SUBJECTS: Mapping[str, frozenset[str]] = {
    "en": frozenset(["i", "you", "he", "she", "it", "we", "they", "who"]),
    "fr": frozenset(["je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles"]),
    "de": frozenset(["ich", "du", "er", "sie", "es", "wir", "ihr"]),
}

_SHORTENED_VERBS = ("'m", "'re", "'ve", "'ll", "'d")

_NO_SENTENCE = re.compile(
    r"(?:dr|mr|mrs|ms|mx|prof|rev|st|mt|capt|cpt|lt|sgt|gen|col|hon|sen|gov|jr|sr|no|nr|vol|fig|vs"
    r"|approx|mme|mlle|sig|sra?|hr|fr|z|bzw|ca|e\.g|i\.e|p\.ex|[^\W\d_])\.",
    re.IGNORECASE,
)
_CLOSING = "\"'”’»)]}›」』）】〉》"
_ENDS_SENTENCE = tuple(".!?。！？؟।॥")
_ENDS_CLAUSE = tuple(",;:—–…،؛、，；：")
_OPENS = re.compile(r"[\"'“‘„«‹(\[{¿¡]+")
_SPACELESS = re.compile(
    "[\u2e80-\ua4cf\uf900-\ufaff\uff61-\uff9f\U00020000-\U0003ffff、。，．：；？！]"
)
_NEVER_FIRST = frozenset(
    "、。，．・：；？！」』）】〉》〕］｝ー々〜…—ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ)]}!?,.:;%°”’"
)
_NEVER_LAST = frozenset("「『（【〈《〔［｛([{“‘$￥£€")
_KANA = re.compile("[\u3040-\u309f]")


@dataclass(frozen=True)
class Piece:
    """What is never broken.

    Attributes:
        text: Without white space.
        columns: Columns that it takes.
        word: Index of the word of the text that it is part of.
        cost: What it costs to break the text behind it.
        space: What stands between it and the next piece of its line: a space, or nothing.
    """

    text: str
    columns: int
    word: int
    cost: int
    space: str


def pieces(text: str, language: str, most_columns: int) -> list[Piece]:
    """Split a text at its white space, inside scripts that have none, and inside endless words.

    Args:
        text: What is said.
        language: Its language tag, such as ``en-US``; it decides which words stay together.
        most_columns: How many columns a row has: a word that is longer is endless.
    """
    words = text.split()
    costs = [
        _cost(*three, language) for three in zip(words, words[1:], [*words[2:], ""], strict=False)
    ]
    found: list[Piece] = []
    for index, (word, cost) in enumerate(zip(words, [*costs, SENTENCE], strict=True)):
        parts = list(_parts(word, index, most_columns))
        found += [*parts[:-1], replace(parts[-1], cost=cost, space=" ")]
    return found


def name_pieces(name: str, most_columns: int) -> list[Piece]:
    """Split the name of who speaks, with its colon; it belongs to what is said first."""
    parts = [
        replace(part, word=0, cost=TIE, space=" " if part.space else "")
        for part in pieces(f"{name}:", "", most_columns)
    ]
    return [*parts[:-1], replace(parts[-1], cost=CLAUSE)]


def join(parts: Sequence[Piece]) -> str:
    """Return pieces as one line of text."""
    return "".join(part.text + part.space for part in parts).rstrip()


def _parts(word: str, index: int, most_columns: int) -> Iterator[Piece]:
    for run in _runs(word):
        size = columns(run)
        if size <= most_columns:
            yield Piece(run, size, index, _cost_inside(run), "")
        else:
            for chunk in _chunks(run, most_columns):
                yield Piece(chunk, columns(chunk), index, APART, "")


def _runs(word: str) -> Iterator[str]:
    """Yield a word, parted wherever a script without spaces lets a line end."""
    run = ""
    for grapheme in graphemes(word):
        if run and _parts_between(run, grapheme):
            yield run
            run = ""
        run += grapheme
    yield run


def _parts_between(run: str, grapheme: str) -> bool:
    return (
        bool(_SPACELESS.match(run[-1]) or _SPACELESS.match(grapheme))
        and grapheme[0] not in _NEVER_FIRST
        and run[-1] not in _NEVER_LAST
        and not (_KANA.match(grapheme) and _KANA.match(run[-1]))  # particles and endings
    )


def _cost_inside(run: str) -> int:
    bare = run.rstrip(_CLOSING)
    if bare.endswith(_ENDS_SENTENCE):
        return SENTENCE
    if bare.endswith(_ENDS_CLAUSE):
        return CLAUSE
    return WORD if _KANA.match(run[-1]) else INSIDE


def _chunks(run: str, most_columns: int) -> Iterator[str]:
    characters = graphemes(run)
    count = -(-columns(run) // _CHUNK)
    edges = [len(characters) * number // count for number in range(count + 1)]
    for start, end in pairwise(edges):
        chunk = ""
        for character in characters[start:end]:
            if columns(chunk + character) > most_columns:
                yield chunk
                chunk = ""
            chunk += character
        if chunk:
            yield chunk


def _cost(before: str, after: str, beyond: str, language: str) -> int:
    """Return what it costs to part two words: the first rule that holds says so.

    ``beyond`` is the word behind the second one: a preposition that nothing follows ("what are you
    talking about, Tom") ends a phrase.
    """
    tag = language.partition("-")[0].casefold()
    bare, follower = _bare(before), _bare(after)
    if (not follower and not _OPENS.fullmatch(after)) or _OPENS.fullmatch(before):
        return APART  # a lone mark ends the line that it stands in, a lone quote begins one
    closed = before.rstrip(_CLOSING)
    if _NO_SENTENCE.fullmatch(before.lstrip("\"'“‘(")):
        return TIE
    if closed.endswith("...") or closed.endswith(_ENDS_CLAUSE) or not bare:
        return CLAUSE
    if closed.endswith(_ENDS_SENTENCE):
        return SENTENCE
    if bare in _TIED.get(tag, ()) or (len(bare) == 1 and bare not in _SUBJECTS.get(tag, ())):
        return TIE
    if bare[-1].isdigit() or (follower[:1].isdigit() and bare in {"no", "page", "room", "number"}):
        return TIE
    if follower in _CONJUNCTIONS and bare not in _CONJUNCTIONS:
        return CONJUNCTION
    if bare in _LINKS.get(tag, ()):
        return HANGING
    if bare in _SUBJECTS.get(tag, ()) or bare.endswith(_SHORTENED_VERBS):
        return SUBJECT
    if _is_name(before) and _is_name(after):
        return TIE
    if follower in _LINKS.get(tag, ()):
        ends = _bare(beyond) in _CONJUNCTIONS or after.endswith((*_ENDS_SENTENCE, *_ENDS_CLAUSE))
        return HANGING if ends else LINK
    return NOUN if follower in _TIED.get(tag, ()) else WORD


def _bare(word: str) -> str:
    """Return a word in lower case without the marks around it."""
    letters = [index for index, character in enumerate(word) if character.isalnum()]
    return word[letters[0] : letters[-1] + 1].casefold().replace("’", "'") if letters else ""


def _is_name(word: str) -> bool:
    start = word.lstrip("\"'“‘«(")[:2]
    return start[:1].isupper() and not start.isupper()
