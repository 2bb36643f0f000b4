"""The port to a spreadsheet: what a closed file and an open window both can do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from duesheet.errors import Fault
from duesheet.layout import Table

if TYPE_CHECKING:  # a file begins to be read before the libraries that work on it are loaded
    import polars as pl


class Cells(NamedTuple):
    """One table as it stands in the book, nothing judged yet.

    `frame` has one column per header found (in the book's order, the user's own columns too) and one row per
    row of the table that holds anything. Types: String for text and id kinds; Float64 for money, number, whole,
    days and percent; Date for dates (Datetime for times). A column whose cells do not all fit is String
    throughout: numbers in their shortest form, real dates as YYYY-MM-DD, booleans as TRUE and FALSE, text as
    typed. `rows` gives each row's number in the sheet. `faults` are what cannot be read at all: error values,
    merged cells, rows below a gap. `letters` gives each header the letters of its column, `merged` are the rows
    that merged cells reach, `below` holds the rows that lie below a gap.
    """

    table: str
    sheet: str
    frame: "pl.DataFrame"
    rows: "pl.Series"
    faults: tuple[Fault, ...] = ()
    letters: Mapping[str, str] = MappingProxyType({})
    merged: frozenset[int] = frozenset()
    below: "Cells | None" = None


class Book(Protocol):
    """A workbook: read a table, rewrite an output table, add rows at the end of one."""

    @property
    def name(self) -> str:
        """The file's name, for messages."""

    def read(self, table: Table) -> Cells | None:
        """The cells of `table`, or None when the book has no such table."""

    def write(self, table: Table, frame: "pl.DataFrame") -> None:
        """Replace the rows of an output table.

        `frame` has the declared headers as columns (amounts Float64 in major units, dates Date, times Datetime,
        links String). The user's own columns follow their row's identity; filters, widths, order of columns stay.
        """

    def append(self, table: Table, frame: "pl.DataFrame") -> None:
        """Add rows below the last one of an input or log table; no existing cell is touched."""

    def put(self, table: Table, row: int, column: str, value: str) -> None:
        """Write one text cell at the sheet's `row` under the header `column`."""
