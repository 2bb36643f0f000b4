"""One sheet of a book: its name and place, its cells, and the collections of what lies on it."""

import re
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import copies, grid, kinds
from xlwings_libreoffice.addresses import COLUMNS, ROWS, Area, parsed, quoted, split_sheet
from xlwings_libreoffice.collections_of_sheet import OnSheet
from xlwings_libreoffice.ranges import Range
from xlwings_libreoffice.sheet_names import allowed
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.books import Book


@walled
class Sheet(OnSheet, base_classes.Sheet):
    """One sheet."""

    rows = ROWS
    columns = COLUMNS

    def __init__(self, book: "Book", xs: UnoObject) -> None:
        self._book = book
        self._xs = xs

    @property
    def book(self) -> "Book":
        """The book it belongs to."""
        return self._book

    @property
    def xs(self) -> UnoObject:
        """The sheet in UNO.

        It is made anew when it no longer covers the sheet: one that UNO hands out shrinks when cells are removed.
        """
        found = self._xs.RangeAddress
        if (found.StartRow, found.StartColumn, found.EndRow, found.EndColumn) != (
            0,
            0,
            ROWS - 1,
            COLUMNS - 1,
        ):
            self._xs = self._xs.createCursor().Spreadsheet
        return self._xs

    @property
    def api(self) -> UnoObject:
        """The sheet in UNO."""
        return self.xs

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.xs.Name)

    @name.setter
    def name(self, value: str) -> None:
        """Renames it; formulas follow."""
        if value.lower() != self.name.lower() and value in self.book.sheets:
            raise ValueError(f"Sheet named '{value}' already present in workbook")
        self.xs.setName(allowed(value))

    @property
    def quoted(self) -> str:
        """Its name as it stands before the `!` of an address."""
        return quoted(self.name)

    @property
    def number(self) -> int:
        """Its place among the sheets, counted from 0 as UNO counts."""
        return int(self.xs.RangeAddress.Sheet)

    @property
    def index(self) -> int:
        """Its place among the sheets, counted from 1."""
        return self.number + 1

    def range(self, arg1: Any, arg2: Any = None) -> Range:  # noqa: ANN401 (all that xlwings passes)
        """Cells: by address, name, table, row and column, from one range to another, or by place and shape."""
        if isinstance(arg1, tuple) and len(arg1) == 4:  # noqa: PLR2004 (row, column, rows, columns)
            return self._sized(*arg1)
        if isinstance(arg1, (int, float)) and isinstance(arg2, (int, float)):
            arg1, arg2 = (arg1, arg2), None
        first = self._corner(arg1)
        if arg2 is None:
            return first
        return self.block(first.area.joined(self._corner(arg2).area))

    def block(self, area: Area) -> Range:
        """The cells of an area."""
        corners = (area.column - 1, area.row - 1, area.last_column - 1, area.last_row - 1)
        if not (0 <= corners[0] <= corners[2] < COLUMNS and 0 <= corners[1] <= corners[3] < ROWS):
            raise IndexError(
                f"A sheet has rows 1 to {ROWS} and columns 1 to {COLUMNS}; asked were {tuple(area)}."
            )
        return Range(self, self.xs.getCellRangeByPosition(*corners))

    @property
    def cells(self) -> Range:
        """All cells of the sheet."""
        return self.block(Area(1, 1, ROWS, COLUMNS))

    @property
    def used_range(self) -> Range:
        """The block from the first to the last cell that holds something."""
        cursor = self.xs.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return self.block(kinds.area(cursor.RangeAddress))

    def activate(self) -> None:
        """Makes it the sheet that is shown."""
        self.book.doc.CurrentController.ActiveSheet = self.xs

    def select(self) -> None:
        """Makes it the sheet that is shown."""
        self.activate()

    def shown(self) -> grid.Shown:
        """The view of the book while it shows this sheet, to be used by `with`."""
        return grid.Shown(self)

    def clear_contents(self) -> None:
        """Empties all cells and leaves their formats."""
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        """Takes the formats off all cells."""
        self.cells.clear_formats()

    def clear(self) -> None:
        """Empties all cells and takes off their formats."""
        self.cells.clear()

    def autofit(self, axis: str | None = None) -> None:
        """Fits columns, rows, or both to what is in them."""
        self.used_range.autofit(axis)

    def delete(self) -> None:
        """Deletes it; the last visible sheet stays."""
        self.book.sheets.need_another(self)
        self.book.doc.Sheets.removeByName(self.name)

    def copy(self, before: "Sheet | None", after: "Sheet | None") -> None:
        """Copies it to where another sheet lies, in this book or another of the same office."""
        copies.copy(self, before, after)

    def move(self, before: "Sheet | None", after: "Sheet | None") -> None:
        """Moves it within its book."""
        place = after.number + 1 if after else before.number if before else 0
        self.book.doc.Sheets.moveByName(self.name, place)
        self.activate()

    def to_html(self, path: str) -> None:
        """Writes the sheet as a page of HTML."""
        copies.write_html(self, path)

    @property
    def visible(self) -> bool:
        """Whether its tab is shown."""
        return bool(self.xs.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        """Shows or hides it; the last visible sheet stays."""
        if not value:
            self.book.sheets.need_another(self)
        self.xs.IsVisible = bool(value)

    @property
    def show_gridlines(self) -> bool:
        """Whether its grid is drawn on screen."""
        return grid.shown(self)

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        """Draws the grid on screen, or not."""
        grid.show(self, wanted=bool(value))

    def _corner(self, place: Any) -> Range:  # noqa: ANN401 (an address, a tuple, a range)
        if isinstance(place, Range):
            return place
        if isinstance(place, tuple):
            if 0 in place:
                raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
            row, column = map(int, place)
            return self.block(Area(row, column, row, column))
        return self._named(str(place))

    def _sized(self, row: int, column: int, rows: int, columns: int) -> Range:
        if rows and columns:
            return self.block(Area(row, column, row + rows - 1, column + columns - 1))
        return Range(self, None, empty=(row, column, rows, columns))

    def _named(self, text: str) -> Range:
        sheet, address = split_sheet(text)
        home = self if sheet is None else self._other(sheet)
        if (area := parsed(address)) is not None:
            found = home.block(area)
            found.arg1_input = text
            return found
        if "," in address:
            raise NotImplementedError(
                "A range of several areas is not supported: name one area after the other."
            )
        return self.book.names.found(text, self)

    def _other(self, name: str) -> "Sheet":
        """The sheet an address names, in this book or, as `[Book1]Sheet1`, in another open one."""
        if foreign := re.fullmatch(r"\[(.+)\](.+)", name):
            return self.book.app.books(foreign[1]).sheets(foreign[2])
        return self.book.sheets(name)
