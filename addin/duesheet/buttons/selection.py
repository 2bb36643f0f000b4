"""What the selected row is about: a customer, an invoice, a plan, a letter."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from duesheet.books.live import LiveBook
from duesheet.errors import Refused
from duesheet.layout import layout


def chosen(found: LiveBook, tables: tuple[str, ...], what: str) -> tuple[str, int, Mapping[str, Any]]:
    """The table, the sheet's row and the cells by header of the selected row, which must be in one of `tables`.

    Raises Refused, saying what to select, where it is not.
    """
    drawing = layout().tables
    where = found.selected()
    if where is not None:
        for name in tables:
            cells = found.read(drawing[name])
            if cells is not None and cells.sheet == where[0]:
                rows = cells.frame.filter(cells.rows == where[1])
                if rows.height:
                    return name, where[1], rows.row(0, named=True)
    listed = tables[0] if len(tables) == 1 else f"{', '.join(tables[:-1])} or {tables[-1]}"
    raise Refused(f"Select a cell in the row of the {what} on {listed}, and press the button again.")


def rows_of(found: LiveBook, table: str) -> tuple[pl.DataFrame, pl.Series]:
    """The cells of a table and the sheet's rows they stand in."""
    cells = found.read(layout().tables[table])
    if cells is None:
        raise Refused(f"{found.name} has no sheet {table}.")
    return cells.frame, cells.rows
