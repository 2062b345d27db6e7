"""Who is in a story: names, looks and clothes, so that everybody is told from everybody else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.writer.template.dice import Dice
from sparkle_motion_dagster.engines.writer.template.reading.people import Somebody
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Role, Sex, Tongue
from sparkle_motion_dagster.shotlist.models import ListedCharacter

_GREYING, _OLD = 52, 66
_AGED = {"old": (68, 84), "young": (18, 28)}
_PARENTS = frozenset({"mother", "father"})
_YOUNG, _IN_THEIR_TWENTIES = frozenset({"girl", "boy", "child"}), frozenset({"daughter", "son"})
_PARENTS_OF_THE_YOUNG = (46, 60)
_CHILDREN_OF: Mapping[Sex, Sex] = {"woman": "girl", "man": "boy"}
_GROWN_UP_FROM = 16
_FEWEST = 2
_GROWN_UP: tuple[Sex, ...] = ("woman", "man")
_CHILDREN: tuple[Sex, ...] = ("girl", "boy")
_OTHER: Mapping[Sex, Sex] = {"woman": "man", "girl": "man", "man": "woman", "boy": "woman"}


@dataclass(frozen=True)
class Cast:
    """Who plays whom.

    Attributes:
        members: The characters: A, B and, where there are three, C.
        unseen: Whether B is a voice that is only heard.
        animals: Whether they are all animals.
    """

    members: tuple[ListedCharacter, ...]
    unseen: bool = False
    animals: bool = False

    @property
    def names(self) -> dict[str, str]:
        """The names by letter."""
        return dict(zip("ABC", (one.name for one in self.members), strict=False))

    @property
    def seen(self) -> tuple[str, ...]:
        """The names of those who can be seen."""
        return tuple(one.name for one in self.members if not one.off_screen)


def cast_of(
    told: Sequence[Somebody], around: Sequence[str], tongue: Tongue, dice: Dice, *, unseen: bool
) -> Cast:
    """Return the characters of a story: at least two.

    Args:
        told: Of whom the prompt speaks.
        around: The roles of whom one meets at the story's place.
        tongue: Whose names they have.
        dice: Decides what is open.
        unseen: Whether the second one is only heard.
    """
    people = list(_complete(told, around, dice))
    sexes = _sexes(people, dice)
    members: list[ListedCharacter] = []
    taken: set[str] = set()
    for index, (one, sex) in enumerate(zip(people, sexes, strict=True)):
        role = tables.roles()[one.role or "stranger"]
        name = one.name or _name(role, sex, tongue, dice, {*taken, *_told_names(people)})
        taken.add(name)
        hidden = unseen and index == 1
        look = _look(role, sex, index, people, dice)
        members.append(ListedCharacter(name=name, description=look, off_screen=hidden))
    kinds = {tables.roles()[one.role or "stranger"].kind for one in people}
    return Cast(tuple(members), unseen, kinds == {"animal"})


def _complete(told: Sequence[Somebody], around: Sequence[str], dice: Dice) -> Iterator[Somebody]:
    """Yield people: those of the prompt, and as many more as it takes to talk."""
    roles = tables.roles()
    animals = bool(told) and all(roles[one.role or "stranger"].kind == "animal" for one in told)
    if animals:
        around = [name for name, role in roles.items() if role.kind == "animal"]
    others = [name for name in around if name not in {one.role for one in told}]
    more = dice.shuffled("people", others or list(around))
    yield from told
    for name in (more * _FEWEST)[: max(0, _FEWEST - len(told))]:
        yield Somebody(role=name, sex=roles[name].sex)


def _told_names(people: Sequence[Somebody]) -> set[str]:
    return {one.name for one in people if one.name}


def _sexes(people: Sequence[Somebody], dice: Dice) -> list[Sex]:
    """Return whether each is a woman or a man: of two, one each where nobody says otherwise."""
    sexes: list[Sex] = []
    for index, one in enumerate(people):
        said = one.sex or tables.roles()[one.role or "stranger"].sex
        if said is None and one.name and one.name.lower().endswith("a"):
            said = "woman"
        if said is None:
            fixed = next((other.sex for other in people if other is not one and other.sex), None)
            before = sexes[-1] if sexes else fixed
            said = _OTHER.get(before or "child")
        if said is None:
            sexes.append(dice.pick(f"sex {index}", _GROWN_UP))
        elif said == "child":
            sexes.append(dice.pick(f"sex {index}", _CHILDREN))
        elif one.age is not None and one.age < _GROWN_UP_FROM:
            sexes.append(_CHILDREN_OF.get(said, said))
        else:
            sexes.append(said)
    return sexes


def _name(role: Role, sex: Sex, tongue: Tongue, dice: Dice, taken: set[str]) -> str:
    """Return a name that begins like nobody else's."""
    if role.called is not None and role.called.of(tongue) not in taken:
        return role.called.of(tongue)
    names = tables.names()
    bank = names.given[tongue].women if sex in ("woman", "girl") else names.given[tongue].men
    choices = dice.shuffled(f"name {sex}", names.robots if role.kind == "robot" else bank)
    letters = {name[0] for name in taken}
    apart = [name for name in choices if name[0] not in letters]
    return next(name for name in (*apart, *choices) if name not in taken)


def _look(role: Role, sex: Sex, index: int, people: Sequence[Somebody], dice: Dice) -> str:
    """Return what somebody looks like; those of one kind differ in clothes, hair and age."""
    alike = [before.role for before in people[:index]].count(people[index].role)
    wears = dice.shuffled("wears", role.wears)[alike % len(role.wears)]
    if role.kind in ("robot", "animal"):
        return f"{wears}, {'female' if sex in ('woman', 'girl') else 'male'}"
    one = people[index]
    youngest, oldest = _ages(role, one, people) if one.aged is None else _AGED[one.aged]
    middle = (youngest + oldest) // 2
    half = (youngest, middle) if (index + dice.happens("older", 2)) % 2 else (middle, oldest)
    age = one.age or dice.pick(f"age {index}", range(half[0], half[1] + 1))
    skin, goes = _skin(people, dice)
    styles = [one for one in tables.looks().hair[_hair(sex, age)] if re.search(goes, one)]
    hair = dice.shuffled("hair", styles)[index]
    told = ", ".join(filter(None, [f"{sex} of {age}", role.trade, skin, hair, wears]))
    look = ", ".join(dict.fromkeys(told.split(", ")))  # hair, or clothes, may come with glasses
    return f"ghost of a {look}" if role.kind == "ghost" else look


def _ages(role: Role, one: Somebody, people: Sequence[Somebody]) -> tuple[int, int]:
    """Return how old somebody may be: parents are old enough for their children."""
    children = {other.role for other in people} - _PARENTS
    if one.role not in _PARENTS or children <= _YOUNG:
        return role.ages
    return _PARENTS_OF_THE_YOUNG if children <= _YOUNG | _IN_THEIR_TWENTIES else _AGED["old"]


def _skin(people: Sequence[Somebody], dice: Dice) -> tuple[str | None, str]:
    """Return the skin of people who are relatives, and which hair goes with it."""
    if not any(tables.roles()[one.role].kin for one in people if one.role):
        return None, "."
    return dice.pick("skin", list(tables.looks().skin.items()))


def _hair(sex: Sex, age: int) -> str:
    if sex not in _GROWN_UP or age < _GREYING:
        return sex
    return f"old {sex}" if age >= _OLD else f"older {sex}"
