"""A book that lives in memory: the port to a spreadsheet over Polars frames."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from duesheet.books import Cells
from duesheet.layout import Table, layout

_TYPES = {
    "date": pl.Date,
    "time": pl.Datetime,
    "money": pl.Float64,
    "number": pl.Float64,
    "whole": pl.Float64,
}
_TYPES |= {"days": pl.Float64, "percent": pl.Float64}


class MemoryBook:
    """A workbook as frames by table name; `appended` keeps each frame that was added."""

    name = "Memory.xlsx"

    def __init__(self, tables: Mapping[str, pl.DataFrame] | None = None) -> None:
        """Take `tables` as they stand; the input tables that are not given are empty."""
        empty = {name: blank(table) for name, table in layout().tables.items() if table.role == "input"}
        self.tables: dict[str, pl.DataFrame] = {**empty, **(tables or {})}
        self.appended: list[tuple[str, pl.DataFrame]] = []

    def read(self, table: Table) -> Cells | None:
        """The cells of `table`."""
        frame = self.tables.get(table.name)
        if frame is None:
            return None
        return Cells(table.name, table.name, frame, pl.Series(range(2, frame.height + 2), dtype=pl.Int64))

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Replace the rows of an output table."""
        self.tables[table.name] = frame

    def append(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows below the last one."""
        self.appended.append((table.name, frame))
        before = self.tables.get(table.name, frame.clear())
        self.tables[table.name] = pl.concat([before, frame], how="diagonal_relaxed")

    def put(self, table: Table, row: int, column: str, value: str) -> None:
        """Write one text cell."""
        frame = self.tables[table.name].with_row_index("place")
        cell = pl.when(pl.col("place") == row - 2).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        self.tables[table.name] = frame.with_columns(cell).drop("place")

    def rows(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        """The values of `columns`, row by row, as a test states them."""
        return self.tables[table].select(columns).rows()


def blank(table: Table) -> pl.DataFrame:
    """A table without rows."""
    return pl.DataFrame(schema={column.name: _TYPES.get(column.kind, pl.String) for column in table.columns})


def typed(table: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Rows typed in a test as a frame of `table`; dates as YYYY-MM-DD."""
    drawn = layout().tables[table]
    told = [
        {
            name: date.fromisoformat(str(value)) if drawn.column(name).kind == "date" and value else value
            for name, value in row.items()
        }
        for row in rows
    ]
    return pl.concat([blank(drawn), pl.DataFrame(told)], how="diagonal_relaxed")
