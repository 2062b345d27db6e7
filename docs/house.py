"""Draws the house: its floors as pyproject.toml has them, and who imports whom as the code does.

What follows from other imports is left out: who imports `media` may import `units` as well. An
arrow leads to the next floor; what is imported from further below is written into the box.
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

DOCS = Path(__file__).resolve().parent
ROOT = "sparkle_motion_dagster"
PACKAGE = DOCS.parent / ROOT

WIDTH = 940
MARGIN = 10
GAP = 16
LINE = 15
LETTER = 6.1
"""How wide a letter of a description is, in pixels."""

LEGEND = "An arrow: imports. Each may import all that stands further below, too."
DAGSTER, PLAIN = "#dbe7f6", "#f1efe6"
STYLE = """
text { font: 12px Helvetica, Arial, sans-serif; fill: #333 }
.name { font: bold 13px Menlo, Consolas, monospace; fill: #111 }
.far { text-anchor: end; font-style: italic }
.arrow { stroke: #777; fill: none; marker-end: url(#tip) }
"""

Imports = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Box:
    """A package or module in the picture, in pixels."""

    name: str
    left: float
    top: float
    width: float
    height: float
    lines: Sequence[str]

    @property
    def right(self) -> float:
        return self.left + self.width


def main() -> None:
    graph = grimp.build_graph(ROOT, include_external_packages=True)
    rows = layers()
    imports = imports_of(graph, [name for row in rows for name in row])
    boxes = placed(rows)
    target = DOCS / "house.svg"
    target.write_text(picture(boxes, imports, knowing_dagster(graph)), encoding="utf-8")
    print(target)


def layers() -> list[list[str]]:
    """Return what stands on each floor, the uppermost first."""
    config = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    # The first one is the whole house's; others are those of one room.
    contract = next(one for one in contracts if one["type"] == "layers")
    return [
        [name.removeprefix(f"{ROOT}.") for name in floor.split(" | ")]
        for floor in contract["layers"]
    ]


def imports_of(graph: grimp.ImportGraph, names: Sequence[str]) -> Imports:
    """Return what each imports, without what follows from its other imports.

    Args:
        graph: The imports of all modules.
        names: The packages and modules of the picture, none above one that imports it.
    """
    direct: dict[str, set[str]] = {name: set() for name in names}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            above, below = part(module), part(imported)
            if above != below and above in direct and below in direct:
                direct[above].add(below)
    reached: dict[str, frozenset[str]] = {}
    needed: dict[str, frozenset[str]] = {}
    for name in reversed(names):
        implied = frozenset().union(*(reached[below] for below in direct[name]))
        reached[name] = implied | direct[name]
        needed[name] = frozenset(direct[name]) - implied
    return needed


def part(module: str) -> str:
    """Return the package or module of the picture that a module belongs to."""
    return module.removeprefix(f"{ROOT}.").partition(".")[0]


def knowing_dagster(graph: grimp.ImportGraph) -> frozenset[str]:
    return frozenset(map(part, graph.find_modules_that_directly_import("dagster")))


def placed(rows: Sequence[Sequence[str]]) -> list[Box]:
    boxes, top = [], float(MARGIN)
    for row in rows:
        width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
        texts = [list(description(name, width)) for name in row]
        height = max(map(len, texts)) * LINE + 27
        for number, (name, lines) in enumerate(zip(row, texts, strict=True)):
            left = MARGIN + number * (width + GAP)
            boxes.append(Box(name, left, top, width, height, lines))
        top += height + GAP
    return boxes


def description(name: str, width: float) -> Iterator[str]:
    """Yield the lines that say what a package holds: its docstring's first, and its folders."""
    path = PACKAGE / name / "__init__.py"
    source = path if path.exists() else PACKAGE / f"{name}.py"
    docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    letters = int((width - 20) / LETTER)
    yield from textwrap.wrap(docstring.splitlines()[0].replace("`", ""), letters)
    if name == "engines":
        for kind in subfolders(PACKAGE / name):
            if inner := ", ".join(one.name for one in subfolders(kind)):
                yield f"{kind.name}/  {inner}"


def subfolders(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/__init__.py"))


def picture(boxes: Sequence[Box], imports: Imports, dagster: frozenset[str]) -> str:
    bottom = max(box.top + box.height for box in boxes) + MARGIN + LINE
    by_name = {box.name: box for box in boxes}
    drawn: list[str] = []
    for box in boxes:
        below = [by_name[name] for name in sorted(imports[box.name])]
        near = [other for other in below if other.top - GAP == box.top + box.height]
        far = [other.name for other in below if other not in near]
        drawn += drawn_box(box, DAGSTER if box.name in dagster else PLAIN, far)
        drawn += [arrow(box, other) for other in near]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + MARGIN:g}">',
            f"<style>{STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" '
            'markerHeight="6" orient="auto"><path d="M0 0L6 3L0 6z" fill="#777"/></marker></defs>',
            '<rect width="100%" height="100%" fill="white"/>',
            *drawn,
            f'<text x="{MARGIN}" y="{bottom:g}">Blue: imports Dagster. {LEGEND}</text>',
            "</svg>\n",
        ]
    )


def drawn_box(box: Box, colour: str, far: Sequence[str]) -> Iterator[str]:
    left, right, top = box.left + 10, box.left + box.width - 10, box.top + 18
    yield (
        f'<rect x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}" '
        f'rx="4" fill="{colour}" stroke="#999"/>'
    )
    yield f'<text class="name" x="{left:g}" y="{top:g}">{box.name}</text>'
    if far:
        yield f'<text class="far" x="{right:g}" y="{top:g}">imports {", ".join(far)}</text>'
    for number, line in enumerate(box.lines, start=1):
        yield f'<text x="{left:g}" y="{top + number * LINE:g}">{escape(line)}</text>'


def arrow(above: Box, below: Box) -> str:
    """Return an arrow straight down, where two boxes lie above each other, else aslant."""
    left, right = max(above.left, below.left), min(above.right, below.right)
    start, end = above.top + above.height, below.top
    if left < right:
        x = (left + right) / 2
        return f'<path class="arrow" d="M{x:g} {start:g}V{end:g}"/>'
    x, far = sorted((left, right))
    x, far = (x, far) if above.left < below.left else (far, x)
    return f'<path class="arrow" d="M{x:g} {start:g}L{far:g} {end:g}"/>'


if __name__ == "__main__":
    main()
