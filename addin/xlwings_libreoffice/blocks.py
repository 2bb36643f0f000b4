"""Blocks of cells filled in one call each, around the cells that have a note.

Calc drops the notes of cells that are filled as a block, and keeps those of cells that are filled one by one.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.uno_runtime import UnoObject

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet

Rows = Sequence[Sequence[float | str]]


def fill(sheet: "Sheet", row: int, column: int, rows: Rows, *, formulas: bool = False) -> None:
    """Puts rows of data, or of what one would type, into the cells from this one on."""
    xs = sheet.xs
    area = Area(row, column, row + len(rows) - 1, column + len(rows[0]) - 1)
    for piece, single in _pieces(area, _noted(sheet, area)):
        inner = piece.moved(-row, -column)
        part = (
            rows
            if piece == area
            else [one[inner.column : inner.last_column + 1] for one in rows[inner.row : inner.last_row + 1]]
        )
        cells = xs.getCellRangeByPosition(
            piece.column - 1, piece.row - 1, piece.last_column - 1, piece.last_row - 1
        )
        if single:
            _put(cells.getCellByPosition(0, 0), part[0][0], formulas=formulas)
        elif formulas:
            cells.setFormulaArray(tuple(map(tuple, part)))
        else:
            cells.setDataArray(tuple(map(tuple, part)))


def _put(cell: UnoObject, value: float | str, *, formulas: bool) -> None:
    if formulas:
        cell.setFormula(value)
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def _noted(sheet: "Sheet", area: Area) -> list[tuple[int, int]]:
    """The cells of an area that have a note, in order."""
    notes = sheet.xs.Annotations
    found = []
    for number in range(notes.Count):
        place = notes.getByIndex(number).Position
        cell = (place.Row + 1, place.Column + 1)
        if area.row <= cell[0] <= area.last_row and area.column <= cell[1] <= area.last_column:
            found.append(cell)
    return sorted(found)


def _pieces(area: Area, noted: list[tuple[int, int]]) -> Iterator[tuple[Area, bool]]:
    """The area in pieces: each cell with a note alone (and marked so), and the largest blocks in between."""
    row = area.row
    for noted_row in sorted({one for one, _ in noted}):
        if row < noted_row:
            yield area._replace(row=row, last_row=noted_row - 1), False
        column = area.column
        for noted_column in (other for one, other in noted if one == noted_row):
            if column < noted_column:
                yield Area(noted_row, column, noted_row, noted_column - 1), False
            yield Area(noted_row, noted_column, noted_row, noted_column), True
            column = noted_column + 1
        if column <= area.last_column:
            yield Area(noted_row, column, noted_row, area.last_column), False
        row = noted_row + 1
    if row <= area.last_row:
        yield area._replace(row=row), False
