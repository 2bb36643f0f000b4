"""Cells of a kind within a range: blank, constant, computed or visible ones, as rectangles."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.uno_runtime import UnoObject, constant

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range

CONSTANTS = {None: ("VALUE", "DATETIME", "STRING"), "numbers": ("VALUE", "DATETIME"), "text": ("STRING",)}
RESULTS = {
    None: ("VALUE", "STRING", "ERROR"),
    "numbers": ("VALUE",),
    "text": ("STRING",),
    "errors": ("ERROR",),
}
NUMBERS = {"numbers", "logical"}


def areas(cells: "Range", cell_type: str, value_type: str | None) -> list[Area]:
    """The areas of such cells, from top to bottom."""
    found: Iterable[Area]
    if cell_type == "blanks":
        found = _clipped(cells, _of(cells.xr.queryEmptyCells()))
    elif cell_type == "visible":
        found = _of(cells.xr.queryVisibleCells())
    elif value_type in NUMBERS:
        found = _numbers(cells, cell_type, truths=value_type == "logical")
    else:
        found = _queried(cells.xr, cell_type, value_type)
    return _joined(found)


def _numbers(cells: "Range", cell_type: str, *, truths: bool) -> Iterator[Area]:
    """Numbers, or truth values: these are numbers with a format of their own."""
    for kind, group in kinds.stretches(cells.sheet.book.doc, cells.xr):
        if (kind == kinds.TRUTH) == truths:
            yield from _queried(group, cell_type, "numbers")


def _queried(cells: UnoObject, cell_type: str, value_type: str | None) -> list[Area]:
    if cell_type == "formulas":
        wanted = (constant(f"com.sun.star.sheet.FormulaResult.{name}") for name in RESULTS[value_type])
        return _of(cells.queryFormulaCells(sum(wanted)))
    wanted = (constant(f"com.sun.star.sheet.CellFlags.{name}") for name in CONSTANTS.get(value_type, ()))
    flags = sum(wanted)
    return _of(cells.queryContentCells(flags)) if flags else []


def _of(found: UnoObject) -> list[Area]:
    return [kinds.area(address) for address in found.RangeAddresses]


def _clipped(cells: "Range", found: list[Area]) -> Iterator[Area]:
    """Areas within the part of the sheet that is in use, beyond which Excel finds no blank cells."""
    used = cells.sheet.used_range.area
    for area in found:
        last_row, last_column = min(area.last_row, used.last_row), min(area.last_column, used.last_column)
        if area.row <= last_row and area.column <= last_column:
            yield area._replace(last_row=last_row, last_column=last_column)


def _joined(found: Iterable[Area]) -> list[Area]:
    """Areas with neighbors of the same rows made one, from top to bottom."""
    joined: list[Area] = []
    for area in sorted(found, key=lambda one: (one.row, one.last_row, one.column)):
        before = joined[-1] if joined else None
        if before and before[0] == area.row and before[2] == area.last_row and before[3] == area.column - 1:
            joined[-1] = before._replace(last_column=area.last_column)
        else:
            joined.append(area)
    return _stacked(joined)


def _stacked(found: list[Area]) -> list[Area]:
    """Areas of the same columns, one right below the other, made one."""
    stacked: list[Area] = []
    for area in sorted(found, key=lambda one: (one.column, one.last_column, one.row)):
        before = stacked[-1] if stacked else None
        if (
            before
            and before[1] == area.column
            and before[3] == area.last_column
            and before[2] == area.row - 1
        ):
            stacked[-1] = before._replace(last_row=area.last_row)
        else:
            stacked.append(area)
    return sorted(stacked)
