"""What kind of being a description is of: a person, a robot or an animal, and how much of it shows.

The noun that a clause is about decides: "an old man's dog" is a dog, "a man with a dog" and "a dog
trainer" are people. Of several clauses the first one with such a noun counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from sparkle_motion_dagster.engines.images.storyboard.words import (
    description_vocabulary as vocabulary,
)
from sparkle_motion_dagster.engines.images.storyboard.words.descriptions import Description
from sparkle_motion_dagster.engines.images.storyboard.words.matching import whole
from sparkle_motion_dagster.engines.images.storyboard.words.prompt_vocabulary import PROP_WORDS

Presence: TypeAlias = Literal["solid", "translucent", "clothes", "none"]
"""How much of somebody shows: all, all of it see-through, only what is worn, or nothing."""

PERSON, ROBOT = "person", "robot"

ANIMALS: Mapping[str, str] = {
    "cat": r"(?:tom)?cats?|kittens?|tabby|kitty",
    "dog": r"(?:sheep|bull)?dogs?|puppy|puppies|pup|hounds?|terriers?|poodle|collie|labrador"
    r"|retriever|spaniel|dachshund|mutt|mongrel|greyhound|beagle|corgi|siberian husky|husky dog",
    "wolf": r"wolf|wolves",
    "fox": r"fox(?:es)?|vixen",
    "horse": r"horses?|pony|ponies|stallion|mare|foal",
    "donkey": r"donkeys?|mule",
    "rabbit": r"rabbits?|bunny|bunnies|hares?",
    "bear": r"bears?|grizzly|panda",
    "mouse": r"mouse|mice|rats?|hamster|dormouse|guinea pigs?",
    "squirrel": r"squirrels?",
    "hedgehog": r"hedgehogs?",
    "raccoon": r"raccoons?|badgers?|otters?|beavers?",
    "pig": r"pigs?|piglet|boar",
    "cow": r"cows?|bull|ox|calf",
    "sheep": r"sheep|lambs?",
    "goat": r"goats?",
    "deer": r"deer|stag|fawn|reindeer|elk|moose",
    "lion": r"lions?|lioness",
    "tiger": r"tigers?|leopard|panther|lynx",
    "monkey": r"monkeys?|chimp(?:anzee)?|gorilla|ape",
    "frog": r"frogs?|toads?",
    "crow": r"crows?|ravens?|blackbird|jackdaw|magpie",
    "owl": r"owls?",
    "parrot": r"parrots?|macaw|cockatoo|budgie|parakeet",
    "penguin": r"penguins?",
    "duck": r"ducks?|duckling|goose|geese|swans?",
    "hen": r"hens?|rooster|chickens?|cockerel",
    "eagle": r"eagles?|hawks?|falcons?",
    "bird": r"birds?|sparrows?|finch|pigeons?|doves?|swallows?|swifts|(?:sea)?gulls?|canary"
    r"|nightingale|songbird",
    "fish": r"\w*fish|trout|carp|salmon",
    "whale": r"whales?|sharks?|dolphins?|orca|seals?|sea lions?",
}
"""The animals, and the words for them."""

_ROBOTS = r"robot(?:s|er|o|e)?|bots?|androids?|automat(?:on|a)|droids?|cyborgs?|drones?"

_PROPS = {
    "wolf": "dog", "fox": "dog", "crow": "birds", "owl": "birds", "parrot": "birds",
    "penguin": "birds", "duck": "birds", "hen": "birds", "eagle": "birds", "bird": "birds",
}  # fmt: skip
"""As which thing a prompt's scenery has an animal, where that is not called like it."""

_NOT_ITSELF = (
    r"train\w+|owner|breed\w+|keeper|walker|lover|hunter|handler|engineer\w*|design\w+|builder|maker"
    r"|mechanic|inventor|programmer|technician|operator|seller|dealer|scientist|researcher|repair\w+"
    r"|develop\w+|expert|specialist|fanatic|farmer|costume|mask|suit|arms?|hands?|legs?|eyes?|voice"
    r"|wom[ae]n|m[ae]n|lady|girl|boy|person|people|pilot|shop|show"
)
"""What makes the noun before it somebody else's: a robot engineer is no robot."""

