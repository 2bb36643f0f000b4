"""Rows for a new book's tables, and the standard policy every new book starts with."""

import polars as pl

from duesheet.layout import Layout, Table

_NUMBERS = ("money", "number", "whole", "days", "percent")
_FRAME_TYPES: dict[str, pl.DataType] = {
    **dict.fromkeys(_NUMBERS, pl.Float64()),
    "date": pl.Date(),
    "time": pl.Datetime("us"),
}


def frame(table: Table, rows: list[dict[str, object]]) -> pl.DataFrame:
    """`rows`, keyed by the columns' names in the code, under the declared headers and types of `table`.

    >>> from duesheet.layout import layout
    >>> frame(layout().tables["Rates"], [{"currency": "USD", "rate": 0.92}]).to_dicts()
    [{'Currency': 'USD', 'Date': None, 'Rate': 0.92}]
    """
    schema = {column.name: _FRAME_TYPES.get(column.kind, pl.String()) for column in table.columns}
    return pl.DataFrame(
        [[row.get(column.key) for column in table.columns] for row in rows], schema=schema, orient="row"
    )


def policy(drawing: Layout) -> pl.DataFrame:
    """The standard steps of a reminder cycle."""
    rows = [{name: None if value == "" else value for name, value in step.items()} for step in drawing.steps]
    return frame(drawing.tables["Policy"], rows)
