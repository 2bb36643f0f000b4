"""A workbook open in Excel or Calc: the port to a spreadsheet through xlwings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import xlwings as xw

from duesheet.books import Cells
from duesheet.books.live_adding import append_rows, put_cell
from duesheet.books.live_reading import read_table
from duesheet.books.live_writing import replace_rows
from duesheet.books.looking import only, pick, selected, show
from duesheet.books.pausing import paused
from duesheet.books.spoken import answered, in_words
from duesheet.books.spots import Spot, Spots, for_writing
from duesheet.books.sweeping import unswept
from duesheet.books.talking import alert, ask, say
from duesheet.errors import BookRefused, TableMissing
from duesheet.layout import Table, layout

Workbook = xw.Book


class LiveBook:
    """An open workbook. Reads see it as it stands, unsaved changes too; writes are seen at once. Saving is the user's.

    Every office says in its own way that it cannot do something: here it becomes BookRefused, in words.
    """

    def __init__(self, book: Workbook) -> None:
        self._book = book
        with in_words("The workbook"):
            self.name = book.name
        self._date1904 = answered(self.name, lambda: _since_1904(book))
        self._spots = Spots(book)

    @property
    def path(self) -> Path | None:
        """Where the workbook lies on this computer; None when it was never saved, or lies elsewhere."""
        with in_words(self.name):
            path = Path(self._book.fullname)
        return path if path.is_absolute() and path.is_file() else None

    def read(self, table: Table) -> Cells | None:
        """The cells of `table` as they stand, or None when the book has no such table."""
        with in_words(self.name), unswept():
            spot = self._spots.find(table.name)
            return None if spot is None else read_table(spot, table)

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Replace the rows of an output table."""
        if table.role != "output":
            raise BookRefused(f"{table.name} is yours: only output sheets are rewritten.")
        with self._changing(table) as spot:
            replace_rows(for_writing(spot), frame, table, date1904=self._date1904)

    def append(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows below the last one of an input or log table; no existing cell is touched."""
        with self._changing(table) as spot:
            append_rows(for_writing(spot), frame, date1904=self._date1904)

    def put(self, table: Table, row: int, column: str, value: str) -> None:
        """Write one text cell at the sheet's `row` under the header `column`."""
        with self._changing(table) as spot:
            put_cell(spot, row, column, value)

    def save(self) -> None:
        """Save the workbook where it lies, in the spreadsheet itself."""
        with in_words(self.name):
            self._refuse_read_only()
            self._book.save()

    def say(self, text: str) -> None:
        """Say in the status bar what is being done."""
        with in_words(self.name):
            say(self._book, text)

    def alert(self, text: str) -> None:
        """Show a message, in a window where somebody can see one, else in the status bar."""
        with in_words(self.name):
            alert(self._book, text)

    def ask(self, text: str) -> bool | None:
        """Whether the question is answered with yes; None where nobody can be asked."""
        with in_words(self.name):
            return ask(self._book, text)

    def show(self, table: str) -> None:
        """Bring the sheet of `table` to the front."""
        with in_words(self.name):
            show(self._spot(table))

    def only(self, table: str, wanted: Mapping[str, Sequence[str]]) -> None:
        """Filter `table` to the rows that have one of the `wanted` words under each header named."""
        with in_words(self.name):
            only(self._spot(table), wanted)

    def selected(self) -> tuple[str, int] | None:
        """The sheet and the row of the first selected cell; None when something else is selected."""
        with in_words(self.name):
            return selected(self._book)

    def pick(self, title: str, pattern: str) -> list[Path]:
        """The files the user chooses in a window; none where nobody can be asked."""
        with in_words(self.name):
            return pick(self._book, title, pattern)

    def _spot(self, table: str) -> Spot:
        spot = self._spots.find(table)
        if spot is None:
            raise TableMissing(
                f"{self.name} has no sheet {table}. Add it, or start from a new book: duesheet new."
            )
        return spot

    def changes(self) -> "Callable[[], LiveBook | None]":
        """Gives the book each time what the user writes was changed since this was called, or since the last time.

        A book that is as it was saved, its file untouched since, is not read for it.
        """
        seen, saved = self._written(), self._saved()

        def changed() -> LiveBook | None:
            nonlocal seen, saved
            before, saved = saved, self._saved()
            now = seen if saved is not None and saved == before else self._written()
            if now == seen:
                return None
            seen = now
            return self

        return changed

    def _saved(self) -> int | None:
        """When the book was saved as it now stands; None when it was changed since, or never saved."""
        modified = answered(self.name, lambda: _is_modified(self._book))
        return None if modified or self.path is None else self.path.stat().st_mtime_ns

    def _written(self) -> list[object]:
        """What stands in the tables that hold anything of the user's."""
        drawing = layout()
        found = (self.read(drawing.tables[name]) for name in drawing.read)
        return [None if cells is None else cells.frame.rows() for cells in found]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Neither draw nor calculate while the whole job is done; afterwards all is shown as it was."""
        with in_words(self.name):
            self._refuse_read_only()
            with paused(self._book), unswept():
                yield

    @contextmanager
    def _changing(self, table: Table) -> Iterator[Spot]:
        with in_words(self.name):
            self._refuse_read_only()
            spot = self._spot(table.name)
            with paused(self._book), unswept():
                yield spot

    def _refuse_read_only(self) -> None:
        if answered(self.name, lambda: _is_read_only(self._book)):
            raise BookRefused(
                f"{self.name} is open for reading only: somebody else may have it open, or the file is protected. "
                "Close it there, or save it under another name, and press the button again. Nothing was changed."
            )


def caller() -> Workbook:
    """The workbook whose button was pressed."""
    try:
        return xw.Book.caller()
    except Exception as error:
        raise BookRefused(
            f"Nobody can tell which workbook is meant ({error}). Press the button in the workbook itself."
        ) from error


def _is_read_only(book: Workbook) -> bool:
    """Asked of the engine's own object, for xlwings has no word for it: Excel's, else Calc's."""
    api = book.api
    return bool(api.isReadonly() if hasattr(api, "isReadonly") else getattr(api, "ReadOnly", False))


def _is_modified(book: Workbook) -> bool:
    """Whether the book was changed since it was saved, asked in the same way."""
    api = book.api
    return bool(api.isModified() if hasattr(api, "isModified") else not getattr(api, "Saved", False))


def _since_1904(book: Workbook) -> bool:
    """Whether the book counts its days from 1904."""
    api = book.api
    if hasattr(api, "NullDate"):
        return bool(api.NullDate.Year == 1904)  # noqa: PLR2004  the year
    return bool(getattr(api, "Date1904", False))