_PEOPLE = (
    r"person|human|child|kid|teenager|baby|engineer|artist|musician|painter|driver|owner|trainer"
    r"|inventor|worker|neighbou?r|friend|stranger|narrator|singer|dancer|actor|magician|poet|cook"
)
_ONLY_PEOPLE_HAVE = (
    r"hair|\w+-haired|beard\w*|mou?stache\w*|freckle\w*|dress|suit|shirt|trousers|jeans|skin"
    r"|years? old|twenty|thirty|forty|fifty|sixty"
    r"|in (?:her|his|their) (?:early |mid|late )?-?\w+ies"
)
_VOICES = re.compile(
    r"(?:^|^(?:a|an|the|only|just)\b.* |'s? (?:.* )?|\b(?:radio|robotic|male|female|computer) )"
    r"voice$"
    r"|\b(?:loudspeaker|intercom|radio|tannoy|computer|operating system"
    r"|(?:ai|artificial intelligence)(?: assistant| system)?)$"
)
"""What has no body: a voice that is all that somebody is, not a voice that somebody has."""

_BODY_PARTS = r"screen|monitor|wheels?|legs?|eyes?|lens|face|head|arms?|case|cabinet|metal body"
_GHOST_OF = re.compile(
    r"\b(?:ghost|spirit|hologram|projection|apparition|phantom) of (?:(?:a|an|the|his|her) )?"
)
_GHOSTS = (
    r"ghosts?|phantom|spect(?:re|er)|apparition|poltergeist|wraith|holograms?|holographic"
    r"|translucent|transparent|see-through"
)
_UNSEEN = (
    r"unseen|never (?:seen|visible|shown)(?! without)|not (?:seen|visible)|only (?:ever )?heard"
    r"|disembodied|bodiless|bodyless|(?:without|has no|no) (?:a |any )?body"
)
_ABOUT = re.compile(
    r"\b(?:with|without|who|whose|that|which|in|on|of|like|for|from|by|and|at|to|as|over|under"
    r"|holding|carrying|riding|walking|wearing|looking|loves?|has|had|owns?|keeps?|afraid|named"
    r"|called|made|covered|older|younger|always|never|not)\b"
)
"""Where a clause stops being about its noun."""

_COUNTS = {
    "two": 2, "both": 2, "a pair of": 2, "some": 2, "three": 3, "several": 3, "many": 3,
    "a pack of": 3, "a flock of": 3, "a herd of": 3, "four": 4, "five": 5, "six": 6,
}  # fmt: skip
_MANY = r"\w+(?:s|ves|ies)|mice|geese|automata|oxen"


@dataclass(frozen=True)
class Being:
    """What somebody is.

    Attributes:
        species: `PERSON`, `ROBOT` or a name of `ANIMALS`.
        presence: How much of them shows.
    """

    species: str
    presence: Presence = "solid"

    @property
    def prop(self) -> str:
        """The name that scenery has for a thing like it."""
        return _PROPS.get(self.species, self.species)


@lru_cache(256)
def being_of(description: str, name: str = "") -> Being:
    """Return what somebody is.

    Args:
        description: What somebody wrote about them.
        name: The character's id, which counts where the description has no noun for what it is, and
            nothing that only people have.
    """
    text = _GHOST_OF.sub("ghost ", " ".join(description.lower().replace("’", "'").split()))
    called = name.lower().replace("_", " ")
    text = re.sub(r"\b\w+ of an? (?=(?:wo)?man\b)", "", text)  # a bear of a man
    clauses = [part.strip() for part in re.split(r"[,;.:()–—]| - |\b(?:is|was|are)\b", text)]
    subjects = [_ABOUT.split(part)[0].strip() for part in clauses if part != called]
    bodies = [part for part in subjects if not _VOICES.search(part)]
    species = next((found for part in bodies if (found := _species(part))), None)
    if species is None and not _has(_ONLY_PEOPLE_HAVE, text):
        if len(bodies) < len(subjects) or _VOICES.search(called):
            if _has(_UNSEEN, text) or not _has(_BODY_PARTS, text):
                return Being(PERSON, "none")
            species = ROBOT
        else:
            subjects.append(called)
            species = _species_called(called)
    return Being(species or PERSON, _presence(text, ", ".join(subjects)))


