"""Varying: a plan derived from a film's, whose film shares everything that is the same."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from sparkle_motion_dagster.api.rendering import explain
from sparkle_motion_dagster.api.variant_places import (
    Place,
    Wanted,
    check_inbox,
    folder_of,
    free_place,
    places_for,
)
from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.choices import ItemChoices
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.intake import (
    FrozenPlan,
    check_free_for,
    foreseen_plan,
    opened_plan,
)
from sparkle_motion_dagster.film.plan_sources import PlanSource, source_in, source_of
from sparkle_motion_dagster.film.stages import line_id, whose
from sparkle_motion_dagster.forecast.explanation import Explanation
from sparkle_motion_dagster.operations.carrying import carried
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.paths import with_value, without_value
from sparkle_motion_dagster.plan.reading.loading import LoadedPlan, load_text
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.plan.timeline.lines import spoken_lines
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.profiles import (
    Profile,
    chosen_run_id,
    load_profile,
    own_profile,
)

if TYPE_CHECKING:
    from sparkle_motion_dagster.forecast.dry_run import PlannedFilm


@dataclass(frozen=True)
class Changes:
    """What is to be otherwise in a plan: fields by their paths, see `plan.paths`."""

    values: Mapping[str, JsonValue]
    unset: tuple[str, ...] = ()

    def applied(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a plan in which it is otherwise.

        Raises:
            PathError: A path leads nowhere.
            InputError: The plan says all that already.
        """
        changed = dict(data)
        for path, value in self.values.items():
            changed = with_value(changed, path, value)
        for path in self.unset:
            changed = without_value(changed, path)
        if changed == data:
            raise InputError(
                "The plan says all that already: say what is to be otherwise, with --set "
                "FIELD=VALUE or --unset FIELD."
            )
        return changed


