"""What the selected row is about, and the rows of a sheet: their cells by the keys of the drawing, not by headers."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from duesheet import tables
from duesheet.books.live import LiveBook
from duesheet.errors import Refused
from duesheet.layout import layout


def chosen(found: LiveBook, names: tuple[str, ...], what: str) -> tuple[str, Mapping[str, Any]]:
    """The table and the cells by key of the selected row, which must be in one of the tables `names`.

    Raises Refused, saying what to select, where it is not.
    """
    where = found.selected()
    for name in names if where else ():
        sheet, frame, rows = _read(found, name)
        here = frame.filter(rows == where[1]) if where and where[0] == sheet else frame.clear()
        if here.height:
            return name, here.row(0, named=True)
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    raise Refused(f"Select a cell in the row of the {what} on {listed}, and press the button again.")


def rows_of(found: LiveBook, name: str) -> tuple[pl.DataFrame, pl.Series]:
    """The cells of a table by key, a column that is not there blank, and the sheet's rows they stand in."""
    _, frame, rows = _read(found, name)
    return frame, rows


def _read(found: LiveBook, name: str) -> tuple[str, pl.DataFrame, pl.Series]:
    table = layout().tables[name]
    cells = found.read(table)
    if cells is None:
        raise Refused(f"{found.name} has no sheet {name}.")
    frame = tables.spelled(cells, table).frame
    columns = [
        (pl.col(one.name) if one.name in frame.columns else pl.lit(None)).alias(one.key)
        for one in table.columns
    ]
    return cells.sheet, frame.select(columns), cells.rows


def put(found: LiveBook, name: str, row: int, key: str, value: str) -> None:
    """Write one cell of an input table, as the user asked."""
    table = layout().tables[name]
    found.put(table, row, table.by_key()[key].name, value)


def only(found: LiveBook, name: str, wanted: Mapping[str, Sequence[str]]) -> None:
    """Show a table, and of it only the rows that have one of the words `wanted` under each key."""
    columns = layout().tables[name].by_key()
    found.only(name, {columns[key].name: words for key, words in wanted.items()})
    found.show(name)
