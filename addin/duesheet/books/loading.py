"""A sheet's cells as typed columns, by fastexcel, with what it would hide put right."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date

import fastexcel
import polars as pl

from duesheet.books.readers import refusing, unreadable
from duesheet.books.scan import Odd

NUMBERS = frozenset({"money", "number", "whole", "percent", "days"})
DATES = frozenset({"date", "time"})
_FIRST, _LAST = date(1899, 12, 30), date(9999, 12, 31)
_MIDNIGHT = " 00:00:00"

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


def typed(
    column: pl.Series, kind: str | None, truths: Mapping[int, str], errors: Mapping[int, str]
) -> pl.Series:
    """`column` as its kind asks, or as String when a cell does not fit; `truths` and `errors` by place."""
    if column.dtype in {pl.Boolean, pl.Duration} or (truths and column.dtype != pl.String):
        column = _text(column)
    if column.dtype == pl.Null or (
        column.dtype == pl.String and column.null_count() == len(column) and not errors
    ):
        column = column.cast(_wanted(kind))
    elif kind in NUMBERS and (column.dtype != pl.Float64 or not column.is_finite().all()):
        column = _text(column)
    elif kind in DATES or isinstance(column.dtype, pl.Datetime):
        column = _dates(column, kind)
    if column.dtype != pl.String:
        return column
    return _placed(_days(column), {**truths, **errors})


def _days(column: pl.Series) -> pl.Series:
    """Texts with the midnight taken off real dates; most columns have none and are handed back as they are."""
    return column.str.strip_suffix(_MIDNIGHT) if column.str.ends_with(_MIDNIGHT).any() else column


def _wanted(kind: str | None) -> pl.DataType:
    if kind in NUMBERS:
        return pl.Float64()
    return {"date": pl.Date(), "time": pl.Datetime("us")}.get(kind or "", pl.String())


def _dates(column: pl.Series, kind: str | None) -> pl.Series:
    if not isinstance(column.dtype, pl.Datetime) or not column.dt.date().is_between(_FIRST, _LAST).all():
        return _text(column)
    whole = kind is None and (column.dt.truncate("1d") == column).all()
    return column.cast(pl.Date() if kind == "date" or whole else pl.Datetime("us"))


def _text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column
    if column.dtype == pl.Float64:
        whole = (column == column.round()) & (column.abs() < 2**53)
        texts = pl.DataFrame({"x": column, "whole": whole}).select(
            pl.when("whole")
            .then(pl.col("x").cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(pl.col("x").cast(pl.String))
        )
        return texts.to_series().alias(column.name)
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    if isinstance(column.dtype, pl.Duration):
        return (
            (pl.datetime(1899, 12, 31) + pl.lit(column))
            .pipe(pl.select)
            .to_series()
            .dt.to_string("%Y-%m-%d %H:%M:%S")
        )
    return column.cast(pl.String)


def _placed(column: pl.Series, texts: Mapping[int, str]) -> pl.Series:
    if not texts:
        return column
    at = pl.Series(list(texts), dtype=pl.UInt32)
    return column.scatter(at, pl.Series(list(texts.values()), dtype=pl.String))


def at_rows(odd: Iterable[Odd], column: int, head: int, height: int) -> dict[int, str]:
    """The texts of those `odd` cells that stand in `column`, by their place below row `head`."""
    inside = (cell for cell in odd if cell.at.column == column and head < cell.at.row <= head + height)
    return {cell.at.row - head - 1: cell.text for cell in inside}
