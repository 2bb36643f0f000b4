"""Sorting the rows of a range, and removing those that repeat."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlwings_libreoffice import inserting
from xlwings_libreoffice.uno_runtime import UnoObject, enum, properties, struct, typed

if TYPE_CHECKING:
    from xlwings_libreoffice.ranges import Range


def sort(cells: UnoObject, keys: Sequence[int], ascending: Sequence[bool], *, has_headers: bool) -> None:
    """Sorts rows by columns counted from 1, without regard to the case of letters."""
    fields = tuple(
        struct("com.sun.star.table.TableSortField", Field=key - 1, IsAscending=up, IsCaseSensitive=False)
        for key, up in zip(keys, ascending, strict=True)
    )
    cells.sort(
        properties(
            SortFields=typed("[]com.sun.star.table.TableSortField", fields),
            ContainsHeader=has_headers,
            IsSortColumns=False,
            BindFormatsToContent=False,
        )
    )


def remove_duplicates(cells: "Range", columns: Sequence[int], *, has_headers: bool) -> None:
    """Removes rows that are like an earlier one in columns counted from 1.

    Those below them move up within the range; what is below the range stays where it is.
    """
    area, sheet = cells.area, cells.sheet
    kept: set[tuple[object, ...]] = set()
    repeated = []
    for row, values in enumerate(cells.xr.getDataArray(), area.row):
        key = tuple(_folded(values[column - 1]) for column in columns)
        if has_headers and row == area.row:
            continue
        if key in kept:
            repeated.append(row)
        kept.add(key)
    for first, last in reversed(_runs(repeated)):
        inserting.remove(sheet, area._replace(row=first, last_row=last), "up")
    if repeated:
        gap = area._replace(row=area.last_row - len(repeated) + 1)
        sheet.xs.insertCells(
            sheet.block(gap).xr.RangeAddress, enum("com.sun.star.sheet.CellInsertMode", "DOWN")
        )
        sheet.block(gap).clear()
        cells.xr = sheet.block(area).xr


def _folded(value: object) -> object:
    """What counts in a comparison: letters in whatever case."""
    return value.casefold() if isinstance(value, str) else value


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Numbers in order as stretches without gaps."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
