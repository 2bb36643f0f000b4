"""Merged cells: which areas of a range are merged, and how much of it they cover."""

from typing import TYPE_CHECKING

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import Area
from xlwings_libreoffice.uno_runtime import UnoObject

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet


def area_of(sheet: "Sheet", row: int, column: int) -> Area:
    """The merged area that a cell belongs to; the cell itself when it is not merged."""
    return _extended(sheet, Area(row, column, row, column))


def all_merged(cells: "Range") -> bool | None:
    """Whether every cell of a range is merged; None when only some are."""
    home = cells.area
    found = areas(cells)
    covered = sum(_overlap(home, area) for area in found)
    return None if 0 < covered < home.shape[0] * home.shape[1] else bool(covered)


def areas(cells: "Range") -> list[Area]:
    """The merged areas that a range touches."""
    whole = cells.sheet.block(_extended(cells.sheet, cells.area)).xr
    if not whole.IsMerged:
        return []
    corners = [corner for group in _groups(whole) if _merges(cells.sheet, group[0]) for corner in group]
    return [
        area_of(cells.sheet, row, column)
        for corner in corners
        for row in range(corner.row, corner.last_row + 1)
        for column in range(corner.column, corner.last_column + 1)
    ]


def _groups(cells: UnoObject) -> list[list[Area]]:
    """The areas of cells by their formats: that a cell is the first of merged ones is part of its format."""
    groups = cells.getUniqueCellFormatRanges()
    found = map(groups.getByIndex, range(groups.Count))
    return [[kinds.area(address) for address in group.RangeAddresses] for group in found]


def _merges(sheet: "Sheet", area: Area) -> bool:
    return bool(sheet.xs.getCellByPosition(area.column - 1, area.row - 1).IsMerged)


def _extended(sheet: "Sheet", area: Area) -> Area:
    cursor = sheet.xs.createCursorByRange(sheet.block(area).xr)
    cursor.collapseToMergedArea()
    return kinds.area(cursor.RangeAddress)


def _overlap(one: Area, other: Area) -> int:
    rows = min(one.last_row, other.last_row) - max(one.row, other.row) + 1
    columns = min(one.last_column, other.last_column) - max(one.column, other.column) + 1
    return max(rows, 0) * max(columns, 0)
