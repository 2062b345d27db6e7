"""Who of a changed shot list is who in the plan, and what each is called."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sparkle_motion_dagster.plan.cards import TITLE_CARD
from sparkle_motion_dagster.shotlist.models import ListedCharacter, ShotList
from sparkle_motion_dagster.shotlist.naming import free, slug
from sparkle_motion_dagster.shotlist.provenance import KEYFRAMES, PlanText
from sparkle_motion_dagster.shotlist.rewriting.changes import changed

_DEFAULT_LANGUAGE = "en"
"""What a character speaks that says nothing of it."""


def renames(before: ShotList, listed: ShotList) -> Mapping[str, str]:
    """Return who is called otherwise now: new names by those that they had.

    That is who is no longer there, where somebody else is who is described alike.
    """
    names = {one.name for one in before.characters}
    new = [one for one in listed.characters if one.name not in names]
    kept = {one.name for one in listed.characters}
    found = {}
    for gone in before.characters:
        if gone.name not in kept:
            same = next((one for one in new if _is_same(gone, one)), None)
            if same is not None:
                new.remove(same)
                found[gone.name] = same.name
    return found


def _is_same(one: ListedCharacter, other: ListedCharacter) -> bool:
    return (one.description, one.off_screen) == (other.description, other.off_screen)


def renamed_list(listed: ShotList, names: Mapping[str, str]) -> ShotList:
    """Return a shot list in which some are called otherwise, but for what is said."""
    called = _calling(names)

    def told(key: str, value: Any) -> Any:
        if key == "text" or not isinstance(value, str):
            return value
        return called(value)

    return ShotList.model_validate(_mapped(listed.model_dump(), told))


def renamed_plan(plan: PlanText, before: ShotList, names: Mapping[str, str]) -> PlanText:
    """Return a plan in which some are called otherwise, wherever a list tells of it but in lines.

    Args:
        plan: The plan.
        before: What was told of it.
        names: New names by those that they had there.
    """
    called = _calling(
        {
            one["name"]: names[told.name]
            for one, told in zip(plan["characters"], before.characters, strict=True)
            if told.name in names
        }
    )

    def told(part: Mapping[str, Any], *fields: str) -> PlanText:
        texts = {one: part[one] for one in fields if isinstance(part.get(one), str)}
        return {**part, **{one: called(text) for one, text in texts.items()}}

    return {
        **told(plan, "title", "style"),
        "characters": [told(one, "name", "description") for one in plan["characters"]],
        KEYFRAMES: [told(one, "prompt") for one in plan[KEYFRAMES]],
        "shots": [
            told(one, "visual_description", "setting", "motion_prompt") for one in plan["shots"]
        ],
        **{
            part: told(plan[part], field)
            for part, field in ((TITLE_CARD, "text"), ("metadata", "story"))
            if plan.get(part)
        },
    }


def _calling(names: Mapping[str, str]) -> Callable[[str], str]:
    words = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return lambda text: pattern.sub(lambda found: names[found[0]], text)


def _mapped(value: Any, told: Callable[[str, Any], Any], key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _mapped(one, told, name) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_mapped(one, told, key) for one in value]
    return told(key, value)


def ids_of(old: PlanText, before: ShotList, listed: ShotList) -> Mapping[str, str]:
    """Return the id in the plan of everybody in a changed shot list, by name.

    Args:
        old: The plan.
        before: What was told of it, under the names of now.
        listed: What is told now.
    """
    people = old.get("characters", ())
    ids = {told.name: one["id"] for told, one in zip(before.characters, people, strict=True)}
    taken = {name.casefold() for name in ids.values()}
    for one in listed.characters:
        if one.name not in ids:
            ids[one.name] = free(slug(one.name, "somebody"), taken)
            taken.add(ids[one.name])
    return ids


def with_ids(built: PlanText, listed: ShotList, ids: Mapping[str, str]) -> PlanText:
    """Return the plan that is built from a shot list, with everybody's id as it is given."""
    given = {
        one["id"]: ids[told.name]
        for told, one in zip(listed.characters, built["characters"], strict=True)
    }

    def called(line: Mapping[str, Any]) -> PlanText:
        return {**line, "character_id": given.get(line["character_id"], line["character_id"])}

    def seen(picture: Mapping[str, Any]) -> PlanText:
        if "characters" not in picture:
            return dict(picture)
        return {**picture, "characters": [given.get(one, one) for one in picture["characters"]]}

    def spoken(shot: Mapping[str, Any]) -> PlanText:
        if "dialogue" not in shot:
            return dict(shot)
        return {**shot, "dialogue": [called(line) for line in shot["dialogue"]]}

    return {
        **built,
        "characters": [{**one, "id": given[one["id"]]} for one in built["characters"]],
        KEYFRAMES: [seen(one) for one in built[KEYFRAMES]],
        "shots": [spoken(one) for one in built["shots"]],
    }


def spoken_otherwise(
    before: ShotList, listed: ShotList, ids: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the language of those who speak another one now, by id.

    What is not said does not count, nor a region.
    """
    was = {one.name: one.language or before.language for one in before.characters}
    now = {one.name: one.language or listed.language for one in listed.characters}
    return {
        ids[name]: language
        for name, language in now.items()
        if name in was
        and language is not None
        and _primary(language) != _primary(was[name] or _DEFAULT_LANGUAGE)
    }


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].casefold()


def merged_characters(
    old: Sequence[PlanText],
    was: Sequence[PlanText],
    now: Sequence[PlanText],
    languages: Mapping[str, str],
    needed: Collection[str],
) -> list[PlanText]:
    """Return the characters of a plan as they are told now.

    Args:
        old: The characters as the plan has them.
        was: The same as they were told before.
        now: As they are told now.
        languages: What those speak from now on who spoke another language, by id.
        needed: The ids of those whom the plan still names, told of or not.
    """
    before, told = ({one["id"]: one for one in each} for each in (was, now))
    there = {one["id"]: one for one in old}
    merged = [
        changed(one, before[name], told[name], ("description", "off_screen"))
        if name in told
        else one
        for name, one in there.items()
        if name in told or name in needed
    ]
    merged = [speaking(one, languages.get(one["id"])) for one in merged]
    return [*merged, *(one for name, one in told.items() if name not in there)]


def speaking(one: PlanText, language: str | None) -> PlanText:
    """Return a character who speaks a language, with a voice of it that is to be chosen.

    None: the character speaks what it spoke.
    """
    if language is None:
        return one
    voice = {key: told for key, told in one.get("voice_profile", {}).items() if key != "voice_id"}
    return {**one, "voice_profile": {**voice, "language": language}}
