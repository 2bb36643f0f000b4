"""Ranges with their header rows in as a book in memory, so that a function reads them as Refresh reads the sheets."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from duesheet.books import Cells
from duesheet.books.blocks import as_kind, said
from duesheet.books.ground import Ground, cells, kinds_of, named
from duesheet.books.scan import Extent
from duesheet.errors import TableMissing
from duesheet.functions.cells import Cells as Given
from duesheet.functions.cells import is_blank, spread
from duesheet.layout import Table, layout
from duesheet.tables import spelled

NO_CURRENCY = "XXX"
"""ISO 4217's code where no currency is involved: here, where the ranges name none."""


class RangeBook:
    """A book that is ranges of a sheet, each under its table's name; those not given (None) are blank.

    Without the range of customers, whoever the others name is one. Raises TableMissing without invoices.
    """

    name = "AR_AGING"

    def __init__(self, given: dict[str, Given], settings: dict[str, str]) -> None:
        tables = layout().tables
        self._tables = {
            name: spelled(_cells(rows, tables[name]), tables[name])
            for name, rows in given.items()
            if rows is not None or name == "Invoices"
        }
        if not self._tables["Invoices"].letters:
            raise TableMissing("Invoices: give the range with its header row in.")
        if "Customers" not in self._tables:
            self._tables["Customers"] = _typed(tables["Customers"], _customers(list(self._tables.values())))
        chosen = [{"Setting": name, "Value": value} for name, value in settings.items()]
        self._tables["Settings"] = _typed(tables["Settings"], chosen)

    def read(self, table: Table) -> Cells | None:
        """The cells of `table`."""
        return self._tables.get(table.name) or _typed(table, [])

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Nothing: a function changes no cell."""

    def append(self, table: Table, frame: pl.DataFrame) -> None:
        """Nothing, as above."""

    def put(self, table: Table, row: int, column: str, value: str) -> None:
        """Nothing, as above."""


def _cells(given: Given, table: Table) -> Cells:
    """The cells of a range whose first row that holds anything names the columns."""
    rows = _rows(given)
    head = next((at for at, row in enumerate(rows) if any(not is_blank(cell) for cell in row)), 0)
    headers = {at: said(cell) for at, cell in enumerate(rows[head] if rows else [], start=1)}
    columns = {at: header for at, header in headers.items() if header.strip()}
    ground = named(Ground(table.name, head + 1, columns, 0, 0), table)
    kinds = kinds_of(ground, table)
    below = rows[head + 1 :]
    loaded = [
        as_kind([None if is_blank(row[at - 1]) else row[at - 1] for row in below], kinds.get(at)).alias(
            str(at)
        )
        for at in columns
    ]
    return cells(ground, pl.DataFrame(loaded), Extent(), table) if columns else _typed(table, [])


def _rows(given: Given) -> list[Sequence[Any]]:
    """The rows of a range; the blank end of whole columns is left away."""
    rows = given if _is_even(given) else spread(given).rows()
    count = len(rows)
    while count and (
        rows[count - 1].count(None) == len(rows[count - 1]) or all(map(is_blank, rows[count - 1]))
    ):
        count -= 1
    return list(rows[:count])


def _is_even(given: Given) -> bool:
    """Whether these are rows of one length, as Excel hands them over: they need not be copied first."""
    return type(given) is list and {*map(type, given)} == {list} and len({*map(len, given)}) == 1


def _typed(table: Table, rows: list[dict[str, str]]) -> Cells:
    names = [column.name for column in table.columns]
    frame = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    return Cells(table.name, table.name, frame, pl.int_range(2, len(rows) + 2, dtype=pl.Int64, eager=True))


def _customers(tables: Sequence[Cells]) -> list[dict[str, str]]:
    """A row for each customer the ranges name; its currency is the one they name, where it is only one."""
    wanted = dict.fromkeys(("Customer ID", "Currency"), pl.String)
    named = [
        one.frame.select(
            pl.col(name).cast(pl.String).str.strip_chars() for name in wanted if name in one.frame.columns
        )
        for one in tables
    ]
    everyone = pl.concat([pl.DataFrame(schema=wanted), *named], how="diagonal").drop_nulls("Customer ID")
    codes_of = everyone.group_by("Customer ID").agg(
        pl.col("Currency").str.to_uppercase().drop_nulls().unique()
    )
    return [
        {"Customer ID": who, "Name": who, "Currency": codes[0] if len(codes) == 1 else NO_CURRENCY}
        for who, codes in codes_of.iter_rows()
    ]
