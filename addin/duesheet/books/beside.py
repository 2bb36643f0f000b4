"""Cells beside a table, in its rows but not in its columns, and what stands under it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from duesheet.books.areas import LAST_ROW, Area, Move
from duesheet.books.cells import Cell, cells_in, columns_in
from duesheet.books.formulas import moved_cell, unshared
from duesheet.books.grid import Grid, holds
from duesheet.books.outline import row_number, row_start, rows_in
from duesheet.errors import BookRefused

_DIMENSION = re.compile(rb'<dimension\b[^>]*?\bref="([A-Z]+\d+:[A-Z]+\d+)"')


@dataclass
class Beside:
    """A table's `totals` row, the untouched rows under it (`rest`), the cells beside it by column and row."""

    totals: bytes = b""
    rest: bytes = b""
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def after(self, last: int) -> bytes:
        """The rows under the sheet's row `last` that only hold cells beside the table."""
        rows: dict[int, list[Cell]] = {}
        for found in self.cells.values():
            for row, cell in found.items():
                if row > last:
                    rows.setdefault(row, []).append(cell)
        return b"".join(row_of(row, rows[row]) for row in sorted(rows))

    def last_row(self) -> int:
        """The last row that anything beside or under the table is in; 0 when there is nothing."""
        under = self.rest.rfind(b"<row")
        beside = max((max(found) for found in self.cells.values()), default=0)
        return max(beside, row_number(self.rest, under) if under >= 0 else 0)

    def at(self, row: int) -> list[Cell]:
        """The cells beside the table in one row."""
        return [found[row] for found in self.cells.values() if row in found]


def row_of(row: int, cells: Iterable[Cell], attributes: bytes = b"") -> bytes:
    """The XML of one row."""
    inside = b"".join(cell.xml() for cell in sorted(cells, key=lambda cell: cell.column))
    return b'<row r="%d"%s>%s</row>' % (row, attributes, inside)


def room_for(last: int, sheet: str) -> None:
    """Refuse a table whose last row would be `last` when a sheet has not that many."""
    if last > LAST_ROW:
        raise BookRefused(f"{sheet}: {last:,} rows are more than a sheet can hold ({LAST_ROW:,}).")


def beside(grid: Grid, move: Move, sheet: str) -> Beside:
    """What stands beside and under the table once it ends at `move.bottom`.

    Raises BookRefused when something stands under the table where its new rows would go. The rows' bytes
    are read only when the sheet is wider than its table.
    """
    room_for(move.bottom + grid.totals, sheet)
    xml, cuts = grid.outline.xml, grid.outline.cuts
    totals_end = row_start(xml, grid.area.bottom + grid.totals + 1, cuts[2], cuts[3])
    rest = row_start(xml, move.bottom + grid.totals + 1, totals_end, cuts[3])
    swallowed = xml[totals_end:rest]
    _refuse(swallowed, grid, move, sheet)
    found = Beside(totals=xml[cuts[2] : totals_end], rest=xml[rest : cuts[3]])
    if not _wider(xml[: cuts[0]], grid.area):
        return found
    rows = unshared(xml[cuts[1] : rest])
    outside = {column for column in columns_in(rows) if not grid.area.left <= column <= grid.area.right}
    for cell in cells_in(rows, outside) if outside else ():
        column = move.column(cell.column)[0]
        at = moved_cell(cell, column, cell.row, remap(grid, move), sheet) if move.columns else cell
        found.cells.setdefault(column, {})[cell.row] = at
    return found


def remap(grid: Grid, move: Move) -> dict[int, int | None]:
    """The columns that moved, for formulas: old number to new, None when gone; empty when none moved."""
    if not move.columns:
        return {}
    return {old: next(iter(move.column(old)), None) for old in range(grid.area.left, grid.area.right + 256)}


def _wider(head: bytes, area: Area) -> bool:
    found = _DIMENSION.search(head)
    if found is None:
        return True
    used = Area.parse(found[1].decode())
    return used.left < area.left or used.right > area.right


def _refuse(swallowed: bytes, grid: Grid, move: Move, sheet: str) -> None:
    right = max(grid.area.right, move.right)
    for row, xml in rows_in(swallowed):
        cells: Sequence[Cell] = cells_in(xml)
        if holds(list(cells), grid.area.left, right):
            raise BookRefused(
                f"{sheet}, row {row}: something stands under the table, where its new rows go. "
                "Move it beside the table or to another sheet."
            )
