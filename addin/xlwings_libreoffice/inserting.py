"""Inserting, deleting and copying cells, as Excel does it."""

from typing import TYPE_CHECKING

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import COLUMNS, ROWS, Area, letters
from xlwings_libreoffice.uno_runtime import constant, enum

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet

BEFORE = "format_from_left_or_above"
AFTER = "format_from_right_or_below"
INSERT = {"down": "DOWN", "right": "RIGHT"}
DELETE = {"up": "UP", "left": "LEFT"}
CONTENTS = ("VALUE", "DATETIME", "STRING", "FORMULA", "ANNOTATION")
FORMATS = ("HARDATTR", "STYLES", "EDITATTR", "FORMATTED")


def insert(cells: "Range", shift: str | None, origin: str) -> None:
    """Inserts as many cells as a range has; they take the formats of their neighbors on one side."""
    if shift not in {None, *INSERT}:
        raise ValueError(f"Cells can be shifted 'down' or 'right', not {shift!r}.")
    if origin not in {BEFORE, AFTER}:
        raise ValueError(f"Formats come from {BEFORE!r} or {AFTER!r}, not from {origin!r}.")
    area, sheet = cells.area, cells.sheet
    shift = shift or ("right" if area.shape[0] > area.shape[1] else "down")
    sheet.xs.insertCells(cells.xr.RangeAddress, enum("com.sun.star.sheet.CellInsertMode", INSERT[shift]))
    cells.xr = sheet.block(area).xr
    _take_formats(sheet, area, _neighbor(area, shift, origin))


def delete(cells: "Range", shift: str | None) -> None:
    """Deletes the cells of a range and moves up what is below, or left what is beside."""
    if shift not in {None, *DELETE}:
        raise ValueError(f"Cells can be shifted 'up' or 'left', not {shift!r}.")
    area, sheet = cells.area, cells.sheet
    shift = shift or ("left" if area.shape[0] > area.shape[1] else "up")
    remove(sheet, area, shift)
    cells.xr = sheet.block(area).xr


def remove(sheet: "Sheet", area: Area, shift: str) -> None:
    """Removes the cells of an area."""
    address = kinds.address(sheet.number, area)
    sheet.xs.removeRange(address, enum("com.sun.star.sheet.CellDeleteMode", DELETE[shift]))


def copy(source: "Range", target: "Range") -> None:
    """Copies a range to another place, as often as it fits into it."""
    rows, columns = source.shape
    high, wide = target.shape
    down, right = (high // rows, wide // columns) if not (high % rows or wide % columns) else (1, 1)
    same = source.sheet.book.doc.RuntimeUID == target.sheet.book.doc.RuntimeUID
    for row in range(down):
        for column in range(right):
            place = target.sheet.range((target.row + row * rows, target.column + column * columns))
            if same:
                address = place.xr.getCellByPosition(0, 0).CellAddress
                source.sheet.xs.copyRange(address, source.xr.RangeAddress)
            else:
                _carry(source, place)


def link(target: "Range", source: "Range", *, transpose: bool) -> None:
    """Fills the place of a range with formulas that refer to another one, cell by cell."""
    if source.sheet.book.doc.RuntimeUID != target.sheet.book.doc.RuntimeUID:
        raise NotImplementedError("Links to the cells of another open book are not supported.")
    where = "" if source.sheet.number == target.sheet.number else f"{source.sheet.quoted}!"
    area = source.area
    formulas = [
        [f"={where}{letters(column)}{row}" for column in range(area.column, area.last_column + 1)]
        for row in range(area.row, area.last_row + 1)
    ]
    formulas = [list(row) for row in zip(*formulas, strict=True)] if transpose else formulas
    target.sheet.range((target.row, target.column, len(formulas), len(formulas[0]))).formula = formulas


def _carry(source: "Range", place: "Range") -> None:
    """Copies a range into another book."""
    here, there = source.sheet.book.doc.CurrentController, place.sheet.book.doc.CurrentController
    here.select(source.xr)
    there.select(place.xr)
    there.insertTransferable(here.getTransferable())


def _neighbor(area: Area, shift: str, origin: str) -> Area | None:
    """The row or column that new cells take their formats from; None at the edge of the sheet."""
    if shift == "down":
        row = area.row - 1 if origin == BEFORE else area.last_row + 1
        found = area._replace(row=row, last_row=row)
    else:
        column = area.column - 1 if origin == BEFORE else area.last_column + 1
        found = area._replace(column=column, last_column=column)
    inside = found.row >= 1 and found.column >= 1 and found.last_row <= ROWS and found.last_column <= COLUMNS
    return found if inside else None


def _take_formats(sheet: "Sheet", area: Area, neighbor: Area | None) -> None:
    target = sheet.block(area).xr
    if neighbor is None:
        target.clearContents(_flags(FORMATS))
        return
    source = sheet.block(neighbor).xr.RangeAddress
    upright = neighbor.shape[1] == area.shape[1] and neighbor.row != area.row
    for number in range(area.shape[0] if upright else area.shape[1]):
        first = target.getCellByPosition(0, number) if upright else target.getCellByPosition(number, 0)
        sheet.xs.copyRange(first.CellAddress, source)
    target.clearContents(_flags(CONTENTS))


def _flags(names: tuple[str, ...]) -> int:
    return sum(int(constant(f"com.sun.star.sheet.CellFlags.{name}")) for name in names)
