"""Takes: items of a film made in more than one way, of which a person chooses."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, JsonValue

from sparkle_motion_dagster.api import taking
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.film.takes.listing import ItemTakes
from sparkle_motion_dagster.server.asked import Film, Home
from sparkle_motion_dagster.server.routes.artifacts import StageName
from sparkle_motion_dagster.server.routes.renders import Ordered
from sparkle_motion_dagster.units import PlainText, Record

router = APIRouter(tags=["takes"])

_Item = Annotated[
    str, Path(min_length=1, description="an item of the stage: a shot, for its footage, too")
]


class FilmTakes(Record):
    """The items of a film of which there are takes, or which are pinned."""

    items: tuple[ItemTakes, ...]


class TakesOrder(Record):
    """Of what further takes are made, how many, and how they differ; another seed by default."""

    item: str = Field(
        min_length=1,
        max_length=200,
        description="a portrait, keyframe, shot or line, by its id; STAGE/ID where two have one",
        examples=["shot_001"],
    )
    takes: int = Field(default=1, ge=1, le=64, description="how many")
    seed: int | None = Field(default=None, ge=0, lt=2**32, description="the first one's")
    prompt: Annotated[PlainText, Field(min_length=1, max_length=4000)] | None = Field(
        default=None, description="what they show, instead of what the plan says"
    )
    settings: dict[str, JsonValue] = Field(default={}, description="of its engine, by name")
    over_limits: bool = Field(
        default=False, description="make them even if they take more than the film's limits allow"
    )

    def recipe(self) -> Recipe:
        """Return how they differ from what the plan asks for."""
        return Recipe(seed=self.seed, prompt=self.prompt, settings=self.settings)


class TakeChosen(Record):
    """Which take a film has from its next render on; 1 is as the plan says."""

    take: int = Field(ge=1, examples=[2])


class Directed(Record):
    """What follows, in a sentence."""

    message: str


@router.get("/runs/{run_id}/takes")
def takes(home: Home, film: Film) -> FilmTakes:
    """List a film's takes: how each differs, what was measured of it, which the film has.

    `GET /actions/FINGERPRINT/NAME` sends what is seen or heard of one: its ``address``.
    """
    return FilmTakes(items=taking.takes_of(home, film))


@router.post("/runs/{run_id}/takes", status_code=HTTPStatus.ACCEPTED)
def more_takes(home: Home, film: Film, order: TakesOrder) -> Ordered:
    """Order further takes of an item; the film stays as it is until one is chosen.

    402: they would take more than the film's limits allow, or may. 409: a run of the film goes on
    or waits already.
    """
    done = taking.order_takes(
        home,
        film.run_id,
        order.item,
        order.recipe(),
        order.takes,
        over_limits=order.over_limits,
    )
    return Ordered(run_id=done.film, message=done.message, queue_place=done.queue_place)


@router.put("/runs/{run_id}/takes/{stage}/{item}/choice")
def choose(home: Home, film: Film, stage: StageName, item: _Item, chosen: TakeChosen) -> Directed:
    """Have a film take one of an item's takes, from its next render on."""
    return Directed(message=taking.choose(home, film.run_id, f"{stage}/{item}", chosen.take))


@router.put("/runs/{run_id}/takes/{stage}/{item}/pin")
def pin(home: Home, film: Film, stage: StageName, item: _Item) -> Directed:
    """Have an item stay as it is, whatever is edited. 409: it has not been made yet."""
    return Directed(message=taking.pin(home, film.run_id, f"{stage}/{item}"))


@router.delete("/runs/{run_id}/takes/{stage}/{item}/pin")
def unpin(home: Home, film: Film, stage: StageName, item: _Item) -> Directed:
    """Have a pinned item follow the plan again."""
    return Directed(message=taking.unpin(home, film.run_id, f"{stage}/{item}"))
