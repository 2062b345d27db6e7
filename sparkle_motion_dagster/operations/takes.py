"""Takes: which of them a film has, and what stays as it is whatever is edited."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sparkle_motion_dagster.artifacts.choices import OWN, Choices, ItemChoices, Take
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError, InputError, did_you_mean
from sparkle_motion_dagster.film.stages import (
    KEPT_TAKE,
    TAKEABLE_STAGES,
    footage_id,
    whose,
)
from sparkle_motion_dagster.film.takes.keeping import change_choices
from sparkle_motion_dagster.film.takes.listing import SHOWN
from sparkle_motion_dagster.production.workbench import Workbench


class NoSuchTakeError(InputError):
    """A film has no such item, or the item no such take."""


class NotMadeError(ConflictError):
    """There is nothing yet that an item could be pinned to."""


@dataclass(frozen=True)
class FilmItem:
    """An item of a film: its stage, its id there, and what the film has of it.

    ``in_one_pass`` tells whether it is a shot of which the film has no clip without mouths.
    """

    stage: str
    item: str
    fingerprint: Sha256 | None
    in_one_pass: bool = False

    @property
    def called(self) -> str:
        """What people call it: a shot's footage goes by the shot."""
        return whose(self.item)


def choose(folder: RunFolder, name: str, number: int) -> ItemChoices:
    """Have a film take one of an item's takes, from its next render on.

    Raises:
        NoSuchTakeError: There is no such item, or no such take of it.
    """
    item = item_called(folder, name)

    def chosen(known: ItemChoices) -> ItemChoices:
        return known.model_copy(update={"chosen": _take(folder, item, known, number).number})

    return _changed(folder, item, chosen)


def pin(folder: RunFolder, name: str, number: int | None = None) -> ItemChoices:
    """Have an item stay as it is, whatever is edited.

    Args:
        folder: The film's.
        name: Which item.
        number: To which of its takes it is pinned, which is chosen by that; None: to the chosen
            one, else to what the film has.

    Raises:
        NoSuchTakeError: There is no such item, or no such take of it.
        NotMadeError: It has not been made yet.
    """
    item = item_called(folder, name)

    def pinned(known: ItemChoices) -> ItemChoices:
        wanted = known.chosen if number is None else number
        take = None if wanted is None else _take(folder, item, known, wanted)
        print_ = item.fingerprint if take is None else take.fingerprint
        is_awaited = wanted is not None and wanted == known.chosen
        if print_ is None and item.in_one_pass and not is_awaited:
            raise NotMadeError(
                f"There is nothing yet to pin {item.called} of {folder.run_id} to: its mouths are "
                "drawn before it is encoded, so that the film has no clip of it without them. "
                f"`sparkle take {folder.run_id} {item.called} {wanted or OWN}` has the next render "
                "make one, which can be pinned then."
            )
        if print_ is None:
            raise NotMadeError(
                f"{item.called} of {folder.run_id} has not been made yet, so that there is nothing "
                "to pin it to. Render the film first."
            )
        # Whatever becomes of the stage that shows it, the takes keep what it is pinned to.
        kept = (take or known.own).model_copy(update={"fingerprint": print_})
        return known.with_take(kept).model_copy(update={"chosen": wanted, "pinned": print_})

    return _changed(folder, item, pinned)


def unpin(folder: RunFolder, name: str) -> ItemChoices:
    """Have an item follow the plan again.

    Raises:
        NoSuchTakeError: There is no such item, or it is not pinned.
    """
    item = item_called(folder, name)

    def unpinned(known: ItemChoices) -> ItemChoices:
        if known.pinned is None:
            raise NoSuchTakeError(f"{item.called} of {folder.run_id} is not pinned.")
        return known.model_copy(update={"pinned": None})

    return _changed(folder, item, unpinned)


def item_called(folder: RunFolder, name: str) -> FilmItem:
    """Return the item that somebody means.

    Args:
        folder: The film's.
        name: Its id, that of a shot for its clip; or STAGE/ID, where that is needed.

    Raises:
        NoSuchTakeError: There is none, or more than one; those that there are, are named.
    """
    items = {(one.stage, one.called): one for one in film_items(folder)}
    stage, _, wanted = name.rpartition("/")
    found = [one for (of, called), one in items.items() if called == wanted and stage in ("", of)]
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(f"{one.stage}/{one.called}" for one in found)
        raise NoSuchTakeError(f"{folder.run_id} has more than one {name}. Say {names}.")
    known = [called for _, called in items]
    raise NoSuchTakeError(
        f"{folder.run_id} has no keyframe, portrait, clip or line {name!r}."
        f"{did_you_mean(name, known)} It has {', '.join(known) or 'made none yet'}."
    )


def film_has(folder: RunFolder, stage: str, item: str) -> Sha256 | None:
    """Return the fingerprint of what a film has of an item; None: nothing yet."""
    found = (
        one.fingerprint for one in film_items(folder) if (one.stage, one.item) == (stage, item)
    )
    return next(found, None)


def film_items(folder: RunFolder) -> Iterator[FilmItem]:
    """Yield the items of a film that can be chosen or pinned.

    Of two that people call the same, the one that counts comes last: a shot's footage, of which its
    clip is made.
    """
    choices = folder.choices.read()
    for stage in TAKEABLE_STAGES:
        manifest = folder.readable(stage)
        shown = manifest.artifacts if manifest else ()
        prints = {one.id: one.fingerprint for one in shown if one.name in SHOWN}
        moves = {one.id for one in shown if one.name == "move"}
        # Of a line that was spoken more than once, the film has the take that its first one names.
        there = {
            artifact.id: prints.get(str(artifact.metadata.get(KEPT_TAKE, artifact.id)))
            for artifact in shown
            if artifact.id in (whose(artifact.id), footage_id(whose(artifact.id)))
        }
        known = {one.item: None for one in choices.items if one.stage == stage}
        merged: dict[str, Sha256 | None] = {**known, **there}
        for item in sorted(merged, key=lambda one: one != whose(one)):
            yield FilmItem(stage, item, merged[item], in_one_pass=item in moves)


def _take(folder: RunFolder, item: FilmItem, known: ItemChoices, number: int) -> Take:
    """Return a take of an item by its number.

    Raises:
        NoSuchTakeError: There is none.
    """
    if (take := known.take(number)) is not None:
        return take
    numbers = ", ".join(str(one.number) for one in known.takes)
    raise NoSuchTakeError(
        f"{item.called} of {folder.run_id} has no take {number}. It has {numbers}; "
        f"`sparkle redo {folder.run_id} {item.called}` makes further ones."
    )


def _changed(
    folder: RunFolder, item: FilmItem, change: Callable[[ItemChoices], ItemChoices]
) -> ItemChoices:
    """Change what is chosen of an item, and return what is then."""
    own = Take(number=OWN, fingerprint=item.fingerprint)

    def changed(choices: Choices) -> Choices:
        known = choices.of(item.stage, item.item)
        first = ItemChoices(stage=item.stage, item=item.item, takes=(own,))
        return choices.with_item(change(known or first))

    after = change_choices(folder, Workbench(folder.home), changed)
    return next(one for one in after.items if (one.stage, one.item) == (item.stage, item.item))
