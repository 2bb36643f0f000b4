"""Columns of cells as their kinds ask, whichever way they were read."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from duesheet.books.scan import Odd

NUMBERS = frozenset({"money", "number", "whole", "percent", "days"})
DATES = frozenset({"date", "time"})
_FIRST, _LAST = date(1899, 12, 30), date(9999, 12, 31)
_EPOCH, _MILLISECONDS = 25_569, 86_400_000
"""1 January 1970 as spreadsheets number it, and a day."""
_MIDNIGHT = " 00:00:00"


def typed(
    column: pl.Series, kind: str | None, truths: Mapping[int, str], errors: Mapping[int, str]
) -> pl.Series:
    """`column` as its kind asks, or as String when a cell does not fit; `truths` and `errors` by place."""
    if column.dtype in {pl.Boolean, pl.Duration} or (truths and column.dtype != pl.String):
        column = text(column)
    if column.dtype == pl.Null or (
        column.dtype == pl.String and column.null_count() == len(column) and not errors
    ):
        column = column.cast(_wanted(kind))
    elif kind in NUMBERS and (column.dtype != pl.Float64 or not column.is_finite().all()):
        column = text(column)
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
        return text(column)
    whole = kind is None and (column.dt.truncate("1d") == column).all()
    return column.cast(pl.Date() if kind == "date" or whole else pl.Datetime("us"))


def text(column: pl.Series) -> pl.Series:
    """`column` as String: numbers in their shortest form, dates and times as YYYY-MM-DD hh:mm:ss."""
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
        return _moments(column.cast(pl.Datetime("ms")))
    if isinstance(column.dtype, pl.Duration):
        since = column.dt.total_milliseconds() - (_EPOCH - 1) * _MILLISECONDS
        return _moments(since.cast(pl.Datetime("ms")))
    return column.cast(pl.String)


def _moments(column: pl.Series) -> pl.Series:
    """Dates as texts; a number too large for any date, but shown as one, as the number it is."""
    told = pl.col("x").is_between(_FIRST, pl.lit(_LAST).dt.offset_by("1d"))
    number = (pl.col("x").cast(pl.Int64) // _MILLISECONDS + _EPOCH).cast(pl.String)
    dated = pl.when(told).then("x").dt.to_string("%Y-%m-%d %H:%M:%S")
    return (
        pl.DataFrame({"x": column})
        .select(pl.when(told).then(dated).otherwise(number))
        .to_series()
        .alias(column.name)
    )


def _placed(column: pl.Series, texts: Mapping[int, str]) -> pl.Series:
    if not texts:
        return column
    at = pl.Series(list(texts), dtype=pl.UInt32)
    return column.scatter(at, pl.Series(list(texts.values()), dtype=pl.String))


def at_rows(odd: Iterable[Odd], column: int, head: int, height: int) -> dict[int, str]:
    """The texts of those `odd` cells that stand in `column`, by their place below row `head`."""
    inside = (cell for cell in odd if cell.at.column == column and head < cell.at.row <= head + height)
    return {cell.at.row - head - 1: cell.text for cell in inside}
