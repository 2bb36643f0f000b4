"""Where the cells of a rewritten table go, for everything that has to follow them."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import polars as pl

from duesheet.books.anchors import Place
from duesheet.books.areas import Move, letters
from duesheet.books.beside import Beside, remap, row_of
from duesheet.books.cells import Cell, cells_in
from duesheet.books.formulas import Formula, moved_cell
from duesheet.books.grid import Grid
from duesheet.books.headers import across
from duesheet.books.links import Link, split
from duesheet.books.outline import row_start
from duesheet.books.own import OLD, OldRows
from duesheet.books.slots import Slot

_RESULT = re.compile(rb'\s*\bt="(?:str|e|b|s|n)"')
_VALUE = re.compile(rb"<v\b[^>]*?(?:/>|>.*?</v>)", re.DOTALL)


class Placing(NamedTuple):
    """A table's old cells and the new places they have: `rows` is the new frame, in its final order."""

    grid: Grid
    move: Move
    columns: Sequence[Slot]
    rows: pl.DataFrame
    sheet: str

    def row(self) -> dict[int, int]:
        """The new row of each old row that is still there."""
        if OLD not in self.rows.columns:
            return {}
        return {old: row for row, old in enumerate(self.rows[OLD], start=self.grid.first) if old is not None}

    def links(self, fresh: set[int]) -> Callable[[Place], Place | None]:
        """Where a hyperlink goes; nowhere when its row or column is gone, or is one of the `fresh`."""
        new = self.row()

        def place(old: Place) -> Place | None:
            column = next(iter(self.move.column(old[1])), None) if self._across(old) else old[1]
            row = new.get(old[0]) if self._inside(old) else old[0]
            gone = self._inside(old) and old[1] in fresh
            return None if row is None or column is None or gone else (row, column)

        return place

    def notes(self) -> Callable[[Place], Place]:
        """Where a note goes: with its row; beside its column when that is gone."""
        new = self.row()

        def place(old: Place) -> Place:
            row = new.get(old[0], old[0]) if self._inside(old) else old[0]
            return row, self._nearest(old[1]) if self._across(old) else old[1]

        return place

    def _across(self, place: Place) -> bool:
        return self.grid.area.top <= place[0] <= self.grid.area.bottom + self.grid.totals

    def _inside(self, place: Place) -> bool:
        area = self.grid.area
        return area.top < place[0] <= area.bottom and area.left <= place[1] <= area.right

    def _nearest(self, column: int) -> int:
        while column > self.grid.area.left and not self.move.column(column):
            column -= 1
        return next(iter(self.move.column(column)), self.grid.area.left)

    def above(self) -> bytes:
        """The rows through the header row, that one with its columns as they are now."""
        above = self.grid.outline.above
        if not self.move.columns:
            return above
        at = row_start(above, self.grid.area.top, 0, len(above))
        return above[:at] + across(above[at:], self.grid, self.move, self.columns, named=True)

    def totals(self, around: Beside) -> bytes:
        """The totals row under the new last data row; its formulas are calculated when the book opens."""
        if not around.totals:
            return b""
        area, number = self.grid.area, self.move.bottom + 1
        inside = [_fresh(cell) for cell in cells_in(around.totals) if area.left <= cell.column <= area.right]
        tag = re.match(rb"<row\b([^>]*?)/?>", around.totals)
        attributes = re.sub(rb'\s*\b(?:r|spans)="[^"]*"', b"", tag[1]) if tag else b""
        row = across(row_of(number, inside, attributes), self.grid, self.move, self.columns, named=False)
        run = re.compile(rb"(\$?[A-Z]{1,3}\$?%d:\$?[A-Z]{1,3}\$?)%d\b" % (self.grid.first, area.bottom))
        cells = cells_in(run.sub(rb"\g<1>%d" % self.move.bottom, row))
        return row_of(number, [*cells, *around.at(number)], attributes)


def _fresh(cell: Cell) -> Cell:
    if not cell.is_formula:
        return cell
    return cell._replace(attributes=_RESULT.sub(b"", cell.attributes), inside=_VALUE.sub(b"", cell.inside))


def own_fragments(
    slot: Slot, old: OldRows, placing: Placing, filled: Formula | None, style: str
) -> list[str | None]:
    """The XML of each new row's cell in a column the user added."""
    cells = old.cells[slot.old or 0]
    columns, look, name = (
        remap(placing.grid, placing.move),
        f' s="{style}"' if style else "",
        letters(slot.column),
    )
    found: list[str | None] = []
    for row, before in enumerate(placing.rows[OLD], start=placing.grid.first):
        cell = cells.get(before)
        if cell is not None and not cell.is_formula:
            found.append(cell.fragment())
        elif cell is not None:
            found.append(moved_cell(cell, slot.column, row, columns, placing.sheet).fragment())
        else:
            found.append(f"{look}>{filled.inside(name, row)}</c>" if filled else None)
    return found


def new_links(placing: Placing) -> list[Link]:
    """The hyperlinks of the columns of links, in their rows' order."""
    return [
        Link(row, slot.column, *split(value))
        for slot in placing.columns
        if slot.declared and slot.declared.kind == "link"
        for row, value in enumerate(placing.rows[slot.declared.name], start=placing.grid.first)
        if value
    ]