@dataclass(frozen=True)
class Variant:
    """A plan that was derived from another one.

    Attributes:
        run_id: What its film is called.
        profile: Under which profile it is rendered.
        path: Its file.
        explanation: What rendering it makes, and takes from the store.
        notes: What to know of it.
    """

    run_id: str
    profile: str
    path: Path
    explanation: Explanation
    notes: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command that renders it."""
        named = chosen_run_id(None, self.path, self.profile) == self.run_id
        by_default = self.profile == DEFAULT_PROFILE
        return shlex.join(
            [
                *("sparkle", "render", str(self.path)),
                *(() if by_default else ("--profile", self.profile)),
                *(() if named else ("--run-id", self.run_id)),
            ]
        )


def vary_film(home: SparkleHome, run_id: str, changes: Changes, wanted: Wanted) -> Variant:
    """Derive a plan from that of a film, and write it; nothing is rendered.

    What was chosen of the film's takes holds for the variant where it asks for the same.

    Raises:
        InputError: There is no such film, a path leads nowhere, or the variant is no valid plan.
        ConflictError: The variant's name is that of another film, or its file is there and says
            something else.
    """
    home.existing_run(run_id)
    source, own = source_of(run_id, Workbench(home)), own_profile(run_id, home)
    wanted = replace(wanted, profile=wanted.profile or own)
    base = run_id.removesuffix("" if own == DEFAULT_PROFILE else f".{own}")
    return _vary(home, source, base, changes, wanted, of=run_id)


def vary_plan(home: SparkleHome, file: Path, changes: Changes, wanted: Wanted) -> Variant:
    """Derive a plan from the one in a file; see `vary_film`. It has no choices to take over."""
    return _vary(home, source_in(file, home), file.stem, changes, wanted)


def _vary(
    home: SparkleHome,
    source: PlanSource,
    base: str,
    changes: Changes,
    wanted: Wanted,
    of: str | None = None,
) -> Variant:
    from sparkle_motion_dagster.resources.engines import check_plan

    workbench, profile = Workbench(home), load_profile(wanted.profile or DEFAULT_PROFILE)
    data = changes.applied(source.data)
    validate(data)
    folder = folder_of(source, home) if wanted.file is None else wanted.file.absolute().parent
    data = carried(data, source, folder, workbench)
    place = free_place(places_for(source, base, folder, wanted), source, data)
    loaded = load_text(place.text.encode(), place.file, folder)
    check_free_for(place.run_id, profile.name, loaded, workbench)
    check_inbox(place, profile.name)
    check_plan(loaded, profile, AuditLog(home, "vary", place.run_id))
    # What was chosen first: in the inbox, the plan is rendered from the moment it is there.
    left = () if of is None else _inherit(of, place.run_id, loaded, profile, workbench)
    if not place.file.exists():
        write_atomically(place.file, place.text.encode())
    return Variant(
        run_id=place.run_id,
        profile=profile.name,
        path=place.file,
        explanation=explain(place.run_id, plan=place.file, profile=profile.name, home=home.root),
        notes=tuple(_notes(source, loaded.plan, place, left)),
    )


def _inherit(
    of: str, film: str, loaded: LoadedPlan, profile: Profile, workbench: Workbench
) -> tuple[ItemChoices, ...]:
    """Have what was chosen of a film's takes hold for its variant, and return what does not.

    What somebody has chosen of the variant's takes already stays.
    """
    from sparkle_motion_dagster.forecast.inheriting import inherited

    choices = workbench.run_folder(of).choices.read()
    own = workbench.run_folder(film).choices
    if not choices.items or own.read().items:
        return ()
    frozen = foreseen_plan(of, None, workbench)
    before = load_profile(own_profile(of, workbench.home))
    found = inherited(
        replace(_planned(of, frozen, before, workbench.home), choices=choices),
        _planned(film, opened_plan(loaded), profile, workbench.home),
    )
    if found.choices.items:
        own.change(lambda there: there if there.items else found.choices)
    return found.left


def _planned(run_id: str, frozen: FrozenPlan, profile: Profile, home: SparkleHome) -> PlannedFilm:
    from sparkle_motion_dagster.engines.machinery.facilities import Facilities
    from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
    from sparkle_motion_dagster.forecast.history import History
    from sparkle_motion_dagster.forecast.placeholders import DryWorkbench
    from sparkle_motion_dagster.resources.device import device_of
    from sparkle_motion_dagster.resources.engines import engines_of

    facilities = Facilities(device_of(profile.gpu, run_id, "vary"))
    engines, dry = engines_of(profile, facilities), DryWorkbench(home)
    return PlannedFilm(run_id, profile.name, profile.film, frozen, engines, dry, History(dry))


def _notes(
    source: PlanSource, plan: MoviePlan, place: Place, left: Iterable[ItemChoices]
) -> Iterator[str]:
    if source.note:
        yield source.note
    yield from untranslated(source.plan, plan, place.file)
    if names := ", ".join(whose(one.item) for one in left):
        yield (
            f"What was chosen or pinned of {names} does not hold here: this plan asks for "
            "something else there, and has its own takes of it."
        )
    if place.is_in_inbox:
        yield "It lies in the inbox, which renders it while `sparkle serve` or `sparkle ui` runs."


def untranslated(before: MoviePlan, after: MoviePlan, file: Path) -> Iterator[str]:
    """Yield who speaks another language in a plan than before, and says the same words.

    Args:
        before: The plan as it was.
        after: The plan.
        file: Its file.
    """
    said = {(line.character_id, line.text) for line in spoken_lines(before)}
    languages = {one.id: one.voice_profile.language for one in before.characters}
    for character in after.characters:
        language = character.voice_profile.language
        lines = [
            line_id(line)
            for line in spoken_lines(after)
            if line.character_id == character.id and (character.id, line.text) in said
        ]
        if lines and language is not None and languages.get(character.id, language) != language:
            yield (
                f"{character.id} speaks {language} here, in the words that were there: a language "
                f"translates no line. Give the words of {', '.join(lines)}: `--texts FILE` with "
                f'"{lines[0]}: ..." a line, or `--set {lines[0]}.text=...`; or have them written: '
                f'`sparkle write --from {file} "Translate what is said" --language {language}`.'
            )