def things_besides(
    prompt: str, things: Sequence[str], present: Mapping[str, int]
) -> tuple[str, ...]:
    """Return which things a prompt speaks of besides the characters who are present.

    Args:
        prompt: The prompt.
        things: Names of `PROP_WORDS` that it has words for.
        present: How many robots, and animals of each species, are among the characters.

    Returns:
        The things that are no characters, and those that are more of a character's kind.
    """
    rest, more = prompt, set()
    for species, count in present.items():
        words = _words_for(species)
        rest = re.sub(rf"\b(?:{words})\b", " ", rest, flags=re.IGNORECASE)
        if _means_more(prompt, words, count):
            more.add(Being(species).prop)
    left = [
        thing
        for thing in things
        if thing in more or re.search(rf"\b(?:{PROP_WORDS[thing]})\b", rest, re.IGNORECASE)
    ]
    return (*left, *sorted(more - set(left)))


def _means_more(prompt: str, words: str, present: int) -> bool:
    """Tell whether a prompt speaks of more beings than are present."""
    for match in re.finditer(rf"\b(?:{words})\b(?!')", prompt, re.IGNORECASE):
        before = prompt[: match.start()].lower()
        count = re.search(rf"\b({'|'.join(_COUNTS)}) (?:[\w-]+ ){{0,2}}$", before)
        if count is not None:
            return _COUNTS[count[1]] > present
        if re.search(r"\b(?:another|(?:the|a|an) (?:other|second|third)) (?:[\w-]+ )?$", before):
            return True
        if present == 1 and re.fullmatch(_MANY, match[0].lower()):
            return True
    return False


def _words_for(species: str) -> str:
    """Return the nouns that may mean a being of a species."""
    if species == ROBOT:
        return _ROBOTS
    bird = "|bird" if Being(species).prop == "birds" else ""
    return rf"(?:(?:robot\w*|mechanical) )?(?:{ANIMALS[species]}{bird})"


def _species(subject: str) -> str | None:
    """Return what a subject is; None where it has no noun for that.

    An animal's noun stands last, or before its role: raven hair and a sheep shearer are people's, a
    rabbit doctor is a rabbit.
    """
    roles = "|".join(role[0] for role in vocabulary.ROLES)
    beings = [
        (match.end(), len(match[0]), name)
        for name, words in (*ANIMALS.items(), (ROBOT, _ROBOTS))
        for match in re.finditer(rf"\b(?:{words})\b(?![-']|\s+(?:{_NOT_ITSELF})\b)", subject)
        if name == ROBOT or re.match(rf" *(?:$|(?:{roles})\b)", subject[match.end() :])
    ]
    if beings:
        return max([one for one in beings if one[2] != ROBOT] or beings)[2]
    human = f"{vocabulary.FEMININE}|{vocabulary.MASCULINE}|{_PEOPLE}|{roles}"
    return PERSON if _has(rf"(?:{human})(?!')", subject) else None


def _species_called(name: str) -> str | None:
    """Return what a name says that somebody is; Anna Wolf is no wolf."""
    species = _species(name)
    titled = re.search(r"\b(?:the|a|an|old|little)\b|^\S+(?: \d+)?$", name)
    if titled or species in ("cat", "dog", ROBOT, None):
        return species
    return PERSON if Description("", name).feminine is not None else species


def _presence(text: str, subjects: str) -> Presence:
    if _has("invisible", subjects):
        worn = "|".join((*vocabulary.CLOTHES, *vocabulary.HATS))
        return "clothes" if _has(worn, text) else "none"
    if _has(_UNSEEN, text):
        return "none"
    return "translucent" if _has(_GHOSTS, subjects) else "solid"


def _has(words: str, text: str) -> bool:
    return whole(words).search(text) is not None
