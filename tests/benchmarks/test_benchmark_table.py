"""The table of figures, with and without an earlier checkout's beside them."""

from __future__ import annotations

from benchmarks.results import Figure, as_markdown, beside

_NOW = [
    Figure("a", "film", "20.0 s", "30 s", met=True),
    Figure("c", "title", "5.00 s", between="It is joined again."),
]


def _rows(figures: list[Figure]) -> list[str]:
    return [line for line in as_markdown(figures).splitlines() if line.startswith("| ")]


def test_a_table_alone_has_no_column_for_an_earlier_one() -> None:
    assert _rows(_NOW) == [
        "|  | what | measured | goal | met |",
        "| a | film | 20.0 s | 30 s | yes |",
        "| c | title | 5.00 s |  |  |",
    ]
    assert "- **c, title**: It is joined again." in as_markdown(_NOW)


def test_earlier_figures_stand_beside_those_of_the_same_name() -> None:
    before = [Figure("a", "film", "50.0 s", met=False), Figure("a", "gone", "1 s")]
    assert _rows(beside(before, _NOW)) == [
        "|  | what | before | measured | goal | met |",
        "| a | film | 50.0 s | 20.0 s | 30 s | yes |",
        "| c | title |  | 5.00 s |  |  |",
    ]
