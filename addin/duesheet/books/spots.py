"""Where a table stands in an open workbook."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

import xlwings as xw

from duesheet.books.areas import Area, letters
from duesheet.books.blocks import read, said
from duesheet.errors import BookRefused

SheetTable = xw.main.Table
_SLACK_ROWS = 10_000
_MOST_CELLS = 20_000_000
_OWN_COLUMNS = 40
"""How far to the right of a table its user's own columns are looked for."""


@dataclass(frozen=True)
class Spot:
    """A table in its sheet: `area` from header row to last data row, `totals` rows (0 or 1) under it.

    `table` is None where a sheet of the table's name has no table.
    """

    sheet: xw.Sheet
    table: SheetTable | None
    area: Area
    totals: int

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The headers of the area's columns."""
        return tuple(said(value) for value in read(self.rows(self.area.top, self.area.top)).rows[0])

    def range(self, top: int, left: int, bottom: int, right: int) -> xw.Range:
        """The cells between two of the sheet's rows and columns."""
        return self.sheet.range(f"{letters(left)}{top}:{letters(right)}{bottom}")

    def cell(self, row: int, column: int) -> xw.Range:
        """One cell by the sheet's row and column."""
        return self.sheet.range(f"{letters(column)}{row}")

    def rows(self, top: int, bottom: int) -> xw.Range:
        """The cells of the table's columns between two of the sheet's rows."""
        return self.range(top, self.area.left, bottom, self.area.right)

    def last_row(self) -> int:
        """The sheet's last row with anything in the table's columns; at least the table's own last one."""
        bottom = self.area.bottom + self.totals
        used = self.sheet.used_range.last_cell.row
        if used <= bottom + _SLACK_ROWS:
            return max(used, bottom)
        found = self.rows(bottom + 1, used).find("*", direction="backward")  # cells may be formatted only
        return found.row if isinstance(found, xw.Range) else bottom


class Spots:
    """The places of a workbook's tables. They are listed once: an office takes long to list them."""

    def __init__(self, book: xw.Book) -> None:
        self._book = book
        self._tables: dict[str, tuple[xw.Sheet, SheetTable]] = {}

    def find(self, name: str) -> Spot | None:
        """Where the table `name` stands: the table of that name on whichever sheet, else the sheet of that name."""
        wanted = name.casefold()
        if wanted in self._tables:
            with suppress(Exception):  # it may have been renamed or deleted: then all are listed anew
                return self._again(wanted)
        sheets = list(self._book.sheets)
        self._tables = {
            key: (sheet, table) for sheet in sheets for table in sheet.tables for key in _names(table)
        }
        if wanted in self._tables:
            return _of_table(*self._tables[wanted])
        alike = (sheet for sheet in sheets if sheet.name.strip().casefold() == wanted)
        return next((_of_sheet(sheet) for sheet in alike), None)

    def _again(self, wanted: str) -> Spot | None:
        sheet, table = self._tables[wanted]
        if wanted not in _names(table):
            raise KeyError(wanted)
        return _of_table(sheet, table)


def _names(table: SheetTable) -> set[str]:
    return {table.name.casefold(), table.display_name.casefold()}


def _of_sheet(sheet: xw.Sheet) -> Spot | None:
    """The only table of a sheet, whatever its name; a sheet without one, or with several, by its cells."""
    tables = list(sheet.tables)
    return _of_table(sheet, tables[0]) if len(tables) == 1 else _of_cells(sheet)


def _of_table(sheet: xw.Sheet, table: SheetTable) -> Spot | None:
    if not table.show_headers:
        return _of_cells(sheet)
    whole, totals = _area(table.range), int(bool(table.show_totals))
    area = Area(whole.left, whole.top, whole.right, max(whole.bottom - totals, whole.top + 1))
    return Spot(sheet, table, area, totals)


def _area(cells: xw.Range) -> Area:
    return Area.parse(cells.get_address())


def _of_cells(sheet: xw.Sheet) -> Spot | None:
    """The sheet's first row with anything holds the headers, and everything below belongs to it."""
    used = _area(sheet.used_range)
    if (used.bottom - used.top) * (used.right - used.left) > _MOST_CELLS:
        raise BookRefused(
            f"{sheet.name} has something in row {used.bottom} or column {used.right}, far from everything else. "
            "Delete what is not meant to be there, with its row and its column."
        )
    filled = read(sheet.used_range).filled()
    if True not in filled:
        return None
    top = used.top + filled.index(True)
    return Spot(sheet, None, Area(used.left, top, used.right, max(used.bottom, top + 1)), 0)


def for_writing(spot: Spot) -> Spot:
    """`spot` as far as it is to be rewritten: own columns right beside the table belong to it.

    Excel takes a column typed right beside a table into it at once, Calc does not. Without a table, the headers
    without a gap count, and the rows down to the first blank one.
    """
    if spot.table is None:
        return _without_gaps(spot)
    area = spot.area
    beside = read(spot.range(area.top, area.right + 1, area.top, area.right + _OWN_COLUMNS)).rows[0]
    names = list(takewhile(bool, (said(value).strip() for value in beside)))
    if not names:
        return spot
    return replace(spot, area=area._replace(right=area.right + min(len(names), _room(spot))))


def _room(spot: Spot) -> int:
    """How many columns to the right of the table are not another table's."""
    areas = [_area(other.range) for other in spot.sheet.tables]
    taken = [
        other.left
        for other in areas
        if other.left > spot.area.right and other.top <= spot.area.bottom and other.bottom >= spot.area.top
    ]
    return min([_OWN_COLUMNS, *(left - spot.area.right - 1 for left in taken)])


def _without_gaps(spot: Spot) -> Spot:
    first = next(at for at, name in enumerate(spot.headers) if name)
    names: Sequence[str] = list(takewhile(bool, spot.headers[first:]))
    left = spot.area.left + first
    narrow = spot.area._replace(left=left, right=left + len(names) - 1)
    filled = read(spot.range(narrow.top + 1, narrow.left, narrow.bottom, narrow.right)).filled()
    height = len(list(takewhile(bool, filled)))
    return Spot(spot.sheet, None, narrow._replace(bottom=narrow.top + max(height, 1)), 0)
