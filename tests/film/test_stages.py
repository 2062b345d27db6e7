"""The table of stages is the only place that names them, and the graph that Dagster has."""

from __future__ import annotations

import re
from pathlib import Path

import sparkle_motion_dagster
from sparkle_motion_dagster.film.pipeline import PIPELINE
from sparkle_motion_dagster.film.stages import (
    INPUTS,
    MOVIE_PLAN,
    OUTPUTS,
    PLAN_DRAFT,
    STAGES,
    TAKES,
)

PACKAGE = Path(sparkle_motion_dagster.__file__).parent
OWN_VOCABULARY = {
    *(Path("film/stages.py"), Path("plan/cards.py"), Path("plan/parts.py")),
    *(Path("plan/rules/all_rules.py"), Path("plan/rules/titles.py")),
    *(Path("shotlist/provenance.py"), Path("server/routes/plans.py")),
}
"""The table itself, and the plan's own words: what may be reviewed, and its keyframes' field."""


LITERAL = re.compile(rf"""(["'])({"|".join((PLAN_DRAFT, *STAGES))})\1""")


def test_no_other_module_spells_a_stage() -> None:
    spelled = {
        str(name)
        for path in PACKAGE.rglob("*.py")
        if (name := path.relative_to(PACKAGE)) not in OWN_VOCABULARY
        and LITERAL.search(path.read_text(encoding="utf-8"))
    }
    assert spelled == set()


def test_every_stage_comes_after_what_it_needs() -> None:
    for place, stage in enumerate(STAGES):
        assert set(INPUTS[stage]) <= set(STAGES[:place])
    assert tuple(PIPELINE) == STAGES[1:]
    assert set(OUTPUTS) == set(PIPELINE)


def test_the_assets_have_the_tables_edges() -> None:
    from sparkle_motion_dagster.definitions import defs

    graph = defs.resolve_asset_graph()
    edges = {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.materializable_asset_keys
    }
    needed = {stage: set(needed) for stage, needed in INPUTS.items()}
    assert edges == needed | {PLAN_DRAFT: set(), MOVIE_PLAN: {PLAN_DRAFT}, TAKES: set()}
    assert MOVIE_PLAN in edges
