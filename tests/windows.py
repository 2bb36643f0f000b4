"""One workbook behind the port to a spreadsheet, closed on the disk or open in a real Calc document."""

from pathlib import Path
from typing import Any, Protocol

import openpyxl
import xlwings

from duesheet.books import Book, Cells
from duesheet.books.closed import ClosedBook
from duesheet.books.live import LiveBook
from duesheet.layout import Table


class Window(Protocol):
    """A workbook that a test works on by the port, and then looks at."""

    @property
    def book(self) -> Book:
        """The port to it."""

    def seen(self, sheet: str) -> list[list[Any]]:
        """The cells of a sheet from A1 on: formulas as they read, else values."""

    def hidden(self, sheet: str) -> list[int]:
        """The sheet's rows that a filter hides."""

    def notes(self, sheet: str) -> dict[str, str]:
        """The notes by cell."""

    def area(self, sheet: str) -> str:
        """Where the sheet's table stands."""

    def close(self) -> None:
        """Let go of the workbook."""


def read(window: Window, table: Table) -> Cells:
    """The cells of a table that is there, as they are now."""
    cells = window.book.read(table)
    assert cells is not None
    return cells


class OnDisk:
    """A closed workbook: what was written is saved before it is looked at."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._path, self._book = path, ClosedBook.open(path)

    @property
    def book(self) -> ClosedBook:
        """The port to it, what was written saved."""
        self._book.save()
        return self._book

    def _sheet(self, name: str) -> Any:
        self._book.save()
        return openpyxl.load_workbook(self._path)[name]

    def seen(self, sheet: str) -> list[list[Any]]:
        """The cells of a sheet from A1 on."""
        return [list(row) for row in self._sheet(sheet).iter_rows(values_only=True)]

    def hidden(self, sheet: str) -> list[int]:
        """The hidden rows."""
        return [row for row, look in self._sheet(sheet).row_dimensions.items() if look.hidden]

    def notes(self, sheet: str) -> dict[str, str]:
        """The notes by cell."""
        cells = [cell for row in self._sheet(sheet).iter_rows() for cell in row]
        return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}

    def area(self, sheet: str) -> str:
        """Where the sheet's table stands."""
        (table,) = self._sheet(sheet).tables.values()
        return str(table.ref)

    def close(self) -> None:
        """Nothing is held open."""


class OnScreen:
    """A workbook open in an office."""

    def __init__(self, path: Path, app: xlwings.App) -> None:
        """Open the file in `app`."""
        self.window = app.books.open(str(path))
        self.book = LiveBook(self.window)

    def seen(self, sheet: str) -> list[list[Any]]:
        """The cells of a sheet from A1 on."""
        page = self.window.sheets[sheet]
        cells = page.range((1, 1), page.used_range.last_cell)
        formulas, values = cells.formula, cells.options(ndim=2).value
        return [
            [
                formula if str(formula).startswith("=") and formula != value else value
                for formula, value in zip(*pair, strict=True)
            ]
            for pair in zip(formulas, values, strict=True)
        ]

    def hidden(self, sheet: str) -> list[int]:
        """The hidden rows."""
        page = self.window.sheets[sheet]
        rows = range(1, page.used_range.last_cell.row + 1)
        return [row for row in rows if page.range(f"{row}:{row}").rows.hidden]

    def notes(self, sheet: str) -> dict[str, str]:
        """The notes by cell."""
        notes = self.window.sheets[sheet].notes
        return {note.location.get_address(False, False): note.text for note in notes}

    def area(self, sheet: str) -> str:
        """Where the sheet's table stands."""
        (table,) = self.window.sheets[sheet].tables
        return table.range.get_address(False, False)

    def close(self) -> None:
        """Close the workbook without saving."""
        self.window.close()


def selected(window: xlwings.Book) -> tuple[str, str]:
    """The sheet that is shown and the cells that are selected on it."""
    cells = window.selection
    assert cells is not None
    return cells.sheet.name, cells.address
