"""A sheet's cells as typed columns, by fastexcel, with what it would hide put right."""

import logging
from collections.abc import Mapping

import fastexcel
import polars as pl

from duesheet.books.columns import DATES, NUMBERS
from duesheet.books.readers import refusing, unreadable

logging.getLogger("fastexcel.types.dtype").setLevel(logging.ERROR)
"""It warns of every blank column."""


def header(reader: fastexcel.ExcelReader, sheet: str, row: int) -> list[tuple[int, str]]:
    """The sheet's columns (counted from 1) that have something in `row`, with that text."""
    with refusing(sheet):
        found = reader.load_sheet(sheet, header_row=row - 1, n_rows=1, dtypes="string").available_columns()
    return [
        (column.absolute_index + 1, column.name) for column in found if column.column_name_from == "looked_up"
    ]


def load(
    reader: fastexcel.ExcelReader, sheet: str, head: int, columns: Mapping[int, str], kinds: Mapping[int, str]
) -> pl.DataFrame:
    """The rows below row `head`: a column for each of `columns` (number, header), named by its number.

    Columns whose kind (by number; none: the user's own) is text come as String; the others as they are if all
    their cells agree, else as String: dates then read 2025-01-31 00:00:00, truth values true and false.
    """
    as_text = {number for number in columns if kinds.get(number) not in {None, *NUMBERS, *DATES}}
    for _ in range(len(columns) + 1):
        try:
            with refusing(sheet):
                frame = reader.load_sheet(
                    sheet,
                    header_row=head - 1,
                    use_columns=[number - 1 for number in columns],
                    dtypes={number - 1: "string" for number in as_text},
                    schema_sample_rows=None,
                    whitespace_as_null=True,
                ).to_polars()
        except fastexcel.UnsupportedColumnTypeCombinationError as error:
            as_text |= _named(str(error), columns) or set(columns)
        else:
            frame.columns = [str(number) for number in columns]
            return frame
    raise unreadable(sheet, "its cells cannot be told apart")


def _named(message: str, columns: Mapping[int, str]) -> set[int]:
    """The columns a refusal to mix kinds is about."""
    name = message.rpartition("for column ")[2].splitlines()[0].strip()
    return {number for number, header in columns.items() if header == name}
